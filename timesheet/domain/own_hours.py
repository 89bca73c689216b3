"""A person's own hours: the weeks of a month or a year beside their targets, and a search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from timesheet.domain.approval import Status
from timesheet.domain.date_range import DateRange
from timesheet.domain.pivot import Group, pivot
from timesheet.domain.report_entry import Grouping, Names, ReportEntry
from timesheet.domain.target import Target, Total
from timesheet.domain.week import Week


class Completeness(StrEnum):
    """How much of a day's target is logged: the shades of a calendar."""

    FREE = "free"
    OFF = "off"
    EMPTY = "empty"
    PART = "part"
    FULL = "full"
    OVER = "over"


@dataclass(frozen=True)
class OwnDay:
    """A day of a calendar."""

    day: date
    total: Total
    # Whether it is in the month that the calendar shows.
    is_shown: bool = True

    @property
    def completeness(self) -> Completeness:
        """The shade of the day."""
        minutes, target = self.total.minutes, self.total.target
        if not minutes:
            if target.off:
                return Completeness.OFF
            return Completeness.EMPTY if target.minutes else Completeness.FREE
        if minutes > target.minutes:
            return Completeness.OVER
        return Completeness.FULL if minutes == target.minutes else Completeness.PART


@dataclass(frozen=True)
class OwnWeek:
    """A week with all of its days, and its approval status; None if that is not known."""

    week: Week
    days: tuple[OwnDay, ...]
    status: Status | None = None

    @property
    def total(self) -> Total:
        """The minutes of the week beside its target."""
        target = sum(day.total.target.minutes for day in self.days)
        return Total(sum(day.total.minutes for day in self.days), Target(target))


@dataclass(frozen=True)
class ProjectLine:
    """The minutes of one project in each month of a year."""

    # As the groups of a report by project.
    key: str
    # January's first.
    months: tuple[int, ...]

    @property
    def minutes(self) -> int:
        """Minutes of the whole year."""
        return sum(self.months)


def whole_weeks(span: DateRange) -> DateRange:
    """Return the days of all weeks that have a day in `span`."""
    return DateRange(Week.of(span.start).start, Week.of(span.end).end)


def weeks_of(
    shown: DateRange,
    entries: Iterable[ReportEntry],
    targets: Mapping[date, Target],
    statuses: Mapping[str, Status] | None,
) -> tuple[OwnWeek, ...]:
    """Return the weeks that have a day in `shown`, the earliest first.

    `targets` are those of every day of these weeks; `statuses` are by week, None if not known.
    """
    minutes = Counter[date]()
    for entry in entries:
        minutes[entry.day] += entry.minutes
    return tuple(
        OwnWeek(
            week,
            tuple(
                OwnDay(day, Total(minutes[day], targets[day]), shown.start <= day <= shown.end)
                for day in week.days
            ),
            None if statuses is None else statuses.get(str(week), Status.DRAFT),
        )
        for week in shown.weeks
    )


def total_of(span: DateRange, weeks: Iterable[OwnWeek]) -> Total:
    """Return the minutes of the days in `span` beside their targets."""
    days = [day for week in weeks for day in week.days if span.start <= day.day <= span.end]
    target = sum(day.total.target.minutes for day in days)
    return Total(sum(day.total.minutes for day in days), Target(target))


def project_lines(entries: Iterable[ReportEntry]) -> tuple[ProjectLine, ...]:
    """Return the minutes of each project by month, of entries of one year.

    The project with the most minutes is first.
    """
    groups = pivot(entries, Grouping.PROJECT, Grouping.MONTH).groups
    return tuple(ProjectLine(group.key, _months(group)) for group in groups)


def _months(group: Group) -> tuple[int, ...]:
    minutes = {int(month.key[-2:]): month.figure.minutes for month in group.within}
    return tuple(minutes.get(month, 0) for month in range(1, 13))


def search(entries: Iterable[ReportEntry], names: Names, query: str) -> Sequence[ReportEntry]:
    """Return the entries with every word of `query` in their note, task or project.

    Case does not matter.
    """
    words = query.casefold().split()
    return [entry for entry in entries if _has_words(entry, names, words)]


def _has_words(entry: ReportEntry, names: Names, words: Iterable[str]) -> bool:
    texts = (
        entry.note or "",
        names.get(Grouping.TASK, {}).get(entry.task, ""),
        names.get(Grouping.PROJECT, {}).get(entry.project, ""),
    )
    text = "\n".join(texts).casefold()
    return all(word in text for word in words)
