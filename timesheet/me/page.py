"""One's own hours as the pages show them: with labels, shares and addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from timesheet.domain.approval import Status
from timesheet.domain.date_range import DateRange
from timesheet.domain.own_hours import OwnWeek, ProjectLine
from timesheet.domain.pivot import percent, pivot
from timesheet.domain.report_entry import Grouping, ReportEntry
from timesheet.domain.week import Week
from timesheet.me.loading import OwnHours
from timesheet.reports import labels, lines
from timesheet.reports.lines import EntryLine

# Entries on a page; a file has them all.
MOST_LISTED = 200


@dataclass(frozen=True)
class ProjectShare:
    """A project with its minutes and their share of all."""

    key: str
    label: str
    minutes: int
    percent: float
    # Address of the month with the entries of this project.
    address: str


@dataclass(frozen=True)
class OwnProject:
    """A project with its minutes in each month."""

    label: str
    line: ProjectLine


@dataclass(frozen=True)
class ProjectTable:
    """The hours of a year by project and month, from the first month with hours to the last."""

    months: list[date]
    # The last one has the sums.
    rows: list[OwnProject]


@dataclass(frozen=True)
class OwnEntries:
    """Entries that are listed, the newest first."""

    lines: Sequence[EntryLine]
    # Of all entries, listed or not.
    minutes: int
    count: int

    @property
    def left_out(self) -> int:
        """How many entries are not listed."""
        return self.count - len(self.lines)


def projects(hours: OwnHours, workspace: str) -> list[ProjectShare]:
    """Return the projects of a month, the one with the most minutes first."""
    groups = pivot(hours.report_data.entries, Grouping.PROJECT)
    total = groups.total.minutes
    return [
        ProjectShare(
            group.key,
            labels.label(Grouping.PROJECT, group.key, hours.report_data.names),
            group.figure.minutes,
            percent(group.figure.minutes, total),
            month_address(workspace, hours.span, project=group.key) + "#entries",
        )
        for group in groups.groups
    ]


def project_table(project_lines: Iterable[ProjectLine], hours: OwnHours) -> ProjectTable:
    """Return the projects of a year with their names, and a last row with the sums."""
    all_lines = list(project_lines)
    sums = tuple(sum(line.months[month] for line in all_lines) for month in range(12))
    used = [month for month in range(12) if sums[month]]
    shown = slice(used[0], used[-1] + 1) if used else slice(0)
    names = hours.report_data.names
    rows = [
        OwnProject(
            labels.label(Grouping.PROJECT, line.key, names),
            ProjectLine(line.key, line.months[shown]),
        )
        for line in all_lines
    ]
    rows.append(OwnProject("", ProjectLine("", sums[shown])))
    months = [date(hours.span.start.year, month, 1) for month in range(1, 13)]
    return ProjectTable(months[shown], rows)


def billable_percent(hours: OwnHours) -> int | None:
    """Return the billable share in whole percent; None without hours, or where it is not known."""
    total = pivot(hours.report_data.entries, Grouping.BILLABLE).total
    if total.unknown or not total.minutes:
        return None
    return round(percent(total.billable, total.minutes))


def weeks_to_show(hours: OwnHours, this_week: Week) -> list[OwnWeek]:
    """Return the weeks of a year, the newest first.

    Without the empty ones before the first with hours, and those that are still to come.
    """
    used = [week.week for week in hours.weeks if week.total.minutes or is_beyond_draft(week)]
    if not used:
        return []
    last = max(this_week, used[-1])
    return [week for week in reversed(hours.weeks) if used[0] <= week.week <= last]


def is_beyond_draft(week: OwnWeek) -> bool:
    """Return whether the week was submitted at some time."""
    return week.status not in (None, Status.DRAFT)


def listing(hours: OwnHours, *, day: date | None, project: str) -> OwnEntries | None:
    """Return the entries of a day or of a project; None where neither is asked for."""
    if not day and not project:
        return None
    entries = hours.report_data.entries
    if day:
        entries = [entry for entry in entries if entry.day == day]
    if project:
        entries = [entry for entry in entries if entry.project == project]
    return listing_of(hours, entries)


def listing_of(hours: OwnHours, entries: Sequence[ReportEntry]) -> OwnEntries:
    """Return these entries as lines, the newest day first."""
    newest = sorted(entries, key=lambda entry: (entry.day, entry.gid), reverse=True)
    shown = lines.lines(newest[:MOST_LISTED], hours.report_data.names, settings.ASANA_URL)
    return OwnEntries(list(shown), sum(entry.minutes for entry in entries), len(entries))


def month_address(workspace: str, span: DateRange, **more: str) -> str:
    """Return the address of a month, given by its days."""
    return _address("my_hours", workspace, month=f"{span.start:%Y-%m}", **more)


def calendar_address(workspace: str, in_month: date, week: Week) -> str:
    """Return the address of the calendar of a month to choose a week from, with `week` marked."""
    values = {"month": f"{in_month:%Y-%m}", "day": week.start.isoformat()}
    return _address("week_calendar", workspace, **values)


def year_address(workspace: str, span: DateRange) -> str:
    """Return the address of the year that `span` begins in."""
    return _address("my_weeks", workspace, year=str(span.start.year))


def search_address(workspace: str, query: str, day: date) -> str:
    """Return the address of a search that looks back from `day`."""
    return _address("search_my_hours", workspace, query=query, day=day.isoformat())


def file_name(span: DateRange) -> str:
    """Return the name of a file with the hours of a month or a year, without its ending."""
    return f"my-hours-{span.start:%Y}" if span.length > 31 else f"my-hours-{span.start:%Y-%m}"


def _address(view: str, workspace: str, **query: str) -> str:
    return f"{reverse(view, kwargs={'workspace': workspace})}?{urlencode(query)}"
