"""What the views of cells and entries answer with: the cells as they are now, and all that changes
with them on the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.messages import INFO, add_message
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import trigger_client_event

from accounts.http import AsanaRequest, page_of, problem_response
from accounts.problems import Problem
from timesheet.core import clock
from timesheet.domain.week import Week
from timesheet.sheets import reading
from timesheet.sheets.messages import LOCKED
from timesheet.sheets.sheet import Sheet
from timesheet.week import locked_days, messages, undo, versions
from timesheet.week.lookups import found_for_answer
from timesheet.week.results import CellResult, SaveResult
from timesheet.week.views.week import week_page


def week_address(request: AsanaRequest, workspace: str, week: Week) -> str:
    """Return the address of a week, with the day that a narrow screen shows on the page now."""
    page = page_of(request) or request.headers.get("Referer", "")
    day = QueryDict(page.partition("#")[0].partition("?")[2]).get("day", "")
    address = reverse("week", args=[workspace, week])
    return f"{address}?day={day}" if day in map(str, week.days) else address


def cells_response(
    request: AsanaRequest,
    sheet: Sheet,
    result: SaveResult,
    *,
    announcement: str = "",
    level: int = INFO,
) -> HttpResponse:
    """Answer with the cells of `result`, and the totals and buttons that change with them.

    `announcement` is shown and read out instead of what was saved or deleted. On a whole page it is
    a message of this `level`.
    """
    if not request.htmx:
        if announcement:
            add_message(request, level, announcement)
        return whole_page(request, sheet, result)
    with found_for_answer(sheet):
        context = cells_context(sheet, result, announcement)
        response = render(request, "week/save_cells.html", context, status=status(result))
    # The list of unsynced changes loads again where it is open.
    return trigger_client_event(response, "edits")


def whole_page(request: AsanaRequest, sheet: Sheet, result: SaveResult) -> HttpResponse:
    """Answer a browser without script: with the page and what failed on it, or a redirect to it."""
    if not result.failed:
        return redirect(week_address(request, sheet.workspace, sheet.week))
    failed = [cell_result.cell for cell_result in result.failed]
    return week_page(request, sheet, failed=failed, status=status(result))


def cells_context(sheet: Sheet, result: SaveResult, announcement: str = "") -> dict[str, Any]:
    """Return what the templates of cells need to show a result."""
    grid, today = result.grid, clock.today()
    cells = [cell_result.cell for cell_result in result.results]
    context: dict[str, Any] = {
        "sheet": sheet,
        "outcomes": result.results,
        "grid": grid,
        **_announcements(sheet, result, announcement),
        "failed": [cell for cell in cells if cell.pending],
        "history": undo.history_after(sheet, result.written, clock.now()),
        "today": today,
        "versions": versions.versions_of_cells(sheet, cells),
        **locked_days.lock_context(sheet, today),
    }
    if grid is not None:
        tasks, days = {cell.task for cell in cells}, {cell.day for cell in cells}
        context["locked"] = LOCKED.get(grid.status, "")
        context["rows"] = [row for row in grid.rows if row.task.gid in tasks]
        context["days"] = [day for day in grid.days if day.day in days]
    return context


def _announcements(sheet: Sheet, result: SaveResult, announcement: str) -> dict[str, object]:
    """Return what is said about a result.

    That something was saved is a mark in its cell, so it is only read out (`spoken`). What was
    deleted is shown too (`toast`), with a button to undo it.
    """
    saved = [cell for cell in result.results if cell.saved]
    deleted = [cell for cell in saved if cell.deleted]
    said = messages.saved(len(saved))
    toast, spoken = announcement, "" if announcement else said
    if deleted and not announcement:
        toast, spoken = _deletion(sheet, result, deleted), ""
    elif len(saved) == 1 and not announcement:
        cell = saved[0].cell
        spoken = messages.saved_aloud(_name(sheet, result, cell.task), cell.day, cell.minutes)
    return {
        "said": announcement or said,
        "toast": toast,
        "spoken": spoken,
        "offers_undo": bool(deleted) and not announcement,
    }


def _deletion(sheet: Sheet, result: SaveResult, deleted: Sequence[CellResult]) -> str:
    if len(deleted) > 1:
        return messages.entries_deleted(len(deleted), sum(cell.deleted for cell in deleted))
    (one,) = deleted
    return messages.entry_deleted(one.deleted, _name(sheet, result, one.cell.task), one.cell.day)


def _name(sheet: Sheet, result: SaveResult, task: str) -> str:
    """Return the task's name; its gid where nobody knows it."""
    name = result.grid.row(task).task.name if result.grid else ""
    return name or reading.cached_names(sheet.user, sheet.workspace).get(task) or task


def status(result: SaveResult) -> int:
    """Return the HTTP status: 422 where some of it was not taken."""
    return 422 if result.failed else 200


def bad_request(request: AsanaRequest, sentence: str, *, status: int = 400) -> HttpResponse:
    """Refuse a request that none of our pages sends, with a sentence that says why."""
    return problem_response(request, Problem(status, str(messages.BAD_REQUEST), sentence))
