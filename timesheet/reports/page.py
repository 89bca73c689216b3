"""A report as its page shows it: each figure with a label and a link to its entries."""

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
# A link names at most so many groups.
MOST_KEYS = 20


@dataclass(frozen=True)
class TableLine:
    """A line of the table."""

    label: str
    figure: Figure
    share: float
    link: str
    billable_link: str
    # Whether it is a group within the group above it.
    inner: bool = False


@dataclass(frozen=True)
class ChartPart:
    """A part of a bar or of the shares, with a link to its entries; empty if there are too many."""

    shape: BarPart | Share
    label: str
    link: str


@dataclass(frozen=True)
class ChartColumn:
    """A day or a week of a chart, with a link to its entries."""

    bar: Bar
    label: str
    short: str
    link: str
    parts: tuple[ChartPart, ...] = ()


@dataclass(frozen=True)
class Option:
    """A group that a report can be limited to."""

    key: str
    label: str
    is_selected: bool


@dataclass(frozen=True)
class Filter:
    """The groups of one grouping that a report can be limited to."""

    by: Grouping
    label: str
    options: tuple[Option, ...]
    # How many groups are not listed.
    more: int = 0

    @property
    def number_selected(self) -> int:
        """How many of the groups the report is limited to."""
        return sum(option.is_selected for option in self.options)


class ReportPage:
    """What the templates need of a report that was read: its table and its charts."""

    def __init__(self, report_request: ReportRequest, report_data: ReportData) -> None:
        self.report_request, self.report_data = report_request, report_data
        self.report = report_request.report
        whole = pivot(report_data.entries, self.report.by, self.report.then)
        self.groups = len(whole.groups)
        self.pivot = whole.truncate(MOST_LINES)
        self.total = whole.total

    # The table

    @property
    def caption(self) -> str:
        """The caption of the table."""
        return labels.grouped(self.report.by, self.report.then)

    @property
    def heading(self) -> str:
        """The heading of the column of groups."""
        return str(labels.BY[self.report.by])

    def lines(self) -> Iterator[TableLine]:
        """Yield the lines of the table, each group followed by the groups within it."""
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
        """Count the groups that are not in the table."""
        return self.groups - len(self.pivot.groups)

    def rest_share(self) -> float:
        """Return the percentage of the groups that are not in the table."""
        return percent(self.pivot.rest.minutes, self.total.minutes)

    def link(self) -> str:
        """Return the address of all entries of the report."""
        return self._entries(self.report)

    def billable_link(self) -> str:
        """Return the address of the billable entries of the report."""
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
        """Return the chart of days, stacked by the first grouping that is not one of time."""
        groupings = (self.report.by, self.report.then, Grouping.PROJECT)
        by = next(by for by in groupings if by and not by.is_time)
        return charts.stacked_chart(self.report_data.entries, self.report.span, by)

    def trend(self) -> Chart:
        """Return the chart of hours over time, with the targets of everybody who is in the report.

        Targets are for all work of a person, so a report of one project has none.
        """
        hidden = {person.gid for person in self.report_data.hidden}
        visible = set(self.report_request.hours_query.selected) - hidden
        entries = self.report_data.entries
        targets, holidays = targets_of(self.report_request, visible)
        if not self.report.covers_all_work:
            return charts.trend_chart(entries, self.report.span, lambda _day: 0, holidays)
        return charts.trend_chart(entries, self.report.span, targets, holidays)

    def shares(self) -> list[ChartPart]:
        """Return the shares of the largest projects, and of the others together."""
        projects: Pivot = pivot(self.report_data.entries, Grouping.PROJECT)
        return [
            self._part(self.report, Grouping.PROJECT, share) for share in charts.shares(projects)
        ]

    def columns(self, chart: Chart) -> list[ChartColumn]:
        """Return the columns of a chart with labels and links."""
        return [self._column(chart, bar) for bar in chart.bars]

    def legend(self, chart: Chart) -> list[str]:
        """Return the labels of a chart's series."""
        return [self._label_of_keys(chart.by, keys) for keys in chart.series]

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
        return ChartPart(shape, self._label_of_keys(by, shape.keys), link)

    def _label_of_keys(self, by: Grouping, keys: Sequence[str]) -> str:
        return self._label(by, keys[0]) if len(keys) == 1 else labels.others(len(keys))

    def _label(self, by: Grouping, key: str) -> str:
        return labels.label(by, key, self.report_data.names)

    def _entries(self, report: Report) -> str:
        return address("report_entries", self.report_request.workspace, report)


def address(name: str, workspace: str, report: Report, **more: str) -> str:
    """Return the address of the view `name` for this report; `more` goes into the query string."""
    query = urlencode([*report.query_pairs, *more.items()])
    return f"{reverse(name, kwargs={'workspace': workspace})}?{query}"


def filters(
    report_request: ReportRequest, entries: Sequence[ReportEntry] = (), names: Names | None = None
) -> list[Filter]:
    """Return the filters of a report with their options.

    Options are all people, the largest other groups of `entries`, and in any case the groups that
    the report is limited to.
    """
    people = {person.gid: person.name for person in report_request.people}
    all_names = {**(names or {}), Grouping.PERSON: people}
    return [
        _filter(
            by,
            list(people) if by is Grouping.PERSON else _largest(entries, by),
            report_request,
            all_names,
        )
        for by in FILTER_GROUPINGS
    ]


def _filter(
    by: Grouping, all_keys: list[str], report_request: ReportRequest, names: Names
) -> Filter:
    selected = report_request.report.filters.get(by, ())
    most = len(all_keys) if by is Grouping.PERSON else MOST_OPTIONS
    keys = list(dict.fromkeys([*all_keys[:most], *selected]))
    options = tuple(Option(key, labels.label(by, key, names), key in selected) for key in keys)
    return Filter(by, str(labels.BY[by]), options, len(set(all_keys) - set(keys)))


def _largest(entries: Sequence[ReportEntry], by: Grouping) -> list[str]:
    """The keys of the groups, the one with the most minutes first."""
    minutes = Counter[str]()
    for entry in entries:
        minutes[entry.key(by)] += entry.minutes
    return sorted(minutes, key=lambda key: (-minutes[key], key))
