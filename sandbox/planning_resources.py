"""The resources of planning: budgets, rates and allocations."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from sandbox.budget_figures import actual_value, estimate_value, total_value
from sandbox.fields import Field, Resource
from sandbox.planning_models import Allocation, Budget
from sandbox.resources import USER, attribute, computed, constant, related
from sandbox.work_resources import PROJECT

# The currency of the domain; Asana has one for each.
CURRENCY = "EUR"


def _units(budget: Budget) -> str:
    return "minutes" if budget.budget_type == "time" else CURRENCY


def _estimate(budget: Budget) -> dict[str, Any]:
    value = estimate_value(budget)
    return {
        "source": budget.estimate_source,
        "enabled": budget.estimate_enabled,
        "billable_status_filter": budget.estimate_filter,
        "units": None if value is None else _units(budget),
        "value": value,
    }


def _actual(budget: Budget) -> dict[str, Any]:
    return {
        "billable_status_filter": budget.actual_filter,
        "units": _units(budget),
        "value": actual_value(budget),
    }


def _total(budget: Budget) -> dict[str, Any]:
    value = total_value(budget)
    units = None if value is None else _units(budget)
    return {"enabled": budget.total_enabled, "units": units, "value": value}


def _effort(allocation: Allocation) -> dict[str, Any] | None:
    if allocation.effort_value is None:
        return None
    return {"type": allocation.effort_type, "value": allocation.effort_value}


def _part(part: Any, *names: str) -> Field:
    """Return the field of a part of a budget; the row of its record is a dictionary."""
    fields = {name: computed(itemgetter(name)) for name in names}
    resource = Resource(fields, compact=names, gid=None)
    return Field(lambda budget, _viewer: part(budget), resource)


BUDGET = Resource(
    {
        "resource_type": constant("budget"),
        "budget_type": attribute("budget_type"),
        "estimate": _part(
            _estimate, "source", "enabled", "billable_status_filter", "units", "value"
        ),
        "actual": _part(_actual, "billable_status_filter", "units", "value"),
        "total": _part(_total, "enabled", "units", "value"),
        "parent": related("project", PROJECT),
    },
    # Lists have full records.
    compact=("resource_type", "budget_type", "estimate", "actual", "total", "parent"),
    full=("resource_type", "budget_type", "estimate", "actual", "total", "parent"),
)


# A user or a placeholder.
SUBJECT = Resource(
    {
        "resource_type": computed(
            lambda row: "user" if row._meta.model_name == "person" else "placeholder"
        ),
        "name": attribute("name"),
        "email": computed(lambda row: getattr(row, "email", None)),
    },
    compact=("resource_type", "name"),
)

RATE = Resource(
    {
        "resource_type": constant("rate"),
        "parent": related("project", PROJECT),
        "resource": Field(lambda rate, _viewer: rate.subject, SUBJECT, relation="person"),
        "rate": attribute("rate"),
        "currency_code": constant(CURRENCY),
        "created_by": related("created_by", USER),
    },
    # The compact record has all fields: https://developers.asana.com/reference/getrates
    compact=("resource_type", "parent", "resource", "rate", "currency_code", "created_by"),
    full=("resource_type", "parent", "resource", "rate", "currency_code", "created_by"),
)

ALLOCATION = Resource(
    {
        "resource_type": constant("allocation"),
        "resource_subtype": constant("project_allocation"),
        "start_date": attribute("start_date"),
        "end_date": attribute("end_date"),
        "effort": _part(_effort, "type", "value"),
        "assignee": Field(lambda row, _viewer: row.subject, SUBJECT, relation="person"),
        "created_by": related("created_by", USER),
        "parent": related("project", PROJECT),
    },
    compact=(
        *("resource_type", "resource_subtype", "start_date", "end_date", "effort", "assignee"),
        *("created_by", "parent"),
    ),
    full=(
        *("resource_type", "resource_subtype", "start_date", "end_date", "effort", "assignee"),
        *("created_by", "parent"),
    ),
)
