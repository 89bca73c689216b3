"""The projects page as a file."""

from __future__ import annotations

import tempfile
from typing import cast

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import manager_required
from accounts.http import ManagerRequest
from timesheet.core import clock
from timesheet.core.table import ColumnType, Row, Table
from timesheet.core.xlsx_writer import write_xlsx
from timesheet.projects import loading, selections
from timesheet.projects.figures import ProjectsQuery
from timesheet.projects.forms import ProjectsForm
from timesheet.projects.page import ProjectRow, ProjectsPage

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Enough for a workspace with thousands of projects.
ALL_BATCHES = 500


@require_safe
@manager_required
def export_projects(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Sends the projects page as XLSX, with hours in minutes, decimals and h:mm."""
    own = list(selections.selections_of(request.user, workspace))
    form = ProjectsForm.read(request.GET.dict(), clock.today(), own)
    query = ProjectsQuery(request.user, workspace, form.span, clock.today())
    page = loading.load_page(request.asana, query, form.choice, clock.now(), batches=ALL_BATCHES)
    # The response closes the file, which deletes it.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    write_xlsx(_table(page), file)
    file.seek(0)
    name = f"projects-{form.span.start}-{form.span.end}.xlsx"
    # A file is no HttpResponse for Django's types; the decorators take it all the same.
    response = FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    return cast(HttpResponse, response)


def _table(page: ProjectsPage) -> Table:
    columns = [
        (_("Project"), ColumnType.TEXT, 40),
        (_("Project ID"), ColumnType.TEXT, 18),
        (_("Team"), ColumnType.TEXT, 20),
        (_("Hours"), ColumnType.MINUTES, 10),
        (_("Hours (decimal)"), ColumnType.DECIMAL, 10),
        (_("Minutes"), ColumnType.NUMBER, 10),
        (_("Billable"), ColumnType.MINUTES, 10),
        (_("People"), ColumnType.COUNT, 8),
    ]
    if page.has_estimates:
        columns += [
            (_("Estimate"), ColumnType.MINUTES, 10),
            (_("Logged in total"), ColumnType.MINUTES, 10),
        ]
    if page.has_budgets:
        columns += [
            (_("Budget used"), ColumnType.AMOUNT, 12),
            (_("Budget"), ColumnType.AMOUNT, 12),
            (_("Unit"), ColumnType.TEXT, 8),
            (_("Runs out"), ColumnType.DAY, 12),
        ]
    rows = (_row(row, page) for row in page.rows)
    return Table(_("Projects"), tuple(columns), rows, _footnote(page))


def _row(row: ProjectRow, page: ProjectsPage) -> Row:
    figures, team = row.figures, row.project.team
    name = (row.project.name, row.project.gid, (team.name or "") if team else "")
    if figures is None:
        return (*name, *[None] * (5 + 2 * page.has_estimates + 4 * page.has_budgets))
    billable = None if figures.unknown else figures.billable
    minutes = figures.minutes
    values: list[object] = [*name, minutes, minutes / 60, minutes, billable, len(figures.people)]
    if page.has_estimates:
        values += [figures.estimate, figures.actual]
    if page.has_budgets:
        budget = row.budget
        values += (
            [budget.used, budget.total, budget.currency or _("minutes"), row.runs_out]
            if budget
            else [None] * 4
        )
    return values  # type: ignore[return-value]


def _footnote(page: ProjectsPage) -> str:
    sentences = [_("Hours as Asana shows them to the person who made this file.")]
    if page.plan_lacks_budgets:
        sentences.append(_("Your Asana plan doesn’t include budgets."))
    elif page.hides_budgets:
        sentences.append(_("Asana shows budgets to project admins only."))
    if page.unreadable:
        sentences.append(_("Some entries couldn’t be read and are missing."))
    return " ".join(sentences)
