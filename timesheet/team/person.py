"""One person's week as their manager reads it: the same grid, and every entry below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.asana.errors import AsanaError
from accounts.asana.records import Entry, Records
from timesheet.domain import grid
from timesheet.domain.grid import Grid
from timesheet.domain.read_failures import NO_FAILURES, ReadFailures, failures_in
from timesheet.domain.team_week import PersonWeek
from timesheet.domain.week import Week
from timesheet.sheets import reading
from timesheet.team.loading import TeamWeek, Viewer


@dataclass(frozen=True)
class PersonSheet:
    """What the page of one person's week shows."""

    grid: Grid
    # By day, then by the name of the task.
    entries: tuple[Entry, ...]
    # Whether tasks are missing: Asana's list left them out, and reading the entries failed.
    tasks_missing: bool = False
    # Entries that could be read only in part, and their minutes.
    failures: ReadFailures = NO_FAILURES


def load_sheet(viewer: Viewer, team: TeamWeek, person_week: PersonWeek) -> PersonSheet:
    """Build the sheet from the hours that the team was loaded with.

    Fields that Asana's list left out are read or taken from the cache.
    """
    week, listed = team.week, team.hours.get(person_week.person.gid) or []
    complete = _fill_in(viewer, week, listed)
    entries = sorted(complete or listed, key=_day_and_task)
    targets = tuple(day.total.target for day in person_week.days)
    filled = grid.build(week, entries, targets=targets, status=person_week.status)
    failures = NO_FAILURES if complete is None else failures_in(complete)
    return PersonSheet(filled, tuple(entries), complete is None, failures)


def _fill_in(viewer: Viewer, week: Week, listed: Sequence[Entry]) -> Records[Entry] | None:
    """The entries with all fields; None if Asana could not be asked."""
    key = f"entries-of-others:{viewer.reader.key}:{viewer.membership.workspace}:{week}"
    try:
        return reading.fill_in_cached(viewer.reader.asana, key, Records(listed))
    except AsanaError:
        return None


def _day_and_task(entry: Entry) -> tuple[str, str, str]:
    task = entry.task.name if entry.task else ""
    return entry.entered_on.isoformat(), task.casefold(), entry.gid
