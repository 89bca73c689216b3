"""A pivot: entries added up by one grouping, or by two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from timesheet.domain.report_entry import BILLABLE, UNKNOWN, Grouping, ReportEntry, key_reader


@dataclass(frozen=True)
class Figure:
    """The sums of a number of entries."""

    minutes: int = 0
    # The billable part of the minutes.
    billable: int = 0
    # The minutes of which Asana does not say whether they are billable.
    unknown: int = 0
    # Number of entries.
    entries: int = 0

    def __add__(self, other: Figure) -> Figure:
        return Figure(
            self.minutes + other.minutes,
            self.billable + other.billable,
            self.unknown + other.unknown,
            self.entries + other.entries,
        )


ZERO = Figure()


@dataclass(frozen=True)
class Group:
    """One group of a pivot."""

    key: str
    figure: Figure
    # The groups of the second grouping, in a pivot by two.
    within: tuple[Group, ...] = ()
    # Number of groups that were left out of `within`.
    more: int = 0
    # The sum of the groups that were left out.
    rest: Figure = ZERO

    def truncate(self, most: int) -> Group:
        """Return a copy with the first `most` groups `within` it."""
        left_out = self.within[most:]
        rest = sum_figures(group.figure for group in left_out)
        return replace(self, within=self.within[:most], more=len(left_out), rest=rest)


@dataclass(frozen=True)
class Pivot:
    """Entries added up in groups."""

    by: Grouping
    # The second grouping, in a pivot by two.
    then: Grouping | None
    groups: tuple[Group, ...]
    # The sum of groups that were left out.
    rest: Figure = ZERO

    @property
    def total(self) -> Figure:
        """The sum of all groups, also of those left out."""
        return sum_figures(group.figure for group in self.groups) + self.rest

    def truncate(self, most: int) -> Pivot:
        """Return a copy with `most` groups at most, counting those within groups."""
        groups: list[Group] = []
        left = most
        for group in self.groups:
            if left <= 0:
                break
            groups.append(group.truncate(left - 1))
            left -= 1 + len(group.within)
        rest = sum_figures(group.figure for group in self.groups[len(groups) :])
        return replace(self, groups=tuple(groups), rest=self.rest + rest)


def pivot(entries: Iterable[ReportEntry], by: Grouping, then: Grouping | None = None) -> Pivot:
    """Add up entries by one or two groupings.

    Weeks and months are in their order; of other groupings those with the most minutes are first.
    """
    sorted_out: dict[str, dict[str, list[ReportEntry]]] = {}
    outer = key_reader(by)
    inner = key_reader(then) if then else _no_key
    for entry in entries:
        sorted_out.setdefault(outer(entry), {}).setdefault(inner(entry), []).append(entry)
    figures = {
        key: {within: figure_of(group) for within, group in groups.items()}
        for key, groups in sorted_out.items()
    }
    groups = [_group(key, then, within) for key, within in figures.items()]
    return Pivot(by, then, _ordered(by, groups))


def figure_of(entries: Sequence[ReportEntry]) -> Figure:
    """Return the sums of entries."""
    return Figure(
        sum(entry.minutes for entry in entries),
        sum(entry.minutes for entry in entries if entry.billable == BILLABLE),
        sum(entry.minutes for entry in entries if entry.billable == UNKNOWN),
        len(entries),
    )


def sum_figures(figures: Iterable[Figure]) -> Figure:
    """Return the sum of `figures`."""
    return sum(figures, ZERO)


def percent(part: int, whole: int) -> float:
    """Return `part` in percent of `whole`; 0 if there is no whole."""
    return 100 * part / whole if whole else 0.0


def _no_key(_entry: ReportEntry) -> str:
    return ""


def _group(key: str, then: Grouping | None, figures: dict[str, Figure]) -> Group:
    if then is None:
        return Group(key, figures[""])
    within = _ordered(then, [Group(inner, figure) for inner, figure in figures.items()])
    return Group(key, sum_figures(figures.values()), within)


def _ordered(by: Grouping, groups: list[Group]) -> tuple[Group, ...]:
    if by.is_time:
        return tuple(sorted(groups, key=lambda group: group.key))
    return tuple(sorted(groups, key=lambda group: (-group.figure.minutes, group.key)))
