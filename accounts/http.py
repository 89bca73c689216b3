"""Requests with the attributes that our decorators add, and the response that shows a problem."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from accounts.asana.client import Client
from accounts.asana.records import AsanaUser
from accounts.connections.reader import Reader
from accounts.models import User
from accounts.problems import Problem
from accounts.request_context import current_context
from accounts.workspaces.membership import Membership


class SignedInRequest(HttpRequest):
    """The request of a person who is signed in."""

    user: User
    htmx: HtmxDetails


class AsanaRequest(SignedInRequest):
    """The request of a person with an Asana connection; `asana` is their open client."""

    asana: Client


class ManagerRequest(AsanaRequest):
    """The request of a manager or admin; `membership` is their role in the workspace."""

    membership: Membership


class TeamRequest(ManagerRequest):
    """The request of a page about other people: `reader` reads their data, `asana` writes."""

    reader: Reader


class SetupRequest(HttpRequest):
    """A request of the set-up; `asana` is None unless the person is signed in and connected."""

    user: User | AnonymousUser
    asana: Client | None


class PersonAdminRequest(ManagerRequest):
    """The request of an admin about one `person` of the workspace."""

    person: AsanaUser


def problem_response(
    request: HttpRequest, problem: Problem, *, next_page: str | None = None
) -> HttpResponse:
    """Return the page of a problem; for htmx only the fragment for the current page.

    `next_page` is where to go after signing in or connecting, by default the current page.
    """
    by_htmx = is_htmx(request)
    context = {
        "problem": problem,
        "by_htmx": by_htmx,
        "request_id": current_context().request_id,
        # The current page, or the form in the browser's history, still holds what was typed.
        "new_tab": by_htmx or (next_page is None and request.method == "POST"),
        "next": page_of(request) if next_page is None else next_page,
    }
    template = "shared/_problem.html" if by_htmx else "shared/problem.html"
    response = render(request, template, context, status=problem.status)
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    return response


def is_htmx(request: HttpRequest) -> bool:
    """Tell whether htmx sent the request."""
    # A request can fail before the middleware that adds the attribute.
    return bool(getattr(request, "htmx", False))


def page_of(request: HttpRequest) -> str:
    """Return the address of the page that the person sees; empty if it can't be requested again."""
    if is_htmx(request):
        return request.htmx.current_url_abs_path or ""  # type: ignore[attr-defined]
    return request.get_full_path() if request.method == "GET" else ""
