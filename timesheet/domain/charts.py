"""Where the bars of a report's charts stand. Places and sizes are in percent of the drawing, as its
attributes want them, so that a chart is as wide as its page and its letters stay as large."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from timesheet.domain.date_range import DateRange
from timesheet.domain.pivot import Pivot, percent
from timesheet.domain.report_entry import Grouping, ReportEntry

# More days than that are drawn as weeks.
MOST_DAYS = 62
MOST_SERIES = 5
MOST_LABELS = 7
MOST_TICKS = 4
MOST_SHARES = 8
_HOURS = (1, 2, 4, 8, 10, 20, 40, 50)
# Of the room that a bar has, the part that stays empty beside it.
_GAP = 0.24


@dataclass(frozen=True)
class Tick:
    minutes: int
    y: str


@dataclass(frozen=True)
class Piece:
    """A part of a bar: of one group, or, with the last `rank`, of several."""

    keys: tuple[str, ...]
    rank: int
    minutes: int
    y: str
    height: str


@dataclass(frozen=True)
class Bar:
    """The minutes of a day or a week. `named` where there is room to write below which one."""

    span: DateRange
    minutes: int
    x: str
    width: str
    middle: str
    named: bool
    y: str = ""
    height: str = ""
    pieces: tuple[Piece, ...] = ()
    target: int = 0


@dataclass(frozen=True)
class Chart:
    """Bars over a scale. `series` are the keys of each part that bars may have; `line` is the path
    of the target through a square of 100 by 100."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    weekly: bool
    by: Grouping
    series: tuple[tuple[str, ...], ...] = ()
    line: str = ""

    @cached_property
    def minutes(self) -> int:
        return sum(bar.minutes for bar in self.bars)

    @cached_property
    def target(self) -> int:
        return sum(bar.target for bar in self.bars)


@dataclass(frozen=True)
class Share:
    """One line of a list of shares; several groups in the last."""

    keys: tuple[str, ...]
    minutes: int
    percent: float
    width: str


def stacked(works: Sequence[ReportEntry], span: DateRange, by: Grouping) -> Chart:
    """Each day, or each week of many, with the largest groups as parts of it."""
    weekly = span.length > MOST_DAYS
    spans = _weeks(span) if weekly else [DateRange(day, day) for day in span.days]
    place = {day: number for number, one in enumerate(spans) for day in one.days}
    series = _series(works, by)
    rank = {key: number for number, keys in enumerate(series) for key in keys}
    found = Counter[tuple[int, int]]()
    for work in works:
        found[place[work.day], rank[work.key(by)]] += work.minutes
    minutes = [sum(found[at, one] for one in range(len(series))) for at in range(len(spans))]
    ticks, top = _scale(minutes)
    bars = tuple(
        Bar(
            one,
            minutes[at],
            *_slot(at, len(spans)),
            named=_is_named(at, len(spans)),
            pieces=_pieces(series, [found[at, one] for one in range(len(series))], top),
        )
        for at, one in enumerate(spans)
    )
    return Chart(bars, ticks, weekly, by, series)


def trend(
    works: Iterable[ReportEntry],
    span: DateRange,
    by_weekday: Sequence[int],
    off: Collection[date] = (),
) -> Chart:
    """Each week beside its target: `by_weekday` are the minutes wanted, Monday's first, of the days
    that are not `off`."""
    spans = _weeks(span)
    found = Counter[date]()
    for work in works:
        found[work.day] += work.minutes
    minutes = [sum(found[day] for day in one.days) for one in spans]
    targets = [
        sum(by_weekday[day.weekday()] for day in one.days if day not in off) for one in spans
    ]
    ticks, top = _scale([*minutes, *targets])
    bars = tuple(
        Bar(
            one,
            minutes[at],
            *_slot(at, len(spans)),
            named=_is_named(at, len(spans)),
            y=_percent(100 - percent(minutes[at], top)),
            height=_percent(percent(minutes[at], top)),
            target=targets[at],
        )
        for at, one in enumerate(spans)
    )
    line = _steps([100 - percent(target, top) for target in targets]) if any(targets) else ""
    return Chart(bars, ticks, weekly=True, by=Grouping.WEEK, line=line)


def shares(pivot: Pivot) -> tuple[Share, ...]:
    """The largest groups, and the others together, as parts of all."""
    total, groups = pivot.total.minutes, pivot.groups
    lines: list[tuple[tuple[str, ...], int]] = [
        ((group.key,), group.figure.minutes) for group in groups[:MOST_SHARES]
    ]
    if more := groups[MOST_SHARES:]:
        keys = tuple(group.key for group in more)
        lines.append((keys, sum(group.figure.minutes for group in more)))
    most = max((minutes for _keys, minutes in lines), default=0)
    return tuple(
        Share(keys, minutes, percent(minutes, total), _percent(percent(minutes, most)))
        for keys, minutes in lines
    )


def _weeks(span: DateRange) -> list[DateRange]:
    return [DateRange(week.start, week.end).within(span) for week in span.weeks]


def _series(works: Iterable[ReportEntry], by: Grouping) -> tuple[tuple[str, ...], ...]:
    minutes = Counter[str]()
    for work in works:
        minutes[work.key(by)] += work.minutes
    keys = sorted(minutes, key=lambda key: (-minutes[key], key))
    # One alone needs no gathering.
    alone = MOST_SERIES if len(keys) > MOST_SERIES + 1 else len(keys)
    series = [(key,) for key in keys[:alone]]
    return (*series, tuple(keys[alone:])) if keys[alone:] else tuple(series)


def _pieces(
    series: Sequence[tuple[str, ...]], minutes: Sequence[int], top: int
) -> tuple[Piece, ...]:
    """The first at the bottom."""
    pieces, below = [], 0
    for rank, keys in enumerate(series):
        below += minutes[rank]
        y, height = 100 - percent(below, top), percent(minutes[rank], top)
        pieces.append(Piece(keys, rank, minutes[rank], _percent(y), _percent(height)))
    return tuple(pieces)


def _scale(minutes: Iterable[int]) -> tuple[tuple[Tick, ...], int]:
    """A few round hours, and the minutes that are the whole height."""
    most = max(minutes, default=0)
    step = next(step for step in _steps_of_hours() if step * MOST_TICKS >= most)
    top = max(-(-most // step), 1) * step
    ticks = range(step, top + 1, step)
    return tuple(Tick(tick, _percent(100 - percent(tick, top))) for tick in ticks), top


def _steps_of_hours() -> Iterator[int]:
    scale = 1
    while True:
        yield from (hours * scale * 60 for hours in _HOURS)
        scale *= 100


def _slot(at: int, number: int) -> tuple[str, str, str]:
    """Where a bar begins, how wide it is, and its middle."""
    room = 100 / number
    return (
        _percent(room * (at + _GAP / 2)),
        _percent(room * (1 - _GAP)),
        _percent(room * (at + 0.5)),
    )


def _is_named(at: int, number: int) -> bool:
    return at % -(-number // MOST_LABELS) == 0


def _steps(levels: Sequence[float]) -> str:
    room = 100 / len(levels)
    path = [f"M0 {levels[0]:.2f}"]
    path += [f"V{level:.2f}H{room * (at + 1):.2f}" for at, level in enumerate(levels)]
    return "".join(path)


def _percent(part: float) -> str:
    return f"{part:.2f}%"
