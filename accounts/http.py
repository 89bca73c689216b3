"""Requests with the attributes that our decorators add, and responses that show a problem or a
message."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import loader
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from accounts.asana.client import Client
from accounts.asana.records import AsanaUser
from accounts.connections.reader import Reader
from accounts.models import User
from accounts.problems import Problem, database_problem
from accounts.request_context import current_context
from accounts.workspaces.membership import Membership

# The page on which `send-form.js` sends a form: it stays open until there is an answer.
PAGE = "X-Page"


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
    """Return the page of a problem; only the fragment if the current page stays open.

    `next_page` is where to go after signing in or connecting, by default the current page.
    """
    by_htmx = keeps_page(request)
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


def redirect_with(
    request: HttpRequest, level: int, message: object, view_name: str, **address: str
) -> HttpResponse:
    """Redirect to a page that shows `message`.

    `level` is one of `django.contrib.messages`; `address` holds the arguments of the page's
    address. A lazy translation may be passed as `message`.
    """
    messages.add_message(request, level, str(message))
    return redirect(reverse(view_name, kwargs=address))


def is_htmx(request: HttpRequest) -> bool:
    """Tell whether htmx sent the request."""
    # A request can fail before the middleware that adds the attribute.
    return bool(getattr(request, "htmx", False))


def keeps_page(request: HttpRequest) -> bool:
    """Tell whether a script of the page sent the request, so that the page stays open."""
    return is_htmx(request) or "HX-Request" in request.headers or PAGE in request.headers


def page_of(request: HttpRequest) -> str:
    """Return the address of the page that the person sees; empty if it can't be requested again."""
    if is_htmx(request):
        try:
            return request.htmx.current_url_abs_path or ""  # type: ignore[attr-defined]
        except ValueError:
            # No browser sends such an address.
            return ""
    if PAGE in request.headers:
        return request.headers[PAGE]
    return _requested_page(request)


def _requested_page(request: HttpRequest) -> str:
    """Return the address of a GET request; empty if it has a code of Asana's, which is secret."""
    return request.get_full_path() if request.method == "GET" and "code" not in request.GET else ""


def is_database_outage(error: BaseException | None) -> bool:
    """Tell whether an error means that the database is down, full, read-only or damaged.

    Other errors of the database are mistakes in how we use it.
    """
    # SQLite reports a damaged file with the base class itself.
    return isinstance(error, (OperationalError, InterfaceError, InternalError)) or (
        type(error) is DatabaseError
    )


def database_unavailable(request: HttpRequest) -> HttpResponse:
    """Show that the database cannot be used."""
    by_htmx = keeps_page(request)
    problem = database_problem(typed=request.method not in ("GET", "HEAD"), on_page=by_htmx)
    context = {
        "problem": problem,
        "by_htmx": by_htmx,
        "request_id": current_context().request_id,
        "next": _requested_page(request),
    }
    name = "shared/_problem.html" if by_htmx else "shared/database_unavailable.html"
    # Rendered without the request, so that no context processor needs the session or the database.
    response = HttpResponse(loader.get_template(name).render(context), status=problem.status)
    response["Retry-After"] = str(problem.retry_after)
    response["Cache-Control"] = "no-store"
    return response
