"""A report as a matrix: rows by columns, each cell with its shade and a link to its entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from timesheet.domain.matrix import BY_LABEL, BY_TOTAL, MatrixRow, build_matrix
from timesheet.domain.pivot import percent, pivot
from timesheet.domain.report_entry import Grouping
from timesheet.domain.report_query import Report
from timesheet.reports import labels
from timesheet.reports.costs import NO_AMOUNTS, Amounts, Costs
from timesheet.reports.loading import ReportData, ReportRequest
from timesheet.reports.page import MOST_LINES, address, page_of

SHADES = 5


@dataclass(frozen=True)
class MatrixCell:
    """A cell: minutes, their percentage of the row, and a shade from 0 to `SHADES`."""

    minutes: int
    percent: float
    shade: int
    link: str
    # Of its column, for phones.
    label: str


@dataclass(frozen=True)
class MatrixLine:
    """A row of the matrix."""

    label: str
    cells: tuple[MatrixCell, ...]
    total: int
    link: str
    rest: int
    billable_percent: float | None
    # Minutes of the period before; None if nothing is compared.
    previous: int | None
    # The address of the task or project itself; empty for other groups.
    page: str
    # What the hours cost; None without rates.
    amounts: Amounts | None

    @property
    def change(self) -> int:
        """Minutes more than in the period before."""
        return self.total - (self.previous or 0)


@dataclass(frozen=True)
class MatrixColumn:
    """The head of a column, with the address that sorts by it."""

    label: str
    total: int
    percent: float
    link: str
    sort: str
    is_sorted: bool


class MatrixPage:
    """What the template needs of a matrix."""

    def __init__(
        self,
        report_request: ReportRequest,
        report_data: ReportData,
        columns_by: Grouping,
        previous: ReportData | None,
        costs: Costs | None = None,
    ) -> None:
        self.report_request, self.report_data = report_request, report_data
        self.report: Report = report_request.report
        self.columns_by = columns_by
        self.matrix = build_matrix(
            report_data.entries,
            self.report.by,
            columns_by,
            sort=self.report.options.sort,
            label=lambda key: self._label(self.report.by, key),
        )
        self.costs = costs if costs is not None and costs.any else None
        self._amounts = (
            self.costs.by_group(report_data.entries, self.report.by) if self.costs else {}
        )
        self.compares = previous is not None and not self.report.by.is_time
        self._previous = {
            group.key: group.figure.minutes
            for group in pivot(previous.entries if previous else (), self.report.by).groups
        }

    @property
    def caption(self) -> str:
        """The caption of the table."""
        return labels.matrix(self.report.by, self.columns_by)

    @property
    def heading(self) -> str:
        """The heading of the column of labels."""
        return str(labels.BY[self.report.by])

    @property
    def total(self) -> int:
        """Minutes of the report."""
        return self.matrix.total.minutes

    @property
    def previous_total(self) -> int:
        """Minutes of the period before."""
        return sum(self._previous.values())

    @property
    def change(self) -> int:
        """Minutes more than in the period before."""
        return self.total - self.previous_total

    @property
    def amounts(self) -> Amounts:
        """What all hours cost."""
        return sum(self._amounts.values(), NO_AMOUNTS)

    @property
    def left_out(self) -> int:
        """How many rows are only in the files."""
        return max(len(self.matrix.rows) - MOST_LINES, 0)

    @property
    def rest_label(self) -> str:
        """The label of the columns that were left out; empty if none was."""
        return labels.others(len(self.matrix.more)) if self.matrix.more else ""

    def columns(self) -> list[MatrixColumn]:
        """Return the heads of the columns."""
        return [
            MatrixColumn(
                self._column_label(key),
                minutes,
                percent(minutes, self.total),
                self._entries(self.report.narrow(self.columns_by, key)),
                self._sorted_by(key),
                self.report.options.sort == key,
            )
            for key, minutes in zip(self.matrix.columns, self.matrix.column_totals, strict=True)
        ]

    def sort_links(self) -> dict[str, str]:
        """Return the addresses of this report sorted by label and by total."""
        return {by: self._sorted_by(by) for by in (BY_LABEL, BY_TOTAL)}

    def lines(self) -> Iterator[MatrixLine]:
        """Yield the rows."""
        heads = [self._column_label(key) for key in self.matrix.columns]
        for row in self.matrix.rows[:MOST_LINES]:
            yield self._line(row, heads)

    def link(self) -> str:
        """Return the address of all entries."""
        return self._entries(self.report)

    def _line(self, row: MatrixRow, heads: list[str]) -> MatrixLine:
        report = self.report.narrow(self.report.by, row.key)
        cells = tuple(
            self._cell(minutes, row, report, key, head)
            for minutes, key, head in zip(row.cells, self.matrix.columns, heads, strict=True)
        )
        share = None if row.total.unknown else percent(row.total.billable, row.total.minutes)
        return MatrixLine(
            self._label(self.report.by, row.key),
            cells,
            row.total.minutes,
            self._entries(report),
            row.rest,
            share,
            self._previous.get(row.key, 0) if self.compares else None,
            page_of(self.report.by, row.key, self.report_request.workspace),
            self._amounts.get((row.key,)),
        )

    def _cell(
        self, minutes: int, row: MatrixRow, report: Report, key: str, head: str
    ) -> MatrixCell:
        return MatrixCell(
            minutes,
            percent(minutes, row.total.minutes),
            -(-SHADES * minutes // max(self.matrix.largest, 1)),
            self._entries(report.narrow(self.columns_by, key)) if minutes else "",
            head,
        )

    def _sorted_by(self, sort: str) -> str:
        report = self.report.with_options(sort=sort)
        return address("reports", self.report_request.workspace, report)

    def _column_label(self, key: str) -> str:
        return labels.short_label(self.columns_by, key, self.report_data.names)

    def _label(self, by: Grouping, key: str) -> str:
        return labels.label(by, key, self.report_data.names)

    def _entries(self, report: Report) -> str:
        return address("report_entries", self.report_request.workspace, report)
