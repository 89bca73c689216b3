"""Timesheet approval statuses: a person's week and who may change its status."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse

from sandbox import clock, plan, write_log
from sandbox.access import Viewer
from sandbox.api_request import ApiRequest, writes
from sandbox.errors import ApiError, bad_request, no_access, unknown_object
from sandbox.models import Person, Timesheet, Workspace
from sandbox.request_body import RequestBody, read_day
from sandbox.runtime_settings import current_settings
from sandbox.time_resources import TIMESHEET

STATUSES = ("DRAFT", "SUBMITTED", "APPROVED", "REJECTED")

# Who may change a status to another. The roles are from Asana's help pages; that a reviewer may
# reopen a week, and that a rejected one can be submitted again, is our choice.
MOVES = {
    ("DRAFT", "SUBMITTED"): ("owner",),
    ("SUBMITTED", "DRAFT"): ("owner",),
    ("SUBMITTED", "APPROVED"): ("reviewer",),
    ("SUBMITTED", "REJECTED"): ("reviewer",),
    ("APPROVED", "SUBMITTED"): ("reviewer",),
    ("APPROVED", "DRAFT"): ("reviewer",),
    ("REJECTED", "SUBMITTED"): ("owner", "reviewer"),
    ("REJECTED", "DRAFT"): ("reviewer",),
}


def list_filtered(request: ApiRequest) -> HttpResponse:
    """List timesheets of a workspace; the dates limit the week's first day, both inclusive."""
    plan.require_time_tracking(request.viewer)
    workspace = request.viewer.workspace(request.required("workspace"))
    plan.require_time_tracking(request.viewer, workspace.gid)
    if current_settings().timesheets_need_user:
        request.required("from_date")
        request.required("user")
    rows = request.viewer.timesheets().filter(workspace=workspace)
    if user := request.query.get("user"):
        rows = rows.filter(person=request.viewer.user(user))
    if day := request.query.get("from_date"):
        rows = rows.filter(start_date__gte=read_day("from_date", day))
    if day := request.query.get("to_date"):
        rows = rows.filter(start_date__lte=read_day("to_date", day))
    if text := request.query.get("approval_statuses"):
        new_status = [_status("approval_statuses", part.strip()) for part in text.split(",")]
        rows = rows.filter(approval_status__in=new_status)
    return request.listing(TIMESHEET, rows.order_by("gid"))


def show(request: ApiRequest, timesheet_gid: str) -> HttpResponse:
    """Show a timesheet approval status."""
    plan.require_time_tracking(request.viewer)
    timesheet = request.viewer.timesheet(timesheet_gid)
    plan.require_time_tracking(request.viewer, timesheet.workspace_id)
    return request.single(TIMESHEET, timesheet)


@writes
def create(request: ApiRequest) -> HttpResponse:
    """Create the record of a person's week."""
    plan.require_timesheets(request.viewer)
    request.body.refuse_other_fields(("user", "workspace", "start_date", "end_date"))
    workspace = _workspace(request.viewer, request.body)
    plan.require_timesheets(request.viewer, workspace.gid)
    request.viewer.require_write_access(workspace.gid)
    person = _owner(request.viewer, workspace, request.body)
    start_date, end_date = request.body.day("start_date"), request.body.day("end_date")
    _check_week(start_date, end_date)
    if Timesheet.objects.filter(person=person, workspace=workspace, start_date=start_date).exists():
        raise bad_request(
            f"start_date: The week of {start_date} has a timesheet approval status already"
        )
    timesheet = Timesheet.objects.create(
        gid=clock.new_gid(),
        person=person,
        workspace=workspace,
        start_date=start_date,
        end_date=end_date,
        created_at=clock.now(),
    )
    return request.created(TIMESHEET, timesheet, "timesheet_approval_statuses")


@writes
def update(request: ApiRequest, timesheet_gid: str) -> HttpResponse:
    """Move a timesheet to another status."""
    plan.require_timesheets(request.viewer)
    timesheet = request.viewer.timesheet(timesheet_gid)
    plan.require_timesheets(request.viewer, timesheet.workspace_id)
    request.viewer.require_write_access(timesheet.workspace_id)
    request.body.refuse_other_fields(("approval_status", "message"))
    new_status = _status("approval_status", request.body.required("approval_status"))
    movers = MOVES.get((timesheet.approval_status, new_status))
    if movers is None:
        raise bad_request(
            f"approval_status: Cannot change from {timesheet.approval_status.lower()} "
            f"to {new_status.lower()}"
        )
    if _role(request.viewer, timesheet) not in movers:
        raise ApiError(403, f"Only the {' or '.join(movers)} may change this timesheet so.")
    was, timesheet.approval_status = timesheet.approval_status, new_status
    timesheet.message = request.body.text("message") if "message" in request.body else ""
    timesheet.save()
    write_log.record_status(timesheet, was=was, by=request.viewer.person.gid)
    return request.single(TIMESHEET, timesheet)


def _status(name: str, text: object) -> str:
    status = str(text).upper()
    if status not in STATUSES:
        raise bad_request(f"{name}: Not a valid value: {text}")
    return status


def _role(viewer: Viewer, timesheet: Timesheet) -> str:
    """Return the viewer's role: nobody reviews their own week, others who see it do."""
    return "owner" if timesheet.person_id == viewer.person.gid else "reviewer"


def _workspace(viewer: Viewer, body: RequestBody) -> Workspace:
    gid = body.gid("workspace")
    if not Workspace.objects.filter(gid=gid).exists():
        raise unknown_object("workspace", gid, 400)
    return viewer.workspace(gid)


def _owner(viewer: Viewer, workspace: Workspace, body: RequestBody) -> Person:
    text = body.required("user")
    gid = viewer.person.gid if text == "me" else body.gid("user")
    person = Person.objects.filter(gid=gid, memberships__workspace=workspace).first()
    if person is None:
        raise unknown_object("user", gid, 400)
    if person != viewer.person and not viewer.reviews_time(workspace.gid):
        raise no_access("user")
    return person


def _check_week(start_date: date, end_date: date) -> None:
    if start_date.weekday() != 0:
        raise bad_request(f"start_date: Must be a Monday, not: {start_date}")
    # Not the other way round: the last week of the calendar has no Sunday.
    if end_date - start_date != timedelta(days=6):
        raise bad_request(f"end_date: Must be the Sunday after {start_date}, not: {end_date}")
