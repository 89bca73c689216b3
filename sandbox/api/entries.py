"""Time tracking entries: the operations of the API."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpResponse

from sandbox import approval_weeks, clock, plan, write_log
from sandbox.access import Viewer
from sandbox.api_request import ApiRequest, writes
from sandbox.errors import bad_request, no_access, unknown_object
from sandbox.models import Category, Entry, Project
from sandbox.request_body import RequestBody, read_day
from sandbox.time_resources import ENTRY

BILLABLE = ("billable", "nonBillable", "notApplicable")
MOST_CATEGORIES = 1
WRITABLE = (
    *("duration_minutes", "entered_on", "billable_status", "description"),
    *("attributable_to", "categories"),
)
FILTERS = (
    *("task", "attributable_to", "portfolio", "user", "workspace"),
    "timesheet_approval_status",
)


def list_of_task(request: ApiRequest, task_gid: str) -> HttpResponse:
    """List the visible entries of a task."""
    plan.require_time_tracking(request.viewer)
    task = request.viewer.task(task_gid)
    plan.require_time_tracking(request.viewer, task.workspace_id)
    return request.listing(ENTRY, request.viewer.entries().filter(task=task).order_by("gid"))


def list_of_category(request: ApiRequest, category_gid: str) -> HttpResponse:
    """List the visible entries of a category, optionally between two days."""
    plan.require_time_tracking(request.viewer)
    category = request.viewer.category(category_gid)
    plan.require_time_tracking(request.viewer, category.workspace_id)
    rows = between(request, request.viewer.entries(), "start_date", "end_date")
    return request.listing(ENTRY, rows.filter(category=category).order_by("gid"))


def list_filtered(request: ApiRequest) -> HttpResponse:
    """List the entries that match all given filters; at least one is required."""
    plan.require_time_tracking(request.viewer)
    if not any(request.query.get(name) for name in FILTERS):
        raise bad_request(f"Must specify at least one of {', '.join(FILTERS)}")
    rows = _with_time_tracking(request.viewer, request.viewer.entries())
    for name, apply_filter in APPLY_FILTER.items():
        if value := request.query.get(name):
            rows = apply_filter(request.viewer, rows, value)
    dates = ("entered_on_start_date", "entered_on_end_date")
    if request.query.get("workspace") and not any(request.query.get(name) for name in dates):
        raise bad_request(f"workspace: Must specify at least one of {' and '.join(dates)}")
    return request.listing(ENTRY, between(request, rows, *dates).order_by("gid"))


def _with_time_tracking(viewer: Viewer, rows: QuerySet[Entry]) -> QuerySet[Entry]:
    without = [gid for gid in viewer.own_memberships if not plan.has_time_tracking(viewer, gid)]
    return rows.exclude(task__workspace__in=without) if without else rows


def between(request: ApiRequest, rows: QuerySet[Entry], first: str, last: str) -> QuerySet[Entry]:
    """Keep the entries of the days between these two parameters, both inclusive."""
    if value := request.query.get(first):
        rows = rows.filter(entered_on__gte=read_day(first, value))
    if value := request.query.get(last):
        rows = rows.filter(entered_on__lte=read_day(last, value))
    return rows


def _of_task(viewer: Viewer, rows: QuerySet[Entry], gid: str) -> QuerySet[Entry]:
    task = viewer.task(gid)
    plan.require_time_tracking(viewer, task.workspace_id)
    return rows.filter(task=task)


def _of_project(viewer: Viewer, rows: QuerySet[Entry], gid: str) -> QuerySet[Entry]:
    return rows.filter(attributable_to=viewer.project(gid, "attributable_to"))


def _of_portfolio(_viewer: Viewer, rows: QuerySet[Entry], _gid: str) -> QuerySet[Entry]:
    """Return nothing: the sandbox has no portfolios."""
    return rows.none()


def _of_user(viewer: Viewer, rows: QuerySet[Entry], text: str) -> QuerySet[Entry]:
    return rows.filter(created_by=viewer.user(text))


def _of_workspace(viewer: Viewer, rows: QuerySet[Entry], gid: str) -> QuerySet[Entry]:
    workspace = viewer.workspace(gid)
    plan.require_time_tracking(viewer, workspace.gid)
    return rows.filter(task__workspace=workspace)


def _of_timesheet(viewer: Viewer, rows: QuerySet[Entry], gid: str) -> QuerySet[Entry]:
    timesheet = viewer.timesheet(gid)
    return rows.filter(
        created_by=timesheet.person_id,
        task__workspace=timesheet.workspace_id,
        entered_on__range=(timesheet.start_date, timesheet.end_date),
    )


APPLY_FILTER: dict[str, Callable[[Viewer, QuerySet[Entry], str], QuerySet[Entry]]] = {
    "task": _of_task,
    "attributable_to": _of_project,
    "portfolio": _of_portfolio,
    "user": _of_user,
    "workspace": _of_workspace,
    "timesheet_approval_status": _of_timesheet,
}


def show(request: ApiRequest, entry_gid: str) -> HttpResponse:
    """Show an entry."""
    plan.require_time_tracking(request.viewer)
    entry = request.viewer.entry(entry_gid)
    plan.require_time_tracking(request.viewer, entry.task.workspace_id)
    return request.single(ENTRY, entry)


@writes
def create(request: ApiRequest, task_gid: str) -> HttpResponse:
    """Create an entry of the person who sends it."""
    plan.require_time_tracking(request.viewer)
    plan.require_fields(request.viewer, None, request.body.values)
    task = request.viewer.task(task_gid)
    _require_plan(request, task.workspace_id)
    request.viewer.require_write_access(task.workspace_id)
    entry = Entry(
        gid=clock.new_gid(),
        task=task,
        created_by=request.viewer.person,
        duration_minutes=request.body.minutes("duration_minutes"),
        entered_on=clock.today(),
        attributable_to=_only_project(task.projects.all()),
        created_at=clock.now(),
    )
    _apply_values(request, entry)
    approval_weeks.refuse_locked(entry)
    entry.save(force_insert=True)
    write_log.record("create", entry, was=None)
    return request.created(ENTRY, entry, "time_tracking_entries")


def _only_project(projects: QuerySet[Project]) -> Project | None:
    """Return the project of a task that is in exactly one.

    https://developers.asana.com/reference/createtimetrackingentry: a task in only one project has
    its time attributed to that project.
    """
    rows = list(projects[:2])
    return rows[0] if len(rows) == 1 else None


@writes
def update(request: ApiRequest, entry_gid: str) -> HttpResponse:
    """Change the fields of an entry that were sent."""
    plan.require_time_tracking(request.viewer)
    plan.require_fields(request.viewer, None, request.body.values)
    entry = _writable_entry(request, entry_gid)
    was = entry.duration_minutes
    _apply_values(request, entry)
    approval_weeks.refuse_locked(entry)
    entry.save()
    write_log.record("update", entry, was=was)
    return request.single(ENTRY, entry)


@writes
def delete(request: ApiRequest, entry_gid: str) -> HttpResponse:
    """Delete an entry."""
    plan.require_time_tracking(request.viewer)
    entry = _writable_entry(request, entry_gid)
    write_log.record("delete", entry, was=entry.duration_minutes)
    entry.delete()
    return request.deleted()


def _require_plan(request: ApiRequest, workspace_gid: str) -> None:
    plan.require_time_tracking(request.viewer, workspace_gid)
    plan.require_fields(request.viewer, workspace_gid, request.body.values)


def _writable_entry(request: ApiRequest, gid: str) -> Entry:
    """Fetch an entry that this person may change: its author or an admin.

    Asana does not document who may; this is our choice.
    """
    viewer = request.viewer
    entry = viewer.entry(gid)
    _require_plan(request, entry.task.workspace_id)
    viewer.require_write_access(entry.task.workspace_id)
    if entry.created_by_id != viewer.person.gid and not viewer.is_admin(entry.task.workspace_id):
        raise no_access("time tracking entry")
    approval_weeks.refuse_locked(entry)
    return entry


def _apply_values(request: ApiRequest, entry: Entry) -> None:
    """Set the fields that were sent; an entry cannot move to another task."""
    body = request.body
    body.refuse_other_fields(WRITABLE)
    if "duration_minutes" in body:
        entry.duration_minutes = body.minutes("duration_minutes")
    if "entered_on" in body:
        entry.entered_on = body.day("entered_on")
    if "billable_status" in body:
        entry.billable_status = body.choice("billable_status", BILLABLE)
    if "description" in body:
        entry.description = body.text("description")
    if "attributable_to" in body:
        entry.attributable_to = _project(request.viewer, entry, body)
    if "categories" in body:
        entry.category = _category(entry, body)


def _project(viewer: Viewer, entry: Entry, body: RequestBody) -> Project | None:
    if body.values["attributable_to"] is None:
        return None
    gid = body.gid("attributable_to")
    project = Project.objects.filter(gid=gid).first()
    if project is None:
        raise unknown_object("attributable_to", gid, 400)
    if gid in viewer.hidden_projects:
        raise no_access("project")
    if not entry.task.projects.filter(gid=gid).exists():
        raise bad_request("attributable_to: The task does not belong to this project")
    return project


def _category(entry: Entry, body: RequestBody) -> Category | None:
    gids = body.gids("categories")
    if len(gids) > MOST_CATEGORIES:
        raise bad_request("categories: Only one category is allowed")
    if not gids:
        return None
    category = Category.objects.filter(gid=gids[0], workspace=entry.task.workspace_id).first()
    if category is None:
        raise unknown_object("categories: [0]", gids[0], 400)
    if category.is_archived and category != entry.category:
        raise bad_request("categories: [0]: An archived category cannot be assigned")
    return category
