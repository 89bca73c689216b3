"""The geometry of the chart of requests: a bar for each hour, stacked by how Asana responded.

Unlike a report's charts it is drawn in whole units, and stretched to the available width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from timesheet.domain.charts import stack

# Units: the height of the drawing, a bar with the gap after it, and the gap.
HEIGHT, SLOT, GAP = 60, 10, 2


@dataclass(frozen=True)
class UsagePart:
    """A part of a bar."""

    # The index of its count.
    kind: int
    y: str
    height: str


@dataclass(frozen=True)
class UsageBar:
    """The counts of an hour."""

    x: int
    # From the bottom; a count of zero has no part.
    parts: tuple[UsagePart, ...]


@dataclass(frozen=True)
class HourlyBars:
    """Bars side by side."""

    bars: tuple[UsageBar, ...]
    width: int
    tall: int = HEIGHT
    bar_width: int = SLOT - GAP


def hourly_bars(counts: Sequence[Sequence[int]]) -> HourlyBars:
    """Return a chart with a bar for each of `counts`; the tallest bar fills its height."""
    top = max(map(sum, counts), default=0) or 1
    bars = tuple(
        UsageBar(index * SLOT, _parts(bar_counts, top)) for index, bar_counts in enumerate(counts)
    )
    return HourlyBars(bars, len(counts) * SLOT - GAP)


def _parts(counts: Sequence[int], top: int) -> tuple[UsagePart, ...]:
    edges = stack(counts, top, HEIGHT)
    return tuple(
        UsagePart(kind, f"{y:.2f}", f"{height:.2f}")
        for kind, (count, (y, height)) in enumerate(zip(counts, edges, strict=True))
        if count
    )
