"""The page of one person's week."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import connected
from accounts.http import ConnectedRequest
from timesheet import clock
from timesheet.domain.grid import Cell
from timesheet.domain.week import Week
from timesheet.services import sheets
from timesheet.services.sheets import Sheet
from timesheet.views.home import LAST_WORKSPACE


@require_GET
@connected
def week(request: ConnectedRequest, workspace: str, week: Week) -> HttpResponse:
    return week_page(request, Sheet(request.user, workspace, week))


def week_page(
    request: ConnectedRequest, sheet: Sheet, *, typed: Cell | None = None, status: int = 200
) -> HttpResponse:
    """The whole page; `typed` is a cell that keeps what somebody without script typed in it."""
    loaded = sheets.load(request.asana, sheet)
    request.session[LAST_WORKSPACE] = sheet.workspace
    today = clock.today()
    return render(
        request,
        "timesheet/week.html",
        {
            "sheet": sheet,
            "grid": loaded.grid.showing(typed) if typed else loaded.grid,
            "typed": typed,
            "workspace": loaded.workspace,
            "workspaces": loaded.workspaces,
            "this_week": Week.of(today),
            "today": today,
            "shown": _shown_day(request, sheet.week, today),
        },
        status=status,
    )


def _shown_day(request: ConnectedRequest, week: Week, today: date) -> date:
    """The one day that a narrow screen shows: the one asked for, else today, else Monday."""
    asked = request.GET.get("day", "")
    by_name = {day.isoformat(): day for day in week.days}
    return by_name.get(asked) or (today if today in week else week.start)
