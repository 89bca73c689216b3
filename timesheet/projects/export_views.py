"""The projects page as a file."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import manager_required
from accounts.http import ManagerRequest
from accounts.models import Action
from timesheet.core import clock
from timesheet.core.table import ColumnType, Row, Table, Value
from timesheet.projects import loading, selections
from timesheet.projects.figures import ProjectsQuery
from timesheet.projects.forms import ProjectsForm
from timesheet.projects.page import ProjectRow, ProjectsPage
from timesheet.web.downloads import csv_response, xlsx_response

# Enough for a workspace with thousands of projects.
ALL_BATCHES = 500


@require_safe
@manager_required
def export_projects(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Sends the projects page as XLSX, with hours as h:mm, decimals and minutes."""
    # A file is no HttpResponse for Django's types; the decorators take it anyway.
    return cast(HttpResponse, xlsx_response(*_table_and_name(request, workspace, "xlsx")))


@require_safe
@manager_required
def export_projects_csv(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Sends the projects page as CSV, with the columns of the XLSX file."""
    return cast(HttpResponse, csv_response(*_table_and_name(request, workspace, "csv")))


def _table_and_name(request: ManagerRequest, workspace: str, file_format: str) -> tuple[Table, str]:
    """Builds the table and the name of its file, and records the export."""
    own = list(selections.selections_of(request.user, workspace))
    form = ProjectsForm.read(request.GET.dict(), clock.today(), own)
    query = ProjectsQuery(request.user, workspace, form.span, clock.today())
    page = loading.load_page(request.asana, query, form.choice, clock.now(), batches=ALL_BATCHES)
    after = {
        "format": file_format,
        "rows": "projects",
        "from": form.span.start.isoformat(),
        "to": form.span.end.isoformat(),
    }
    audit.record(Action.EXPORTED, request.user, workspace=workspace, after=after)
    return _table(page), f"projects-{form.span.start}-{form.span.end}"


def _table(page: ProjectsPage) -> Table:
    columns = [
        (_("Project"), ColumnType.TEXT, 40),
        (_("Project ID"), ColumnType.TEXT, 18),
        (_("Team"), ColumnType.TEXT, 20),
        (_("Hours"), ColumnType.MINUTES, 10),
        (_("Hours (decimal)"), ColumnType.DECIMAL, 10),
        (_("Minutes"), ColumnType.NUMBER, 10),
        (_("Billable"), ColumnType.MINUTES, 10),
        (_("Billable (decimal)"), ColumnType.DECIMAL, 10),
        (_("People"), ColumnType.COUNT, 8),
    ]
    if page.has_estimates:
        columns += [
            (_("Estimate"), ColumnType.MINUTES, 10),
            (_("Estimate (decimal)"), ColumnType.DECIMAL, 10),
            (_("Logged in total"), ColumnType.MINUTES, 10),
            (_("Logged in total (decimal)"), ColumnType.DECIMAL, 10),
        ]
    if page.has_budgets:
        columns += [
            (_("Budget used"), ColumnType.AMOUNT, 12),
            (_("Budget"), ColumnType.AMOUNT, 12),
            (_("Weekly burn"), ColumnType.AMOUNT, 12),
            (_("Unit"), ColumnType.TEXT, 8),
            (_("Runs out"), ColumnType.DAY, 12),
        ]
    rows = (_row(row, page, len(columns)) for row in page.rows)
    return Table(_("Projects"), tuple(columns), rows, " ".join(_caveats(page)))


def _row(row: ProjectRow, page: ProjectsPage, width: int) -> Row:
    figures, team = row.figures, row.project.team
    values: list[Value] = [row.project.name, row.project.gid, (team.name or "") if team else ""]
    if figures is None:
        return [*values, *[None] * (width - len(values))]
    values += [*_both(figures.minutes), figures.minutes]
    values += _both(None if figures.unknown else figures.billable)
    values.append(len(figures.people))
    if page.has_estimates:
        # A project without an estimate counts as nothing in the total; an empty text does.
        values += ["", ""] if figures.estimate is None else _both(figures.estimate)
        values += _both(figures.actual)
    if page.has_budgets:
        values += _budget(row)
    return values


def _both(minutes: int | None) -> list[Value]:
    return [minutes, None if minutes is None else minutes / 60]


def _budget(row: ProjectRow) -> list[Value]:
    budget = row.budget
    if budget is None:
        return [None] * 5
    unit = budget.currency or _("minutes")
    return [budget.used, budget.total, budget.weekly_burn, unit, row.runs_out]


def _caveats(page: ProjectsPage) -> list[str]:
    """Return what a reader of the file has to know about its figures, as the page says it."""
    sentences = [
        _("Hours as Asana shows them to the person who made this file."),
        _("Hours and people are for the period in the name of this file."),
    ]
    if page.has_budgets:
        sentences.append(_("Estimates and budgets cover the whole project."))
    elif page.has_estimates:
        sentences.append(_("Estimates cover the whole project."))
    if page.plan_lacks_budgets:
        sentences.append(_("Your Asana plan doesn’t include budgets."))
    elif page.hides_budgets:
        sentences.append(_("Asana shows budgets to project admins only."))
    elif page.hidden_budgets:
        hidden = _("Asana shows the budgets of these projects to their admins only: %(names)s.")
        sentences.append(hidden % {"names": ", ".join(page.hidden_budgets)})
    if page.unknown_billable:
        sentences.append(_("Asana didn’t say which entries of some projects are billable."))
    if page.unreadable:
        sentences.append(_("Some entries couldn’t be read and are missing."))
    return sentences
