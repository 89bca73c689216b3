"""Decorators that say what a view needs: a signed-in person, an Asana connection, the role of a
manager or an admin, or access to the set-up.

Where it is missing, they show the problem or redirect to the sign-in page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import problems
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError
from accounts.connections.reader import open_reader
from accounts.connections.service import client_for
from accounts.http import (
    AsanaRequest,
    ManagerRequest,
    PersonAdminRequest,
    SetupRequest,
    SignedInRequest,
    TeamRequest,
    keeps_page,
    problem_response,
)
from accounts.models import Connection
from accounts.problems import Problem
from accounts.setup import service
from accounts.workspaces.allowed import is_allowed
from accounts.workspaces.membership import Membership, directory

P = ParamSpec("P")

# Requests carry the gid of the person whose page it is. Another tab may have signed in somebody
# else since, and what one person typed must never be saved as the other's.
PERSON = "X-Person"
# The session's key for whether the set-up code was entered.
HAS_CODE = "set_up_code"


def sign_in_required(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let signed-in people in. Django's ModelBackend treats deactivated people as signed out."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _signed_out(request)
        if request.headers.get(PERSON, request.user.gid) != request.user.gid:
            return problem_response(request, problems.signed_in_as_other(str(request.user)))
        return view(cast(SignedInRequest, request), *args, **kwargs)

    return guarded


def asana_required(
    view: Callable[Concatenate[AsanaRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let connected people in, with their open client as `request.asana`.

    Nobody gets into a `workspace` that may not use this installation. The client is closed after
    the view, so the view must not return a streaming response that needs it.
    """

    @wraps(view)
    def with_client(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        workspace = str(kwargs.get("workspace", ""))
        if workspace and not is_allowed(workspace):
            return problem_response(request, problems.workspace_not_allowed())
        # It was read with the session.
        connection: Connection | None = getattr(request.user, "connection", None)
        if connection is None:
            return problem_response(request, problems.not_connected())
        if connection.state == Connection.TokenState.REVOKED:
            return problem_response(request, problems.connection_revoked(connection.problem))
        if not connection.healthy:
            return problem_response(request, problems.needs_reconnecting(connection.problem))
        with client_for(connection, workspace) as asana:
            asana_request = cast(AsanaRequest, request)
            asana_request.asana = asana
            return view(asana_request, *args, **kwargs)

    return sign_in_required(with_client)


def manager_required(
    view: Callable[Concatenate[ManagerRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let managers of the workspace in, with their membership as `request.membership`.

    A page about one `person` is open only to those who manage that person, and to admins.
    """
    return _membership_required(view, lambda membership: membership.is_manager)


def team_reader_required(
    view: Callable[Concatenate[TeamRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let managers in, with the reader for their people's data as `request.reader`."""

    @wraps(view)
    def with_reader(request: ManagerRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        team_request = cast(TeamRequest, request)
        with open_reader(request.asana, request.user, request.membership) as reader:
            team_request.reader = reader
            try:
                return view(team_request, *args, **kwargs)
            except AsanaError:
                if not reader.has_ended:
                    raise
        # The reporting connection has just ended: the page must not blame the viewer's own.
        if request.method in ("GET", "HEAD"):
            return with_reader(request, *args, **kwargs)
        return problem_response(request, problems.reporting_ended())

    return manager_required(with_reader)


def admin_required(
    view: Callable[Concatenate[ManagerRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let admins of the workspace in, with their membership as `request.membership`."""
    return _membership_required(view, lambda membership: membership.is_admin, problems.not_an_admin)


def setup_required(
    view: Callable[Concatenate[SetupRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let people in who entered the set-up code, and once workspaces are chosen only admins.

    If the person is signed in and connected, their client is `request.asana`; otherwise it is None.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with _client_of(request) as asana:
            refusal = (
                _refuse_without_code(request)
                if service.is_open()
                else _refuse_non_admin(request, asana)
            )
            if refusal is not None:
                return refusal
            setup_request = cast(SetupRequest, request)
            setup_request.asana = asana
            return view(setup_request, *args, **kwargs)

    return guarded


@contextmanager
def _client_of(request: HttpRequest) -> Iterator[Client | None]:
    user = request.user
    connection = Connection.objects.filter(user=user).first() if user.is_authenticated else None
    if connection is None or not connection.healthy:
        yield None
    else:
        with client_for(connection) as asana:
            yield asana


def _refuse_without_code(request: HttpRequest) -> HttpResponse | None:
    if request.session.get(HAS_CODE):
        return None
    if request.method in ("GET", "HEAD"):
        return redirect("enter_code")
    return problem_response(request, problems.setup_code_needed())


def _refuse_non_admin(request: HttpRequest, asana: Client | None) -> HttpResponse | None:
    if not request.user.is_authenticated:
        return _signed_out(request)
    if asana is None:
        return problem_response(request, problems.not_connected())
    if not service.is_admin(asana, request.user):
        return problem_response(request, problems.setup_admins_only())
    return None


def admin_of_person_required(
    view: Callable[Concatenate[PersonAdminRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let admins in to what is about one `person` of the workspace, as `request.person`.

    The view's `person` argument is the gid; it has to be in the workspace now.
    """

    @wraps(view)
    def with_person(request: ManagerRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        people = directory(request.asana, request.user, request.membership.workspace)
        person = next((person for person in people if person.gid == kwargs["person"]), None)
        if person is None:
            return problem_response(request, problems.person_not_found())
        person_request = cast(PersonAdminRequest, request)
        person_request.person = person
        return view(person_request, *args, **kwargs)

    return admin_required(with_person)


def admin_even_offline(
    view: Callable[Concatenate[ManagerRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let admins of the workspace in, and while Asana is down those who were admins within a day.

    For pages about the health of the installation, which are needed most when Asana is down.
    """
    return _membership_required(
        view, lambda membership: membership.is_or_was_admin, problems.not_an_admin
    )


def _membership_required(
    view: Callable[Concatenate[ManagerRequest, P], HttpResponse],
    allowed: Callable[[Membership], bool],
    problem: Callable[[], Problem] = problems.not_a_manager,
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    @wraps(view)
    def with_membership(
        request: AsanaRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        membership = Membership(request.asana, request.user, str(kwargs["workspace"]))
        if not allowed(membership):
            return problem_response(request, problem())
        if "person" in kwargs and not membership.can_see(str(kwargs["person"])):
            return problem_response(request, problems.not_your_person())
        manager_request = cast(ManagerRequest, request)
        manager_request.membership = membership
        return view(manager_request, *args, **kwargs)

    return asana_required(with_membership)


def _signed_out(request: HttpRequest) -> HttpResponse:
    if keeps_page(request):
        return problem_response(request, problems.signed_out())
    if request.method not in ("GET", "HEAD"):
        return problem_response(request, problems.form_sent_signed_out())
    query = urlencode({"next": request.get_full_path()})
    return redirect(f"{reverse('sign_in')}?{query}")
