"""The page of one person's week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.messages import WARNING, get_messages
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.access import asana_required
from accounts.asana.errors import Forbidden, NotFound
from accounts.asana.records import Workspace
from accounts.http import AsanaRequest, redirect_with
from accounts.workspaces.allowed import allowed_gids
from timesheet.core import clock, page_cache
from timesheet.core.sessions import LAST_WORKSPACE, runs_scripts
from timesheet.domain.grid import Cell, Grid
from timesheet.domain.week import Week
from timesheet.journal import dispatch
from timesheet.sheets import reading, stored_weeks
from timesheet.sheets.messages import LOCKED, lost_workspace
from timesheet.sheets.sheet import Sheet
from timesheet.sheets.stored_weeks import WeekCopy
from timesheet.sheets.timers import timer_rows
from timesheet.week import loading, locked_days, undo, versions
from timesheet.week.loading import Loaded

# A page that is shown from an older copy says when that was read.
OLD = timedelta(minutes=5)


@require_safe
@asana_required
def week(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Show the person's week, or that of another workspace once they have lost this one."""
    sheet = Sheet(request.user, workspace, week)
    if runs_scripts(request.COOKIES) and (page := _page_of_copy(request, sheet)):
        _note_workspace(request, sheet)
        return page
    known = _known_workspace(request, sheet)
    try:
        return week_page(request, sheet)
    except (Forbidden, NotFound):
        if not known or not reading.has_lost(request.asana, sheet):
            raise
    return redirect_with(request, WARNING, lost_workspace(known.name), "home")


def _note_workspace(request: AsanaRequest, sheet: Sheet) -> None:
    if request.session.get(LAST_WORKSPACE) != sheet.workspace:
        request.session[LAST_WORKSPACE] = sheet.workspace


def _known_workspace(request: AsanaRequest, sheet: Sheet) -> Workspace | None:
    """The workspace if the person was in it before: by the cache, or because they used it last."""
    workspaces = reading.cached_workspaces(request.user) or ()
    known = reading.find_workspace(sheet.workspace, workspaces)
    if known is None and request.session.get(LAST_WORKSPACE) == sheet.workspace:
        return Workspace(sheet.workspace)
    return known


def _page_of_copy(request: AsanaRequest, sheet: Sheet) -> HttpResponse | None:
    """Return the page from its stored copy, rendered now or before; None where there is no copy."""
    token = get_token(request)

    def render_copy() -> tuple[bytes, timedelta] | None:
        copy = stored_weeks.find(sheet)
        if copy is None:
            return None
        now = clock.now()
        with loading.known_from(sheet, copy, now):
            page = week_page(request, sheet, copy=copy, token=token)
            return page.content, _shown_again_for(sheet, copy, now)

    if len(get_messages(request)):
        rendered = render_copy()
        html = rendered and rendered[0]
    else:
        facts = _facts_of_page(request, sheet)
        name, keys = f"week:{request.user.pk}", loading.cache_keys(sheet)
        html = page_cache.page(name, facts, keys, token, render_copy)
    return HttpResponse(html) if html else None


def _facts_of_page(request: AsanaRequest, sheet: Sheet) -> tuple[object, ...]:
    """Return all that the page depends on besides the database and the cache.

    What was read before the page, with the session, is among it.
    """
    return (
        *(request.get_full_path(), request.user.name, allowed_gids(), clock.today()),
        *(get_language(), timezone.get_current_timezone_name()),
        model_to_dict(sheet.preferences),
    )


def _shown_again_for(sheet: Sheet, copy: WeekCopy, now: datetime) -> timedelta:
    """Return how long a rendered page may be shown again, if nothing that it shows has changed.

    It depends on the time where an edit waits or a timer runs, and once the copy is old.
    """
    if not (reading.unsynced_of(sheet.user).is_empty and timer_rows(sheet.user).is_empty):
        return timedelta(0)
    return copy.complete_at + OLD - now if copy.complete_at + OLD > now else OLD


def week_page(
    request: AsanaRequest,
    sheet: Sheet,
    *,
    copy: WeekCopy | None = None,
    token: str | None = None,
    failed: Sequence[Cell] = (),
    status: int = 200,
) -> HttpResponse:
    """Render the whole page, from its stored `copy` or else from Asana.

    `token` is the CSRF token of all its forms; without it they get one anyway. `failed` are cells
    that keep what was typed in them, for a browser without script.
    """
    is_stored = copy is not None
    if copy is None:
        copy = loading.read(request.asana, sheet, clock.now())
        dispatch.retry_after_outage(request.user.pk, clock.now())
    _note_workspace(request, sheet)
    with loading.known_from(sheet, copy, clock.now()):
        loaded = loading.lay_out(sheet, copy)
        grid = loaded.grid
        for cell in failed:
            grid = grid.with_cell(cell)
        context = {
            "failed": failed,
            "folded": _hides_weekend(request, sheet, grid, clock.today()),
            "shown": _shown_day(request, sheet.week, clock.today()),
            **week_context(sheet, loaded, grid),
            **refresh_context(copy, is_stored=is_stored),
            **({"csrf_token": token} if token else {}),
        }
        return render(request, "week/week.html", context, status=status)


def refresh_context(copy: WeekCopy, *, is_stored: bool, is_down: bool = False) -> dict[str, Any]:
    """Return what the page says of its copy: its version, and since when it is where that matters.

    `is_stored` is whether the page has still to be refreshed from Asana, and `is_down` whether
    Asana was asked and did not answer.
    """
    is_old = clock.now() - copy.complete_at > OLD
    return {
        "copy_version": copy.version,
        "refreshes": is_stored,
        "as_of": copy.complete_at if is_down or (is_stored and is_old) else None,
        "is_down": is_down,
    }


def week_context(sheet: Sheet, loaded: Loaded, grid: Grid) -> dict[str, Any]:
    """Return what the templates of the page and of its parts need to show a week."""
    today = clock.today()
    return {
        "sheet": sheet,
        "grid": grid,
        "days": grid.days,
        "rows": grid.rows,
        "approval": loaded.approval,
        "failures": loaded.failures,
        "locked": LOCKED.get(grid.status, ""),
        "by_name": sheet.preferences.by_name,
        "history": undo.history_of(sheet, clock.now()),
        "workspace": loaded.workspace,
        "workspaces": loaded.workspaces,
        "this_week": Week.of(today),
        "today": today,
        "versions": versions.versions_of(sheet),
        **locked_days.lock_context(sheet, today),
        "told_rules": sheet.rules.descriptions(),
    }


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
