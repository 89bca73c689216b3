"""One person's week as their manager reads it: the same grid, and every entry below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from accounts.asana.errors import AsanaError
from accounts.asana.listings import Listing
from accounts.asana.records import Entry, OutOfOffice, Records
from timesheet.domain import grid
from timesheet.domain.grid import Grid
from timesheet.domain.read_failures import NO_FAILURES, ReadFailures, failures_in
from timesheet.domain.target import Target, Total, targets
from timesheet.domain.team_week import PersonWeek
from timesheet.domain.week import Week
from timesheet.sheets import reading
from timesheet.sheets.capacity import capacity_of
from timesheet.sheets.holidays import days_off
from timesheet.sheets.policy import workspace_policy_of
from timesheet.team.hours import listings_of, visible_entries
from timesheet.team.loading import TeamWeek, Viewer
from timesheet.team.time_off import TimeOffCache

# How many weeks the trend of a person shows.
TREND_WEEKS = 8


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


@dataclass(frozen=True)
class WeekTotal:
    """The hours of one week beside what was expected."""

    week: Week
    total: Total


def load_trend(viewer: Viewer, week: Week, gid: str) -> tuple[WeekTotal, ...]:
    """Read a person's last weeks up to this one, the earliest first; empty if there are no hours.

    Raises `AsanaError`.
    """
    weeks = [week]
    while len(weeks) < TREND_WEEKS:
        weeks.insert(0, weeks[0].previous)
    workspace, reader = viewer.membership.workspace, viewer.reader
    start, end = weeks[0].start, week.end
    absences = TimeOffCache(reader, workspace, start, end, viewer.now)
    requests: list[Listing[Any]] = [*listings_of(workspace, gid, start, end)]
    slices = len(requests)
    if gid not in absences.known([gid]):
        requests.append(absences.listing(gid))
    answers = reader.asana.gather_lists(requests)
    entries = [visible_entries(answer) for answer in answers[:slices]]
    if any(visible is None for visible in entries):
        return ()
    if len(answers) > slices and isinstance(answers[-1], list):
        absences.add({gid: answers[-1]})
    minutes = Counter[date]()
    for entry in chain.from_iterable(visible or () for visible in entries):
        minutes[entry.entered_on] += entry.duration_minutes
    if not minutes:
        return ()
    time_off = absences.known([gid]).get(gid, ())
    return tuple(_week_total(workspace, shown, gid, minutes, time_off) for shown in weeks)


def _week_total(
    workspace: str,
    week: Week,
    gid: str,
    minutes: Mapping[date, int],
    time_off: Sequence[OutOfOffice],
) -> WeekTotal:
    policy = workspace_policy_of(workspace)
    capacity = capacity_of(gid, policy, week.start, week.end)
    holidays = days_off(policy, week.start, week.end)
    expected = targets(week.days, capacity.on, time_off, holidays)
    target = Target(sum(target.minutes for target in expected))
    return WeekTotal(week, Total(sum(minutes[day] for day in week.days), target))


def project_totals(shown: Grid) -> list[tuple[str, int]]:
    """Return the minutes of the week by project, the largest first; "" is time without one.

    A task in several projects counts for the first.
    """
    minutes = Counter[str]()
    for row in shown.rows:
        name = row.task.projects[0].name if row.task.projects else ""
        minutes[name or ""] += row.minutes
    return [(name, total) for name, total in minutes.most_common() if total]
