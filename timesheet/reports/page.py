"""A report as its page shows it: each figure with its name and the address of its entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from timesheet.domain import charts
from timesheet.domain.charts import Bar, BarPart, Chart, Share
from timesheet.domain.pivot import Figure, Group, Pivot, percent, pivot
from timesheet.domain.report_entry import BILLABLE, Grouping, Names, ReportEntry
from timesheet.domain.report_query import FILTER_GROUPINGS, Report
from timesheet.reports import labels
from timesheet.reports.loading import ReportData, ReportRequest, targets_of

MOST_LINES = 300
MOST_OPTIONS = 50
# More groups than that are not named in an address.
MOST_KEYS = 20


@dataclass(frozen=True)
class TableLine:
    """A line of the table: a group, or one `inner` of it."""

    label: str
    figure: Figure
    share: float
    link: str
    billable_link: str
    inner: bool = False


@dataclass(frozen=True)
class ChartPart:
    """A part of a bar, or a line of shares, with its name and its entries."""

    shape: BarPart | Share
    label: str
    link: str


@dataclass(frozen=True)
class ChartColumn:
    """A day or a week of a chart."""

    bar: Bar
    label: str
    short: str
    link: str
    parts: tuple[ChartPart, ...] = ()


@dataclass(frozen=True)
class Option:
    key: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Filter:
    """What a report can be narrowed to; so many `more` are not listed."""

    by: Grouping
    label: str
    options: tuple[Option, ...]
    more: int = 0

    @property
    def chosen(self) -> int:
        return sum(option.chosen for option in self.options)


class ReportPage:
    """What the templates need of a report that was read."""

    def __init__(self, report_request: ReportRequest, told: ReportData) -> None:
        self.report_request, self.told, self.report = report_request, told, report_request.report
        whole = pivot(told.works, self.report.by, self.report.then)
        self.groups = len(whole.groups)
        self.pivot = whole.truncate(MOST_LINES)
        self.total = whole.total

    # The table

    @property
    def caption(self) -> str:
        return labels.grouped(self.report.by, self.report.then)

    @property
    def heading(self) -> str:
        return str(labels.BY[self.report.by])

    def lines(self) -> Iterator[TableLine]:
        for group in self.pivot.groups:
            report = self.report.narrow(self.report.by, group.key)
            yield self._line(self.report.by, group, report)
            for inner in group.within if self.report.then else ():
                then = self.report.then or self.report.by
                yield self._line(then, inner, report.narrow(then, inner.key), inner=True)
            if group.more:
                share = percent(group.rest.minutes, self.total.minutes)
                yield TableLine(labels.more(group.more), group.rest, share, "", "", inner=True)

    def left_out(self) -> int:
        return self.groups - len(self.pivot.groups)

    def rest_share(self) -> float:
        return percent(self.pivot.rest.minutes, self.total.minutes)

    def link(self) -> str:
        return self._entries(self.report)

    def billable_link(self) -> str:
        return self._entries(self.report.narrow(Grouping.BILLABLE, BILLABLE))

    def _line(
        self, by: Grouping, group: Group, report: Report, *, inner: bool = False
    ) -> TableLine:
        return TableLine(
            self._label(by, group.key),
            group.figure,
            percent(group.figure.minutes, self.total.minutes),
            self._entries(report),
            self._entries(report.narrow(Grouping.BILLABLE, BILLABLE)),
            inner,
        )

    # The charts

    def days(self) -> Chart:
        """By the first grouping that is not of time itself."""
        groupings = (self.report.by, self.report.then, Grouping.PROJECT)
        by = next(by for by in groupings if by and not by.is_time)
        return charts.stacked_chart(self.told.works, self.report.span, by)

    def trend(self) -> Chart:
        """Targets are for all that people do, so work of one project is not held against them."""
        seen = set(self.report_request.wanted.chosen) - {person.gid for person in self.told.hidden}
        wanted, off = targets_of(self.report_request, seen)
        if not self.report.covers_all_work:
            wanted = (0,) * 7
        return charts.trend_chart(self.told.works, self.report.span, wanted, off)

    def shares(self) -> list[ChartPart]:
        projects: Pivot = pivot(self.told.works, Grouping.PROJECT)
        return [self._part(self.report, Grouping.PROJECT, one) for one in charts.shares(projects)]

    def columns(self, chart: Chart) -> list[ChartColumn]:
        return [self._column(chart, bar) for bar in chart.bars]

    def legend(self, chart: Chart) -> list[str]:
        return [self._of_keys(chart.by, keys) for keys in chart.series]

    def _column(self, chart: Chart, bar: Bar) -> ChartColumn:
        report = self.report.within(bar.span)
        return ChartColumn(
            bar,
            labels.days(bar.span) if chart.weekly else labels.weekday(bar.span.start),
            labels.short(bar.span.start),
            self._entries(report) if bar.minutes else "",
            tuple(self._part(report, chart.by, piece) for piece in bar.parts),
        )

    def _part(self, report: Report, by: Grouping, shape: BarPart | Share) -> ChartPart:
        has_entries = shape.minutes and len(shape.keys) <= MOST_KEYS
        link = self._entries(report.narrow(by, *shape.keys)) if has_entries else ""
        return ChartPart(shape, self._of_keys(by, shape.keys), link)

    def _of_keys(self, by: Grouping, keys: Sequence[str]) -> str:
        return self._label(by, keys[0]) if len(keys) == 1 else labels.others(len(keys))

    def _label(self, by: Grouping, key: str) -> str:
        return labels.label(by, key, self.told.names)

    def _entries(self, report: Report) -> str:
        return address("report_entries", self.report_request.workspace, report)


def address(name: str, workspace: str, report: Report, **more: str) -> str:
    """Where that of this report is."""
    query = urlencode([*report.query_pairs, *more.items()])
    return f"{reverse(name, kwargs={'workspace': workspace})}?{query}"


def filters(
    report_request: ReportRequest, works: Sequence[ReportEntry] = (), names: Names | None = None
) -> list[Filter]:
    """By what the report can be narrowed: the people there are, else the largest of what was read,
    and in any case what is chosen."""
    people = {person.gid: person.name for person in report_request.people}
    called = {**(names or {}), Grouping.PERSON: people}
    return [
        _filter(
            by,
            list(people) if by is Grouping.PERSON else _largest(works, by),
            report_request,
            called,
        )
        for by in FILTER_GROUPINGS
    ]


def _filter(by: Grouping, found: list[str], report_request: ReportRequest, names: Names) -> Filter:
    chosen = report_request.report.filters.get(by, ())
    most = len(found) if by is Grouping.PERSON else MOST_OPTIONS
    keys = list(dict.fromkeys([*found[:most], *chosen]))
    options = tuple(Option(key, labels.label(by, key, names), key in chosen) for key in keys)
    return Filter(by, str(labels.BY[by]), options, len(set(found) - set(keys)))


def _largest(works: Sequence[ReportEntry], by: Grouping) -> list[str]:
    minutes = Counter[str]()
    for work in works:
        minutes[work.key(by)] += work.minutes
    return sorted(minutes, key=lambda key: (-minutes[key], key))
