"""A sheet as CSV, in parts, so that it can be sent while it is written."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date

from timesheet.core.table import ColumnType, Table, Value
from timesheet.domain import duration

# https://owasp.org/www-community/attacks/CSV_Injection: also within a text, where a spreadsheet of
# another country takes a semicolon, or a line end, for the end of a cell.
_FORMULA = re.compile(r"""(^|[;\t\r\n])(?=["']?[=+\-@\t\r\n])""")
# By this spreadsheets know that it is UTF-8.
_MARK = "\ufeff"
# Lines that are handed on together.
_BATCH = 500


def csv_chunks(sheet: Table) -> Iterator[bytes]:
    """It has no totals: what reads it adds up by itself. What is to be known of it stands at
    the end."""
    kinds = [kind for _name, kind, _width in sheet.columns]
    lines = _Lines()
    lines.write(_MARK)
    writer = csv.writer(lines)
    writer.writerow([name for name, _kind, _width in sheet.columns])
    for number, row in enumerate(sheet.rows, 1):
        writer.writerow([_written(kind, value) for kind, value in zip(kinds, row, strict=True)])
        if number % _BATCH == 0:
            yield lines.taken()
    if sheet.footnote:
        writer.writerow([_harmless(sheet.footnote)])
    yield lines.taken()


class _Lines:
    """Keeps what is written until it is taken."""

    def __init__(self) -> None:
        self._kept: list[str] = []

    def write(self, text: str) -> None:
        self._kept.append(text)

    def taken(self) -> bytes:
        kept, self._kept = "".join(self._kept), []
        return kept.encode()


def _written(kind: ColumnType, value: Value) -> str:
    match kind, value:
        case _, None:
            return ""
        case ColumnType.MINUTES, int(minutes):
            return duration.show(minutes)
        case ColumnType.SHARE, int(share) | float(share):
            return f"{share:.1%}"
        case _, date():
            return value.isoformat()
    return _harmless(str(value))


def _harmless(text: str) -> str:
    """A spreadsheet takes what begins like that for a formula, and runs it."""
    return _FORMULA.sub(r"\1'", text)
