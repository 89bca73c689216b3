"""Responses that are files."""

from __future__ import annotations

import tempfile

from django.http import FileResponse, StreamingHttpResponse

from timesheet.core.csv_writer import csv_chunks
from timesheet.core.table import Table
from timesheet.core.xlsx_writer import write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_response(table: Table, name: str) -> StreamingHttpResponse:
    """Send a table as the file `name`.csv, while it is written."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingHttpResponse(
        csv_chunks(table), content_type="text/csv; charset=utf-8", headers=disposition
    )


def xlsx_response(table: Table, name: str) -> FileResponse:
    """Send a table as the file `name`.xlsx."""
    # The response closes the file, which deletes it.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    write_xlsx(table, file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
