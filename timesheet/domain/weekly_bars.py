"""A small chart of weeks: one bar each, with its hours written on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from timesheet.domain.week import Week

# Part of a bar's slot that stays empty beside it, in percent of the slot.
_GAP = 24.0


@dataclass(frozen=True)
class WeekBar:
    """The bar of a week; positions and sizes are percentages, as attributes of its shape."""

    week: Week
    minutes: int
    x: str
    width: str
    middle: str
    y: str
    height: str


def weekly_bars(weeks: Sequence[tuple[Week, int]]) -> tuple[WeekBar, ...]:
    """Return a bar for each week and its minutes; the longest fills the drawing."""
    largest = max((minutes for _week, minutes in weeks), default=0) or 1
    slot = 100 / max(len(weeks), 1)
    return tuple(
        WeekBar(
            week,
            minutes,
            _percent(slot * (index + _GAP / 200)),
            _percent(slot * (1 - _GAP / 100)),
            _percent(slot * (index + 0.5)),
            _percent(100 - 100 * minutes / largest),
            _percent(100 * minutes / largest),
        )
        for index, (week, minutes) in enumerate(weeks)
    )


def _percent(part: float) -> str:
    return f"{part:.2f}%"
