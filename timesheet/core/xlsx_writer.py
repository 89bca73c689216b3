"""A sheet as an XLSX file: days and durations that can be reckoned with, and totals that are
formulas. Texts are never formulas or links, whatever they begin with."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import IO

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from timesheet.core.table import ColumnType, Table, Value

_SHOWN_AS = {
    ColumnType.TEXT: "@",
    ColumnType.DAY: "yyyy-mm-dd",
    ColumnType.MINUTES: "[h]:mm",
    ColumnType.SHARE: "0.0%",
    ColumnType.NUMBER: "0",
}
_ADDED_UP = (ColumnType.MINUTES, ColumnType.NUMBER)
_DAY = 24 * 60
# The most characters that a cell may have.
_LONGEST = 32_767


def write_xlsx(sheet: Table, file: IO[bytes]) -> None:
    """Row after row on disk, so that many do not fill the memory."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        page = book.add_worksheet(sheet.title)
        formats = {kind: book.add_format({"num_format": of}) for kind, of in _SHOWN_AS.items()}
        heads = book.add_format({"bold": True, "bottom": 1})
        for place, (name, _kind, width) in enumerate(sheet.columns):
            page.set_column(place, place, width)
            page.write_string(0, place, name, heads)
        page.freeze_panes(1, 0)
        kinds = [kind for _name, kind, _width in sheet.columns]
        totals: list[int | None] = [0] * len(kinds)
        last = 0
        for last, row in enumerate(sheet.rows, 1):
            for place, (kind, value) in enumerate(zip(kinds, row, strict=True)):
                _write(page, (last, place), kind, value, formats[kind])
                if kind in _ADDED_UP:
                    totals[place] = _added(totals[place], value)
        page.autofilter(0, 0, last, len(kinds) - 1)
        _write_totals(book, page, last, kinds, totals)
        if sheet.footnote:
            page.write_string(last + 3, 0, sheet.footnote)


def _added(total: int | None, value: Value) -> int | None:
    """None once there is one that is not known: a sum of the others would look like all."""
    return total + value if total is not None and isinstance(value, int) else None


def _write(
    page: Worksheet, at: tuple[int, int], kind: ColumnType, value: Value, shown_as: Format
) -> None:
    if value is None:
        return
    if isinstance(value, str):
        page.write_string(*at, value[:_LONGEST], shown_as)
    elif isinstance(value, date):
        page.write_datetime(*at, datetime.combine(value, time()), shown_as)
    elif kind is ColumnType.MINUTES:
        page.write_datetime(*at, timedelta(minutes=value), shown_as)
    else:
        page.write_number(*at, value, shown_as)


def _write_totals(
    book: Workbook, page: Worksheet, last: int, kinds: list[ColumnType], totals: list[int | None]
) -> None:
    """With what they come to, for those who only look and do not calculate."""
    look = {"bold": True, "top": 1}
    page.write_string(last + 1, 0, _("Total"), book.add_format(look))
    for place, (kind, total) in enumerate(zip(kinds, totals, strict=True)):
        if kind not in _ADDED_UP or not last:
            continue
        if total is None:
            page.write_string(last + 1, place, _("Not told by Asana"), book.add_format(look))
            continue
        shown_as = book.add_format({**look, "num_format": _SHOWN_AS[kind]})
        comes_to = total / _DAY if kind is ColumnType.MINUTES else total
        formula = f"=SUM({xl_range(1, place, last, place)})"
        page.write_formula(last + 1, place, formula, shown_as, comes_to)
