"""One person's month, to print and sign: a line for each day, its weeks with their status, and the
sums of its projects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, PaymentRequired, Refused
from accounts.asana.records import (
    ApprovalStatusRecord,
    AsanaUser,
    Entry,
    OutOfOffice,
    Records,
)
from timesheet.domain.approval import Status, read_status
from timesheet.domain.date_range import DateRange
from timesheet.domain.pivot import percent
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
from timesheet.domain.week import Week
from timesheet.reports import labels
from timesheet.sheets import approvals
from timesheet.sheets.capacity import capacity_of
from timesheet.sheets.holidays import days_off
from timesheet.sheets.policy import workspace_policy_of
from timesheet.team.hours import listings_of


@dataclass(frozen=True)
class MonthWeek:
    """The days of a week that are in the month, with the week's status; empty if it is unknown."""

    number: int
    minutes: int
    status: str


@dataclass(frozen=True)
class MonthShare:
    """A project with its minutes, and their percentage of all."""

    label: str
    minutes: int
    percent: float


@dataclass(frozen=True)
class MonthDay:
    """A day with its minutes, its target, and the projects worked on, most first."""

    day: date
    minutes: int
    target: Target
    projects: tuple[MonthShare, ...]
    # On the last day of each week.
    week: MonthWeek | None


@dataclass(frozen=True)
class PersonMonth:
    """A person's month."""

    person: AsanaUser
    span: DateRange
    days: tuple[MonthDay, ...]
    # Most first.
    projects: tuple[MonthShare, ...]
    billable: int
    # Minutes of which Asana does not say whether they are billable.
    unknown: int
    # Whether Asana shows the person's time off, which targets leave out.
    knows_time_off: bool
    # Whether Asana shows the status of the person's weeks, or has none by its plan.
    knows_statuses: bool
    failures: ReadFailures

    @property
    def minutes(self) -> int:
        """Minutes of the month."""
        return sum(day.minutes for day in self.days)

    @property
    def target(self) -> int:
        """Target minutes of the month."""
        return sum(day.target.minutes for day in self.days)

    @property
    def billable_percent(self) -> float:
        """The billable share in percent; 0 without hours."""
        return percent(self.billable, self.minutes)


def month_of(text: str) -> DateRange:
    """Return the month of 2026-11. Raises `ValueError`."""
    if len(text) != len("2026-11"):
        raise ValueError(text)
    return DateRange.month_of(date.fromisoformat(f"{text}-01"))


def load_month(asana: Client, workspace: str, person: AsanaUser, span: DateRange) -> PersonMonth:
    """Load a person's month. Raises `AsanaError`, also if Asana does not show their hours."""
    gid, monday = person.gid, Week.of(span.start).start
    hours = list(listings_of(workspace, gid, span.start, span.end))
    time_off = listings.time_off(workspace, start=span.start, end=span.end, user=gid)
    timesheets = listings.timesheets(workspace, start=monday, end=span.end, user=gid)
    *pages, absences, records = asana.gather_lists([*hours, time_off, timesheets])
    entries = Records[Entry]()
    for page in pages:
        if isinstance(page, AsanaError):
            raise page
        entries.add(page)
    for answer in (absences, records):
        if isinstance(answer, AsanaError) and not isinstance(answer, Refused):
            raise answer
    known = not isinstance(absences, AsanaError)
    day_targets = _targets(workspace, gid, span, absences if known else [])
    names = {by: distinct_names(each, {}) for by, each in names_in(entries).items()}
    reduced = [report_entry_of(entry, gid) for entry in entries]
    weeks = _weeks(span, reduced, _statuses(workspace, gid, span, records))
    return PersonMonth(
        person,
        span,
        tuple(_day(day, target, reduced, names, weeks.get(day)) for day, target in day_targets),
        _projects(reduced, names),
        sum(entry.minutes for entry in reduced if entry.billable == BILLABLE),
        sum(entry.duration_minutes for entry in entries if entry.billable_status is None),
        known,
        not isinstance(records, Refused) or isinstance(records, PaymentRequired),
        failures_in(entries),
    )


def _statuses(
    workspace: str,
    gid: str,
    span: DateRange,
    records: Sequence[ApprovalStatusRecord] | Refused,
) -> dict[str, Status]:
    """Return the weeks' statuses: Asana's if it shows them, and those that were decided here."""
    in_asana = (
        {}
        if isinstance(records, Refused)
        else {
            str(Week.of(record.start_date)): read_status(record.approval_status)
            for record in records
        }
    )
    return {**in_asana, **approvals.local_statuses_of_weeks(workspace, span.weeks, gid)}


def _weeks(
    span: DateRange, entries: Sequence[ReportEntry], statuses: Mapping[str, Status]
) -> dict[date, MonthWeek]:
    """Return the weeks of a month by the last of their days in it."""
    minutes = Counter[Week]()
    for entry in entries:
        minutes[Week.of(entry.day)] += entry.minutes
    return {
        min(week.end, span.end): MonthWeek(
            week.number,
            minutes[week],
            str(labels.STATUSES[statuses[str(week)]]) if str(week) in statuses else "",
        )
        for week in span.weeks
    }


def _targets(
    workspace: str, gid: str, span: DateRange, absences: Sequence[OutOfOffice]
) -> list[tuple[date, Target]]:
    workspace_policy = workspace_policy_of(workspace)
    holidays = days_off(workspace_policy, span.start, span.end)
    capacity = capacity_of(gid, workspace_policy, span.start, span.end)
    days = list(span.days)
    return list(zip(days, targets(days, capacity.on, absences, holidays), strict=True))


def _day(
    day: date,
    target: Target,
    entries: Sequence[ReportEntry],
    names: Names,
    week: MonthWeek | None,
) -> MonthDay:
    own = [entry for entry in entries if entry.day == day]
    minutes = sum(entry.minutes for entry in own)
    return MonthDay(day, minutes, target, _projects(own, names), week)


def _projects(entries: Sequence[ReportEntry], names: Names) -> tuple[MonthShare, ...]:
    minutes = Counter[str]()
    for entry in entries:
        minutes[entry.project] += entry.minutes
    total = minutes.total()
    order = sorted(minutes, key=lambda key: (-minutes[key], key))
    return tuple(
        MonthShare(
            labels.label(Grouping.PROJECT, key, names), minutes[key], percent(minutes[key], total)
        )
        for key in order
    )
