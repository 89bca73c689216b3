"""The rows of a week: finding a task, adding its row, removing one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts.access import asana_required
from accounts.http import AsanaRequest
from timesheet.core import clock
from timesheet.domain.week import Week
from timesheet.models import Preferences
from timesheet.sheets import preferences, rows
from timesheet.sheets.rows import PlacedRow
from timesheet.sheets.sheet import Sheet
from timesheet.week import locked_days, versions
from timesheet.week.forms import RowForm
from timesheet.week.messages import rows_copied
from timesheet.week.suggestions import suggest_tasks
from timesheet.week.views.responses import bad_request, week_address


@require_safe
@asana_required
def search_tasks(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Show the tasks that match what is typed."""
    query = request.GET.get("query", "")
    sheet = Sheet(request.user, workspace, week)
    template = "week/_search_results.html" if request.htmx else "week/search_tasks.html"
    context = {
        "sheet": sheet,
        "query": query,
        "tasks": rows.find_tasks(request.asana, sheet, query),
    }
    return render(request, template, context)


@require_safe
@asana_required
def suggestions(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Show tasks of the person's own for a week that lacks hours: rows below those of the week."""
    sheet, today = Sheet(request.user, workspace, week), clock.today()
    suggested = suggest_tasks(request.asana.in_background(), sheet, today)
    context = {"sheet": sheet, "suggestions": suggested, "days": week.days, "today": today}
    return render(request, "week/suggestions.html", context)


@require_POST
@asana_required
def add_row(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Put a task into the week."""
    return _row(request, Sheet(request.user, workspace, week), rows.add_row)


@require_POST
@asana_required
def pin_row(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Put a task into every week."""
    return _row(request, Sheet(request.user, workspace, week), rows.pin_row)


@require_POST
@asana_required
def unpin_row(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Put a task into this week alone."""
    return _row(request, Sheet(request.user, workspace, week), rows.unpin_row)


@require_POST
@asana_required
def copy_rows(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Put the tasks of the week before into this one."""
    count = rows.copy_rows(request.asana, Sheet(request.user, workspace, week))
    messages.add_message(request, messages.SUCCESS if count else messages.INFO, rows_copied(count))
    return redirect(week_address(request, workspace, week))


@require_POST
@asana_required
def order_rows(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Change the order of the rows, in all weeks of the person."""
    if request.POST.get("order") in Preferences.Order:
        preferences.order_rows(request.user, Preferences.Order(request.POST["order"]))
    return redirect(week_address(request, workspace, week))


@require_POST
@asana_required
def remove_row(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Remove a row from the week."""
    form = RowForm(request.POST)
    if not form.is_valid():
        return bad_request(request, str(form.errors["task"][0]))
    rows.remove_row(Sheet(request.user, workspace, week), form.cleaned_data["task"])
    if not request.htmx:
        return redirect(week_address(request, workspace, week))
    return HttpResponse()


def _row(
    request: AsanaRequest, sheet: Sheet, change: Callable[[Any, Sheet, str], PlacedRow]
) -> HttpResponse:
    """Change the row of the task that the form names, and show it."""
    form = RowForm(request.POST)
    if not form.is_valid():
        return bad_request(request, str(form.errors["task"][0]))
    placed = change(request.asana, sheet, form.cleaned_data["task"])
    if not request.htmx:
        page = week_address(request, sheet.workspace, sheet.week)
        return redirect(f"{page}#row-{placed.row.task.gid}")
    context = {
        "sheet": sheet,
        "row": placed.row,
        "today": clock.today(),
        "versions": versions.versions_of(sheet),
        **locked_days.lock_context(sheet, clock.today()),
    }
    response = render(request, "week/row.jinja", context)
    place = {"task": placed.row.task.gid, "after": placed.after}
    return trigger_client_event(response, "row:placed", place, after="swap")
