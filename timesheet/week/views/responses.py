"""What the views of cells and entries answer with: the cells as they stand now, and all that
changes with them on the page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from accounts.http import AsanaRequest, problem_response
from accounts.problems import Problem
from timesheet.core import clock
from timesheet.sheets import messages
from timesheet.sheets.reading import Sheet
from timesheet.week import locked_days, undo
from timesheet.week.edits import SaveResult
from timesheet.week.views.week import week_page


def cells_response(
    request: AsanaRequest, sheet: Sheet, answer: SaveResult, *, said: str = ""
) -> HttpResponse:
    if not request.htmx:
        return whole_page(request, sheet, answer)
    context = cells_context(sheet, answer, said)
    response = render(request, "week/save_cells.html", context, status=status(answer))
    # The list of what waits, where it is open, looks again.
    return trigger_client_event(response, "edits")


def whole_page(request: AsanaRequest, sheet: Sheet, answer: SaveResult) -> HttpResponse:
    """For a browser without script."""
    if not answer.failed:
        return redirect("week", workspace=sheet.workspace, week=sheet.week)
    typed = [outcome.cell for outcome in answer.failed]
    return week_page(request, sheet, typed=typed, status=status(answer))


def cells_context(sheet: Sheet, answer: SaveResult, said: str = "") -> dict[str, Any]:
    grid = answer.grid
    context: dict[str, Any] = {
        "sheet": sheet,
        "outcomes": answer.results,
        "grid": grid,
        "said": said or messages.saved(sum(outcome.saved for outcome in answer.results)),
        "failed": [outcome.cell for outcome in answer.results if outcome.cell.pending],
        "history": undo.history_of(sheet, clock.now()),
        "today": clock.today(),
        **locked_days.shown(sheet, clock.today()),
    }
    if grid is not None:
        cells = [outcome.cell for outcome in answer.results]
        context["locked"] = messages.LOCKED.get(grid.status, "")
        context["rows"] = [row for row in grid.rows if row.task.gid in {one.task for one in cells}]
        context["days"] = [day for day in grid.days if day.day in {one.day for one in cells}]
    return context


def status(answer: SaveResult) -> int:
    return 422 if answer.failed else 200


def misplaced(request: AsanaRequest, sentence: str) -> HttpResponse:
    return problem_response(request, Problem(400, _("That does not fit this page"), sentence))
