"""Writes a table as an XLSX file, with days and durations to calculate with, and with totals.

Totals are formulas; texts never become formulas or links, whatever they begin with.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import IO

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from timesheet.core.table import ColumnType, Table, Value

_NUMBER_FORMATS = {
    ColumnType.TEXT: "@",
    ColumnType.DAY: "yyyy-mm-dd",
    ColumnType.MINUTES: "[h]:mm",
    ColumnType.SHARE: "0.0%",
    ColumnType.NUMBER: "0",
    ColumnType.COUNT: "0",
    ColumnType.DECIMAL: "0.00",
    ColumnType.AMOUNT: "#,##0.00",
}
_TOTALLED = (ColumnType.MINUTES, ColumnType.NUMBER, ColumnType.DECIMAL)
_DAY = 24 * 60
# Characters that a cell can have at most.
_MAX_CELL_LENGTH = 32_767


def write_xlsx(table: Table, file: IO[bytes]) -> None:
    """Write a table to `file`, row by row, so that many rows do not fill the memory."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        sheet = book.add_worksheet(table.title)
        _write_header(book, sheet, table)
        types = [column_type for _name, column_type, _width in table.columns]
        formats = {
            column_type: book.add_format({"num_format": number_format})
            for column_type, number_format in _NUMBER_FORMATS.items()
        }
        totals: list[float | None] = [0] * len(types)
        last = 0
        for last, row in enumerate(table.rows, 1):
            for column, (column_type, value) in enumerate(zip(types, row, strict=True)):
                _write(sheet, (last, column), column_type, value, formats[column_type])
                if column_type in _TOTALLED:
                    totals[column] = _add(totals[column], value)
        sheet.autofilter(0, 0, last, len(types) - 1)
        _write_totals(book, sheet, last, types, totals)
        if table.footnote:
            sheet.write_string(last + 3, 0, table.footnote)


def _write_header(book: Workbook, sheet: Worksheet, table: Table) -> None:
    bold = book.add_format({"bold": True, "bottom": 1})
    for column, (name, _type, width) in enumerate(table.columns):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, bold)
    sheet.freeze_panes(1, 0)


def _add(total: float | None, value: Value) -> float | None:
    """Return the total with `value`; None if any value is unknown, as the sum would be too low.

    A text counts as nothing, as it does in the formula of the total.
    """
    if isinstance(value, str):
        return total
    return total + value if total is not None and isinstance(value, int | float) else None


def _write(
    sheet: Worksheet,
    position: tuple[int, int],
    column_type: ColumnType,
    value: Value,
    cell_format: Format,
) -> None:
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(*position, value[:_MAX_CELL_LENGTH], cell_format)
    elif isinstance(value, date):
        sheet.write_datetime(*position, datetime.combine(value, time()), cell_format)
    elif column_type is ColumnType.MINUTES:
        sheet.write_datetime(*position, timedelta(minutes=value), cell_format)
    else:
        sheet.write_number(*position, value, cell_format)


def _write_totals(
    book: Workbook,
    sheet: Worksheet,
    last: int,
    types: list[ColumnType],
    totals: list[float | None],
) -> None:
    """Write formulas with their results, for programs that show a file without calculating."""
    style = {"bold": True, "top": 1}
    sheet.write_string(last + 1, 0, _("Total"), book.add_format(style))
    for column, (column_type, total) in enumerate(zip(types, totals, strict=True)):
        if column_type not in _TOTALLED or not last:
            continue
        if total is None:
            unknown = _("Not shown by Asana")
            sheet.write_string(last + 1, column, unknown, book.add_format(style))
            continue
        cell_format = book.add_format({**style, "num_format": _NUMBER_FORMATS[column_type]})
        result = total / _DAY if column_type is ColumnType.MINUTES else total
        formula = f"=SUM({xl_range(1, column, last, column)})"
        sheet.write_formula(last + 1, column, formula, cell_format, result)
