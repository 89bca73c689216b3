"""The geometry of a report's charts.

Positions and sizes are in percent of the drawing, as attributes of its shapes take them: a chart
is as wide as its page, and its text keeps its size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from timesheet.domain.date_range import DateRange
from timesheet.domain.pivot import Pivot, percent
from timesheet.domain.report_entry import Grouping, ReportEntry, key_reader, minutes_by

# A longer range has a bar for each week instead of each day, and a very long one for each month.
MAX_DAILY_BARS = 62
MAX_WEEKLY_DAYS = 400
MAX_SERIES = 8
# The most bars that have their total written on them, and the most that have it in whole hours.
MAX_TOTALS, MAX_SHORT_TOTALS = 16, 31
MAX_LABELS = 7
MAX_TICKS = 4
MAX_SHARES = 8
# Hours between two ticks of the scale; beyond these, the same times a power of 100.
_TICK_HOURS = (1, 2, 4, 8, 10, 20, 40, 50)
# The part of a bar's slot that stays empty beside it.
_GAP = 0.24


@dataclass(frozen=True)
class Tick:
    """A line of the scale."""

    minutes: int
    y: str


@dataclass(frozen=True)
class BarPart:
    """The part of a bar that belongs to one group, or to all small groups together."""

    # The keys of its groups.
    keys: tuple[str, ...]
    # Its place among the parts, from the bottom.
    rank: int
    minutes: int
    y: str
    height: str
    is_drawn: bool = True


@dataclass(frozen=True)
class Bar:
    """The minutes of a day or a week."""

    span: DateRange
    minutes: int
    x: str
    width: str
    # The horizontal center, where its label goes.
    middle: str
    # Whether there is room for a label.
    named: bool
    y: str = ""
    height: str = ""
    parts: tuple[BarPart, ...] = ()
    # Target minutes.
    target: int = 0

    @cached_property
    def drawn(self) -> int:
        """Minutes of the parts that are drawn; all without parts."""
        if not self.parts:
            return self.minutes
        return sum(part.minutes for part in self.parts if part.is_drawn)


@dataclass(frozen=True)
class Chart:
    """Bars over a scale."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    # What each bar is: a day, a week or a month.
    unit: Grouping
    by: Grouping
    # The keys of each part that bars may have, by rank.
    series: tuple[tuple[str, ...], ...] = ()
    # The ranks of the last series, which are several groups each: those skipped and the small ones.
    combined: tuple[int, ...] = ()
    # The path of the target through a square of 100 by 100; empty without a target.
    line: str = ""

    @cached_property
    def minutes(self) -> int:
        """Minutes of all bars."""
        return sum(bar.minutes for bar in self.bars)

    @property
    def has_totals(self) -> bool:
        """Whether there is room to write its total on each bar."""
        return len(self.bars) <= MAX_TOTALS

    @property
    def has_short_totals(self) -> bool:
        """Whether there is room for whole hours on each bar, but not for minutes."""
        return MAX_TOTALS < len(self.bars) <= MAX_SHORT_TOTALS

    @cached_property
    def is_partial(self) -> bool:
        """Whether some parts are not drawn."""
        return any(not part.is_drawn for bar in self.bars for part in bar.parts)

    @property
    def single(self) -> int:
        """How many series are one group each."""
        return len(self.series) - len(self.combined)

    def series_minutes(self, rank: int) -> int:
        """Minutes of one series in all bars."""
        return sum(bar.parts[rank].minutes for bar in self.bars)

    @cached_property
    def target(self) -> int:
        """Target minutes of all bars."""
        return sum(bar.target for bar in self.bars)


@dataclass(frozen=True)
class Share:
    """A group's share of all minutes; the last of a list may stand for several groups."""

    keys: tuple[str, ...]
    minutes: int
    percent: float
    # Of its bar, in a drawing whose whole width stands for all minutes.
    width: str


def stacked_chart(
    entries: Sequence[ReportEntry], span: DateRange, by: Grouping, *, skip: int = 0
) -> Chart:
    """Return a chart of the days, or the weeks or months of a long range, in parts.

    The parts are the `MAX_SERIES` largest groups after the first `skip`, those that were skipped
    together, and the others together; these are not drawn where they are more than half of all,
    because the rest would be too thin to see. All entries must be within `span`.
    """
    unit, spans = _bars_of(span)
    bar_of_day = {day: index for index, bar_span in enumerate(spans) for day in bar_span.days}
    series, combined = _series(entries, by, skip)
    rank_of_key = {key: rank for rank, keys in enumerate(series) for key in keys}
    minutes = [[0] * len(series) for _ in spans]
    key_of = key_reader(by)
    for entry in entries:
        minutes[bar_of_day[entry.day]][rank_of_key[key_of(entry)]] += entry.minutes
    drawn = _drawn(minutes, len(series), combined)
    heights = [sum(bar[rank] for rank in drawn) for bar in minutes]
    ticks, top = _scale(heights)
    bars = tuple(
        Bar(
            bar_span,
            sum(minutes[index]),
            *_slot(index, len(spans)),
            named=_has_label(index, len(spans)),
            y=_percent(100 - percent(heights[index], top)),
            parts=_parts(series, minutes[index], top, drawn),
        )
        for index, bar_span in enumerate(spans)
    )
    return Chart(bars, ticks, unit, by, series, combined)


def trend_chart(
    entries: Iterable[ReportEntry], span: DateRange, targets_by_day: Mapping[date, int], today: date
) -> Chart:
    """Return a chart of the whole weeks of a range that are over, beside their targets.

    Weeks that are cut by an end of the range would look short, and so would those to come.
    `targets_by_day` are the target minutes of all people together, without their time off.
    """
    spans = [
        DateRange(week.start, week.end)
        for week in span.weeks
        if span.start <= week.start and week.end <= span.end and week.end < today
    ]
    by_day = Counter[date]()
    for entry in entries:
        by_day[entry.day] += entry.minutes
    minutes = [sum(by_day[day] for day in week.days) for week in spans]
    targets = [sum(targets_by_day.get(day, 0) for day in week.days) for week in spans]
    ticks, top = _scale([*minutes, *targets])
    bars = tuple(
        Bar(
            week,
            minutes[index],
            *_slot(index, len(spans)),
            named=_has_label(index, len(spans)),
            y=_percent(100 - percent(minutes[index], top)),
            height=_percent(percent(minutes[index], top)),
            target=targets[index],
        )
        for index, week in enumerate(spans)
    )
    line = _step_line([100 - percent(target, top) for target in targets]) if any(targets) else ""
    return Chart(bars, ticks, Grouping.WEEK, Grouping.WEEK, line=line)


def shares(pivot: Pivot) -> tuple[Share, ...]:
    """Return the largest groups, and the others together, as shares of all minutes."""
    total, groups = pivot.total.minutes, pivot.groups
    lines: list[tuple[tuple[str, ...], int]] = [
        ((group.key,), group.figure.minutes) for group in groups[:MAX_SHARES]
    ]
    if others := groups[MAX_SHARES:]:
        keys = tuple(group.key for group in others)
        lines.append((keys, sum(group.figure.minutes for group in others)))
    return tuple(_share(keys, minutes, total) for keys, minutes in lines)


def small_shares(pivot: Pivot) -> tuple[Share, ...]:
    """Return the share of each group that `shares` puts among the others."""
    total = pivot.total.minutes
    return tuple(
        _share((group.key,), group.figure.minutes, total) for group in pivot.groups[MAX_SHARES:]
    )


def _share(keys: tuple[str, ...], minutes: int, total: int) -> Share:
    part = percent(minutes, total)
    return Share(keys, minutes, part, _percent(part))


def stack(amounts: Iterable[int], top: int, height: float = 100) -> Iterator[tuple[float, float]]:
    """Yield the top edge and the height of each part of a bar, the first part at the bottom.

    The drawing is `height` units high, and its whole height stands for the amount `top`.
    """
    below = 0
    for amount in amounts:
        below += amount
        yield height - height * below / top, height * amount / top


def _bars_of(span: DateRange) -> tuple[Grouping, list[DateRange]]:
    """Return what the bars of a range are, and the days of each."""
    if span.length <= MAX_DAILY_BARS:
        return Grouping.DAY, [DateRange(day, day) for day in span.days]
    if span.length <= MAX_WEEKLY_DAYS:
        weeks = [DateRange(week.start, week.end).within(span) for week in span.weeks]
        return Grouping.WEEK, weeks
    return Grouping.MONTH, [month.within(span) for month in span.months]


def _series(
    entries: Iterable[ReportEntry], by: Grouping, skip: int
) -> tuple[tuple[tuple[str, ...], ...], tuple[int, ...]]:
    """Return the keys of each series, and the ranks of those that hold several groups."""
    keys = list(minutes_by(entries, by))
    skip = skip if skip < len(keys) else 0
    larger, rest = keys[:skip], keys[skip:]
    # A single small group is shown by itself.
    single = MAX_SERIES if len(rest) > MAX_SERIES + 1 else len(rest)
    groups = [tuple(rest[single:]), tuple(larger)]
    series = [(key,) for key in rest[:single]]
    combined = [group for group in groups if group]
    ranks = tuple(range(len(series), len(series) + len(combined)))
    return (*series, *combined), ranks


def _drawn(
    minutes: Sequence[Sequence[int]], number: int, combined: Sequence[int]
) -> frozenset[int]:
    """Return the ranks of the series that are drawn: all, or those of one group each."""
    in_groups = sum(bar[rank] for bar in minutes for rank in combined)
    hides = in_groups * 2 > sum(map(sum, minutes)) and len(combined) < number
    return frozenset(range(number)) - (frozenset(combined) if hides else frozenset())


def _parts(
    series: Sequence[tuple[str, ...]], minutes: Sequence[int], top: int, drawn: frozenset[int]
) -> tuple[BarPart, ...]:
    amounts = [amount if rank in drawn else 0 for rank, amount in enumerate(minutes)]
    edges = stack(amounts, top)
    return tuple(
        BarPart(keys, rank, minutes[rank], _percent(y), _percent(height), rank in drawn)
        for rank, (keys, (y, height)) in enumerate(zip(series, edges, strict=True))
    )


def _scale(minutes: Iterable[int]) -> tuple[tuple[Tick, ...], int]:
    """Return ticks at round hours, and the minutes that the whole height stands for."""
    largest = max(minutes, default=0)
    step = next(step for step in _tick_steps() if step * MAX_TICKS >= largest)
    top = max(-(-largest // step), 1) * step
    ticks = range(step, top + 1, step)
    return tuple(Tick(tick, _percent(100 - percent(tick, top))) for tick in ticks), top


def _tick_steps() -> Iterator[int]:
    scale = 1
    while True:
        yield from (hours * scale * 60 for hours in _TICK_HOURS)
        scale *= 100


def _slot(index: int, count: int) -> tuple[str, str, str]:
    """Return the left edge, the width and the center of a bar, one of `count`."""
    slot = 100 / count
    return (
        _percent(slot * (index + _GAP / 2)),
        _percent(slot * (1 - _GAP)),
        _percent(slot * (index + 0.5)),
    )


def _has_label(index: int, count: int) -> bool:
    return index % -(-count // MAX_LABELS) == 0


def _step_line(levels: Sequence[float]) -> str:
    slot = 100 / len(levels)
    path = [f"M0 {levels[0]:.2f}"]
    path += [f"V{level:.2f}H{slot * (index + 1):.2f}" for index, level in enumerate(levels)]
    return "".join(path)


def _percent(part: float) -> str:
    return f"{part:.2f}%"
