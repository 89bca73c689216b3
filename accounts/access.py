"""Who may come in: signed in, connected to Asana, a manager or an admin of the workspace, or
whoever sets this installation up. Each view says which of these it needs."""

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
    is_htmx,
    problem_response,
)
from accounts.models import Connection
from accounts.problems import Problem
from accounts.setup import service
from accounts.workspaces.allowed import is_allowed
from accounts.workspaces.membership import Membership, directory

P = ParamSpec("P")

# By whom the page was opened that asks. Another tab may have signed in somebody else since, and
# what the one typed must never be written as the other's.
PERSON = "X-Person"
# Where the session keeps that the set-up code was typed.
HAS_CODE = "set_up_code"


def sign_in_required(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Lets signed-in people in. ModelBackend takes a deactivated person for a stranger."""

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
    """Puts the person's open client on the request as `asana`, and closes it after the view. To a
    `workspace` that this timesheet is not for nobody comes.

    The view answers with a rendered response: a stream would find the client closed.
    """

    @wraps(view)
    def with_client(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        workspace = str(kwargs.get("workspace", ""))
        if workspace and not is_allowed(workspace):
            return problem_response(request, problems.workspace_not_allowed())
        found = Connection.objects.for_workspace(workspace).filter(user=request.user)
        connection = found.first()
        if connection is None:
            return problem_response(request, problems.not_connected())
        if connection.state == Connection.State.REVOKED:
            return problem_response(request, problems.connection_revoked(connection.problem))
        if not connection.healthy:
            return problem_response(request, problems.needs_reconnecting(connection.problem))
        with client_for(connection, workspace) as asana:
            answered = cast(AsanaRequest, request)
            answered.asana = asana
            return view(answered, *args, **kwargs)

    return sign_in_required(with_client)


def manager_required(
    view: Callable[Concatenate[ManagerRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Lets those in who look after others in the workspace, with their place there as `seat`; to
    a page about one `person` only those who look after that one."""
    return _membership_required(view, lambda membership: membership.is_manager)


def team_reader_required(
    view: Callable[Concatenate[TeamRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Lets those in whom `managing` does, with the `eyes` to read what is their people's."""

    @wraps(view)
    def with_eyes(request: ManagerRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        looking_on = cast(TeamRequest, request)
        with open_reader(request.asana, request.user, request.membership) as reader:
            looking_on.reader = reader
            try:
                return view(looking_on, *args, **kwargs)
            except AsanaError:
                if not reader.has_ended:
                    raise
        # They have just ended, and no page may blame the viewer's own connection for it.
        if request.method in ("GET", "HEAD"):
            return with_eyes(request, *args, **kwargs)
        return problem_response(request, problems.reporting_ended())

    return manager_required(with_eyes)


def admin_required(
    view: Callable[Concatenate[ManagerRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Lets the workspace's admins in."""
    return _membership_required(view, lambda membership: membership.is_admin, problems.not_an_admin)


def setup_required(
    view: Callable[Concatenate[SetupRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Lets in who has typed the set-up code while it counts, and from then on admins. Whoever it is
    may be signed in: then their client is on the request as `asana`."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with _client_of(request) as asana:
            refused = (
                _refuse_without_code(request)
                if service.is_open()
                else _refuse_non_admin(request, asana)
            )
            if refused is not None:
                return refused
            answered = cast(SetupRequest, request)
            answered.asana = asana
            return view(answered, *args, **kwargs)

    return guarded


@contextmanager
def _client_of(request: HttpRequest) -> Iterator[Client | None]:
    user = request.user
    found = Connection.objects.filter(user=user).first() if user.is_authenticated else None
    if found is None or not found.healthy:
        yield None
    else:
        with client_for(found) as asana:
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
    """Lets the workspace's admins in to what is about one `person`, who has to be in the workspace
    now, and comes along as `colleague`."""

    @wraps(view)
    def with_person(request: ManagerRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        people = directory(request.asana, request.user, request.membership.workspace)
        colleague = next((one for one in people if one.gid == kwargs["person"]), None)
        if colleague is None:
            return problem_response(request, problems.person_not_found())
        about = cast(PersonAdminRequest, request)
        about.person = colleague
        return view(about, *args, **kwargs)

    return admin_required(with_person)


def admin_even_offline(
    view: Callable[Concatenate[ManagerRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Lets the workspace's admins in, also while Asana is away and cannot say who they are: that is
    when they want to see how it all is doing."""
    return _membership_required(
        view, lambda membership: membership.is_or_was_admin, problems.not_an_admin
    )


def _membership_required(
    view: Callable[Concatenate[ManagerRequest, P], HttpResponse],
    allowed: Callable[[Membership], bool],
    problem: Callable[[], Problem] = problems.not_a_manager,
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    @wraps(view)
    def with_seat(request: AsanaRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        membership = Membership(request.asana, request.user, str(kwargs["workspace"]))
        if not allowed(membership):
            return problem_response(request, problem())
        if "person" in kwargs and not membership.can_see(str(kwargs["person"])):
            return problem_response(request, problems.not_your_person())
        seated = cast(ManagerRequest, request)
        seated.membership = membership
        return view(seated, *args, **kwargs)

    return asana_required(with_seat)


def _signed_out(request: HttpRequest) -> HttpResponse:
    if is_htmx(request):
        return problem_response(request, problems.signed_out())
    if request.method not in ("GET", "HEAD"):
        return problem_response(request, problems.form_sent_signed_out())
    query = urlencode({"next": request.get_full_path()})
    return redirect(f"{reverse('sign_in')}?{query}")
