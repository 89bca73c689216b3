"""What a report asks for, as it stands in an address: which days, grouped how, of what only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from timesheet.domain.date_range import BadQuery, DateRange, Preset, QueryFault
from timesheet.domain.report_entry import Grouping, ReportEntry
from timesheet.domain.week import Week

NARROWING = (Grouping.PERSON, Grouping.PROJECT, Grouping.TASK, Grouping.CATEGORY, Grouping.BILLABLE)
USUAL_PRESET, USUAL_BY = Preset.THIS_MONTH, Grouping.PERSON

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Report:
    """`preset` is the name of the span where it has one: it moves on with the calendar. `only` are
    the keys that a report is narrowed to; everything where there are none."""

    span: DateRange
    preset: Preset | None
    by: Grouping
    then: Grouping | None
    only: Mapping[Grouping, tuple[str, ...]]

    @classmethod
    def read(cls, query: Query, today: date) -> Self:
        """Raises `BadQuery`."""
        preset, span = _span(query, today)
        by = _by(_first(query, "by")) or USUAL_BY
        then = _by(_first(query, "then"))
        only = {one: tuple(dict.fromkeys(filter(None, query.get(one, ())))) for one in NARROWING}
        only = {one: keys for one, keys in only.items() if keys}
        return cls(span, preset, by, None if then is by else then, only)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The query that asks for this again."""
        return [
            *self._days,
            ("by", self.by.value),
            *([("then", self.then.value)] if self.then else []),
            *((by.value, key) for by, keys in self.only.items() for key in keys),
        ]

    @property
    def _days(self) -> list[tuple[str, str]]:
        if self.preset:
            return [("range", self.preset.value)]
        return [("from", self.span.start.isoformat()), ("to", self.span.end.isoformat())]

    @property
    def people(self) -> tuple[str, ...]:
        """Whom it is about; everybody where it names nobody."""
        return self.only.get(Grouping.PERSON, ())

    @property
    def is_of_all_work(self) -> bool:
        """Whether it has all hours of its people, so that they can be held against targets."""
        return not any(by in self.only for by in NARROWING if by is not Grouping.PERSON)

    def of(self, works: Iterable[ReportEntry]) -> list[ReportEntry]:
        """Those that it asks for."""
        wanted = [(by, frozenset(keys)) for by, keys in self.only.items()]
        return [work for work in works if all(work.key(by) in keys for by, keys in wanted)]

    def narrowed(self, by: Grouping, *keys: str) -> Report:
        """To the groups that have these keys in a grouping by that; of time, to one."""
        match by:
            case Grouping.WEEK:
                week = Week.parse(keys[0])
                return self.during(DateRange(week.start, week.end))
            case Grouping.MONTH:
                return self.during(DateRange.month_of(date.fromisoformat(f"{keys[0]}-01")))
        only = {**self.only, by: keys}
        return replace(self, only={one: only[one] for one in NARROWING if one in only})

    def lasting(self, preset: Preset, today: date) -> Report:
        return replace(self, span=DateRange.of(preset, today), preset=preset)

    def during(self, span: DateRange) -> Report:
        """Of the days in `span` alone."""
        return replace(self, span=self.span.within(span), preset=None)


def _span(query: Query, today: date) -> tuple[Preset | None, DateRange]:
    """The dates count where they are not those of the range that stands beside them: a form sends
    both, and a person changes the dates."""
    named, start, end = (_first(query, name) for name in ("range", "from", "to"))
    try:
        preset = Preset(named) if named else None
    except ValueError:
        raise BadQuery(QueryFault.PRESET) from None
    if not start and not end:
        preset = preset or USUAL_PRESET
        return preset, DateRange.of(preset, today)
    span = DateRange.read(start, end)
    if preset and span == DateRange.of(preset, today):
        return preset, span
    return None, span


def _by(text: str) -> Grouping | None:
    try:
        return Grouping(text) if text else None
    except ValueError:
        raise BadQuery(QueryFault.GROUPING) from None


def _first(query: Query, name: str) -> str:
    return next((text.strip() for text in query.get(name, ())), "")
