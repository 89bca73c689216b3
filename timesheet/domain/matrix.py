"""A matrix: entries added up in rows by columns, with totals both ways."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from timesheet.domain.pivot import ZERO, Figure, figure_of
from timesheet.domain.report_entry import Grouping, ReportEntry, key_reader

# Columns beyond these are added up in one.
MOST_COLUMNS = 62
BY_LABEL, BY_TOTAL = "label", "total"

Label = Callable[[str], str]


@dataclass(frozen=True)
class MatrixRow:
    """A row: minutes by column, and its total."""

    key: str
    cells: tuple[int, ...]
    # Minutes of the columns that were left out.
    rest: int
    total: Figure


@dataclass(frozen=True)
class Matrix:
    """Rows by columns; the columns' keys are in their order."""

    rows_by: Grouping
    columns_by: Grouping
    columns: tuple[str, ...]
    # Keys of the columns that were left out.
    more: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    column_totals: tuple[int, ...]
    rest: int
    total: Figure

    @property
    def largest(self) -> int:
        """The minutes of the largest cell."""
        return max((minutes for row in self.rows for minutes in row.cells), default=0)


def build_matrix(
    entries: Iterable[ReportEntry],
    rows_by: Grouping,
    columns_by: Grouping,
    *,
    sort: str = "",
    label: Label = str,
) -> Matrix:
    """Add up entries in rows by columns.

    Periods of time are in their order; of all else the one with the most minutes is first. `sort`
    is `label`, `total` or the key of a column; `label` returns the text that rows are sorted by.
    """
    cells: dict[str, dict[str, int]] = {}
    of_row: dict[str, list[ReportEntry]] = {}
    by_column: dict[str, int] = {}
    row_of, column_of = key_reader(rows_by), key_reader(columns_by)
    for entry in entries:
        row, column = row_of(entry), column_of(entry)
        within = cells.setdefault(row, {})
        within[column] = within.get(column, 0) + entry.minutes
        of_row.setdefault(row, []).append(entry)
        by_column[column] = by_column.get(column, 0) + entry.minutes
    columns, more = _shown_columns(_in_order(columns_by, by_column))
    totals = {key: figure_of(group) for key, group in of_row.items()}
    rows = [_row(key, within, columns, more, totals[key]) for key, within in cells.items()]
    return Matrix(
        rows_by,
        columns_by,
        columns,
        more,
        _sorted(rows, rows_by, columns, sort, label),
        tuple(by_column[column] for column in columns),
        sum(by_column[column] for column in more),
        sum(totals.values(), ZERO),
    )


def _shown_columns(order: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    # A single column is never left out.
    shown = MOST_COLUMNS if len(order) > MOST_COLUMNS + 1 else len(order)
    return tuple(order[:shown]), tuple(order[shown:])


def _row(
    key: str,
    within: dict[str, int],
    columns: Sequence[str],
    more: Sequence[str],
    total: Figure,
) -> MatrixRow:
    cells = tuple(within.get(column, 0) for column in columns)
    return MatrixRow(key, cells, sum(within.get(column, 0) for column in more), total)


def _in_order(by: Grouping, minutes: dict[str, int]) -> list[str]:
    if by.is_time:
        return sorted(minutes)
    return sorted(minutes, key=lambda key: (-minutes[key], key))


def _sorted(
    rows: list[MatrixRow], by: Grouping, columns: Sequence[str], sort: str, label: Label
) -> tuple[MatrixRow, ...]:
    if sort in columns:
        place = columns.index(sort)
        return tuple(sorted(rows, key=lambda row: (-row.cells[place], row.key)))
    if sort == BY_LABEL:
        return tuple(sorted(rows, key=lambda row: (label(row.key).casefold(), row.key)))
    if by.is_time and sort != BY_TOTAL:
        return tuple(sorted(rows, key=lambda row: row.key))
    return tuple(sorted(rows, key=lambda row: (-row.total.minutes, row.key)))
