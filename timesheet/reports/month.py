"""One person's month, to print and sign: a line for each day, and the sums of its projects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, Refused
from accounts.asana.records import AsanaUser, Entry, OutOfOffice, Records
from timesheet.domain.date_range import DateRange
from timesheet.domain.read_failures import ReadFailures, failures_in
from timesheet.domain.report_entry import (
    BILLABLE,
    Grouping,
    Names,
    ReportEntry,
    distinct_names,
    names_in,
    report_entry_of,
)
from timesheet.domain.target import Target, targets
from timesheet.reports import labels
from timesheet.sheets.capacity import capacity_of
from timesheet.sheets.holidays import days_off
from timesheet.sheets.policy import workspace_policy_of
from timesheet.team.hours import listings_of


@dataclass(frozen=True)
class MonthDay:
    """A day with its minutes, its target, and the projects worked on, most first."""

    day: date
    minutes: int
    target: Target
    projects: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class PersonMonth:
    """A person's month."""

    person: AsanaUser
    span: DateRange
    days: tuple[MonthDay, ...]
    # Label and minutes of each project, most first.
    projects: tuple[tuple[str, int], ...]
    billable: int
    # Minutes of which Asana does not say whether they are billable.
    unknown: int
    # Whether Asana shows the person's time off, which targets leave out.
    knows_time_off: bool
    failures: ReadFailures

    @property
    def minutes(self) -> int:
        """Minutes of the month."""
        return sum(day.minutes for day in self.days)

    @property
    def target(self) -> int:
        """Target minutes of the month."""
        return sum(day.target.minutes for day in self.days)


def month_of(text: str) -> DateRange:
    """Return the month of 2026-11. Raises `ValueError`."""
    if len(text) != len("2026-11"):
        raise ValueError(text)
    return DateRange.month_of(date.fromisoformat(f"{text}-01"))


def load_month(asana: Client, workspace: str, person: AsanaUser, span: DateRange) -> PersonMonth:
    """Load a person's month. Raises `AsanaError`, also if Asana does not show their hours."""
    hours = list(listings_of(workspace, person.gid, span.start, span.end))
    time_off = listings.time_off(workspace, start=span.start, end=span.end, user=person.gid)
    *pages, absences = asana.gather_lists([*hours, time_off])
    entries = Records[Entry]()
    for page in pages:
        if isinstance(page, AsanaError):
            raise page
        entries.add(page)
    if isinstance(absences, AsanaError) and not isinstance(absences, Refused):
        raise absences
    known = not isinstance(absences, AsanaError)
    day_targets = _targets(workspace, person.gid, span, absences if known else [])
    names = {by: distinct_names(each, {}) for by, each in names_in(entries).items()}
    reduced = [report_entry_of(entry, person.gid) for entry in entries]
    return PersonMonth(
        person,
        span,
        tuple(_day(day, target, reduced, names) for day, target in day_targets),
        _projects(reduced, names),
        sum(entry.minutes for entry in reduced if entry.billable == BILLABLE),
        sum(entry.duration_minutes for entry in entries if entry.billable_status is None),
        known,
        failures_in(entries),
    )


def _targets(
    workspace: str, gid: str, span: DateRange, absences: Sequence[OutOfOffice]
) -> list[tuple[date, Target]]:
    workspace_policy = workspace_policy_of(workspace)
    holidays = days_off(workspace_policy, span.start, span.end)
    capacity = capacity_of(gid, workspace_policy, span.start, span.end)
    days = list(span.days)
    return list(zip(days, targets(days, capacity.on, absences, holidays), strict=True))


def _day(day: date, target: Target, entries: Sequence[ReportEntry], names: Names) -> MonthDay:
    own = [entry for entry in entries if entry.day == day]
    return MonthDay(day, sum(entry.minutes for entry in own), target, _projects(own, names))


def _projects(entries: Sequence[ReportEntry], names: Names) -> tuple[tuple[str, int], ...]:
    minutes = Counter[str]()
    for entry in entries:
        minutes[entry.project] += entry.minutes
    order = sorted(minutes, key=lambda key: (-minutes[key], key))
    return tuple((labels.label(Grouping.PROJECT, key, names), minutes[key]) for key in order)
