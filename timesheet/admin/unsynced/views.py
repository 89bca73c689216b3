"""The open edits of a workspace: looked at by its admins, tried again, discarded with a reason."""

from __future__ import annotations

from collections import Counter

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import admin_required
from accounts.http import ManagerRequest
from timesheet.admin.unsynced import actions, listing, messages
from timesheet.admin.unsynced.actions import EditResult, PersonEdits, Selection
from timesheet.admin.unsynced.forms import EditFilterForm, ReasonForm
from timesheet.core import clock

RETRY, DISCARD = "retry", "discard"
FATES = {RETRY: actions.result_of_retry, DISCARD: actions.result_of_discard}


@require_GET
@admin_required
def unsynced_changes(request: ManagerRequest, workspace: str) -> HttpResponse:
    form = EditFilterForm(request.GET, label_suffix="")
    after = request.GET.get("after", "")
    narrowed = form.filter
    page = listing.page_of(request.asana, request.user, workspace, narrowed, clock.now(), after)
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "workspace": workspace,
        "form": form,
        "page": page,
        "query": query.urlencode(),
        "narrowed": bool(narrowed.why or narrowed.who),
        "who": narrowed.who,
        "first": not after,
    }
    return render(request, "admin/unsynced/list.html", context)


@require_GET
@admin_required
def decide_edits(request: ManagerRequest, workspace: str) -> HttpResponse:
    """What would be done, about whose edits: those chosen, or all that are open for one reason."""
    narrowed = EditFilterForm(request.GET).filter
    chosen = (
        actions.select_all(workspace, narrowed)
        if narrowed.why
        else actions.select_by_id(workspace, _ids(request.GET))
    )
    if request.GET.get("action") == RETRY:
        return _preview(request, chosen, RETRY)
    return _preview(request, actions.include_linked(chosen), DISCARD, ReasonForm(label_suffix=""))


@require_POST
@admin_required
def retry_edits(request: ManagerRequest, workspace: str) -> HttpResponse:
    chosen = actions.select_by_id(workspace, _ids(request.POST))
    if not chosen.edits:
        return _preview(request, chosen, RETRY, status=422)
    return _told(request, chosen, actions.retry(chosen, by=request.user, now=clock.now()))


@require_POST
@admin_required
def discard_edits(request: ManagerRequest, workspace: str) -> HttpResponse:
    chosen = actions.include_linked(actions.select_by_id(workspace, _ids(request.POST)))
    form = ReasonForm(request.POST, label_suffix="")
    asked = actions.needs_reason(chosen, request.user)
    if not chosen.edits or (asked and not form.is_valid()):
        return _preview(request, chosen, DISCARD, form, status=422)
    why = form.cleaned_data["reason"] if asked else ""
    people = actions.discard(chosen, by=request.user, why=why, now=clock.now())
    return _told(request, chosen, people)


def _preview(
    request: ManagerRequest,
    chosen: Selection,
    action: str,
    form: ReasonForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    fates = {edit.pk: FATES[action](edit) for edit in chosen.edits}
    counts = Counter(fates.values())
    can = tuple(edit for edit in chosen.edits if fates[edit.pk].done)
    context = {
        "workspace": chosen.workspace,
        "chosen": chosen,
        "action": action,
        "can": Selection(chosen.workspace, can),
        "people": actions.by_person(can),
        "later": counts[EditResult.LATER],
        "in_doubt": counts[EditResult.PERHAPS_ARRIVED],
        "twice": actions.count_left_doubled(can),
        "left": messages.result_message({one: counts[one] for one in counts if not one.done}),
        "gone": messages.gone_message(chosen.gone) if chosen.gone else "",
        "form": form if actions.needs_reason(chosen, request.user) else None,
    }
    return render(request, "admin/unsynced/confirm.html", context, status=status)


def _told(request: ManagerRequest, chosen: Selection, people: list[PersonEdits]) -> HttpResponse:
    context = {
        "workspace": chosen.workspace,
        "chosen": chosen,
        "people": people,
        "gone": messages.gone_message(chosen.gone) if chosen.gone else "",
    }
    return render(request, "admin/unsynced/done.html", context)


def _ids(sent: QueryDict) -> list[int]:
    given = sent.getlist("edit")
    return [int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 19]
