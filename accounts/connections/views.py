"""The page of a person's own connection to Asana, and disconnecting."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.access import sign_in_required
from accounts.connections.service import RevokeResult
from accounts.connections.service import disconnect as end_connection
from accounts.connections.status import status_of
from accounts.http import SignedInRequest
from accounts.models import Connection
from accounts.sessions.service import sessions_of, sign_out_browser

MAX_EVENTS = 20


@require_safe
@never_cache
@sign_in_required
def connection(request: SignedInRequest) -> HttpResponse:
    """Show the person's own connection and its history."""
    context = {
        "status": status_of(request.user, timezone.now()),
        "sessions": sessions_of(request.user, request.session.session_key, timezone.now()),
        "events": audit.history_of(request.user.gid)[:MAX_EVENTS],
    }
    return render(request, "connections/connection.html", context)


@require_POST
@sign_in_required
def end_session(request: SignedInRequest, session: str) -> HttpResponse:
    """Sign the person out in one other browser."""
    if sign_out_browser(request.user, session):
        messages.success(request, _("Signed out in that browser."))
    else:
        messages.info(request, _("That browser was signed out already."))
    return redirect("connection")


@require_POST
@sign_in_required
def disconnect(request: SignedInRequest) -> HttpResponse:
    """End the person's own connection, if there is one."""
    own = Connection.objects.filter(user=request.user).first()
    if own is not None:
        left = end_connection(own)
        level = messages.SUCCESS if left == "nothing" else messages.WARNING
        messages.add_message(request, level, _disconnected_message(left))
    return redirect("connection")


def _disconnected_message(left: RevokeResult) -> str:
    if left == "nothing":
        return _("Disconnected from Asana.")
    if left == "token":
        return _(
            "Disconnected. We’ve deleted your token here, but it still works in Asana. Delete "
            "it there too, under My apps in the developer console."
        )
    return _(
        "Disconnected here, but Asana didn’t respond. Remove this app in Asana too: Settings, Apps."
    )
