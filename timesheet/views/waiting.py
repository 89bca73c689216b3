"""What is not in Asana yet: in a few words for the top of every page, and as a list."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import signed_in
from accounts.http import SignedInRequest
from timesheet import clock
from timesheet.domain.journal import State
from timesheet.forms import as_uuid
from timesheet.models import Edit
from timesheet.services import courier
from timesheet.services.standing import names_of, standing_of, unsettled_of

MOST_SHOWN = 200


@require_GET
@signed_in
def status(request: SignedInRequest) -> HttpResponse:
    """How edits stand; and which of those that the page shows, as `waiting`, went on since."""
    shown = dict(text.split(":", 1) for text in request.GET.getlist("waiting") if ":" in text)
    found = Edit.objects.filter(
        user=request.user, edit_id__in=[edit for edit in map(as_uuid, shown) if edit]
    )
    changed = [edit for edit in found if shown[str(edit.edit_id)] != edit.state]
    context = {"changed": changed, "standing": standing_of(request.user), "now": clock.now()}
    return render(request, "timesheet/status.html", context)


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
        "now": clock.now(),
        "refused": State.REFUSED,
    }
    template = "timesheet/waiting/_list.html" if request.htmx else "timesheet/waiting.html"
    return render(request, template, context)
