"""A report as a file to download."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.audit import Value
from accounts.http import TeamRequest
from accounts.models import Action
from timesheet.core import clock
from timesheet.core.table import Table
from timesheet.reports import loading, tables
from timesheet.reports.costs import read_costs
from timesheet.reports.decorators import report_required
from timesheet.reports.hours import LoadProgress
from timesheet.reports.loading import ReportRequest
from timesheet.web.downloads import csv_response, xlsx_response


@require_safe
@report_required
def export_csv(request: TeamRequest, report_request: ReportRequest) -> StreamingHttpResponse:
    """Streams the groups of a report as CSV; with `rows=entries` its entries."""
    return csv_response(_table(request, report_request, "csv"), _file_name(request, report_request))


@require_safe
@report_required
def export_xlsx(request: TeamRequest, report_request: ReportRequest) -> FileResponse:
    """Sends the groups of a report as XLSX; with `rows=entries` its entries."""
    table = _table(request, report_request, "xlsx")
    return xlsx_response(table, _file_name(request, report_request))


def _table(request: TeamRequest, report_request: ReportRequest, file_format: str) -> Table:
    """Builds the table and records the export.

    Everything is read before the first line is sent, because the client is closed after the view.
    """
    report_data = loading.load_report(request.asana, report_request, clock.now())
    if isinstance(report_data, LoadProgress):
        raise TypeError("a reading without a limit ended early")
    rows = "entries" if request.GET.get("rows") == "entries" else "groups"
    costs = None
    if report_request.report.options.money:
        costs = read_costs(request.asana, report_data.entries)
    audit.record(
        Action.EXPORTED,
        request.user,
        workspace=report_request.workspace,
        after=_audit_values(report_request, file_format, rows),
    )
    if rows == "entries":
        return tables.entries_table(report_data, settings.ASANA_URL, costs)
    return tables.groups_table(report_request, report_data, costs)


def _audit_values(report_request: ReportRequest, file_format: str, rows: str) -> dict[str, Value]:
    selected = set(report_request.hours_query.selected)
    values: dict[str, Value] = {
        "format": file_format,
        "rows": rows,
        "from": report_request.report.span.start.isoformat(),
        "to": report_request.report.span.end.isoformat(),
        "people": [
            person.name or person.gid for person in report_request.people if person.gid in selected
        ],
    }
    if report_request.reader.is_delegated:
        values["account"] = report_request.reader.account
    return values


def _file_name(request: TeamRequest, report_request: ReportRequest) -> str:
    """Return a name that says what is in the file, as hours-by-project-2026-11-01-2026-11-30."""
    report = report_request.report
    if request.GET.get("rows") == "entries":
        content = "entries"
    else:
        groupings = [grouping.value for grouping in (report.by, report.then) if grouping]
        content = f"hours-by-{'-and-'.join(groupings)}"
    filters = "-".join(f"{len(keys)}-{by.value}" for by, keys in report.filters.items())
    only = f"-only-{filters}" if filters else ""
    return f"{content}{only}-{report.span.start}-{report.span.end}"
