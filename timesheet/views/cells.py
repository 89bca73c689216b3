"""What happens to a cell: saving it, the entries in it, and edits that wait."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import connected
from accounts.http import ConnectedRequest, problem_response
from accounts.problems import Problem
from timesheet import clock, words
from timesheet.domain.cell import CannotPlan
from timesheet.domain.journal import State
from timesheet.domain.week import Week
from timesheet.forms import CellForm, PlaceForm
from timesheet.services import edits, sheets
from timesheet.services.edits import Outcome
from timesheet.services.sheets import Sheet
from timesheet.views.week import week_page


@require_POST
@connected
def save_cell(request: ConnectedRequest, workspace: str, week: Week) -> HttpResponse:
    sheet = Sheet(request.user, workspace, week)
    form = CellForm(request.POST, week=week)
    if sentence := form.misplaced():
        return _misplaced(request, sentence)
    return _answer(request, sheet, _save(request, sheet, form))


@require_POST
@connected
def save_entry(request: ConnectedRequest, workspace: str, week: Week) -> HttpResponse:
    """As `save_cell`, from the list of a cell's entries: that list is in the answer too."""
    sheet = Sheet(request.user, workspace, week)
    form = CellForm(request.POST, week=week)
    if sentence := form.misplaced():
        return _misplaced(request, sentence)
    outcome = _save(request, sheet, form)
    if not request.htmx:
        return _whole_page(request, sheet, outcome)
    pending = outcome.cell.pending
    context = {
        **_context(sheet, outcome),
        "which": form.cleaned_data["entry"],
        "listed": outcome.cell,
        # What was typed in the list is said there; the grid's cell shows only what waits.
        "cell": outcome.cell
        if pending and pending.is_open
        else replace(outcome.cell, pending=None),
    }
    return render(request, "timesheet/week/save_entry.html", context, status=_status(outcome))


@require_GET
@connected
def entries(request: ConnectedRequest, workspace: str, week: Week) -> HttpResponse:
    """The entries of one cell, each to be changed or deleted on its own."""
    sheet = Sheet(request.user, workspace, week)
    form = PlaceForm(request.GET, week=week)
    if sentence := form.misplaced():
        return _misplaced(request, sentence)
    grid = sheets.lay_out(sheet, sheets.read_entries(request.asana, sheet))
    cell = grid.cell(form.cleaned_data["task"], form.cleaned_data["day"])
    template = "timesheet/week/entries.html" if request.htmx else "timesheet/entries.html"
    context = {
        **_context(sheet, Outcome(cell, grid)),
        "listed": cell,
        "typed": request.GET.get("typed", ""),
    }
    return render(request, template, context)


@require_POST
@connected
def retry_edit(
    request: ConnectedRequest, workspace: str, week: Week, edit_id: UUID
) -> HttpResponse:
    sheet = Sheet(request.user, workspace, week)
    edit = get_object_or_404(edits.edits_of(sheet), edit_id=edit_id)
    return _answer(request, sheet, edits.retry(request.asana, sheet, edit, now=clock.now()))


@require_POST
@connected
def discard_edit(
    request: ConnectedRequest, workspace: str, week: Week, edit_id: UUID
) -> HttpResponse:
    sheet = Sheet(request.user, workspace, week)
    edit = get_object_or_404(edits.edits_of(sheet), edit_id=edit_id)
    outcome = edits.discard(request.asana, sheet, edit, now=clock.now())
    said = str(words.DISCARDED) if edit.state == State.DISCARDED else ""
    return _answer(request, sheet, outcome, said=said)


def _save(request: ConnectedRequest, sheet: Sheet, form: CellForm) -> Outcome:
    if not form.is_valid():
        return Outcome(form.refused(str(form.errors["text"][0])))
    try:
        return edits.set_cell(request.asana, sheet, form.change, now=clock.now())
    except CannotPlan as problem:
        return Outcome(form.refused(str(words.ASKS[problem.ask])), asks=problem.ask)


def _answer(
    request: ConnectedRequest, sheet: Sheet, outcome: Outcome, *, said: str = ""
) -> HttpResponse:
    """The cell as it stands now, with the totals and a word on what happened."""
    if not request.htmx:
        return _whole_page(request, sheet, outcome)
    context = _context(sheet, outcome, said)
    return render(request, "timesheet/week/save_cell.html", context, status=_status(outcome))


def _whole_page(request: ConnectedRequest, sheet: Sheet, outcome: Outcome) -> HttpResponse:
    """For a browser without script."""
    if _status(outcome) == 200:
        return redirect("week", workspace=sheet.workspace, week=sheet.week)
    return week_page(request, sheet, typed=outcome.cell, status=_status(outcome))


def _context(sheet: Sheet, outcome: Outcome, said: str = "") -> dict[str, object]:
    return {
        "sheet": sheet,
        "cell": outcome.cell,
        "grid": outcome.grid,
        "row": outcome.grid.row(outcome.cell.task) if outcome.grid else None,
        "asks": outcome.asks,
        "saved": outcome.saved,
        "said": words.SAVED if outcome.saved else said,
    }


def _status(outcome: Outcome) -> int:
    pending = outcome.cell.pending
    return 422 if pending and not pending.is_open else 200


def _misplaced(request: ConnectedRequest, sentence: str) -> HttpResponse:
    return problem_response(request, Problem(400, _("That does not fit this page"), sentence))
