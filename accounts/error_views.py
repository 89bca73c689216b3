"""The views of Django's error handlers."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _

from accounts.http import database_unavailable, is_database_outage, problem_response
from accounts.problems import Problem
from accounts.request_context import current_context


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show that a form's CSRF token is missing or outdated."""
    sentence = _(
        "This page was open for too long, or your browser blocks cookies. Your change wasn’t "
        "saved. Reload the page and try again."
    )
    return problem_response(request, Problem(403, _("This page is out of date"), sentence))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show a 400."""
    sentence = _("We couldn’t read this request. Go back and try again.")
    return problem_response(request, Problem(400, _("Bad request"), sentence, "home"))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show a 403."""
    sentence = _("You don’t have permission to do this. Ask an admin.")
    return problem_response(request, Problem(403, _("Not allowed"), sentence, "home"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show a 404."""
    sentence = _("There’s no page at this address.")
    return problem_response(request, Problem(404, _("Page not found"), sentence, "home"))


def server_error(request: HttpRequest) -> HttpResponse:
    """Show a 500; a 503 if the database is the reason."""
    if is_database_outage(sys.exception()):
        return database_unavailable(request)
    # Rendered without the request, so that no context processor needs the session or the database.
    template = loader.get_template("shared/server_error.html")
    return HttpResponse(template.render({"request_id": current_context().request_id}), status=500)
