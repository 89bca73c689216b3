"""Where a request comes from, and what Asana did not do where a view had no better place for it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.asana.errors import AsanaError
from accounts.http import problem_response
from accounts.problems import problem_for
from accounts.request_context import address_of, override_context

REQUEST_ID = "X-Request-ID"


class OriginMiddleware:
    """Gives each request an id of its own, which the answer carries too, and keeps where it comes
    from for whoever writes it down."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = request.headers.get("X-Forwarded-For", "")
        peer = request.META.get("REMOTE_ADDR", "")
        with override_context(address_of(peer, forwarded, settings.PROXIES)) as origin:
            response = self.get_response(request)
        response.headers[REQUEST_ID] = origin.request_id
        return response


class ProblemMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, AsanaError):
            return None
        undone = _("Nothing was changed.") if request.method in ("GET", "HEAD") else None
        return problem_response(request, problem_for(exception, undone=undone))
