"""The answer that is a sheet, as a file of CSV."""

from __future__ import annotations

from django.http import StreamingHttpResponse

from timesheet.core.csv_writer import csv_chunks
from timesheet.core.table import Table


def csv_response(sheet: Table, name: str) -> StreamingHttpResponse:
    """Sent while it is written."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingHttpResponse(
        csv_chunks(sheet), content_type="text/csv; charset=utf-8", headers=disposition
    )
