"""What happens to cells: saving one or many, looking before a paste, undoing, edits that wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from accounts.access import asana_required
from accounts.http import AsanaRequest
from timesheet.core import clock
from timesheet.core.params import as_uuid
from timesheet.domain.cell import CannotPlan
from timesheet.domain.journal import State
from timesheet.domain.week import Week
from timesheet.journal import store
from timesheet.models import Step
from timesheet.sheets import messages as sheets_messages
from timesheet.sheets import reading
from timesheet.sheets.reading import Sheet
from timesheet.week import edits, undo
from timesheet.week.edits import CellChange, CellResult, SaveResult
from timesheet.week.forms import CellForm, UndoForm
from timesheet.week.views.responses import cells_response, misplaced


@require_POST
@asana_required
def save_cells(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    return _save(request, Sheet(request.user, workspace, week), CellForm.several)


@require_POST
@asana_required
def save_week(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """The whole page as a form, from a browser without script."""
    return _save(request, Sheet(request.user, workspace, week), CellForm.of_page)


@require_POST
@asana_required
def undo_step(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Undoes what was done last, or does again what was undone last."""
    sheet = Sheet(request.user, workspace, week)
    form = UndoForm(request.POST)
    if not form.is_valid():
        return misplaced(request, str(sheets_messages.NO_SUCH_STEP))
    step, turn = form.cleaned_data["step"], form.cleaned_data["turn"]
    try:
        turned = undo.turn(request.asana, sheet, step, turn, clock=clock.now, today=clock.today())
    except Step.DoesNotExist:
        return misplaced(request, str(sheets_messages.NO_SUCH_STEP))
    except CannotPlan as problem:
        said = str(sheets_messages.ASKS[problem.ask])
        entries = reading.read_entries(request.asana, sheet)
        return cells_response(request, sheet, edits.save_result(sheet, [], entries), said=said)
    said = sheets_messages.turned(turned.answer.failed, undone=turn % 2 == 0, left=turned.left)
    if not request.htmx:
        messages.info(request, said)
    return cells_response(request, sheet, turned.answer, said=said)


@require_POST
@asana_required
def retry_edit(request: AsanaRequest, workspace: str, week: Week, edit_id: UUID) -> HttpResponse:
    sheet = Sheet(request.user, workspace, week)
    edit = get_object_or_404(store.edits_of(sheet), edit_id=edit_id)
    answer = edits.retry(request.asana, sheet, edit, clock=clock.now)
    return cells_response(request, sheet, answer)


@require_POST
@asana_required
def discard_edit(request: AsanaRequest, workspace: str, week: Week, edit_id: UUID) -> HttpResponse:
    sheet = Sheet(request.user, workspace, week)
    edit = get_object_or_404(store.edits_of(sheet), edit_id=edit_id)
    answer = edits.discard(request.asana, sheet, edit, clock=clock.now)
    done = edit.state == State.DISCARDED and not edit.discarded_by
    said = str(sheets_messages.DISCARDED) if done else ""
    return cells_response(request, sheet, answer, said=said)


@require_POST
@asana_required
def resubmit_edit(request: AsanaRequest, workspace: str, week: Week, edit_id: UUID) -> HttpResponse:
    """What an admin discarded, as it was typed."""
    sheet = Sheet(request.user, workspace, week)
    edit = get_object_or_404(store.edits_of(sheet), edit_id=edit_id)
    if not edit.can_be_resubmitted:
        return misplaced(request, str(sheets_messages.NOT_TO_BE_AGAIN))
    answer = edits.resubmit(request.asana, sheet, edit, clock=clock.now, today=clock.today())
    return cells_response(request, sheet, answer)


@require_POST
@asana_required
def keep_mine(request: AsanaRequest, workspace: str, week: Week, edit_id: UUID) -> HttpResponse:
    """Mine in place of theirs, where both were shown."""
    return _insist(request, Sheet(request.user, workspace, week), edit_id, beside=False)


@require_POST
@asana_required
def keep_both(request: AsanaRequest, workspace: str, week: Week, edit_id: UUID) -> HttpResponse:
    """Mine beside theirs, where both were shown."""
    return _insist(request, Sheet(request.user, workspace, week), edit_id, beside=True)


@require_GET
@asana_required
def changed_cells(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """The cells of edits that went on while the page was open."""
    sheet = Sheet(request.user, workspace, week)
    asked = [edit for text in request.GET.getlist("edit") if (edit := as_uuid(text))]
    changed = store.edits_of(sheet).filter(edit_id__in=asked)
    answer = edits.save_result(sheet, list(changed), edits.try_read_entries(request.asana, sheet))
    return cells_response(request, sheet, answer)


def _insist(request: AsanaRequest, sheet: Sheet, edit_id: UUID, *, beside: bool) -> HttpResponse:
    edit = get_object_or_404(store.edits_of(sheet), edit_id=edit_id)
    said = ""
    try:
        answer = edits.resolve_conflict(
            request.asana, sheet, edit, beside=beside, clock=clock.now, today=clock.today()
        )
    except CannotPlan as problem:
        said = str(sheets_messages.ASKS[problem.ask])
        answer = edits.save_result(sheet, [edit], edits.try_read_entries(request.asana, sheet))
    return cells_response(request, sheet, answer, said=said)


def _save(request: AsanaRequest, sheet: Sheet, read: Callable[..., list[CellForm]]) -> HttpResponse:
    forms = read(request.POST, week=sheet.week)
    if sentence := first_misplaced(forms):
        return misplaced(request, sentence)
    return cells_response(request, sheet, save(request, sheet, forms))


def first_misplaced(forms: Sequence[CellForm]) -> str:
    return next((sentence for form in forms if (sentence := form.misplaced())), "")


def save(request: AsanaRequest, sheet: Sheet, forms: Sequence[CellForm]) -> SaveResult:
    """Saves what the forms ask for; what is no duration is refused beside it, in its order."""
    refused: dict[int, CellResult] = {}
    changes: list[CellChange] = []
    for place, form in enumerate(forms):
        if form.is_valid():
            changes.append(form.change)
        else:
            refused[place] = form.refused(str(next(iter(form.errors.values()))[0]))
    if not changes:
        return SaveResult(tuple(refused.values()))
    answer = edits.set_cells(request.asana, sheet, changes, clock=clock.now, today=clock.today())
    saved = iter(answer.results)
    outcomes = [refused.get(place) or next(saved) for place in range(len(forms))]
    return SaveResult((*outcomes, *saved), answer.grid)
