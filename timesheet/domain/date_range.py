"""The days of a report: a preset such as last month, or any range of dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from timesheet.domain.week import Week

# The longest range of a report, in days: ten years, which are read in many steps.
MAX_DAYS = 3660
_YEARS = range(1900, 3000)
_DAY = timedelta(days=1)


class Preset(StrEnum):
    """Ranges that move on with the calendar."""

    THIS_WEEK = "this-week"
    LAST_WEEK = "last-week"
    LAST_4_WEEKS = "last-4-weeks"
    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"
    THIS_QUARTER = "this-quarter"
    LAST_QUARTER = "last-quarter"
    THIS_YEAR = "this-year"


class QueryFault(StrEnum):
    """Why a query cannot be shown; the sentences for people are in `reports.labels`."""

    FROM = "from"
    TO = "to"
    ORDER = "order"
    LONG = "long"
    PRESET = "preset"
    GROUPING = "grouping"


class BadQuery(ValueError):
    """A query of a report is invalid because of its `fault`."""

    def __init__(self, fault: QueryFault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class DateRange:
    """The days from `start` to `end`, both included."""

    start: date
    end: date

    @classmethod
    def read(cls, start: str, end: str) -> Self:
        """Parse two ISO dates. Raises `BadQuery`, also for more than `MAX_DAYS` days."""
        span = cls(_day(start, QueryFault.FROM), _day(end, QueryFault.TO))
        if span.end < span.start:
            raise BadQuery(QueryFault.ORDER)
        if span.length > MAX_DAYS:
            raise BadQuery(QueryFault.LONG)
        return span

    @classmethod
    def of(cls, preset: Preset, today: date) -> Self:
        """Return the days that `preset` stands for on `today`."""
        week = Week.of(today)
        quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        match preset:
            case Preset.THIS_WEEK:
                return cls(week.start, week.end)
            case Preset.LAST_WEEK:
                return cls(week.previous.start, week.previous.end)
            case Preset.LAST_4_WEEKS:
                return cls(week.start - timedelta(weeks=4), week.previous.end)
            case Preset.THIS_MONTH:
                return cls.month_of(today)
            case Preset.LAST_MONTH:
                return cls.month_of(today.replace(day=1) - _DAY)
            case Preset.THIS_QUARTER:
                return cls(quarter, _add_months(quarter, 3) - _DAY)
            case Preset.LAST_QUARTER:
                return cls(_add_months(quarter, -3), quarter - _DAY)
            case Preset.THIS_YEAR:
                return cls(date(today.year, 1, 1), date(today.year, 12, 31))

    @classmethod
    def month_of(cls, day: date) -> Self:
        """Return the whole month that has `day`."""
        first = day.replace(day=1)
        return cls(first, _add_months(first, 1) - _DAY)

    @property
    def length(self) -> int:
        """Number of days."""
        return (self.end - self.start).days + 1

    @property
    def days(self) -> Iterator[date]:
        """Every day, in order."""
        return (self.start + timedelta(days=offset) for offset in range(self.length))

    @property
    def weeks(self) -> Iterator[Week]:
        """The weeks that have a day in the range."""
        week = Week.of(self.start)
        while week.start <= self.end:
            yield week
            week = week.next

    @property
    def months(self) -> Iterator[DateRange]:
        """The whole months that have a day in the range."""
        month = DateRange.month_of(self.start)
        while month.start <= self.end:
            yield month
            month = DateRange.month_of(month.end + _DAY)

    @property
    def previous(self) -> DateRange:
        """The range before that can be compared: as many whole months, else as many days."""
        before = self.start - _DAY
        if self.start.day == 1 and (self.end + _DAY).day == 1:
            months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1
            return DateRange(_add_months(self.start, -months), before)
        return DateRange(self.start - timedelta(days=self.length), before)

    def within(self, other: DateRange) -> DateRange:
        """Return the days that are in both ranges, which must overlap."""
        return DateRange(max(self.start, other.start), min(self.end, other.end))


def _day(text: str, fault: QueryFault) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise BadQuery(fault) from None
    if day.year not in _YEARS:
        raise BadQuery(fault)
    return day


def _add_months(first: date, months: int) -> date:
    """Return the first day of the month that is `months` after the month of `first`."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)
