"""Counts as bars."""

from __future__ import annotations

import pytest

from timesheet.domain.pulse import TALL, picture


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
def test_bars_stand_on_the_ground_and_the_tallest_fills_the_picture(counts, expected):
    bars = picture(counts).bars
    assert [[(one.kind, one.y, one.height) for one in bar.parts] for bar in bars] == expected


def test_bars_stand_side_by_side():
    drawn = picture([(1,)] * 24)
    assert [bar.x for bar in drawn.bars[:3]] == [0, 10, 20]
    assert (drawn.width, drawn.tall) == (238, TALL)
