"""Entries added up by one or two of what tells them apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from timesheet.domain.report_entry import BILLABLE, UNKNOWN, Grouping, ReportEntry


@dataclass(frozen=True)
class Figure:
    """Minutes, those of them that are billable, those of which Asana does not tell, and how many
    entries they are."""

    minutes: int = 0
    billable: int = 0
    untold: int = 0
    entries: int = 0

    def __add__(self, other: Figure) -> Figure:
        return Figure(
            self.minutes + other.minutes,
            self.billable + other.billable,
            self.untold + other.untold,
            self.entries + other.entries,
        )


NOTHING = Figure()


@dataclass(frozen=True)
class Group:
    """What is in one group, and, of a pivot by two, in the groups `within` it; `rest` is what so
    many `more` have that were left out."""

    key: str
    figure: Figure
    within: tuple[Group, ...] = ()
    more: int = 0
    rest: Figure = NOTHING

    def cut(self, most: int) -> Group:
        gone = self.within[most:]
        rest = added(group.figure for group in gone)
        return replace(self, within=self.within[:most], more=len(gone), rest=rest)


@dataclass(frozen=True)
class Pivot:
    """`rest` is what groups have that were left out."""

    by: Grouping
    then: Grouping | None
    groups: tuple[Group, ...]
    rest: Figure = NOTHING

    @property
    def total(self) -> Figure:
        return added(group.figure for group in self.groups) + self.rest

    def cut(self, most: int) -> Pivot:
        """With so many lines at most, those within groups counted."""
        kept: list[Group] = []
        left = most
        for group in self.groups:
            if left <= 0:
                break
            kept.append(group.cut(left - 1))
            left -= 1 + len(group.within)
        rest = added(group.figure for group in self.groups[len(kept) :])
        return replace(self, groups=tuple(kept), rest=self.rest + rest)


def pivot(works: Iterable[ReportEntry], by: Grouping, then: Grouping | None = None) -> Pivot:
    """Weeks and months in their order, everything else the most minutes first."""
    found: dict[str, dict[str, Figure]] = {}
    for work in works:
        within = found.setdefault(work.key(by), {})
        key = work.key(then) if then else ""
        within[key] = within.get(key, NOTHING) + _figure(work)
    return Pivot(by, then, _ordered(by, [_group(key, then, of) for key, of in found.items()]))


def added(figures: Iterable[Figure]) -> Figure:
    return sum(figures, NOTHING)


def percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def _figure(work: ReportEntry) -> Figure:
    return Figure(
        work.minutes,
        work.minutes if work.billable == BILLABLE else 0,
        work.minutes if work.billable == UNKNOWN else 0,
        1,
    )


def _group(key: str, then: Grouping | None, of: dict[str, Figure]) -> Group:
    if then is None:
        return Group(key, of[""])
    within = _ordered(then, [Group(inner, figure) for inner, figure in of.items()])
    return Group(key, added(of.values()), within)


def _ordered(by: Grouping, groups: list[Group]) -> tuple[Group, ...]:
    if by.is_time:
        return tuple(sorted(groups, key=lambda group: group.key))
    return tuple(sorted(groups, key=lambda group: (-group.figure.minutes, group.key)))
