"""What is not in Asana yet: in a few words for the top of every page, and as a list."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import signed_in
from accounts.http import SignedInRequest
from timesheet import clock
from timesheet.forms import as_uuid
from timesheet.models import Edit
from timesheet.services import courier
from timesheet.services.standing import names_of, standing_of, unsettled_of

MOST_SHOWN = 200


@require_GET
@signed_in
def status(request: SignedInRequest) -> HttpResponse:
    """How edits stand; and which of those that the page shows, as `waiting`, went on since."""
    told = (text.partition(":") for text in request.GET.getlist("waiting"))
    shown = {edit: state for text, _colon, state in told if (edit := as_uuid(text))}
    # In this order: where nothing waits any more, the page hears of all that went on.
    standing = standing_of(request.user)
    found = Edit.objects.filter(user=request.user, edit_id__in=shown)
    changed = [edit for edit in found if shown[edit.edit_id] != edit.state]
    return render(request, "journal/status.html", {"changed": changed, "standing": standing})


@require_GET
@signed_in
def waiting(request: SignedInRequest) -> HttpResponse:
    """Every edit that is not in Asana, with the reason and what can be done about it."""
    edits = unsettled_of(request.user)
    names = names_of(request.user, edits)
    courier.ring_for_rest(request.user.pk, clock.now())
    context = {
        "lines": [(edit, names.get(edit.task_gid, "")) for edit in edits[:MOST_SHOWN]],
        "more": max(len(edits) - MOST_SHOWN, 0),
    }
    template = "journal/_pending_list.html" if request.htmx else "journal/pending.html"
    return render(request, template, context)
