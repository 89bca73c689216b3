"""The open edits of a workspace, for its admins: listed, retried, and discarded with a reason."""

from __future__ import annotations

from collections import Counter

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import admin_required
from accounts.http import ManagerRequest
from timesheet.admin.unsynced import actions, listing, messages
from timesheet.admin.unsynced.actions import EditResult, PersonEdits, Selection
from timesheet.admin.unsynced.forms import EditFilterForm, ReasonForm
from timesheet.core import clock
from timesheet.core.params import positive_int

RETRY, DISCARD = "retry", "discard"
RESULT_OF = {RETRY: actions.result_of_retry, DISCARD: actions.result_of_discard}


@require_safe
@admin_required
def unsynced_changes(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Lists the open edits, filtered, page by page."""
    form = EditFilterForm(request.GET)
    after = request.GET.get("after", "")
    page = listing.edits_page(
        request.asana, request.user, workspace, form.filter, clock.now(), after
    )
    context = {"workspace": workspace, "form": form, "page": page}
    return render(request, "admin/unsynced/list.html", context)


@require_safe
@admin_required
def decide_edits(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Previews an action on the selected edits, or on all that are open for one reason."""
    edit_filter = EditFilterForm(request.GET).filter
    selection = (
        actions.select_all(workspace, edit_filter)
        if edit_filter.why
        else actions.select_by_id(workspace, _edit_ids(request.GET))
    )
    if request.GET.get("action") == RETRY:
        return _preview(request, selection, RETRY)
    return _preview(request, actions.include_linked(selection), DISCARD, ReasonForm())


@require_POST
@admin_required
def retry_edits(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Has the selected edits sent again."""
    selection = actions.select_by_id(workspace, _edit_ids(request.POST))
    if not selection.edits:
        return _preview(request, selection, RETRY, status=422)
    people = actions.retry(selection, by=request.user, now=clock.now())
    return _results(request, selection, people)


@require_POST
@admin_required
def discard_edits(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Discards the selected edits, and with half of a move its other half."""
    selection = actions.include_linked(actions.select_by_id(workspace, _edit_ids(request.POST)))
    form = ReasonForm(request.POST)
    needs_reason = actions.needs_reason(selection, request.user)
    if not selection.edits or (needs_reason and not form.is_valid()):
        return _preview(request, selection, DISCARD, form, status=422)
    why = form.cleaned_data["reason"] if needs_reason else ""
    people = actions.discard(selection, by=request.user, why=why, now=clock.now())
    return _results(request, selection, people)


def _preview(
    request: ManagerRequest,
    selection: Selection,
    action: str,
    form: ReasonForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    results = {edit.pk: RESULT_OF[action](edit) for edit in selection.edits}
    counts = Counter(results.values())
    possible = tuple(edit for edit in selection.edits if results[edit.pk].has_effect)
    context = {
        "workspace": selection.workspace,
        "chosen": selection,
        "action": action,
        "can": Selection(selection.workspace, possible),
        "people": actions.by_person(possible),
        "later": counts[EditResult.LATER],
        "in_doubt": counts[EditResult.PERHAPS_ARRIVED],
        "twice": actions.count_left_doubled(possible),
        "left": messages.result_message(
            {result: number for result, number in counts.items() if not result.has_effect}
        ),
        "gone": messages.gone_message(selection.gone) if selection.gone else "",
        "form": form if actions.needs_reason(selection, request.user) else None,
    }
    return render(request, "admin/unsynced/confirm.html", context, status=status)


def _results(
    request: ManagerRequest, selection: Selection, people: list[PersonEdits]
) -> HttpResponse:
    context = {
        "workspace": selection.workspace,
        "chosen": selection,
        "people": people,
        "gone": messages.gone_message(selection.gone) if selection.gone else "",
    }
    return render(request, "admin/unsynced/done.html", context)


def _edit_ids(query: QueryDict) -> list[int]:
    numbers = [positive_int(text) for text in query.getlist("edit")]
    return [number for number in numbers if number is not None]
