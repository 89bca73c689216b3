"""What can be done about a connection: by admins of a workspace about one of its people, and by
everybody about their own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.access import admin_of_person_required, sign_in_required
from accounts.asana.errors import AsanaError
from accounts.connections.service import CannotRenew, Deactivated, check, refresh, remove, revoke
from accounts.http import PersonAdminRequest, SignedInRequest
from accounts.models import Connection, User
from timesheet.admin.connections import service
from timesheet.admin.connections.messages import (
    CANNOT_RENEW,
    MAIL_FAILED,
    MAIL_IN_DOUBT,
    NO_ADDRESS,
    NO_CONNECTION,
    NOT_ASKED,
    REFRESHED,
    SWITCHED_OFF,
    WORKS,
    asked_message,
    failure_message,
    removed_message,
    revoked_message,
)
from timesheet.admin.connections.service import ConnectionRow, NoAddress
from timesheet.admin.roles import cross_workspace
from timesheet.admin.roles.cross_workspace import KnownElsewhere
from timesheet.admin.roles.messages import KNOWN_ELSEWHERE
from timesheet.core import clock
from timesheet.journal import dispatch
from timesheet.reminders import mail
from timesheet.reminders.sending import MaybeSent, NotSent


def _connected_person(
    act: Callable[[PersonAdminRequest, ConnectionRow, Connection], None],
) -> Callable[[HttpRequest, str, str], HttpResponse]:
    """Does it about the connection of a person of the workspace, and goes back to its page."""

    @require_POST
    @admin_of_person_required
    @wraps(act)
    def with_row(request: PersonAdminRequest, workspace: str, person: str) -> HttpResponse:
        row = service.row_of(request.person, workspace, clock.now())
        if row.connection is None:
            messages.warning(request, NO_CONNECTION)
            return redirect("connection_of", workspace=workspace, person=person)
        try:
            act(request, row, row.connection)
        except KnownElsewhere as refused:
            messages.error(request, KNOWN_ELSEWHERE % {"name": refused.person})
        return redirect("connection_of", workspace=workspace, person=person)

    return with_row


@_connected_person
def check_connection_of(
    request: PersonAdminRequest, _row: ConnectionRow, connection: Connection
) -> None:
    _check(request, connection, request.membership.workspace)


@_connected_person
def refresh_connection_of(
    request: PersonAdminRequest, _row: ConnectionRow, connection: Connection
) -> None:
    _refresh(request, connection, request.membership.workspace)


@_connected_person
def ask_to_reconnect(
    request: PersonAdminRequest, row: ConnectionRow, _connection: Connection
) -> None:
    if not row.can_be_asked:
        messages.warning(request, NOT_ASKED)
        return
    try:
        with mail.mail_sender() as post:
            service.ask_to_reconnect(row, request.user, request.membership.workspace, post=post)
    except NoAddress:
        messages.warning(request, NO_ADDRESS)
    except NotSent:
        messages.error(request, MAIL_FAILED)
    except MaybeSent:
        messages.warning(request, MAIL_IN_DOUBT)
    else:
        messages.success(request, asked_message(row.person.name or row.person.gid))


@_connected_person
def revoke_connection(
    request: PersonAdminRequest, _row: ConnectionRow, connection: Connection
) -> None:
    cross_workspace.raise_if_known_elsewhere(
        request.user, connection.user, request.membership.workspace
    )
    left = revoke(connection, request.user, workspace=request.membership.workspace)
    level = messages.SUCCESS if left == "nothing" else messages.WARNING
    messages.add_message(request, level, revoked_message(left))


@_connected_person
def remove_connection(
    request: PersonAdminRequest, row: ConnectionRow, connection: Connection
) -> None:
    cross_workspace.raise_if_known_elsewhere(
        request.user, connection.user, request.membership.workspace
    )
    left = remove(connection, request.user, workspace=request.membership.workspace)
    level = messages.SUCCESS if left == "nothing" else messages.WARNING
    messages.add_message(request, level, removed_message(left, row.open_edits))


def _check(request: SignedInRequest, connection: Connection, workspace: str = "") -> None:
    attempt = partial(check, workspace=workspace)
    _try(request, connection, attempt, str(WORKS))


def _refresh(request: SignedInRequest, connection: Connection, workspace: str = "") -> None:
    attempt = partial(refresh, workspace=workspace)
    _try(request, connection, attempt, str(REFRESHED))


def _try(
    request: SignedInRequest,
    connection: Connection,
    attempt: Callable[[Connection, User], None],
    done: str,
) -> None:
    """Does it and says what came out. What waits is sent as soon as there is a way again."""
    try:
        attempt(connection, request.user)
    except Deactivated:
        messages.warning(request, SWITCHED_OFF)
    except CannotRenew:
        messages.warning(request, CANNOT_RENEW)
    except AsanaError as error:
        messages.error(request, failure_message(error))
    else:
        dispatch.retry_after_reconnect(connection.user_id, clock.now())
        messages.success(request, done)


def _with_own(
    act: Callable[[SignedInRequest, Connection], None],
) -> Callable[[HttpRequest], HttpResponse]:
    """Does it about the person's own connection, if they have one, and goes back to its page."""

    @require_POST
    @sign_in_required
    @wraps(act)
    def with_connection(request: SignedInRequest) -> HttpResponse:
        found = Connection.objects.filter(user=request.user).select_related("user").first()
        if found is not None:
            act(request, found)
        return redirect("connection")

    return with_connection


check_connection = _with_own(_check)
refresh_connection = _with_own(_refresh)
