"""Timesheet approval statuses: a person's week, and who may move it on."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse

from sandbox import clock, plan
from sandbox.access import Viewer
from sandbox.api_request import Call, writes
from sandbox.errors import Refused, bad, hidden, unknown
from sandbox.models import Person, Timesheet, Workspace
from sandbox.request_body import Body, read_day
from sandbox.time_resources import TIMESHEET

STATUSES = ("DRAFT", "SUBMITTED", "APPROVED", "REJECTED")

# Who may do it, by what it is and what it shall be. Asana's help pages name the roles; that a
# reviewer's recall may lead to either, and that a rejected week can be sent again, is our choice.
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


def list_filtered(call: Call) -> HttpResponse:
    """The dates are compared with the week's first day, both included."""
    plan.require_time_tracking()
    workspace = call.viewer.workspace(call.required("workspace"))
    rows = call.viewer.timesheets().filter(workspace=workspace)
    if user := call.query.get("user"):
        rows = rows.filter(person=call.viewer.user(user))
    if day := call.query.get("from_date"):
        rows = rows.filter(start_date__gte=read_day("from_date", day))
    if day := call.query.get("to_date"):
        rows = rows.filter(start_date__lte=read_day("to_date", day))
    if text := call.query.get("approval_statuses"):
        wanted = [_status("approval_statuses", part.strip()) for part in text.split(",")]
        rows = rows.filter(approval_status__in=wanted)
    return call.listing(TIMESHEET, rows.order_by("gid"))


def show(call: Call, timesheet_gid: str) -> HttpResponse:
    plan.require_time_tracking()
    return call.single(TIMESHEET, call.viewer.timesheet(timesheet_gid))


@writes
def create(call: Call) -> HttpResponse:
    plan.require_timesheets()
    call.body.refuse_others(("user", "workspace", "start_date", "end_date"))
    workspace = _workspace(call.viewer, call.body)
    person = _owner(call.viewer, workspace, call.body)
    first, last = call.body.day("start_date"), call.body.day("end_date")
    _check_week(first, last)
    if Timesheet.objects.filter(person=person, workspace=workspace, start_date=first).exists():
        raise bad(f"start_date: The week of {first} has a timesheet approval status already")
    timesheet = Timesheet.objects.create(
        gid=clock.new_gid(),
        person=person,
        workspace=workspace,
        start_date=first,
        end_date=last,
        created_at=clock.now(),
    )
    return call.created(TIMESHEET, timesheet, "timesheet_approval_statuses")


@writes
def update(call: Call, timesheet_gid: str) -> HttpResponse:
    plan.require_timesheets()
    timesheet = call.viewer.timesheet(timesheet_gid)
    call.body.refuse_others(("approval_status", "message"))
    wanted = _status("approval_status", call.body.required("approval_status"))
    movers = MOVES.get((timesheet.approval_status, wanted))
    if movers is None:
        raise bad(
            f"approval_status: Cannot change from {timesheet.approval_status.lower()} "
            f"to {wanted.lower()}"
        )
    if _role(call.viewer, timesheet) not in movers:
        raise Refused(403, f"Only the {' or '.join(movers)} may change this timesheet so.")
    timesheet.approval_status = wanted
    timesheet.message = call.body.text("message") if "message" in call.body else ""
    timesheet.save()
    return call.single(TIMESHEET, timesheet)


def _status(name: str, text: object) -> str:
    status = str(text).upper()
    if status not in STATUSES:
        raise bad(f"{name}: Not a valid value: {text}")
    return status


def _role(viewer: Viewer, timesheet: Timesheet) -> str:
    """Nobody reviews their own week. Who sees another's reviews it."""
    return "owner" if timesheet.person_id == viewer.person.gid else "reviewer"


def _workspace(viewer: Viewer, body: Body) -> Workspace:
    gid = body.gid("workspace")
    if not Workspace.objects.filter(gid=gid).exists():
        raise unknown("workspace", gid, 400)
    return viewer.workspace(gid)


def _owner(viewer: Viewer, workspace: Workspace, body: Body) -> Person:
    text = body.required("user")
    gid = viewer.person.gid if text == "me" else body.gid("user")
    person = Person.objects.filter(gid=gid, memberships__workspace=workspace).first()
    if person is None:
        raise unknown("user", gid, 400)
    if person != viewer.person and not viewer.reviews_time(workspace.gid):
        raise hidden("user")
    return person


def _check_week(first: date, last: date) -> None:
    if first.weekday() != 0:
        raise bad(f"start_date: Must be a Monday, not: {first}")
    if last != first + timedelta(days=6):
        raise bad(f"end_date: Must be the Sunday after {first}, not: {last}")
