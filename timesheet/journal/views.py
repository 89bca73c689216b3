"""A person's unsynced edits: a short status for the top of every page, and a list."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from accounts.http import SignedInRequest
from timesheet.core import clock
from timesheet.core.params import as_uuid
from timesheet.journal import dispatch
from timesheet.journal.status import delivery_status_of, names_of
from timesheet.journal.taken import refused_ids, taken_ids
from timesheet.models import Edit
from timesheet.sheets.pending import pending_of
from timesheet.sheets.reading import unsynced_of

MOST_SHOWN = 200


@require_safe
@sign_in_required
def status(request: SignedInRequest) -> HttpResponse:
    """Show the delivery status, and tell the page which of its edits have changed.

    The page sends the edits that it shows, as `waiting`: id and state, with a colon between.
    """
    pairs = (text.partition(":") for text in request.GET.getlist("waiting"))
    shown = {edit: state for text, _colon, state in pairs if (edit := as_uuid(text))}
    # Before the edits: once nothing waits, the page stops asking, so it must not miss an edit that
    # changes in between.
    delivery_status = delivery_status_of(request.user)
    edits = Edit.objects.filter(user=request.user, edit_id__in=shown)
    context = {
        "changed": [edit for edit in edits if shown[edit.edit_id] != edit.state],
        "delivery_status": delivery_status,
    }
    return render(request, "journal/status.html", context)


@require_safe
@sign_in_required
def taken(request: SignedInRequest) -> HttpResponse:
    """Answer which of the writes that a browser stored, each an `id`, were taken or refused."""
    ids = request.GET.getlist("id")[:MOST_SHOWN]
    refused = dict.fromkeys(refused_ids(request.user, ids))
    return JsonResponse({"taken": list(taken_ids(request.user, ids)), "refused": list(refused)})


@require_safe
@sign_in_required
def waiting(request: SignedInRequest) -> HttpResponse:
    """List every edit that is not in Asana, with the reason and what can be done about it."""
    edits = unsynced_of(request.user).read()
    names = names_of(request.user, edits)
    dispatch.schedule_remaining(request.user.pk, clock.now())
    context = {
        "lines": [
            (edit, pending_of(edit), names.get(edit.task_gid, "")) for edit in edits[:MOST_SHOWN]
        ],
        "more": max(len(edits) - MOST_SHOWN, 0),
    }
    template = "journal/_pending_list.html" if request.htmx else "journal/pending.html"
    return render(request, template, context)
