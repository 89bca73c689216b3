"""The start page, its style sheet, and the error handlers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sandbox import operations, snapshot
from sandbox.api_request import no_route
from sandbox.envelope import API_ROOT, error_response
from sandbox.models import Entry, Person, Project, Task, Workspace
from sandbox.runtime_settings import current_settings
from sandbox.sign_in import people
from sandbox.snapshot import CLIENT_ID, CLIENT_SECRET

STYLE = Path(__file__).parent / "static" / "sandbox" / "style.css"
ROLES = {
    "is_admin": "admin",
    "is_time_reviewer": "time reviewer",
    "is_guest": "guest",
    "is_view_only": "view only",
}


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show people, tokens, settings and the control side."""
    context = {
        "people": [_person_context(person) for person in people()],
        "workspaces": Workspace.objects.order_by("gid"),
        "settings": current_settings(),
        "api_root": request.build_absolute_uri(API_ROOT),
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "redirect_uris": current_settings().redirect_uris,
        "size": _size(),
        "snapshots": snapshot.saved_times(),
        "operations": operations.all_operations(),
        "served": sum(operation.is_served for operation in operations.all_operations()),
    }
    return render(request, "sandbox/start.html", context)


def _person_context(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "email": person.email,
        "gid": person.gid,
        "token": f"sandbox-{person.slug}",
        "workspaces": person.workspace_names,  # type: ignore[attr-defined]
        "roles": _roles(person.memberships.all()),
    }


def _roles(memberships: Any) -> list[str]:
    roles = [
        word
        for flag, word in ROLES.items()
        if any(getattr(membership, flag) for membership in memberships)
    ]
    return (
        roles
        if any(membership.is_active for membership in memberships)
        else [*roles, "no longer there"]
    )


def _size() -> str:
    counts = {
        "people": Person.objects.count(),
        "projects": Project.objects.count(),
        "tasks": Task.objects.count(),
        "time tracking entries": Entry.objects.count(),
    }
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


@require_safe
def style(_request: HttpRequest) -> HttpResponse:
    """Serve the style sheet."""
    return HttpResponse(STYLE.read_bytes(), content_type="text/css; charset=utf-8")


@require_safe
def favicon(_request: HttpRequest) -> HttpResponse:
    """Serve an empty icon."""
    return HttpResponse(status=204)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Return the 404 of an unknown address, or the 501 of an operation the sandbox lacks."""
    return no_route(request)


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Return the 400 of a request Django cannot read."""
    return error_response(400, "The request could not be read")


def server_error(_request: HttpRequest) -> HttpResponse:
    """Return the 500 of an unexpected error."""
    return error_response(500, "Server Error")
