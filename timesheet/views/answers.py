"""What the views of cells and entries answer with: the cells as they stand now, and all that
changes with them on the page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from accounts.http import ConnectedRequest, problem_response
from accounts.problems import Problem
from timesheet import clock, shut, words
from timesheet.services import history
from timesheet.services.edits import Answer
from timesheet.services.sheets import Sheet
from timesheet.views.week import week_page


def cells_answer(
    request: ConnectedRequest, sheet: Sheet, answer: Answer, *, said: str = ""
) -> HttpResponse:
    if not request.htmx:
        return whole_page(request, sheet, answer)
    context = cells_context(sheet, answer, said)
    response = render(request, "week/save_cells.html", context, status=status(answer))
    # The list of what waits, where it is open, looks again.
    return trigger_client_event(response, "edits")


def whole_page(request: ConnectedRequest, sheet: Sheet, answer: Answer) -> HttpResponse:
    """For a browser without script."""
    if not answer.failed:
        return redirect("week", workspace=sheet.workspace, week=sheet.week)
    typed = [outcome.cell for outcome in answer.failed]
    return week_page(request, sheet, typed=typed, status=status(answer))


def cells_context(sheet: Sheet, answer: Answer, said: str = "") -> dict[str, Any]:
    grid = answer.grid
    context: dict[str, Any] = {
        "sheet": sheet,
        "outcomes": answer.outcomes,
        "grid": grid,
        "said": said or words.saved(sum(outcome.saved for outcome in answer.outcomes)),
        "failed": [outcome.cell for outcome in answer.outcomes if outcome.cell.pending],
        "history": history.history_of(sheet, clock.now()),
        "today": clock.today(),
        **shut.shown(sheet, clock.today()),
    }
    if grid is not None:
        cells = [outcome.cell for outcome in answer.outcomes]
        context["locked"] = words.LOCKED.get(grid.status, "")
        context["rows"] = [row for row in grid.rows if row.task.gid in {one.task for one in cells}]
        context["days"] = [day for day in grid.days if day.day in {one.day for one in cells}]
    return context


def status(answer: Answer) -> int:
    return 422 if answer.failed else 200


def misplaced(request: ConnectedRequest, sentence: str) -> HttpResponse:
    return problem_response(request, Problem(400, _("That does not fit this page"), sentence))
