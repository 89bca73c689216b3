"""Counts side by side as bars of stacked parts, in a picture of whole numbers of units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Units of the picture: its height, a bar with the gap behind it, and the gap.
TALL, ROOM, GAP = 60, 10, 2


@dataclass(frozen=True)
class UsagePart:
    """What is counted in the column `kind`."""

    kind: int
    y: str
    height: str


@dataclass(frozen=True)
class UsageBar:
    x: int
    parts: tuple[UsagePart, ...]


@dataclass(frozen=True)
class UsagePicture:
    bars: tuple[UsageBar, ...]
    width: int
    tall: int = TALL
    bar_width: int = ROOM - GAP


def picture(counts: Sequence[Sequence[int]]) -> UsagePicture:
    """A bar for each of `counts`, the first part at the bottom; the tallest fills the picture."""
    top = max((sum(one) for one in counts), default=0) or 1
    bars = tuple(UsageBar(at * ROOM, _parts(one, top)) for at, one in enumerate(counts))
    return UsagePicture(bars, len(counts) * ROOM - GAP)


def _parts(counts: Sequence[int], top: int) -> tuple[UsagePart, ...]:
    parts = []
    ground = float(TALL)
    for kind, count in enumerate(counts):
        height = count * TALL / top
        ground -= height
        if count:
            parts.append(UsagePart(kind, f"{ground:.2f}", f"{height:.2f}"))
    return tuple(parts)
