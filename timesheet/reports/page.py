"""A report as its page shows it: each figure with a label and a link to its entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from timesheet.core import clock
from timesheet.domain import charts
from timesheet.domain.charts import Bar, BarPart, Chart, Share
from timesheet.domain.matrix import BY_LABEL, BY_TOTAL
from timesheet.domain.pivot import Figure, Pivot, percent, pivot
from timesheet.domain.report_entry import (
    BILLABLE,
    Grouping,
    Names,
    ReportEntry,
    distinct_names,
    minutes_by,
)
from timesheet.domain.report_query import FILTER_GROUPINGS, Report
from timesheet.reports import labels
from timesheet.reports.costs import NO_AMOUNTS, Amounts, Costs
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
    # Minutes of the period before; None if nothing is compared.
    previous: int | None = None
    # What the hours cost; None without rates.
    amounts: Amounts | None = None
    # The address of the task or project itself; empty for other groups.
    page: str = ""

    @property
    def change(self) -> int:
        """Minutes more than in the period before."""
        return self.figure.minutes - (self.previous or 0)


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

    def __init__(
        self,
        report_request: ReportRequest,
        report_data: ReportData,
        *,
        previous: ReportData | None = None,
        costs: Costs | None = None,
    ) -> None:
        self.report_request, self.report_data = report_request, report_data
        self.report = report_request.report
        self.costs = costs if costs is not None and costs.any else None
        whole = pivot(report_data.entries, self.report.by)
        self.groups = len(whole.groups)
        self.pivot = self._sorted(whole).truncate(MOST_LINES)
        self.total = whole.total
        self.previous = (
            {
                group.key: group.figure.minutes
                for group in pivot(previous.entries, self.report.by).groups
            }
            if previous
            else None
        )
        self._amounts = (
            self.costs.by_group(report_data.entries, self.report.by) if self.costs else {}
        )

    # The table

    @property
    def caption(self) -> str:
        """The caption of the table."""
        return labels.grouped(self.report.by, None)

    @property
    def heading(self) -> str:
        """The heading of the column of groups."""
        return str(labels.BY[self.report.by])

    @property
    def compares(self) -> bool:
        """Whether the period before stands beside; periods of time are not compared."""
        return self.previous is not None and not self.report.by.is_time

    def lines(self) -> Iterator[TableLine]:
        """Yield the lines of the table."""
        for group in self.pivot.groups:
            report = self.report.narrow(self.report.by, group.key)
            yield TableLine(
                self._label(self.report.by, group.key),
                group.figure,
                percent(group.figure.minutes, self.total.minutes),
                self._entries(report),
                self._entries(report.narrow(Grouping.BILLABLE, BILLABLE)),
                (self.previous or {}).get(group.key, 0) if self.compares else None,
                self._amounts.get((group.key,)) if self.costs else None,
                page_of(self.report.by, group.key, self.report_request.workspace),
            )

    def total_line(self) -> TableLine:
        """Return the line of the totals."""
        return TableLine(
            "",
            self.total,
            100,
            self._entries(self.report),
            self._entries(self.report.narrow(Grouping.BILLABLE, BILLABLE)),
            sum((self.previous or {}).values()) if self.compares else None,
            sum(self._amounts.values(), NO_AMOUNTS) if self.costs else None,
        )

    @property
    def lacks_rates(self) -> bool:
        """Whether some hours with costs beside them have no rate."""
        return any(amounts.adds_up and amounts.unknown for amounts in self._amounts.values())

    def left_out(self) -> int:
        """Count the groups that are not in the table."""
        return self.groups - len(self.pivot.groups)

    def sort_links(self) -> dict[str, str]:
        """Return the addresses of this report sorted by label and by hours."""
        return {
            by: address("reports", self.report_request.workspace, self.report.with_options(sort=by))
            for by in (BY_LABEL, BY_TOTAL)
        }

    def _sorted(self, whole: Pivot) -> Pivot:
        sort = self.report.options.sort
        if sort == BY_LABEL:
            key = lambda group: (self._label(self.report.by, group.key).casefold(), group.key)  # noqa: E731
        elif sort == BY_TOTAL:
            key = lambda group: (-group.figure.minutes, group.key)  # noqa: E731
        else:
            return whole
        return replace(whole, groups=tuple(sorted(whole.groups, key=key)))

    # The charts

    def days(self) -> Chart:
        """Return the chart of days, stacked by the first grouping that is not one of time."""
        groupings = (self.report.by, self.report.then, Grouping.PROJECT)
        by = next(by for by in groupings if by and not by.is_time)
        skip = self.report.options.skip
        return charts.stacked_chart(self.report_data.entries, self.report.span, by, skip=skip)

    def trend(self) -> Chart:
        """Return the chart of hours over time, with the targets of everybody who is in the report.

        Targets are for all work of a person, so a report of one project has none.
        """
        with_hours = {entry.person for entry in self.report_data.all_entries}
        hidden = {person.gid for person in self.report_data.hidden}
        hidden |= {gid for gid in self.report_request.left if gid not in with_hours}
        visible = set(self.report_request.hours_query.selected) - hidden
        targets = {}
        if self.report.covers_all_work:
            targets = targets_of(self.report_request, self.report_data, visible)
        return charts.trend_chart(
            self.report_data.entries, self.report.span, targets, clock.today()
        )

    def shares(self) -> list[ChartPart]:
        """Return the shares of the largest projects, and of the others together."""
        return [
            self._part(self.report, Grouping.PROJECT, share)
            for share in charts.shares(self._projects)
        ]

    def columns(self, chart: Chart) -> list[ChartColumn]:
        """Return the columns of a chart with labels and links."""
        return [self._column(chart, bar) for bar in chart.bars]

    def legend(self, chart: Chart) -> list[tuple[str, int, str]]:
        """Return the label and the minutes of each series, and where it is split if it can be."""
        skip = self.report.options.skip
        links = []
        for rank, keys in enumerate(chart.series):
            link = ""
            if rank in chart.combined:
                # The others are split into the next groups; those that were skipped come back.
                is_skipped = bool(skip) and rank == chart.combined[-1]
                skipped = 0 if is_skipped else skip + charts.MAX_SERIES
                report = self.report.with_options(skip=skipped)
                link = address("reports", self.report_request.workspace, report)
            links.append((self._label_of_keys(chart.by, keys), chart.series_minutes(rank), link))
        return links

    def all_shares(self) -> list[ChartPart]:
        """Return the share of every project that is not among the largest."""
        return [
            self._part(self.report, Grouping.PROJECT, share)
            for share in charts.small_shares(self._projects)
        ]

    @cached_property
    def _projects(self) -> Pivot:
        return pivot(self.report_data.entries, Grouping.PROJECT)

    def _column(self, chart: Chart, bar: Bar) -> ChartColumn:
        report = self.report.within(bar.span)
        return ChartColumn(
            bar,
            labels.bar(chart.unit, bar.span),
            labels.short_bar(chart.unit, bar.span),
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


def page_of(by: Grouping, key: str, workspace: str) -> str:
    """Return the address of the page about a task or a project; empty for other groups."""
    if not key.isdecimal() or by not in (Grouping.TASK, Grouping.PROJECT):
        return ""
    name = "task_entries" if by is Grouping.TASK else "project_page"
    return reverse(name, args=[workspace, key])


def filters(
    report_request: ReportRequest, entries: Sequence[ReportEntry] = (), names: Names | None = None
) -> list[Filter]:
    """Return the filters of a report with their options.

    Options are all people, the largest other groups of `entries`, and in any case the groups that
    the report is limited to.
    """
    people = {person.gid: person.name or person.gid for person in report_request.people}
    emails = {person.gid: person.email for person in report_request.people if person.email}
    all_names = {**(names or {}), Grouping.PERSON: distinct_names(people, emails)}
    return [
        _filter(
            by,
            list(people) if by is Grouping.PERSON else list(minutes_by(entries, by)),
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
