"""The query of a report's address: which days, which groupings, and which filters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from timesheet.domain.date_range import BadQuery, DateRange, Preset, QueryFault
from timesheet.domain.report_entry import Grouping, ReportEntry, key_reader
from timesheet.domain.week import Week

# The groupings that a report can be filtered by.
FILTER_GROUPINGS = (
    Grouping.PERSON,
    Grouping.PROJECT,
    Grouping.TASK,
    Grouping.CATEGORY,
    Grouping.BILLABLE,
)
DEFAULT_PRESET, DEFAULT_GROUPING = Preset.THIS_MONTH, Grouping.PERSON

LONGEST_SORT = 40

# The values of each query parameter.
Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class ReportOptions:
    """How a report is shown; the hours are the same."""

    # What rows are sorted by: `label`, `total`, or the key of a column; empty for the usual order.
    sort: str = ""
    # Whether cells show percentages, the previous period stands beside, and amounts of money.
    percent: bool = False
    compare: bool = False
    money: bool = False
    # How many of the largest groups a chart leaves out, so that it shows the next ones.
    skip: int = 0

    @classmethod
    def read(cls, query: Query) -> Self:
        """Parse a query; whatever is invalid counts as not given."""
        skip = _first(query, "skip")
        return cls(
            _first(query, "sort")[:LONGEST_SORT],
            percent=_first(query, "percent") == "1",
            compare=_first(query, "compare") == "1",
            money=_first(query, "money") == "1",
            skip=int(skip) if skip.isascii() and skip.isdigit() and len(skip) < 6 else 0,
        )

    @property
    def query_pairs(self) -> list[tuple[str, str]]:
        """The query that `read` reads as these options."""
        flags = {"percent": self.percent, "compare": self.compare, "money": self.money}
        return [
            *([("sort", self.sort)] if self.sort else []),
            *((name, "1") for name, is_on in flags.items() if is_on),
            *([("skip", str(self.skip))] if self.skip else []),
        ]


@dataclass(frozen=True)
class Report:
    """What a report shows."""

    span: DateRange
    # The preset of the span, if it has one: then it moves on with the calendar.
    preset: Preset | None
    by: Grouping
    # The second grouping.
    then: Grouping | None
    # The keys that entries must have; an entry needs one key of each grouping in it.
    filters: Mapping[Grouping, tuple[str, ...]]
    options: ReportOptions = ReportOptions()

    @classmethod
    def read(cls, query: Query, today: date) -> Self:
        """Parse a query. Raises `BadQuery`."""
        preset, span = _span(query, today)
        by = _grouping(_first(query, "by")) or DEFAULT_GROUPING
        then = _grouping(_first(query, "then"))
        filters = {by: _keys(query, by) for by in FILTER_GROUPINGS}
        filters = {by: keys for by, keys in filters.items() if keys}
        options = ReportOptions.read(query)
        return cls(span, preset, by, None if then is by else then, filters, options)

    @property
    def query_pairs(self) -> list[tuple[str, str]]:
        """The query that `read` reads as this report, as names and values."""
        return [
            *self._day_pairs,
            ("by", self.by.value),
            *([("then", self.then.value)] if self.then else []),
            *((by.value, key) for by, keys in self.filters.items() for key in keys),
            *self.options.query_pairs,
        ]

    @property
    def _day_pairs(self) -> list[tuple[str, str]]:
        if self.preset:
            return [("range", self.preset.value)]
        return [("from", self.span.start.isoformat()), ("to", self.span.end.isoformat())]

    @property
    def people(self) -> tuple[str, ...]:
        """Gids of the people it is filtered by; empty for everybody."""
        return self.filters.get(Grouping.PERSON, ())

    @property
    def covers_all_work(self) -> bool:
        """Whether it has all hours of its people, so that they can be compared with targets."""
        return not any(by in self.filters for by in FILTER_GROUPINGS if by is not Grouping.PERSON)

    def select(self, entries: Iterable[ReportEntry]) -> list[ReportEntry]:
        """Return the entries that pass the filters."""
        filters = [(key_reader(by), frozenset(keys)) for by, keys in self.filters.items()]
        return [
            entry for entry in entries if all(key_of(entry) in keys for key_of, keys in filters)
        ]

    def narrow(self, by: Grouping, *keys: str) -> Report:
        """Return a copy for the groups `keys` of a grouping.

        For days, weeks and months only the first key counts.
        """
        match by:
            case Grouping.WEEK:
                week = Week.parse(keys[0])
                return self.within(DateRange(week.start, week.end))
            case Grouping.DAY:
                day = date.fromisoformat(keys[0])
                return self.within(DateRange(day, day))
            case Grouping.MONTH:
                return self.within(DateRange.month_of(date.fromisoformat(f"{keys[0]}-01")))
        filters = {**self.filters, by: keys}
        return replace(self, filters={by: filters[by] for by in FILTER_GROUPINGS if by in filters})

    def with_preset(self, preset: Preset, today: date) -> Report:
        """Return a copy for the days of a preset."""
        return replace(self, span=DateRange.of(preset, today), preset=preset)

    def with_options(self, **changes: str | bool | int) -> Report:
        """Return a copy that is shown differently."""
        return replace(self, options=replace(self.options, **changes))  # type: ignore[arg-type]

    @property
    def previous(self) -> Report:
        """The same report of the period before."""
        return replace(self, span=self.span.previous, preset=None)

    def within(self, span: DateRange) -> Report:
        """Return a copy for its days that are in `span`."""
        return replace(self, span=self.span.within(span), preset=None)


def _span(query: Query, today: date) -> tuple[Preset | None, DateRange]:
    """Return the days of a query.

    Dates that differ from the preset win: a form sends both, and people change the dates.
    """
    name, start, end = (_first(query, parameter) for parameter in ("range", "from", "to"))
    try:
        preset = Preset(name) if name else None
    except ValueError:
        raise BadQuery(QueryFault.PRESET) from None
    if not start and not end:
        preset = preset or DEFAULT_PRESET
        return preset, DateRange.of(preset, today)
    span = DateRange.read(start, end)
    if preset and span == DateRange.of(preset, today):
        return preset, span
    return None, span


def _grouping(text: str) -> Grouping | None:
    try:
        return Grouping(text) if text else None
    except ValueError:
        raise BadQuery(QueryFault.GROUPING) from None


def _keys(query: Query, by: Grouping) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, query.get(by, ()))))


def _first(query: Query, parameter: str) -> str:
    return next((text.strip() for text in query.get(parameter, ())), "")
