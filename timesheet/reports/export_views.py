"""A report as a file to take along."""

from __future__ import annotations

import tempfile

from django.conf import settings
from django.http import FileResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.http import LookingRequest
from accounts.models import Action
from timesheet.core import clock
from timesheet.core.table import Sheet
from timesheet.core.xlsx_writer import write_xlsx
from timesheet.reports import loading, tables
from timesheet.reports.decorators import reporting
from timesheet.reports.hours import Progress
from timesheet.reports.loading import Scene
from timesheet.web.downloads import csv_answer

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@reporting
def export_csv(request: LookingRequest, scene: Scene) -> StreamingHttpResponse:
    return csv_answer(_sheet(request, scene, "csv"), _name(scene))


@require_GET
@reporting
def export_xlsx(request: LookingRequest, scene: Scene) -> FileResponse:
    sheet = _sheet(request, scene, "xlsx")
    # The response closes it, and with that it is gone.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    write_xlsx(sheet, file)
    file.seek(0)
    name = f"{_name(scene)}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _sheet(request: LookingRequest, scene: Scene, kind: str) -> Sheet:
    """All is read before the first line is sent: the client is closed after the view."""
    told = loading.look(request.asana, scene, clock.now())
    if isinstance(told, Progress):
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
            **({"account": scene.eyes.account} if scene.eyes.lent else {}),
        },
    )
    if rows == "entries":
        return tables.sheet_of_entries(told, settings.ASANA_URL)
    return tables.sheet_of_groups(scene, told)


def _name(scene: Scene) -> str:
    span = scene.report.span
    return f"hours-{span.start}-{span.end}"
