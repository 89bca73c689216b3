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
def export_csv(request: TeamRequest, scene: ReportRequest) -> StreamingHttpResponse:
    return csv_response(_sheet(request, scene, "csv"), _name(scene))


@require_GET
@report_required
def export_xlsx(request: TeamRequest, scene: ReportRequest) -> FileResponse:
    sheet = _sheet(request, scene, "xlsx")
    # The response closes it, and with that it is gone.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    write_xlsx(sheet, file)
    file.seek(0)
    name = f"{_name(scene)}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _sheet(request: TeamRequest, scene: ReportRequest, kind: str) -> Table:
    """All is read before the first line is sent: the client is closed after the view."""
    told = loading.load_report(request.asana, scene, clock.now())
    if isinstance(told, LoadProgress):
        raise TypeError("the reading was not to end early")
    chosen = set(scene.wanted.chosen)
    rows = "entries" if request.GET.get("rows") == "entries" else "groups"
    audit.record(
        Action.EXPORTED,
        request.user,
        workspace=scene.workspace,
        after={
            "format": kind,
            "rows": rows,
            "from": scene.report.span.start.isoformat(),
            "to": scene.report.span.end.isoformat(),
            "people": [one.name or one.gid for one in scene.people if one.gid in chosen],
            **({"account": scene.reader.account} if scene.reader.is_delegated else {}),
        },
    )
    if rows == "entries":
        return tables.entries_table(told, settings.ASANA_URL)
    return tables.groups_table(scene, told)


def _name(scene: ReportRequest) -> str:
    span = scene.report.span
    return f"hours-{span.start}-{span.end}"
