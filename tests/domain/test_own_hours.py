"""A person's own hours: weeks, shades, sums, and the search in them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.report_entries import A_DAY, work
from timesheet.domain.approval import Status
from timesheet.domain.date_range import DateRange
from timesheet.domain.own_hours import (
    Completeness,
    OwnDay,
    project_lines,
    search,
    total_of,
    weeks_of,
    whole_weeks,
)
from timesheet.domain.report_entry import Grouping
from timesheet.domain.target import Target, Total

NOVEMBER = DateRange(date(2026, 11, 1), date(2026, 11, 30))
TARGETS = {day: Target(480 if day.weekday() < 5 else 0) for day in whole_weeks(NOVEMBER).days}


@pytest.mark.parametrize(
    ("minutes", "target", "shade"),
    [
        (0, Target(480), Completeness.EMPTY),
        (0, Target(0), Completeness.FREE),
        (0, Target(off=True), Completeness.OFF),
        (479, Target(480), Completeness.PART),
        (480, Target(480), Completeness.FULL),
        (481, Target(480), Completeness.OVER),
        (1, Target(off=True), Completeness.OVER),
    ],
)
def test_the_shade_of_a_day(minutes, target, shade):
    assert OwnDay(A_DAY, Total(minutes, target)).completeness is shade


def test_a_month_is_shown_in_whole_weeks():
    weeks = weeks_of(NOVEMBER, [], TARGETS, None)
    assert [str(week.week) for week in weeks][::5] == ["2026-W44", "2026-W49"]
    first = weeks[0]
    assert [day.is_shown for day in first.days] == [False] * 6 + [True]
    assert first.total.target.minutes == 5 * 480


def test_a_week_counts_its_days_of_other_months_and_a_month_does_not():
    entries = [work(60, day=date(2026, 10, 26)), work(30, day=date(2026, 11, 1))]
    weeks = weeks_of(NOVEMBER, entries, TARGETS, {"2026-W44": Status.APPROVED})
    assert weeks[0].total.minutes == 90
    assert total_of(NOVEMBER, weeks).minutes == 30
    assert total_of(NOVEMBER, weeks).target.minutes == 21 * 480
    assert [week.status for week in weeks[:2]] == [Status.APPROVED, Status.DRAFT]


def test_projects_by_month_with_the_largest_first():
    entries = [
        work(60, project="1", day=date(2026, 1, 5)),
        work(90, project="2", day=date(2026, 12, 5)),
        work(60, project="2", day=date(2026, 1, 5)),
    ]
    [largest, other] = project_lines(entries)
    assert (largest.key, largest.minutes, largest.months[0], largest.months[11]) == (
        "2",
        150,
        60,
        90,
    )
    assert other.months == (60, *(0,) * 11)


@pytest.mark.parametrize(
    ("query", "found"), [("bank", 2), ("BANK call", 1), ("Fjord", 2), ("nothing", 0)]
)
def test_a_search_wants_every_word(query, found):
    names = {Grouping.TASK: {"1": "Bank sign-in"}, Grouping.PROJECT: {"1": "Fjord"}}
    entries = [work(note="Call them"), work(day=A_DAY + timedelta(days=1))]
    assert len(search(entries, names, query)) == found
