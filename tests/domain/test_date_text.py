"""What people type to get to a day or a week."""

from __future__ import annotations

from datetime import date

import pytest

from timesheet.domain.date_text import CalendarNames, Destination, read_destination
from timesheet.domain.quick_entry import DateNames
from timesheet.domain.week import Week

TODAY = date(2026, 11, 28)
WEEK = Week(2026, 47)
NAMES = CalendarNames(
    DateNames({"tuesday": 2, "tue": 2}, {"today": 0, "yesterday": -1}, WEEK),
    {"last week": -1, "this week": 0, "next week": 1},
    frozenset({"w", "week", "kw"}),
    {"november": 11, "nov": 11, "januar": 1, "märz": 3},
)


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("W48", "2026-W48"),
        ("w 5", "2027-W05"),
        ("W30", "2026-W30"),
        ("Week 48", "2026-W48"),
        ("KW 3, 2025", "2025-W03"),
        ("2026-W12", "2026-W12"),
        ("W12 2025", "2025-W12"),
        ("w53", "2026-W53"),
        (" Last  week", "2026-W47"),
        ("next week", "2026-W49"),
    ],
)
def test_a_week_is_read(text, week):
    assert read_destination(text, NAMES, TODAY) == Destination(Week.parse(week))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-24", date(2026, 11, 24)),
        ("2026-1-5", date(2026, 1, 5)),
        ("24 Nov", date(2026, 11, 24)),
        ("24. November 2025", date(2025, 11, 24)),
        ("Nov 24, 2025", date(2025, 11, 24)),
        ("5 Januar", date(2027, 1, 5)),
        ("1. März", date(2027, 3, 1)),
        ("24.11.", date(2026, 11, 24)),
        ("24/11", date(2026, 11, 24)),
        ("3.2.2024", date(2024, 2, 3)),
        ("yesterday", date(2026, 11, 27)),
        ("Tue", date(2026, 11, 17)),
    ],
)
def test_a_day_is_read(text, day):
    assert read_destination(text, NAMES, TODAY) == Destination(Week.of(day), day)


@pytest.mark.parametrize(
    "text",
    ["", "8", "1:30", "W54", "w0", "31.2.", "2026-13-01", "bank 24", "9999-12-31", "W1 0000"],
)
def test_anything_else_is_not(text):
    assert read_destination(text, NAMES, TODAY) is None


def test_the_month_comes_first_where_people_write_it_first():
    names = CalendarNames(NAMES.days, NAMES.weeks, NAMES.week_words, NAMES.months, day_first=False)
    found = read_destination("11/5", names, TODAY)
    assert found is not None
    assert found.day == date(2026, 11, 5)
