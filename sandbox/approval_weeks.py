"""Approval weeks: Monday to Sunday, a record per person and workspace, and what it locks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sandbox.errors import ApiError
from sandbox.models import Entry, Timesheet
from sandbox.runtime_settings import current_settings

LOCKED = ("SUBMITTED", "APPROVED")

Week = tuple[str, str, date]


def monday_of(day: date) -> date:
    """Return the Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def _week(entry: Entry) -> Week:
    return entry.created_by_id, entry.task.workspace_id, monday_of(entry.entered_on)


def approval_statuses(entries: Sequence[Entry]) -> dict[str, str]:
    """Return the approval status of each entry by gid; a week without a record is a draft."""
    weeks = {entry.gid: _week(entry) for entry in entries}
    rows = Timesheet.objects.filter(
        person__in={week[0] for week in weeks.values()},
        start_date__in={week[2] for week in weeks.values()},
    )
    status_by_week = {
        (row.person_id, row.workspace_id, row.start_date): row.approval_status for row in rows
    }
    return {gid: status_by_week.get(week, "DRAFT") for gid, week in weeks.items()}


def refuse_locked(entry: Entry) -> None:
    """Raise `ApiError` if the entry's week is submitted or approved.

    Asana does not document whether these are locked: our choice, with the setting `lock_approved`.
    """
    if not current_settings().lock_approved:
        return
    status = approval_statuses([entry])[entry.gid]
    if status in LOCKED:
        raise ApiError(
            403,
            f"The timesheet of the week from {monday_of(entry.entered_on)} is "
            f"{status.lower()}: its time tracking entries cannot be changed.",
        )
