"""Gives each request an id, and shows errors of Asana that no view has handled."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from accounts.asana.errors import AsanaError
from accounts.http import problem_response
from accounts.problems import problem_for, wrong_method
from accounts.request_context import address_of, override_context

REQUEST_ID = "X-Request-ID"


class OriginMiddleware:
    """Sets the request context, and returns the request's id in a header of the response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = request.headers.get("X-Forwarded-For", "")
        peer = request.META.get("REMOTE_ADDR", "")
        address = address_of(peer, forwarded, settings.PROXIES)
        with override_context(address, request.headers.get("User-Agent", "")) as context:
            response = self.get_response(request)
        response.headers[REQUEST_ID] = context.request_id
        return response


class ProblemMiddleware:
    """Shows the page of a problem for an `AsanaError` of a view, and for a wrong method."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        page = problem_response(request, wrong_method())
        page.headers["Allow"] = response.headers["Allow"]
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page of an `AsanaError`, or None for other exceptions; Django's hook."""
        if not isinstance(exception, AsanaError):
            return None
        undone = "" if request.method in ("GET", "HEAD") else None
        return problem_response(request, problem_for(exception, undone=undone))
