"""Counts side by side as bars of stacked parts, in a picture of whole numbers of units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Units of the picture: its height, a bar with the gap behind it, and the gap.
TALL, ROOM, GAP = 60, 10, 2


@dataclass(frozen=True)
class Part:
    """What is counted in the column `kind`."""

    kind: int
    y: str
    height: str


@dataclass(frozen=True)
class Bar:
    x: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Picture:
    bars: tuple[Bar, ...]
    width: int
    tall: int = TALL
    bar_width: int = ROOM - GAP


def picture(counts: Sequence[Sequence[int]]) -> Picture:
    """A bar for each of `counts`, the first part at the bottom; the tallest fills the picture."""
    top = max((sum(one) for one in counts), default=0) or 1
    bars = tuple(Bar(at * ROOM, _parts(one, top)) for at, one in enumerate(counts))
    return Picture(bars, len(counts) * ROOM - GAP)


def _parts(counts: Sequence[int], top: int) -> tuple[Part, ...]:
    parts = []
    ground = float(TALL)
    for kind, count in enumerate(counts):
        height = count * TALL / top
        ground -= height
        if count:
            parts.append(Part(kind, f"{ground:.2f}", f"{height:.2f}"))
    return tuple(parts)
