"""The page of one person's week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import connected
from accounts.http import ConnectedRequest
from timesheet import clock, shut, words
from timesheet.context import LAST_WORKSPACE
from timesheet.domain.grid import Cell
from timesheet.domain.week import Week
from timesheet.services import courier, history, weeks
from timesheet.services.preferences import preferences_of
from timesheet.services.sheets import Sheet


@require_GET
@connected
def week(request: ConnectedRequest, workspace: str, week: Week) -> HttpResponse:
    return week_page(request, Sheet(request.user, workspace, week))


def week_page(
    request: ConnectedRequest, sheet: Sheet, *, typed: Sequence[Cell] = (), status: int = 200
) -> HttpResponse:
    """The whole page; `typed` are cells that keep what somebody without script typed in them."""
    loaded = weeks.load(request.asana, sheet)
    courier.asana_answered(request.user.pk, clock.now())
    prefers = preferences_of(request.user)
    grid = loaded.grid
    for cell in typed:
        grid = grid.showing(cell)
    request.session[LAST_WORKSPACE] = sheet.workspace
    today = clock.today()
    shown = shut.shown(sheet, today)
    return render(
        request,
        "week/week.html",
        {
            "sheet": sheet,
            "grid": grid,
            "days": grid.days,
            "rows": grid.rows,
            "failed": typed,
            "approval": loaded.approval,
            "locked": words.LOCKED.get(grid.status, ""),
            "folded": prefers.folds and grid.weekend_is_free and not _asks_for_weekend(request),
            "by_name": prefers.by_name,
            "history": history.history_of(sheet, clock.now()),
            "workspace": loaded.workspace,
            "workspaces": loaded.workspaces,
            "this_week": Week.of(today),
            "today": today,
            **shown,
            "told_rules": shown["rules"].told(),
            "shown": _shown_day(request, sheet.week, today),
        },
        status=status,
    )


def _shown_day(request: ConnectedRequest, week: Week, today: date) -> date:
    """The one day that a narrow screen shows: the one asked for, else today, else Monday."""
    asked = request.GET.get("day", "")
    by_name = {day.isoformat(): day for day in week.days}
    return by_name.get(asked) or (today if today in week else week.start)


def _asks_for_weekend(request: ConnectedRequest) -> bool:
    return request.GET.get("weekend") == "shown"
