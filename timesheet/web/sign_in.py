"""The sign-in of `accounts`, after which the person's waiting edits are delivered."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from accounts.sign_in import views
from timesheet.core import clock
from timesheet.journal import dispatch

View = Callable[[HttpRequest], HttpResponse]


def _delivers_edits(view: View) -> View:
    @wraps(view)
    def sign_in(request: HttpRequest) -> HttpResponse:
        response = view(request)
        if response.status_code == 302 and request.user.is_authenticated:
            dispatch.retry_after_reconnect(request.user.pk, clock.now())
        return response

    return sign_in


finish_sign_in = _delivers_edits(views.finish_sign_in)
sign_in_with_token = _delivers_edits(views.sign_in_with_token)
