"""Makes, uses, tests and ends connections to Asana."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, problems
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, Unauthorized
from accounts.asana.rate_limit import RateLimiter
from accounts.asana.records import Workspace
from accounts.asana.transport import FixedToken, Session, TokenSource, UsageMeter
from accounts.audit import PersonRef, Value
from accounts.connections.meter import open_meter
from accounts.connections.rate_limiter import ConnectionRateLimiter
from accounts.connections.tokens import ConnectionToken
from accounts.encrypted_field import Unreadable
from accounts.models import Action, Connection, RateBudget, User
from accounts.sign_in import oauth
from accounts.workspaces import admins, allowed, membership

logger = logging.getLogger(__name__)

# What ending a connection leaves behind at Asana: nothing; perhaps the permission, because Asana
# did not answer; or the personal token, which only its owner can delete.
RevokeResult = Literal["nothing", "unknown", "token"]


class Deactivated(Exception):
    """An admin has deactivated this person here; it has nothing to do with Asana."""

    def __init__(self, user: User) -> None:
        super().__init__(user.gid)
        self.user = user


class NotMember(Exception):
    """A person is in none of the workspaces that this installation is for. Nothing was stored."""

    def __init__(self, gid: str, name: str) -> None:
        super().__init__(gid)
        self.gid, self.name = gid, name


class CannotRenew(Exception):
    """The token can't be renewed: it is a personal one, or came without a refresh token."""


def connect(grant: oauth.Grant) -> User:
    """Save the tokens that Asana granted, and their person, and return the user.

    Asana is asked for the person's workspaces where only some may use this installation. Raises
    `Deactivated`, `NotMember` or an `AsanaError`.
    """
    workspaces = None
    if allowed.allowed_gids():
        with _client(FixedToken(grant.access_token)) as asana:
            workspaces = asana.get_user().workspaces
        _raise_if_not_member(grant.gid, grant.name, workspaces)
    with transaction.atomic():
        user = _save_user(grant.gid, grant.name, grant.email)
        if workspaces is not None:
            membership.note_workspaces(user, workspaces)
        _save_connection(
            user,
            Connection.Method.OAUTH,
            access_token=grant.access_token,
            refresh_token=grant.refresh_token,
            expires_at=timezone.now() + timedelta(seconds=grant.expires_in),
        )
    return user


def connect_with_token(token: str) -> User:
    """Save a personal token, after asking Asana whose it is, and return the user.

    Raises `Deactivated`, `NotMember` or an `AsanaError`: `Unauthorized` for a token that Asana does
    not know.
    """
    with _client(FixedToken(token)) as asana:
        person = asana.get_user()
    _raise_if_not_member(person.gid, person.name, person.workspaces)
    with transaction.atomic():
        user = _save_user(person.gid, person.name, person.email or "")
        membership.note_workspaces(user, person.workspaces)
        _save_connection(user, Connection.Method.TOKEN, access_token=token)
    return user


@contextmanager
def client_for(connection: Connection, workspace: str = "") -> Iterator[Client]:
    """Return a context with a client that acts in the connection's name.

    It renews the token when needed, stays within Asana's rate limit, counts its requests, and notes
    problems with the `workspace` that it is used for.
    """
    tokens = ConnectionToken(connection)
    rate_limiter = ConnectionRateLimiter(connection.pk)
    with (
        open_meter(tokens, workspace) as meter,
        _client(tokens, rate_limiter, meter) as asana,
    ):
        yield asana


@contextmanager
def client_with_token(token: str) -> Iterator[Client]:
    """Return a context with a client that uses a token which is not stored."""
    with _client(FixedToken(token)) as asana:
        yield asana


def check(connection: Connection, by: User, *, workspace: str = "") -> None:
    """Test a connection with one cheap request, and mark it healthy if that works.

    `by` and `workspace` go into the audit log. Raises `Deactivated` or `AsanaError`.
    """
    _raise_if_deactivated(connection)
    with _audited(Action.CONNECTION_TESTED, connection, by, workspace):
        if connection.state == Connection.TokenState.REVOKED:
            raise Unauthorized(connection.problem, 401)
        if connection.healthy or not can_be_renewed(connection):
            with client_for(connection) as asana:
                asana.get_user()
            _mark_healthy(connection)
        else:
            # Its access token may work for a while after the permission has ended.
            _renew(connection)


def refresh(connection: Connection, by: User, *, workspace: str = "") -> None:
    """Get a new access token now. Raises `Deactivated`, `CannotRenew` or `AsanaError`."""
    _raise_if_deactivated(connection)
    if not can_be_renewed(connection):
        raise CannotRenew
    with _audited(Action.CONNECTION_REFRESHED, connection, by, workspace):
        _renew(connection)


def revoke(connection: Connection, by: User, *, workspace: str = "") -> RevokeResult:
    """End the permission at Asana if Asana answers, and delete the tokens here.

    The connection stays, marked as revoked, with who revoked it. Returns what is left at Asana.
    """
    left = _end_at_asana(connection)
    with transaction.atomic():
        Connection.objects.filter(pk=connection.pk).update(
            access_token="",
            refresh_token="",
            expires_at=None,
            renewing_until=None,
            state=Connection.TokenState.REVOKED,
            problem=_("%(name)s revoked this connection") % {"name": by},
            updated_at=timezone.now(),
        )
        _record(Action.CONNECTION_REVOKED, connection, by, workspace, after={"left": left})
    return left


def remove(connection: Connection, by: User, *, workspace: str = "") -> RevokeResult:
    """End the permission as `revoke` does, and delete the connection here too."""
    left = _end_at_asana(connection)
    with transaction.atomic():
        _record(Action.CONNECTION_REMOVED, connection, by, workspace, after={"left": left})
        end(connection)
    return left


def revoke_ended(connection: Connection, by: User, to: PersonRef, *, workspace: str) -> None:
    """End the permission of a connection that `end` has deleted here, if Asana answers.

    `to` is its person in the audit log. Call it after the transaction: it can't be rolled back.
    """
    left = _end_at_asana(connection)
    audit.record(Action.CONNECTION_REMOVED, by, workspace=workspace, to=to, after={"left": left})


def disconnect(connection: Connection) -> RevokeResult:
    """End and delete a connection on behalf of its own person. Returns what is left at Asana."""
    left = _end_at_asana(connection)
    with transaction.atomic():
        _record(Action.DISCONNECTED, connection, connection.user, after={"left": left})
        end(connection)
    return left


def end(connection: Connection) -> None:
    """Delete a connection with all rows that refer to it. Call it within a transaction.

    Rows are locked in the order in which the rate limiter and the meter lock them, so that none is
    added in the meantime that would prevent the deletion.
    """
    list(Connection.objects.select_for_update().filter(pk=connection.pk))
    list(RateBudget.objects.select_for_update().filter(pk=connection.pk))
    connection.delete()


def can_be_renewed(connection: Connection) -> bool:
    """Tell whether there is a refresh token that can be read."""
    try:
        return bool(connection.refresh_token)
    except Unreadable:
        return False


def _raise_if_not_member(gid: str, name: str, workspaces: Collection[Workspace]) -> None:
    if not allowed.only_allowed(workspaces):
        raise NotMember(gid, name)


def _raise_if_deactivated(connection: Connection) -> None:
    """Raise `Deactivated`: we send no requests in the name of a deactivated person."""
    if not connection.user.is_active:
        raise Deactivated(connection.user)


def _end_at_asana(connection: Connection) -> RevokeResult:
    if connection.method == Connection.Method.TOKEN:
        return "token"
    ended = connection.state == Connection.TokenState.REVOKED or _revoke_at_asana(connection)
    return "nothing" if ended else "unknown"


def _renew(connection: Connection) -> None:
    ConnectionToken(connection, renews_broken=True).renew_now()


def _mark_healthy(connection: Connection) -> None:
    broken = Connection.objects.filter(
        pk=connection.pk, state=Connection.TokenState.NEEDS_RECONNECTING
    )
    broken.update(state=Connection.TokenState.HEALTHY, updated_at=timezone.now())


@contextmanager
def _client(
    tokens: TokenSource, rate_limiter: RateLimiter | None = None, meter: UsageMeter | None = None
) -> Iterator[Client]:
    timeout = (oauth.CONNECT_TIMEOUT, settings.ASANA_TIMEOUT)
    url = f"{settings.ASANA_URL}/api/1.0"
    with Session(url, tokens, timeout, rate_limiter, meter=meter) as session:
        yield Client(session)


def _save_user(gid: str, name: str, email: str) -> User:
    # PostgreSQL refuses text that is longer than its column.
    latest = {"name": name[:255], "email": email[:254]}
    user, _created = User.objects.get_or_create(gid=gid, defaults=latest)
    if not user.is_active:
        raise Deactivated(user)
    user.name, user.email = latest["name"], latest["email"]
    user.save(update_fields=["name", "email"])
    admins.claim_grants(user)
    return user


def _save_connection(
    user: User,
    method: Connection.Method,
    *,
    access_token: str,
    refresh_token: str = "",
    expires_at: datetime | None = None,
) -> None:
    before = Connection.objects.filter(user=user).first()
    if before is None or not before.healthy or before.method != method:
        audit.record(Action.CONNECTED, user, after={"method": method.value})
    Connection.objects.update_or_create(
        user=user,
        defaults={
            "method": method,
            "access_token": access_token,
            "refresh_token": refresh_token,
            "expires_at": expires_at,
            "state": Connection.TokenState.HEALTHY,
            "problem": "",
            "failed_at": None,
            # Ends the lease of a process that is renewing the tokens which these replace.
            "renewing_until": None,
        },
    )


@contextmanager
def _audited(action: Action, connection: Connection, by: User, workspace: str) -> Iterator[None]:
    """Add to the audit log that `action` was tried, and whether it worked."""
    try:
        yield
    except AsanaError as error:
        reason = problems.short_reason(error)
        _record(action, connection, by, workspace, after={"works": False, "reason": reason})
        raise
    _record(action, connection, by, workspace, after={"works": True})


def _record(
    action: Action,
    connection: Connection,
    by: User,
    workspace: str = "",
    *,
    after: Mapping[str, Value],
) -> None:
    audit.record(action, by, workspace=workspace, to=connection.user, after=after)


def _revoke_at_asana(connection: Connection) -> bool:
    try:
        oauth.revoke(connection.refresh_token)
    except (AsanaError, Unreadable) as error:
        logger.warning(
            "user %s: the permission could not be revoked at Asana: %s", connection.user_id, error
        )
        return False
    return True
