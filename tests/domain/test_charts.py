"""The geometry of charts."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.support.report_entries import A_DAY, work, works
from timesheet.domain import charts
from timesheet.domain.capacity import Capacity
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
    assert chart.weekly
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
    assert not chart.weekly
    assert chart.series == (("2",), ("1",))
    first = chart.bars[0]
    assert [(part.y, part.height) for part in first.parts] == [
        ("25.00%", "75.00%"),
        ("0.00%", "25.00%"),
    ]
    assert [tick.minutes for tick in chart.ticks] == [60, 120, 180, 240]
    assert [bar.minutes for bar in chart.bars] == [240, 0, 0, 0, 0, 0, 0]


def test_five_groups_have_parts_of_their_own_and_the_others_one_together():
    entries = [work(10 + n, project=str(n)) for n in range(8)]
    series = charts.stacked_chart(entries, WEEK, Grouping.PROJECT).series
    assert series == (("7",), ("6",), ("5",), ("4",), ("3",), ("2", "1", "0"))


def test_weeks_are_compared_with_their_targets():
    span = DateRange(date(2026, 11, 18), date(2026, 11, 29))
    chart = charts.trend_chart([work(240, day=A_DAY)], span, Capacity().on)
    assert [(bar.minutes, bar.target) for bar in chart.bars] == [(0, 1440), (240, 2400)]
    assert chart.line.startswith("M0 ")


def test_without_targets_there_is_no_line():
    assert charts.trend_chart([work()], WEEK, Capacity((0,) * 7).on).line == ""


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
