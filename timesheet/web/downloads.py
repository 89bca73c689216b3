"""Responses that are files."""

from __future__ import annotations

from django.http import StreamingHttpResponse

from timesheet.core.csv_writer import csv_chunks
from timesheet.core.table import Table


def csv_response(table: Table, name: str) -> StreamingHttpResponse:
    """Send a table as the file `name`.csv, while it is written."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingHttpResponse(
        csv_chunks(table), content_type="text/csv; charset=utf-8", headers=disposition
    )
