"""One person's week as their manager reads it: the same grid, and every entry beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.asana.errors import AsanaError
from accounts.asana.records import Entry
from timesheet.domain import grid
from timesheet.domain.grid import Grid
from timesheet.domain.team_week import PersonWeek
from timesheet.domain.week import Week
from timesheet.sheets import reading
from timesheet.team.loading import TeamWeek, Viewer


@dataclass(frozen=True)
class PersonSheet:
    """`entries` by day and task. `untold` when Asana's list left out what they are about, and it
    could not be read singly."""

    grid: Grid
    entries: tuple[Entry, ...]
    untold: bool = False


def load(viewer: Viewer, team: TeamWeek, looked: PersonWeek) -> PersonSheet:
    """The week as the team has it, with what Asana's list left out."""
    week, listed = team.week, team.hours.get(looked.person.gid) or []
    told = _completed(viewer, week, listed)
    entries = sorted(told or listed, key=_place)
    targets = tuple(day.total.target for day in looked.days)
    laid_out = grid.build(week, entries, targets=targets, status=looked.status)
    return PersonSheet(laid_out, tuple(entries), untold=told is None)


def _completed(viewer: Viewer, week: Week, listed: Sequence[Entry]) -> list[Entry] | None:
    memory = f"entries-of-others:{viewer.reader.key}:{viewer.membership.workspace}:{week}"
    try:
        return reading.fill_in_cached(viewer.reader.asana, memory, list(listed))
    except AsanaError:
        return None


def _place(entry: Entry) -> tuple[str, str, str]:
    task = entry.task.name if entry.task else ""
    return entry.entered_on.isoformat(), task.casefold(), entry.gid
