"""What people type to get to a day or a week: "W48", "last week", "24 Nov", "2026-11-24"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from timesheet.domain.quick_entry import DateNames
from timesheet.domain.week import Week

# Characters of a text that are read.
MAX_LENGTH = 40
_YEARS = range(1900, 3000)
_ISO_WEEK = re.compile(r"(?:(\d{4})[- ]?)?w ?(\d{1,2})(?:[ ,-]+(\d{4}))?", re.ASCII)
_WORD_AND_NUMBER = re.compile(r"(\D+?) ?(\d{1,2})(?:[ ,]+(\d{4}))?", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})[./ ] ?(\d{1,2})[./]?(?: ?(\d{4}))?", re.ASCII)
_DAY_AND_MONTH = re.compile(r"(\d{1,2})\.? ([^\W\d]+)\.?(?:,? (\d{4}))?")
_MONTH_AND_DAY = re.compile(r"([^\W\d]+)\.? (\d{1,2})(?:,? (\d{4}))?")


@dataclass(frozen=True)
class CalendarNames:
    """The names of days, weeks and months in the person's language, casefolded."""

    days: DateNames
    # Weeks from this one, such as -1 for "last week".
    weeks: Mapping[str, int]
    # Words before the number of a week.
    week_words: frozenset[str]
    # 1 for January.
    months: Mapping[str, int]
    # Whether 3/4 is the third of April.
    day_first: bool = True


@dataclass(frozen=True)
class Destination:
    """A week to go to, and the day of it that was meant; None where the whole week was."""

    week: Week
    day: date | None = None


def read_destination(text: str, names: CalendarNames, today: date) -> Destination | None:
    """Read the name of a week or of a day; None where the text is neither.

    A day or a week without a year is the one that is nearest to `today`.
    """
    words = " ".join(text[:MAX_LENGTH].casefold().split())
    if words in names.weeks:
        return Destination(Week.of(today + timedelta(weeks=names.weeks[words])))
    if week := _read_week(words, names, today):
        return Destination(week)
    day = _read_day(words, names, today)
    return Destination(Week.of(day), day) if day and day.year in _YEARS else None


def _read_week(words: str, names: CalendarNames, today: date) -> Week | None:
    if match := _ISO_WEEK.fullmatch(words):
        year, number = match[1] or match[3], match[2]
    elif (match := _WORD_AND_NUMBER.fullmatch(words)) and match[1] in names.week_words:
        year, number = match[3], match[2]
    else:
        return None
    years = [int(year)] if year else _years_near(today)
    weeks = [week for year in years if (week := _week(year, int(number)))]
    return min(weeks, key=lambda week: abs(week.start - today), default=None)


def _week(year: int, number: int) -> Week | None:
    try:
        return Week.parse(f"{year:04}-W{number:02}")
    except ValueError:
        return None


def _read_day(words: str, names: CalendarNames, today: date) -> date | None:
    days = names.days
    if words in days.relative:
        return today + timedelta(days=days.relative[words])
    if words in days.weekdays:
        of_week = days.week or Week.of(today)
        return of_week.days[days.weekdays[words] - 1]
    candidates = list(_dates(words, names, today))
    return min(candidates, key=lambda day: abs(day - today), default=None)


def _dates(words: str, names: CalendarNames, today: date) -> Iterator[date]:
    """Yield the dates that the words can mean: one for each year that is near."""
    year: str | None
    if match := _ISO_DAY.fullmatch(words):
        year, month, day = match[1], int(match[2]), int(match[3])
    elif match := _NUMBERS.fullmatch(words):
        first, second, year = int(match[1]), int(match[2]), match[3]
        day, month = (first, second) if names.day_first else (second, first)
    elif (match := _DAY_AND_MONTH.fullmatch(words)) and match[2] in names.months:
        day, month, year = int(match[1]), names.months[match[2]], match[3]
    elif (match := _MONTH_AND_DAY.fullmatch(words)) and match[1] in names.months:
        day, month, year = int(match[2]), names.months[match[1]], match[3]
    else:
        return
    for of_year in [int(year)] if year else _years_near(today):
        try:
            yield date(of_year, month, day)
        except ValueError:
            continue


def _years_near(today: date) -> list[int]:
    return [today.year - 1, today.year, today.year + 1]
