"""The chart of requests by hour."""

from __future__ import annotations

import pytest

from timesheet.domain.usage_chart import HEIGHT, hourly_bars


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], []),
        ([(0, 0)], [[]]),
        ([(3, 0)], [[(0, "0.00", "60.00")]]),
        (
            [(1, 1), (1, 0)],
            [[(0, "30.00", "30.00"), (1, "0.00", "30.00")], [(0, "30.00", "30.00")]],
        ),
    ],
)
def test_parts_are_stacked_from_the_bottom_and_the_tallest_bar_fills_the_height(counts, expected):
    bars = hourly_bars(counts).bars
    assert [[(part.kind, part.y, part.height) for part in bar.parts] for bar in bars] == expected


def test_bars_are_side_by_side():
    chart = hourly_bars([(1,)] * 24)
    assert [bar.x for bar in chart.bars[:3]] == [0, 10, 20]
    assert (chart.width, chart.tall) == (238, HEIGHT)
