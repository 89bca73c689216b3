"""Time tracking entries: the seed's five operations and the list over many tasks."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpResponse

from sandbox import approval_weeks, clock, plan, write_log
from sandbox.access import Viewer
from sandbox.api_request import Call, writes
from sandbox.errors import bad, hidden, unknown
from sandbox.models import Category, Entry, Project
from sandbox.request_body import Body, read_day
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


def list_of_task(call: Call, task_gid: str) -> HttpResponse:
    plan.require_time_tracking()
    task = call.viewer.task(task_gid)
    return call.listing(ENTRY, call.viewer.entries().filter(task=task).order_by("gid"))


def list_of_category(call: Call, category_gid: str) -> HttpResponse:
    plan.require_time_tracking()
    category = call.viewer.category(category_gid)
    rows = between(call, call.viewer.entries(), "start_date", "end_date")
    return call.listing(ENTRY, rows.filter(category=category).order_by("gid"))


def list_filtered(call: Call) -> HttpResponse:
    plan.require_time_tracking()
    if not any(call.query.get(name) for name in FILTERS):
        raise bad(f"Must specify at least one of {', '.join(FILTERS)}")
    rows = call.viewer.entries()
    for name, narrow in NARROW.items():
        if value := call.query.get(name):
            rows = narrow(call.viewer, rows, value)
    dates = ("entered_on_start_date", "entered_on_end_date")
    if call.query.get("workspace") and not any(call.query.get(name) for name in dates):
        raise bad(f"workspace: Must specify at least one of {' and '.join(dates)}")
    return call.listing(ENTRY, between(call, rows, *dates).order_by("gid"))


def between(call: Call, rows: QuerySet[Entry], first: str, last: str) -> QuerySet[Entry]:
    """Both days included."""
    if value := call.query.get(first):
        rows = rows.filter(entered_on__gte=read_day(first, value))
    if value := call.query.get(last):
        rows = rows.filter(entered_on__lte=read_day(last, value))
    return rows


def _of_task(viewer: Viewer, rows: QuerySet[Entry], gid: str) -> QuerySet[Entry]:
    return rows.filter(task=viewer.task(gid))


def _of_project(viewer: Viewer, rows: QuerySet[Entry], gid: str) -> QuerySet[Entry]:
    return rows.filter(attributable_to=viewer.project(gid, "attributable_to"))


def _of_portfolio(_viewer: Viewer, rows: QuerySet[Entry], _gid: str) -> QuerySet[Entry]:
    """We keep no portfolios."""
    return rows.none()


def _of_user(viewer: Viewer, rows: QuerySet[Entry], text: str) -> QuerySet[Entry]:
    return rows.filter(created_by=viewer.user(text))


def _of_workspace(viewer: Viewer, rows: QuerySet[Entry], gid: str) -> QuerySet[Entry]:
    return rows.filter(task__workspace=viewer.workspace(gid))


def _of_timesheet(viewer: Viewer, rows: QuerySet[Entry], gid: str) -> QuerySet[Entry]:
    timesheet = viewer.timesheet(gid)
    return rows.filter(
        created_by=timesheet.person_id,
        task__workspace=timesheet.workspace_id,
        entered_on__range=(timesheet.start_date, timesheet.end_date),
    )


NARROW: dict[str, Callable[[Viewer, QuerySet[Entry], str], QuerySet[Entry]]] = {
    "task": _of_task,
    "attributable_to": _of_project,
    "portfolio": _of_portfolio,
    "user": _of_user,
    "workspace": _of_workspace,
    "timesheet_approval_status": _of_timesheet,
}


def show(call: Call, entry_gid: str) -> HttpResponse:
    plan.require_time_tracking()
    return call.single(ENTRY, call.viewer.entry(entry_gid))


@writes
def create(call: Call, task_gid: str) -> HttpResponse:
    plan.require_time_tracking()
    plan.require_fields(call.body.values)
    task = call.viewer.task(task_gid)
    entry = Entry(
        gid=clock.new_gid(),
        task=task,
        created_by=call.viewer.person,
        duration_minutes=call.body.minutes("duration_minutes"),
        entered_on=clock.today(),
        attributable_to=_only_project(task.projects.all()),
        created_at=clock.now(),
    )
    _take_over(call, entry)
    approval_weeks.refuse_locked(entry)
    entry.save(force_insert=True)
    write_log.note("create", entry, was=None)
    return call.created(ENTRY, entry, "time_tracking_entries")


def _only_project(projects: QuerySet[Project]) -> Project | None:
    """The API reference: "If it only belongs to one project, it should be that project"."""
    found = list(projects[:2])
    return found[0] if len(found) == 1 else None


@writes
def update(call: Call, entry_gid: str) -> HttpResponse:
    plan.require_time_tracking()
    plan.require_fields(call.body.values)
    entry = _writable_entry(call.viewer, entry_gid)
    was = entry.duration_minutes
    _take_over(call, entry)
    approval_weeks.refuse_locked(entry)
    entry.save()
    write_log.note("update", entry, was=was)
    return call.single(ENTRY, entry)


@writes
def delete(call: Call, entry_gid: str) -> HttpResponse:
    plan.require_time_tracking()
    entry = _writable_entry(call.viewer, entry_gid)
    write_log.note("delete", entry, was=entry.duration_minutes)
    entry.delete()
    return call.deleted()


def _writable_entry(viewer: Viewer, gid: str) -> Entry:
    """Who may change whose entry is not documented: its author and the admins, we say."""
    entry = viewer.entry(gid)
    if entry.created_by_id != viewer.person.gid and not viewer.is_admin(entry.task.workspace_id):
        raise hidden("time tracking entry")
    approval_weeks.refuse_locked(entry)
    return entry


def _take_over(call: Call, entry: Entry) -> None:
    """Only what was sent; the task cannot be changed."""
    body = call.body
    body.refuse_others(WRITABLE)
    if "duration_minutes" in body:
        entry.duration_minutes = body.minutes("duration_minutes")
    if "entered_on" in body:
        entry.entered_on = body.day("entered_on")
    if "billable_status" in body:
        entry.billable_status = body.choice("billable_status", BILLABLE)
    if "description" in body:
        entry.description = body.text("description")
    if "attributable_to" in body:
        entry.attributable_to = _project(call.viewer, entry, body)
    if "categories" in body:
        entry.category = _category(entry, body)


def _project(viewer: Viewer, entry: Entry, body: Body) -> Project | None:
    if body.values["attributable_to"] is None:
        return None
    gid = body.gid("attributable_to")
    project = Project.objects.filter(gid=gid).first()
    if project is None:
        raise unknown("attributable_to", gid, 400)
    if gid in viewer.hidden_projects:
        raise hidden("project")
    if not entry.task.projects.filter(gid=gid).exists():
        raise bad("attributable_to: The task does not belong to this project")
    return project


def _category(entry: Entry, body: Body) -> Category | None:
    gids = body.gids("categories")
    if len(gids) > MOST_CATEGORIES:
        raise bad("categories: Only one category is allowed")
    if not gids:
        return None
    category = Category.objects.filter(gid=gids[0], workspace=entry.task.workspace_id).first()
    if category is None:
        raise unknown("categories: [0]", gids[0], 400)
    if category.is_archived and category != entry.category:
        raise bad("categories: [0]: An archived category cannot be assigned")
    return category
