"""Saving cells, undo and redo, and what people decide about unsynced edits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from accounts.access import asana_required
from accounts.http import AsanaRequest
from timesheet.core import clock
from timesheet.core.params import as_uuid
from timesheet.core.request_cache import read_together
from timesheet.domain.cell import CannotPlan
from timesheet.domain.journal import State
from timesheet.domain.week import Week
from timesheet.journal import store
from timesheet.journal.messages import HALF_SAVED
from timesheet.models import Edit, Step
from timesheet.sheets import approvals, reading
from timesheet.sheets.sheet import Sheet
from timesheet.week import edits, undo
from timesheet.week.forms import MOST_CELLS, CellForm, CellRefForm, TooManyCells, UndoForm
from timesheet.week.lookups import found_for_answer
from timesheet.week.messages import (
    CANNOT_RESUBMIT,
    DISCARDED,
    NO_SUCH_STEP,
    PLAN_PROBLEMS,
    TOO_MANY_CELLS,
    saved,
    still_saving,
    undo_result,
)
from timesheet.week.recording import CellChange
from timesheet.week.results import CellResult, SaveResult, save_result, try_read_entries
from timesheet.week.undo import UndoResult
from timesheet.week.views.responses import bad_request, cells_response

ReadForms = Callable[[QueryDict, Week], list[CellForm]]


@require_POST
@asana_required
def save_cells(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Save one or many cells."""
    return _save(request, Sheet(request.user, workspace, week), CellForm.of_request)


@require_POST
@asana_required
def save_week(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Save the whole page as a form, from a browser without script."""
    return _save(request, Sheet(request.user, workspace, week), CellForm.of_page)


def _save(request: AsanaRequest, sheet: Sheet, read: ReadForms) -> HttpResponse:
    """Save the cells of a request; `read` makes forms of it."""
    try:
        forms = read(request.POST, sheet.week)
    except TooManyCells:
        return bad_request(request, str(TOO_MANY_CELLS), status=413)
    if sentence := first_page_error(forms):
        return bad_request(request, sentence)
    with ExitStack() as until_answered:
        result = save_forms(request, sheet, forms, until_answered)
        if not request.htmx:
            # Django leaves out the empty ones.
            messages.success(request, saved(result.saved_count))
            messages.info(request, still_saving(result.waiting_count))
        return cells_response(request, sheet, result)


def first_page_error(forms: Sequence[CellRefForm]) -> str:
    """Return the first problem with these forms that is not about the typed text; empty if none."""
    return next((sentence for form in forms if (sentence := form.page_error())), "")


def save_forms(
    request: AsanaRequest,
    sheet: Sheet,
    forms: Sequence[CellForm],
    until_answered: ExitStack | None = None,
) -> SaveResult:
    """Save what the forms ask for; a text that is no duration is refused in its cell.

    What is looked up to render the cells is kept until `until_answered` is closed, if it is given.
    """
    refused: dict[int, CellResult] = {}
    changes: list[CellChange] = []
    for place, form in enumerate(forms):
        if form.is_valid():
            changes.append(form.change)
        else:
            refused[place] = form.refused(str(next(iter(form.errors.values()))[0]))
    if not changes:
        return SaveResult(tuple(refused.values()))
    keys = [reading.time_off_cache_key(sheet), approvals.cache_key(sheet.user, sheet.workspace)]
    with read_together(keys, {}):
        written = edits.write_cells(
            request.asana, sheet, changes, clock=clock.now, today=clock.today()
        )
        if until_answered is not None:
            until_answered.enter_context(found_for_answer(sheet, changes))
        result = written.result()
    saved = iter(result.results)
    results = [refused.get(place) or next(saved) for place in range(len(forms))]
    return SaveResult((*results, *saved), result.grid, result.written)


@require_POST
@asana_required
def undo_step(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Undo the last step, or redo the one that was undone last."""
    sheet = Sheet(request.user, workspace, week)
    form = UndoForm(request.POST)
    if not form.is_valid():
        return bad_request(request, str(NO_SUCH_STEP))
    step, undo_count = form.cleaned_data["step"], form.cleaned_data["undo_count"]
    try:
        undone = undo.undo_or_redo(
            request.asana, sheet, step, undo_count, clock=clock.now, today=clock.today()
        )
    except Step.DoesNotExist:
        return bad_request(request, str(NO_SUCH_STEP))
    except CannotPlan as problem:
        return _cannot_plan(request, sheet, problem)
    return cells_response(
        request, sheet, undone.result, announcement=_undo_sentence(undone, undo_count)
    )


def _undo_sentence(undone: UndoResult, undo_count: int) -> str:
    """Return what an undo or redo came to; empty where its cells say why some of it failed."""
    result = undone.result
    if result.failed or any(cell.is_conflict for cell in result.results):
        return ""
    return undo_result(
        is_undo=undo_count % 2 == 0,
        is_done=undone.is_done,
        waiting=result.waiting_count,
        skipped=undone.skipped,
    )


@require_POST
@asana_required
def retry_edit(request: AsanaRequest, workspace: str, week: Week, edit_id: UUID) -> HttpResponse:
    """Retry an unsynced edit now."""
    sheet = Sheet(request.user, workspace, week)
    edit = get_object_or_404(store.edits_of(sheet), edit_id=edit_id)
    result = edits.retry(request.asana, sheet, edit, clock=clock.now)
    return cells_response(request, sheet, result)


@require_POST
@asana_required
def discard_edit(request: AsanaRequest, workspace: str, week: Week, edit_id: UUID) -> HttpResponse:
    """Discard an unsynced edit, or stop showing one that is closed."""
    sheet = Sheet(request.user, workspace, week)
    edit = get_object_or_404(store.edits_of(sheet), edit_id=edit_id)
    result = edits.discard(request.asana, sheet, edit, clock=clock.now)
    discarded = edit.state == State.DISCARDED and not edit.discarded_by
    sentence = str(DISCARDED) if discarded else ""
    if discarded and store.is_half_saved(edit):
        sentence = str(HALF_SAVED)
    return cells_response(request, sheet, result, announcement=sentence)


@require_POST
@asana_required
def resubmit_edit(request: AsanaRequest, workspace: str, week: Week, edit_id: UUID) -> HttpResponse:
    """Record again, as it was typed, an edit that an admin discarded."""
    sheet = Sheet(request.user, workspace, week)
    edit = get_object_or_404(store.edits_of(sheet), edit_id=edit_id)
    if not edit.can_be_resubmitted:
        return bad_request(request, str(CANNOT_RESUBMIT))
    result = edits.resubmit(request.asana, sheet, edit, clock=clock.now, today=clock.today())
    return cells_response(request, sheet, result)


@require_POST
@asana_required
def remove_duplicate(
    request: AsanaRequest, workspace: str, week: Week, edit_id: UUID
) -> HttpResponse:
    """Delete the entry that an edit created late."""
    sheet = Sheet(request.user, workspace, week)
    edit = get_object_or_404(store.edits_of(sheet), edit_id=edit_id)
    try:
        result = edits.remove_duplicate(
            request.asana, sheet, edit, clock=clock.now, today=clock.today()
        )
    except CannotPlan as problem:
        return _cannot_plan(request, sheet, problem, [edit])
    return cells_response(request, sheet, result)


@require_POST
@asana_required
def keep_mine(request: AsanaRequest, workspace: str, week: Week, edit_id: UUID) -> HttpResponse:
    """Overwrite what Asana has with the person's change, where both were shown."""
    sheet = Sheet(request.user, workspace, week)
    return _resolve_conflict(request, sheet, edit_id, beside=False)


@require_POST
@asana_required
def keep_both(request: AsanaRequest, workspace: str, week: Week, edit_id: UUID) -> HttpResponse:
    """Write the person's change beside what Asana has, where both were shown."""
    sheet = Sheet(request.user, workspace, week)
    return _resolve_conflict(request, sheet, edit_id, beside=True)


def _resolve_conflict(
    request: AsanaRequest, sheet: Sheet, edit_id: UUID, *, beside: bool
) -> HttpResponse:
    edit = get_object_or_404(store.edits_of(sheet), edit_id=edit_id)
    try:
        result = edits.resolve_conflict(
            request.asana,
            sheet,
            edit,
            beside=beside,
            version=request.POST.get("theirs", ""),
            clock=clock.now,
            today=clock.today(),
        )
    except CannotPlan as problem:
        return _cannot_plan(request, sheet, problem, [edit])
    return cells_response(request, sheet, result)


def _cannot_plan(
    request: AsanaRequest, sheet: Sheet, problem: CannotPlan, shown: Sequence[Edit] = ()
) -> HttpResponse:
    """Say why nothing was done, also while Asana is down; the cells of `shown` are shown again."""
    result = save_result(sheet, shown, try_read_entries(request.asana, sheet))
    sentence = str(PLAN_PROBLEMS[problem.ask])
    return cells_response(request, sheet, result, announcement=sentence, level=messages.WARNING)


@require_safe
@asana_required
def changed_cells(request: AsanaRequest, workspace: str, week: Week) -> HttpResponse:
    """Show the cells of edits that changed while the page was open."""
    sheet = Sheet(request.user, workspace, week)
    texts = request.GET.getlist("edit")[:MOST_CELLS]
    edit_ids = [edit_id for text in texts if (edit_id := as_uuid(text))]
    changed = list(store.edits_of(sheet).filter(edit_id__in=edit_ids))
    result = save_result(sheet, changed, try_read_entries(request.asana, sheet))
    return cells_response(request, sheet, result)
