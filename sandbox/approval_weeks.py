"""Approval weeks: Monday to Sunday, one record a person and workspace, and what it locks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sandbox.errors import Refused
from sandbox.models import Entry, Timesheet
from sandbox.runtime_settings import switches

LOCKED = ("SUBMITTED", "APPROVED")

Week = tuple[str, str, date]


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(entry: Entry) -> Week:
    return entry.created_by_id, entry.task.workspace_id, monday_of(entry.entered_on)


def statuses(entries: Sequence[Entry]) -> dict[str, str]:
    """The approval status of each entry, by its gid. A week without a record is a draft."""
    weeks = {entry.gid: _week(entry) for entry in entries}
    rows = Timesheet.objects.filter(
        person__in={week[0] for week in weeks.values()},
        start_date__in={week[2] for week in weeks.values()},
    )
    known = {(row.person_id, row.workspace_id, row.start_date): row.approval_status for row in rows}
    return {gid: known.get(week, "DRAFT") for gid, week in weeks.items()}


def refuse_locked(entry: Entry) -> None:
    """Whether Asana locks these is not documented: our choice, with a switch."""
    if not switches().lock_approved:
        return
    status = statuses([entry])[entry.gid]
    if status in LOCKED:
        raise Refused(
            403,
            f"The timesheet of the week from {monday_of(entry.entered_on)} is "
            f"{status.lower()}: its time tracking entries cannot be changed.",
        )
