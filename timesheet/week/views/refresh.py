"""Updates a page that was shown from a stored copy, while somebody may be typing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_safe
from django_htmx.http import (
    HttpResponseClientRedirect,
    HttpResponseClientRefresh,
    trigger_client_event,
)

from accounts.access import asana_required
from accounts.asana.errors import AWAY, Forbidden, NotFound
from accounts.http import AsanaRequest
from timesheet.core import clock
from timesheet.domain.grid import Grid
from timesheet.domain.week import Week
from timesheet.journal import dispatch
from timesheet.sheets import reading, stored_weeks
from timesheet.sheets.sheet import Sheet
from timesheet.sheets.stored_weeks import WeekCopy
from timesheet.week import loading
from timesheet.week.loading import Loaded
from timesheet.week.results import CellResult
from timesheet.week.views.week import refresh_context, week_context


@require_safe
@asana_required
def refresh_week(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Answer with what differs in Asana from the copy that the page was shown from.

    `shown` is the version of that copy, and each `row` a row that is on the page.
    """
    sheet = Sheet(request.user, workspace, week)
    before = stored_weeks.find(sheet)
    try:
        copy = loading.read(request.asana, sheet, clock.now(), before=before)
    except (Forbidden, NotFound):
        stored_weeks.forget_workspace(request.user, workspace)
        return HttpResponseClientRedirect(resolve_url("week", workspace=workspace, week=week))
    except AWAY:
        if before is None:
            raise
        context = {"sheet": sheet, **refresh_context(before, is_stored=True, is_down=True)}
        return render(request, "week/refresh_week.html", context)
    dispatch.retry_after_outage(request.user.pk, clock.now())
    if not copy.is_current:
        # The page asks again once its cells are saved.
        return HttpResponse(status=204)
    if before is not None and before.rest.as_shown() != copy.rest.as_shown():
        # More than cells differ: a lock, a day off, the workspaces.
        return HttpResponseClientRefresh()
    return _refreshed(request, sheet, before, copy)


@require_safe
@asana_required
def prefetch_week(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Store a week that the person may open next, unless its copy is recent enough."""
    sheet = Sheet(request.user, workspace, week)
    copy = stored_weeks.find(sheet)
    if copy is None:
        loading.read(request.asana, sheet, clock.now())
    return HttpResponse(status=204)


def _refreshed(
    request: AsanaRequest, sheet: Sheet, before: WeekCopy | None, copy: WeekCopy
) -> HttpResponse:
    shown = request.GET.get("shown", "")
    context: dict[str, Any] = {"sheet": sheet, **refresh_context(copy, is_stored=False)}
    if shown != copy.version:
        with loading.known_from(sheet, copy, clock.now()):
            loaded = loading.lay_out(sheet, copy)
            # After the edits of the page: then all of its cells are compared, in the browser.
            old = reading.build_grid(sheet, before.entries) if before else None
            baseline = old if before and before.version == shown else None
            context |= _changes(sheet, loaded, baseline, request.GET.getlist("row"))
    response = render(request, "week/refresh_week.html", context)
    # Suggestions are loaded now.
    return trigger_client_event(response, "refreshed")


def _changes(
    sheet: Sheet, loaded: Loaded, old: Grid | None, rows_on_page: Collection[str]
) -> dict[str, Any]:
    """Return what the template needs: changed cells of the rows on the page, and other rows."""
    grid = loaded.grid
    cells = [
        cell
        for task in rows_on_page
        for cell in grid.row(task).cells
        if old is None or old.cell(cell.task, cell.day) != cell
    ]
    changed = {cell.task for cell in cells}
    return {
        **week_context(sheet, loaded, grid),
        "changed": True,
        "outcomes": [CellResult(cell) for cell in cells],
        "rows": [row for row in grid.rows if row.task.gid in changed],
        "new_rows": [row for row in grid.rows if row.task.gid not in rows_on_page],
    }
