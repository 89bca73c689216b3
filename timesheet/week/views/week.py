"""The page of one person's week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib.messages import WARNING
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import asana_required
from accounts.asana.errors import Forbidden, NotFound
from accounts.asana.records import Workspace
from accounts.http import AsanaRequest, redirect_with
from timesheet.core import clock
from timesheet.core.sessions import LAST_WORKSPACE
from timesheet.domain.grid import Cell, Grid
from timesheet.domain.week import Week
from timesheet.journal import dispatch
from timesheet.sheets import reading
from timesheet.sheets.messages import LOCKED, lost_workspace
from timesheet.sheets.sheet import Sheet
from timesheet.week import loading, locked_days, undo, versions


@require_GET
@asana_required
def week(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Show the person's week, or that of another workspace once they have lost this one."""
    sheet = Sheet(request.user, workspace, week)
    known = _known_workspace(request, sheet)
    try:
        return week_page(request, sheet)
    except (Forbidden, NotFound):
        if not known or not reading.has_lost(request.asana, sheet):
            raise
    return redirect_with(request, WARNING, lost_workspace(known.name), "home")


def _known_workspace(request: AsanaRequest, sheet: Sheet) -> Workspace | None:
    """The workspace if the person was in it before: by the cache, or because they used it last."""
    workspaces = reading.cached_workspaces(request.user) or ()
    known = reading.find_workspace(sheet.workspace, workspaces)
    if known is None and request.session.get(LAST_WORKSPACE) == sheet.workspace:
        return Workspace(sheet.workspace)
    return known


def week_page(
    request: AsanaRequest, sheet: Sheet, *, failed: Sequence[Cell] = (), status: int = 200
) -> HttpResponse:
    """Render the whole page.

    `failed` are cells that keep what was typed in them, for a browser without script.
    """
    loaded = loading.load(request.asana, sheet)
    dispatch.retry_after_outage(request.user.pk, clock.now())
    grid = loaded.grid
    for cell in failed:
        grid = grid.with_cell(cell)
    request.session[LAST_WORKSPACE] = sheet.workspace
    today = clock.today()
    return render(
        request,
        "week/week.html",
        {
            "sheet": sheet,
            "grid": grid,
            "days": grid.days,
            "rows": grid.rows,
            "failed": failed,
            "approval": loaded.approval,
            "failures": loaded.failures,
            "locked": LOCKED.get(grid.status, ""),
            "folded": _hides_weekend(request, sheet, grid, today),
            "by_name": sheet.preferences.by_name,
            "history": undo.history_of(sheet, clock.now()),
            "workspace": loaded.workspace,
            "workspaces": loaded.workspaces,
            "this_week": Week.of(today),
            "today": today,
            "versions": versions.versions_of(sheet),
            **locked_days.lock_context(sheet, today),
            "told_rules": sheet.rules.descriptions(),
            "shown": _shown_day(request, sheet.week, today),
        },
        status=status,
    )


def _hides_weekend(request: AsanaRequest, sheet: Sheet, grid: Grid, today: date) -> bool:
    """Whether Saturday and Sunday are hidden: not while today is one of them."""
    is_hidden = sheet.preferences.hides_free_weekend and grid.weekend_is_free
    return is_hidden and today not in sheet.week.days[5:] and not _asks_for_weekend(request)


def _shown_day(request: AsanaRequest, week: Week, today: date) -> date:
    """The day that a narrow screen shows: the one of the address, else today, else Monday."""
    days = {day.isoformat(): day for day in week.days}
    return days.get(request.GET.get("day", "")) or (today if today in week else week.start)


def _asks_for_weekend(request: AsanaRequest) -> bool:
    return request.GET.get("weekend") == "shown"
