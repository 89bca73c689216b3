"""Coming in, as `accounts` has it; and whatever waits for a way to Asana is then tried at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from accounts.sign_in import views
from timesheet.core import clock
from timesheet.journal import dispatch

View = Callable[[HttpRequest], HttpResponse]


def _delivering(view: View) -> View:
    @wraps(view)
    def and_deliver(request: HttpRequest) -> HttpResponse:
        response = view(request)
        if response.status_code == 302 and request.user.is_authenticated:
            dispatch.retry_after_reconnect(request.user.pk, clock.now())
        return response

    return and_deliver


finish_sign_in = _delivering(views.finish_sign_in)
sign_in_with_token = _delivering(views.sign_in_with_token)
