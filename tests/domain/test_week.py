"""ISO weeks, especially around the turn of the year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timesheet.domain.week import Week

days = st.dates(date(1900, 1, 1), date(2999, 12, 29))


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 11, 23), "2026-W48"),
        (date(2026, 12, 31), "2026-W53"),
        (date(2027, 1, 3), "2026-W53"),
        (date(2027, 1, 4), "2027-W01"),
        (date(2021, 1, 1), "2020-W53"),
        (date(2024, 12, 30), "2025-W01"),
    ],
)
def test_the_week_of_a_day(day, week):
    assert str(Week.of(day)) == week
    assert day in Week.parse(week)


@given(days)
def test_a_week_is_read_back_as_written(day):
    week = Week.of(day)
    assert Week.parse(str(week)) == week


@given(days)
def test_a_week_is_seven_days_from_monday(some_day):
    week = Week.of(some_day)
    assert [day.weekday() for day in week.days] == list(range(7))
    assert (week.days[0], week.days[-1]) == (week.start, week.end)
    assert week.next.start - week.end == timedelta(days=1)
    assert week.next.previous == week


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-W00",
        "2026-W54",
        "2025-W53",
        "2026-48",
        "2026-W4",
        "1899-W10",
        "3000-W01",
        "2026-W48 ",
        "２０２６-W48",
    ],
)
def test_texts_that_are_no_weeks(text):
    with pytest.raises(ValueError):  # noqa: PT011 (the message is the text itself)
        Week.parse(text)
