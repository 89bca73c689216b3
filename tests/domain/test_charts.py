"""The geometry of charts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.report_entries import A_DAY, work, works
from timesheet.domain import charts
from timesheet.domain.date_range import DateRange
from timesheet.domain.pivot import pivot
from timesheet.domain.report_entry import Grouping

WEEK = DateRange(date(2026, 11, 23), date(2026, 11, 29))
YEAR = DateRange(date(2026, 1, 1), date(2027, 2, 4))


def number(percent: str) -> float:
    return float(percent.removesuffix("%"))


@given(st.lists(works), st.sampled_from([Grouping.PROJECT, Grouping.PERSON]))
def test_bars_have_all_minutes_and_are_within_the_drawing(entries, by):
    chart = charts.stacked_chart(entries, YEAR, by)
    assert chart.unit is Grouping.WEEK
    assert chart.minutes == sum(entry.minutes for entry in entries)
    for bar in chart.bars:
        assert sum(part.minutes for part in bar.parts) == bar.minutes
        assert 0 <= number(bar.x) < 100
        for part in bar.parts:
            assert number(part.y) >= 0
            assert number(part.y) + number(part.height) <= 100.02


def test_a_few_days_are_bars_of_days_with_the_largest_at_the_bottom():
    chart = charts.stacked_chart(
        [work(60, project="1"), work(180, project="2")], WEEK, Grouping.PROJECT
    )
    assert chart.unit is Grouping.DAY
    assert chart.series == (("2",), ("1",))
    first = chart.bars[0]
    assert [(part.y, part.height) for part in first.parts] == [
        ("25.00%", "75.00%"),
        ("0.00%", "25.00%"),
    ]
    assert [tick.minutes for tick in chart.ticks] == [60, 120, 180, 240]
    assert [bar.minutes for bar in chart.bars] == [240, 0, 0, 0, 0, 0, 0]


def test_eight_groups_have_parts_of_their_own_and_the_others_one_together():
    entries = [work(10 + n, project=f"{n:02}") for n in range(12)]
    chart = charts.stacked_chart(entries, WEEK, Grouping.PROJECT)
    assert chart.series[:8] == tuple((f"{n:02}",) for n in range(11, 3, -1))
    assert chart.series[8:] == (("03", "02", "01", "00"),)
    assert chart.combined == (8,)


def test_the_others_are_split_into_the_next_groups():
    entries = [work(10 + n, project=f"{n:03}") for n in range(200)]
    chart = charts.stacked_chart(entries, WEEK, Grouping.PROJECT, skip=8)
    assert [len(keys) for keys in chart.series] == [1] * 8 + [184, 8]
    assert chart.combined == (8, 9)
    assert chart.minutes == sum(entry.minutes for entry in entries)


def test_years_are_bars_of_months():
    years = DateRange(date(2024, 1, 15), date(2026, 11, 29))
    chart = charts.stacked_chart([work()], years, Grouping.PROJECT)
    assert chart.unit is Grouping.MONTH
    assert len(chart.bars) == 35


def test_whole_weeks_that_are_over_are_compared_with_their_targets():
    span = DateRange(date(2026, 11, 4), date(2026, 11, 29))
    targets = {day: 480 for day in span.days if day.weekday() < 5}
    del targets[date(2026, 11, 16)]
    chart = charts.trend_chart([work(240, day=A_DAY)], span, targets, date(2026, 11, 25))
    assert [bar.span.start.day for bar in chart.bars] == [9, 16]
    assert [bar.target for bar in chart.bars] == [2400, 1920]
    assert chart.line.startswith("M0 ")


def test_a_week_is_not_over_on_its_last_day():
    span = DateRange(date(2026, 11, 9), date(2026, 11, 22))
    chart = charts.trend_chart([], span, {}, span.end)
    assert [bar.span.start.day for bar in chart.bars] == [9]


def test_without_targets_there_is_no_line():
    assert charts.trend_chart([work()], WEEK, {}, date(2026, 12, 31)).line == ""


def test_shares_are_the_largest_and_the_others():
    entries = [work(10, project=str(n)) for n in range(10)]
    shares = charts.shares(pivot(entries, Grouping.PROJECT))
    assert len(shares) == 9
    assert (shares[-1].minutes, len(shares[-1].keys)) == (20, 2)
    assert sum(share.percent for share in shares) == 100


def test_a_chart_without_entries_can_be_drawn():
    chart = charts.stacked_chart([], WEEK, Grouping.PROJECT)
    assert chart.minutes == 0
    assert chart.ticks
    assert charts.shares(pivot([], Grouping.PROJECT)) == ()


def test_others_that_are_most_of_the_hours_do_not_hide_the_largest():
    """Of 200 equal groups, eight are drawn on a scale of their own; the rest stays in the table."""
    entries = [work(60, project=f"{n:03}") for n in range(200)]
    chart = charts.stacked_chart(entries, WEEK, Grouping.PROJECT)
    bar = next(bar for bar in chart.bars if bar.minutes)
    assert chart.is_partial
    assert (bar.minutes, bar.drawn) == (200 * 60, 8 * 60)
    assert sum(float(part.height[:-1]) for part in bar.parts if part.is_drawn) == pytest.approx(100)
    assert [part.minutes for part in bar.parts if not part.is_drawn] == [192 * 60]


def test_few_others_are_drawn():
    entries = [work(600 if n < 8 else 10, project=f"{n:03}") for n in range(12)]
    chart = charts.stacked_chart(entries, WEEK, Grouping.PROJECT)
    assert not chart.is_partial
    assert all(bar.drawn == bar.minutes for bar in chart.bars)
