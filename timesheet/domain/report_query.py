"""What a report asks for, as it stands in an address: which days, grouped how, of what only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from timesheet.domain.date_range import BadQuery, Fault, Preset, Span
from timesheet.domain.report_entry import By, Work
from timesheet.domain.week import Week

NARROWING = (By.PERSON, By.PROJECT, By.TASK, By.CATEGORY, By.BILLABLE)
USUAL_PRESET, USUAL_BY = Preset.THIS_MONTH, By.PERSON

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Report:
    """`preset` is the name of the span where it has one: it moves on with the calendar. `only` are
    the keys that a report is narrowed to; everything where there are none."""

    span: Span
    preset: Preset | None
    by: By
    then: By | None
    only: Mapping[By, tuple[str, ...]]

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
        return self.only.get(By.PERSON, ())

    @property
    def is_of_all_work(self) -> bool:
        """Whether it has all hours of its people, so that they can be held against targets."""
        return not any(by in self.only for by in NARROWING if by is not By.PERSON)

    def of(self, works: Iterable[Work]) -> list[Work]:
        """Those that it asks for."""
        wanted = [(by, frozenset(keys)) for by, keys in self.only.items()]
        return [work for work in works if all(work.key(by) in keys for by, keys in wanted)]

    def narrowed(self, by: By, *keys: str) -> Report:
        """To the groups that have these keys in a grouping by that; of time, to one."""
        match by:
            case By.WEEK:
                week = Week.parse(keys[0])
                return self.during(Span(week.start, week.end))
            case By.MONTH:
                return self.during(Span.month_of(date.fromisoformat(f"{keys[0]}-01")))
        only = {**self.only, by: keys}
        return replace(self, only={one: only[one] for one in NARROWING if one in only})

    def lasting(self, preset: Preset, today: date) -> Report:
        return replace(self, span=Span.of(preset, today), preset=preset)

    def during(self, span: Span) -> Report:
        """Of the days in `span` alone."""
        return replace(self, span=self.span.within(span), preset=None)


def _span(query: Query, today: date) -> tuple[Preset | None, Span]:
    """The dates count where they are not those of the range that stands beside them: a form sends
    both, and a person changes the dates."""
    named, start, end = (_first(query, name) for name in ("range", "from", "to"))
    try:
        preset = Preset(named) if named else None
    except ValueError:
        raise BadQuery(Fault.PRESET) from None
    if not start and not end:
        preset = preset or USUAL_PRESET
        return preset, Span.of(preset, today)
    span = Span.read(start, end)
    if preset and span == Span.of(preset, today):
        return preset, span
    return None, span


def _by(text: str) -> By | None:
    try:
        return By(text) if text else None
    except ValueError:
        raise BadQuery(Fault.GROUPING) from None


def _first(query: Query, name: str) -> str:
    return next((text.strip() for text in query.get(name, ())), "")
