"""A report as a file to take along."""

from __future__ import annotations

import tempfile

from django.conf import settings
from django.http import FileResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.http import TeamRequest
from accounts.models import Action
from timesheet.core import clock
from timesheet.core.table import Table
from timesheet.core.xlsx_writer import write_xlsx
from timesheet.reports import loading, tables
from timesheet.reports.decorators import report_required
from timesheet.reports.hours import LoadProgress
from timesheet.reports.loading import ReportRequest
from timesheet.web.downloads import csv_response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@report_required
def export_csv(request: TeamRequest, report_request: ReportRequest) -> StreamingHttpResponse:
    return csv_response(_sheet(request, report_request, "csv"), _name(report_request))


@require_GET
@report_required
def export_xlsx(request: TeamRequest, report_request: ReportRequest) -> FileResponse:
    sheet = _sheet(request, report_request, "xlsx")
    # The response closes it, and with that it is gone.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    write_xlsx(sheet, file)
    file.seek(0)
    name = f"{_name(report_request)}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _sheet(request: TeamRequest, report_request: ReportRequest, kind: str) -> Table:
    """All is read before the first line is sent: the client is closed after the view."""
    told = loading.load_report(request.asana, report_request, clock.now())
    if isinstance(told, LoadProgress):
        raise TypeError("the reading was not to end early")
    chosen = set(report_request.wanted.chosen)
    rows = "entries" if request.GET.get("rows") == "entries" else "groups"
    audit.record(
        Action.EXPORTED,
        request.user,
        workspace=report_request.workspace,
        after={
            "format": kind,
            "rows": rows,
            "from": report_request.report.span.start.isoformat(),
            "to": report_request.report.span.end.isoformat(),
            "people": [one.name or one.gid for one in report_request.people if one.gid in chosen],
            **(
                {"account": report_request.reader.account}
                if report_request.reader.is_delegated
                else {}
            ),
        },
    )
    if rows == "entries":
        return tables.entries_table(told, settings.ASANA_URL)
    return tables.groups_table(report_request, told)


def _name(report_request: ReportRequest) -> str:
    span = report_request.report.span
    return f"hours-{span.start}-{span.end}"
