"""Budgets: a project has at most one. https://developers.asana.com/reference/budgets"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from sandbox import clock, planning_access
from sandbox.api.numbers import amount
from sandbox.api_request import ApiRequest, writes
from sandbox.errors import bad_request, no_access
from sandbox.planning_models import Budget
from sandbox.planning_resources import BUDGET

TYPES = ("time", "cost")
SOURCES = ("none", "tasks", "capacity_plans")
FILTERS = ("billable", "non_billable", "any")
WRITABLE = ("budget_type", "estimate", "actual", "total")


def list_filtered(request: ApiRequest) -> HttpResponse:
    """List the budget of a project: one record, or none."""
    viewer = request.viewer
    project = planning_access.project_with_budget(viewer, request.required("parent"), "parent")
    row = Budget.objects.filter(project=project).first()
    if row is None:
        if not planning_access.administers(viewer, project, costs=False):
            raise no_access("budget")
        return request.listing(BUDGET, Budget.objects.none())
    planning_access.require_budget_access(viewer, row)
    return request.listing(BUDGET, Budget.objects.filter(pk=row.pk).order_by("gid"))


def show(request: ApiRequest, budget_gid: str) -> HttpResponse:
    """Show a budget."""
    return request.single(BUDGET, planning_access.budget(request.viewer, budget_gid))


@writes
def create(request: ApiRequest) -> HttpResponse:
    """Create the budget of a project."""
    project = planning_access.project_with_budget(
        request.viewer, request.body.gid("parent"), "parent"
    )
    row = Budget(gid=clock.new_gid(), project=project)
    _set_values(row, request.body.values, ("parent", *WRITABLE))
    planning_access.require_budget_access(request.viewer, row)
    if Budget.objects.filter(project=project).exists():
        raise bad_request("parent: This project has a budget already")
    row.save(force_insert=True)
    return request.created(BUDGET, row, "budgets")


@writes
def update(request: ApiRequest, budget_gid: str) -> HttpResponse:
    """Change the fields of a budget that were sent."""
    row = planning_access.budget(request.viewer, budget_gid)
    _set_values(row, request.body.values, WRITABLE)
    planning_access.require_budget_access(request.viewer, row)
    row.save()
    return request.single(BUDGET, row)


@writes
def delete(request: ApiRequest, budget_gid: str) -> HttpResponse:
    """Delete a budget."""
    planning_access.budget(request.viewer, budget_gid).delete()
    return request.deleted()


def _set_values(row: Budget, values: Mapping[str, Any], writable: tuple[str, ...]) -> None:
    for name in values:
        if name not in writable:
            raise bad_request(f"{name}: Cannot write this property")
    if "budget_type" in values:
        row.budget_type = _choice("budget_type", values["budget_type"], TYPES)
    _set_estimate(row, _part(values, "estimate", ("billable_status_filter", "source", "enabled")))
    actual = _part(values, "actual", ("billable_status_filter",))
    if "billable_status_filter" in actual:
        row.actual_filter = _choice("actual", actual["billable_status_filter"], FILTERS)
    _set_total(row, _part(values, "total", ("enabled", "value")))


def _set_estimate(row: Budget, estimate: Mapping[str, Any]) -> None:
    """Set what was sent: `none` is only valid for an estimate that is not enabled."""
    if "source" in estimate:
        row.estimate_source = _choice("estimate: source", estimate["source"], SOURCES)
    if "enabled" in estimate:
        row.estimate_enabled = _flag("estimate: enabled", estimate["enabled"])
    if "billable_status_filter" in estimate:
        text = estimate["billable_status_filter"]
        row.estimate_filter = _choice("estimate: billable_status_filter", text, FILTERS)
    if row.estimate_enabled and row.estimate_source == "none":
        raise bad_request("estimate: source must not be none when enabled is true")


def _set_total(row: Budget, total: Mapping[str, Any]) -> None:
    if "enabled" in total:
        row.total_enabled = _flag("total: enabled", total["enabled"])
    if "value" in total:
        value = amount("total: value", total["value"])
        if row.budget_type == "time":
            row.total_minutes = value
        else:
            row.total_cost = value


def _part(values: Mapping[str, Any], name: str, writable: tuple[str, ...]) -> Mapping[str, Any]:
    part = values.get(name, {})
    if not isinstance(part, dict):
        raise bad_request(f"{name}: Not an object: {part}")
    for inner in part:
        if inner not in writable:
            raise bad_request(f"{name}: {inner}: Cannot write this property")
    return part


def _choice(name: str, value: Any, choices: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in choices:
        raise bad_request(f"{name}: Not a valid value: {value}")
    return value


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise bad_request(f"{name}: Not a boolean: {value}")
    return value
