"""Actions on a connection: by admins on that of a person of their workspace, and by everybody on
their own. Each ends on the page of the connection, with a message."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.access import admin_of_person_required, sign_in_required
from accounts.asana.errors import AsanaError
from accounts.connections.service import (
    CannotRenew,
    Deactivated,
    RevokeResult,
    check,
    refresh,
    remove,
    revoke,
)
from accounts.http import PersonAdminRequest, SignedInRequest, redirect_with
from accounts.models import Connection
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
from timesheet.admin.roles.messages import KNOWN_ELSEWHERE
from timesheet.admin.roles.service import is_known_elsewhere
from timesheet.core import clock
from timesheet.journal import dispatch
from timesheet.reminders import mail
from timesheet.reminders.sending import MaybeSent, NotSent


def _connected_person(
    view: Callable[[PersonAdminRequest, ConnectionRow, Connection], HttpResponse],
) -> Callable[[HttpRequest, str, str], HttpResponse]:
    """Fetches a person of the workspace for one of its admins, with the person's connection."""

    @require_POST
    @admin_of_person_required
    @wraps(view)
    def with_connection(request: PersonAdminRequest, workspace: str, person: str) -> HttpResponse:
        row = service.row_of(request.person, workspace, clock.now())
        if row.connection is None:
            return _back(request, messages.WARNING, NO_CONNECTION)
        return view(request, row, row.connection)

    return with_connection


@_connected_person
def check_connection_of(
    request: PersonAdminRequest, _row: ConnectionRow, connection: Connection
) -> HttpResponse:
    """Asks Asana whether the connection works."""
    return _back(request, *_check(request, connection, request.membership.workspace))


@_connected_person
def refresh_connection_of(
    request: PersonAdminRequest, _row: ConnectionRow, connection: Connection
) -> HttpResponse:
    """Gets a new access token for the connection."""
    workspace = request.membership.workspace
    if is_known_elsewhere(request.user, connection.user, workspace):
        return _back(request, messages.ERROR, KNOWN_ELSEWHERE % {"name": connection.user})
    return _back(request, *_refresh(request, connection, workspace))


@_connected_person
def ask_to_reconnect(
    request: PersonAdminRequest, row: ConnectionRow, _connection: Connection
) -> HttpResponse:
    """Mails the person a request to connect again."""
    if not row.can_be_asked:
        return _back(request, messages.WARNING, NOT_ASKED)
    try:
        with mail.mail_sender() as send:
            service.ask_to_reconnect(row, request.user, request.membership.workspace, send=send)
    except NoAddress:
        return _back(request, messages.WARNING, NO_ADDRESS)
    except NotSent:
        return _back(request, messages.ERROR, MAIL_FAILED)
    except MaybeSent:
        return _back(request, messages.WARNING, MAIL_IN_DOUBT)
    return _back(request, messages.SUCCESS, asked_message(row.person.name or row.person.gid))


@_connected_person
def revoke_connection(
    request: PersonAdminRequest, _row: ConnectionRow, connection: Connection
) -> HttpResponse:
    """Ends the permission in Asana and deletes the tokens."""
    workspace = request.membership.workspace
    if is_known_elsewhere(request.user, connection.user, workspace):
        return _back(request, messages.ERROR, KNOWN_ELSEWHERE % {"name": connection.user})
    left = revoke(connection, request.user, workspace=workspace)
    return _back(request, _level_of(left), revoked_message(left))


@_connected_person
def remove_connection(
    request: PersonAdminRequest, row: ConnectionRow, connection: Connection
) -> HttpResponse:
    """Ends the permission in Asana and deletes the connection with its history."""
    workspace = request.membership.workspace
    if is_known_elsewhere(request.user, connection.user, workspace):
        return _back(request, messages.ERROR, KNOWN_ELSEWHERE % {"name": connection.user})
    left = remove(connection, request.user, workspace=workspace)
    return _back(request, _level_of(left), removed_message(left, row.open_edits))


@require_POST
@sign_in_required
def check_connection(request: SignedInRequest) -> HttpResponse:
    """Asks Asana whether the person's own connection works."""
    connection = _own_connection(request)
    if connection is None:
        return redirect("connection")
    return redirect_with(request, *_check(request, connection), "connection")


@require_POST
@sign_in_required
def refresh_connection(request: SignedInRequest) -> HttpResponse:
    """Gets a new access token for the person's own connection."""
    connection = _own_connection(request)
    if connection is None:
        return redirect("connection")
    return redirect_with(request, *_refresh(request, connection), "connection")


def _own_connection(request: SignedInRequest) -> Connection | None:
    found: Connection | None = (
        Connection.objects.filter(user=request.user).select_related("user").first()
    )
    return found


def _check(
    request: SignedInRequest, connection: Connection, workspace: str = ""
) -> tuple[int, str]:
    return _attempt(
        connection, lambda: check(connection, request.user, workspace=workspace), str(WORKS)
    )


def _refresh(
    request: SignedInRequest, connection: Connection, workspace: str = ""
) -> tuple[int, str]:
    return _attempt(
        connection, lambda: refresh(connection, request.user, workspace=workspace), str(REFRESHED)
    )


def _attempt(
    connection: Connection, attempt: Callable[[], None], success_message: str
) -> tuple[int, str]:
    """Makes the attempt; returns level and text of the message about it.

    Once the connection works, the person's queued edits are delivered.
    """
    try:
        attempt()
    except Deactivated:
        return messages.WARNING, str(SWITCHED_OFF)
    except CannotRenew:
        return messages.WARNING, str(CANNOT_RENEW)
    except AsanaError as error:
        return messages.ERROR, failure_message(error)
    dispatch.retry_after_reconnect(connection.user_id, clock.now())
    return messages.SUCCESS, success_message


def _level_of(left: RevokeResult) -> int:
    return messages.SUCCESS if left == "nothing" else messages.WARNING


def _back(request: PersonAdminRequest, level: int, message: object) -> HttpResponse:
    return redirect_with(
        request,
        level,
        message,
        "connection_of",
        workspace=request.membership.workspace,
        person=request.person.gid,
    )
