"""The open edits of a workspace: looked at by its admins, tried again, discarded with a reason."""

from __future__ import annotations

from collections import Counter

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import administering
from accounts.http import ManagingRequest
from timesheet import clock, stuck_words
from timesheet.services import stuck, unstick
from timesheet.services.unstick import Chosen, Fate, Person
from timesheet.stuck_form import NarrowForm, ReasonForm

RETRY, DISCARD = "retry", "discard"
FATES = {RETRY: unstick.fate_of_retry, DISCARD: unstick.fate_of_discard}


@require_GET
@administering
def open_edits(request: ManagingRequest, workspace: str) -> HttpResponse:
    form = NarrowForm(request.GET, label_suffix="")
    after = request.GET.get("after", "")
    narrowed = form.narrowed
    page = stuck.page_of(request.asana, request.user, workspace, narrowed, clock.now(), after)
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
@administering
def decide_edits(request: ManagingRequest, workspace: str) -> HttpResponse:
    """What would be done, about whose edits: those chosen, or all that are open for one reason."""
    narrowed = NarrowForm(request.GET).narrowed
    chosen = (
        unstick.all_of(workspace, narrowed)
        if narrowed.why
        else unstick.named(workspace, _ids(request.GET))
    )
    if request.GET.get("action") == RETRY:
        return _preview(request, chosen, RETRY)
    return _preview(request, unstick.with_halves(chosen), DISCARD, ReasonForm(label_suffix=""))


@require_POST
@administering
def retry_edits(request: ManagingRequest, workspace: str) -> HttpResponse:
    chosen = unstick.named(workspace, _ids(request.POST))
    if not chosen.edits:
        return _preview(request, chosen, RETRY, status=422)
    return _told(request, chosen, unstick.retry(chosen, by=request.user, now=clock.now()))


@require_POST
@administering
def discard_edits(request: ManagingRequest, workspace: str) -> HttpResponse:
    chosen = unstick.with_halves(unstick.named(workspace, _ids(request.POST)))
    form = ReasonForm(request.POST, label_suffix="")
    asked = unstick.needs_reason(chosen, request.user)
    if not chosen.edits or (asked and not form.is_valid()):
        return _preview(request, chosen, DISCARD, form, status=422)
    why = form.cleaned_data["reason"] if asked else ""
    people = unstick.discard(chosen, by=request.user, why=why, now=clock.now())
    return _told(request, chosen, people)


def _preview(
    request: ManagingRequest,
    chosen: Chosen,
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
        "can": Chosen(chosen.workspace, can),
        "people": unstick.by_person(can),
        "later": counts[Fate.LATER],
        "in_doubt": counts[Fate.PERHAPS_ARRIVED],
        "twice": unstick.stay_twice(can),
        "left": stuck_words.told({one: counts[one] for one in counts if not one.done}),
        "gone": stuck_words.gone(chosen.gone) if chosen.gone else "",
        "form": form if unstick.needs_reason(chosen, request.user) else None,
    }
    return render(request, "admin/unsynced/confirm.html", context, status=status)


def _told(request: ManagingRequest, chosen: Chosen, people: list[Person]) -> HttpResponse:
    context = {
        "workspace": chosen.workspace,
        "chosen": chosen,
        "people": people,
        "gone": stuck_words.gone(chosen.gone) if chosen.gone else "",
    }
    return render(request, "admin/unsynced/done.html", context)


def _ids(sent: QueryDict) -> list[int]:
    given = sent.getlist("edit")
    return [int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 19]
