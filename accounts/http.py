"""Requests as our decorators and middleware leave them, and the answer that shows a problem."""

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
    user: User
    htmx: HtmxDetails


class AsanaRequest(SignedInRequest):
    asana: Client


class ManagerRequest(AsanaRequest):
    membership: Membership


class TeamRequest(ManagerRequest):
    """`eyes` read what is other people's; `asana` the person's own, and writes."""

    reader: Reader


class SetupRequest(HttpRequest):
    """`asana` is None where nobody is signed in and connected."""

    user: User | AnonymousUser
    asana: Client | None


class PersonAdminRequest(ManagerRequest):
    person: AsanaUser


def problem_response(
    request: HttpRequest, problem: Problem, *, next_page: str | None = None
) -> HttpResponse:
    """The page of a problem; for htmx only the piece that it puts on the page that is there.

    `next_page` is where the person wants to be, by default the page that they look at.
    """
    by_htmx = is_htmx(request)
    context = {
        "problem": problem,
        "by_htmx": by_htmx,
        "request_id": current_context().request_id,
        # The page, or in the browser's history the form, still holds what was typed.
        "new_tab": by_htmx or (next_page is None and request.method == "POST"),
        "next": page_of(request) if next_page is None else next_page,
    }
    template = "shared/_problem.html" if by_htmx else "shared/problem.html"
    response = render(request, template, context, status=problem.status)
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    return response


def is_htmx(request: HttpRequest) -> bool:
    # A request can fail before the middleware that adds the attribute.
    return bool(getattr(request, "htmx", False))


def page_of(request: HttpRequest) -> str:
    """The address of the page that the person is looking at; empty where it cannot be got again."""
    if is_htmx(request):
        return request.htmx.current_url_abs_path or ""  # type: ignore[attr-defined]
    return request.get_full_path() if request.method == "GET" else ""
