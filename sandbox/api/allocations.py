"""Allocations: planned work. https://developers.asana.com/reference/allocations"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpResponse

from sandbox import clock, plan, planning_access
from sandbox.access import Viewer
from sandbox.api.numbers import amount
from sandbox.api.planned_people import subject_of
from sandbox.api_request import ApiRequest, writes
from sandbox.errors import bad_request
from sandbox.models import Project
from sandbox.planning_models import Allocation
from sandbox.planning_resources import ALLOCATION
from sandbox.request_body import RequestBody

EFFORT_TYPES = ("hours", "percent")
WRITABLE = ("assignee", "start_date", "end_date", "effort")


def list_filtered(request: ApiRequest) -> HttpResponse:
    """List the allocations of a project, a user or a placeholder; one of them is required."""
    viewer, query = request.viewer, request.query
    plan.require_time_tracking(viewer)
    parent, assignee = query.get("parent"), query.get("assignee")
    if not (parent or assignee):
        raise bad_request("Must specify at least one of parent, assignee")
    rows = planning_access.visible_allocations(viewer)
    if gid := query.get("workspace"):
        workspace = viewer.workspace(gid)
        plan.require_time_tracking(viewer, workspace.gid)
        rows = rows.filter(project__workspace=workspace)
    if parent:
        project = viewer.project(parent, "parent")
        plan.require_time_tracking(viewer, project.workspace_id)
        rows = rows.filter(project=project)
    if assignee:
        gid = viewer.person.gid if assignee == "me" else assignee
        rows = rows.filter(Q(person=gid) | Q(placeholder=gid))
    return request.listing(ALLOCATION, rows.order_by("gid"))


def show(request: ApiRequest, allocation_gid: str) -> HttpResponse:
    """Show an allocation."""
    return request.single(ALLOCATION, planning_access.allocation(request.viewer, allocation_gid))


@writes
def create(request: ApiRequest) -> HttpResponse:
    """Create an allocation of a user or a placeholder on a project."""
    viewer, body = request.viewer, request.body
    body.refuse_other_fields(("parent", *WRITABLE))
    plan.require_time_tracking(viewer)
    project = viewer.project(body.gid("parent"), "parent")
    _require_write_access(viewer, project)
    for name in ("assignee", "start_date", "end_date"):
        body.required(name)
    row = Allocation(gid=clock.new_gid(), project=project, created_by=viewer.person)
    _set_values(viewer, row, body)
    row.save(force_insert=True)
    return request.created(ALLOCATION, row, "allocations")


@writes
def update(request: ApiRequest, allocation_gid: str) -> HttpResponse:
    """Change the fields of an allocation that were sent."""
    row = planning_access.allocation(request.viewer, allocation_gid)
    _require_write_access(request.viewer, row.project)
    request.body.refuse_other_fields(WRITABLE)
    _set_values(request.viewer, row, request.body)
    row.save()
    return request.single(ALLOCATION, row)


@writes
def delete(request: ApiRequest, allocation_gid: str) -> HttpResponse:
    """Delete an allocation."""
    row = planning_access.allocation(request.viewer, allocation_gid)
    _require_write_access(request.viewer, row.project)
    row.delete()
    return request.deleted()


def _require_write_access(viewer: Viewer, project: Project) -> None:
    plan.require_time_tracking(viewer, project.workspace_id)
    viewer.require_write_access(project.workspace_id)


def _set_values(viewer: Viewer, row: Allocation, body: RequestBody) -> None:
    if "assignee" in body:
        subject = subject_of(viewer, row.project, "assignee", body.required("assignee"))
        row.person, row.placeholder = subject["person"], subject["placeholder"]
    if "start_date" in body:
        row.start_date = body.day("start_date")
    if "end_date" in body:
        row.end_date = body.day("end_date")
    if row.end_date < row.start_date:
        raise bad_request("end_date: Must not be before start_date")
    if "effort" in body:
        row.effort_type, row.effort_value = _effort(body.values["effort"])


def _effort(effort: Any) -> tuple[str, float | None]:
    if effort is None:
        return "", None
    if not isinstance(effort, dict):
        raise bad_request(f"effort: Not an object: {effort}")
    kind = effort.get("type")
    if kind not in EFFORT_TYPES:
        raise bad_request(f"effort: type: Not a valid value: {kind}")
    return kind, amount("effort: value", effort.get("value"))
