"""Writes a table as CSV, in chunks, so that it can be sent while it is written."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date

from timesheet.core.table import ColumnType, Table, Value
from timesheet.domain import duration

# https://owasp.org/www-community/attacks/CSV_Injection: also inside a text, because spreadsheets of
# other countries end a cell at a semicolon, and some at a line break.
_FORMULA = re.compile(r"""(^|[;\t\r\n])(?=["']?[=+\-@\t\r\n])""")
# Tells spreadsheets that the file is UTF-8.
_BYTE_ORDER_MARK = "\ufeff"
_ROWS_PER_CHUNK = 500


def csv_chunks(table: Table) -> Iterator[bytes]:
    """Yield a table as UTF-8 with a header, and its footnote after the last row.

    There are no totals: programs that read CSV would count them as rows.
    """
    types = [column_type for _name, column_type, _width in table.columns]
    buffer = _Buffer()
    buffer.write(_BYTE_ORDER_MARK)
    writer = csv.writer(buffer)
    writer.writerow([name for name, _type, _width in table.columns])
    for number, row in enumerate(table.rows, 1):
        writer.writerow([_cell(*cell) for cell in zip(types, row, strict=True)])
        if number % _ROWS_PER_CHUNK == 0:
            yield buffer.take()
    if table.footnote:
        writer.writerow([_without_formulas(table.footnote)])
    yield buffer.take()


class _Buffer:
    """A file that holds what was written since the last `take`."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def write(self, text: str) -> None:
        self._texts.append(text)

    def take(self) -> bytes:
        text, self._texts = "".join(self._texts), []
        return text.encode()


def _cell(column_type: ColumnType, value: Value) -> str:
    match column_type, value:
        case _, None:
            return ""
        case ColumnType.MINUTES, int(minutes):
            return duration.show(minutes)
        case ColumnType.SHARE, int(share) | float(share):
            return f"{share:.1%}"
        case ColumnType.DECIMAL, int(hours) | float(hours):
            return _decimal(hours)
        case ColumnType.AMOUNT, int(amount) | float(amount):
            return f"{amount:.2f}"
        case _, date():
            return value.isoformat()
    return _without_formulas(str(value))


def _decimal(hours: float) -> str:
    """Write hours with two decimals, or with four where a third of an hour would be cut off."""
    exact = f"{hours:.4f}"
    return exact.removesuffix("00")


def _without_formulas(text: str) -> str:
    """Put an apostrophe before everything that a spreadsheet would run as a formula."""
    return _FORMULA.sub(r"\1'", text)
