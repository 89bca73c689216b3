"""Weeks and ranges that are named from today, on every day of nine years.

These have three leap years, and two years with a week 53: 2026 and 2032.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from timesheet.domain.budget import burn_span
from timesheet.domain.date_range import DateRange, Preset
from timesheet.domain.mail_schedule import week_to_check
from timesheet.domain.week import Week

DAY = timedelta(days=1)
FIRST, LAST = date(2024, 1, 1), date(2032, 12, 31)
DAYS = [FIRST + number * DAY for number in range((LAST - FIRST).days + 1)]


def test_a_week_has_its_day_and_stands_between_its_neighbours():
    for day in DAYS:
        week = Week.of(day)
        assert day in week
        assert Week.parse(str(week)) == week
        assert week.previous < week < week.next
        assert week.previous.end + DAY == week.start == week.next.start - 7 * DAY


@pytest.mark.parametrize(
    ("this", "last"),
    [
        (Preset.THIS_WEEK, Preset.LAST_WEEK),
        (Preset.THIS_MONTH, Preset.LAST_MONTH),
        (Preset.THIS_QUARTER, Preset.LAST_QUARTER),
    ],
)
def test_the_last_range_ends_where_this_one_begins(this, last):
    for day in DAYS:
        now, before = DateRange.of(this, day), DateRange.of(last, day)
        assert now.start <= day <= now.end
        assert before.end + DAY == now.start
        # It is the one that it was on its own last day.
        assert before == DateRange.of(this, before.end)
        if this is not Preset.THIS_WEEK:
            assert now.previous == before


def test_four_weeks_and_the_year_are_where_they_should_be():
    for day in DAYS:
        monday = day - day.weekday() * DAY
        weeks = DateRange(monday - 28 * DAY, monday - DAY)
        assert DateRange.of(Preset.LAST_4_WEEKS, day) == weeks
        assert burn_span(day) == (weeks.start, weeks.end)
        year = DateRange.of(Preset.THIS_YEAR, day)
        assert (year.start, year.end) == (date(day.year, 1, 1), date(day.year, 12, 31))
        assert len(list(year.months)) == 12


def test_the_week_to_check_is_over_or_nearly():
    for day in DAYS:
        week = week_to_check(day)
        assert week == (Week.of(day) if day.weekday() > 2 else Week.of(day).previous)
        assert week.start <= day
