"""What a person can do with their connection: make it, use it, end it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
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
from accounts.asana.transport import FixedToken, RateLimiter, Session, TokenSource, UsageMeter
from accounts.audit import Value
from accounts.connections.meter import ConnectionMeter
from accounts.connections.rate_limiter import ConnectionRateLimiter
from accounts.connections.tokens import ConnectionToken
from accounts.encrypted_field import Unreadable
from accounts.models import Action, Connection, RateBudget, User
from accounts.sign_in import oauth
from accounts.workspaces import admins

logger = logging.getLogger(__name__)

# What disconnecting leaves at Asana: nothing, perhaps the permission, or the person's own token.
RevokeResult = Literal["nothing", "unknown", "token"]


class Deactivated(Exception):
    """An admin has switched this person off here; Asana has nothing to do with it."""

    def __init__(self, user: User) -> None:
        super().__init__(user.gid)
        self.user = user


class CannotRenew(Exception):
    """A personal token has no successor, and neither has one that came without a refresh token."""


def connect(grant: oauth.Grant) -> User:
    """Keeps what Asana granted, and who granted it. Raises `Deactivated`."""
    with transaction.atomic():
        user = _keep_user(grant.gid, grant.name, grant.email)
        _keep_connection(
            user,
            Connection.Method.OAUTH,
            access_token=grant.access_token,
            refresh_token=grant.refresh_token,
            expires_at=timezone.now() + timedelta(seconds=grant.expires_in),
        )
    return user


def connect_with_token(token: str) -> User:
    """Keeps a personal token once Asana has said whose it is.

    Raises `AsanaError`, as `Unauthorized` for a token that Asana does not know, or `Deactivated`.
    """
    with _client(FixedToken(token)) as asana:
        person = asana.get_user()
    with transaction.atomic():
        user = _keep_user(person.gid, person.name, person.email or "")
        _keep_connection(user, Connection.Method.TOKEN, access_token=token)
    return user


@contextmanager
def client_for(connection: Connection, workspace: str = "") -> Iterator[Client]:
    """An open client that acts in this person's name, renews the token when it must, and stays
    within what Asana allows. What Asana answers is counted, and noted where it is about the
    `workspace` that the client is for."""
    bearer = ConnectionToken(connection)
    gate = ConnectionRateLimiter(connection.pk)
    with (
        ConnectionMeter(bearer, workspace) as meter,
        _client(bearer, gate, meter) as asana,
    ):
        yield asana


@contextmanager
def client_with(token: str) -> Iterator[Client]:
    """An open client that asks with a token which is not kept."""
    with _client(FixedToken(token)) as asana:
        yield asana


def check(connection: Connection, by: User, *, workspace: str = "") -> None:
    """Asks Asana one cheap thing in this person's name. What needed reconnecting, and answers, is
    healthy again. Raises `Deactivated`, `AsanaError`."""
    _refuse_switched_off(connection)
    with _audited(Action.CONNECTION_TESTED, connection, by, workspace):
        if connection.state == Connection.State.REVOKED:
            raise Unauthorized(connection.problem, 401)
        if connection.healthy or not can_be_renewed(connection):
            with client_for(connection) as asana:
                asana.get_user()
            _heal(connection)
        else:
            # Its access token may live on for a while after the permission has ended.
            _renew(connection)


def refresh(connection: Connection, by: User, *, workspace: str = "") -> None:
    """Gets another access token now. Raises `Deactivated`, `CannotRenew`, `AsanaError`."""
    _refuse_switched_off(connection)
    if not can_be_renewed(connection):
        raise CannotRenew
    with _audited(Action.CONNECTION_REFRESHED, connection, by, workspace):
        _renew(connection)


def revoke(connection: Connection, by: User, *, workspace: str = "") -> RevokeResult:
    """Ends the permission at Asana as far as Asana can be told, and deletes the tokens here. What
    is known of the connection stays, and that it was revoked, and by whom."""
    left = _end_at_asana(connection)
    with transaction.atomic():
        Connection.objects.filter(pk=connection.pk).update(
            access_token="",
            refresh_token="",
            expires_at=None,
            renewing_until=None,
            state=Connection.State.REVOKED,
            problem=_("%(name)s revoked this connection") % {"name": by},
            updated_at=timezone.now(),
        )
        _record(Action.CONNECTION_REVOKED, connection, by, workspace, after={"left": left})
    return left


def remove(connection: Connection, by: User, *, workspace: str = "") -> RevokeResult:
    """As `revoke`, and nothing stays but the audit log."""
    left = _end_at_asana(connection)
    with transaction.atomic():
        _record(Action.CONNECTION_REMOVED, connection, by, workspace, after={"left": left})
        end(connection)
    return left


def disconnect(connection: Connection) -> RevokeResult:
    """What a person does with their own: it is removed."""
    left = _end_at_asana(connection)
    with transaction.atomic():
        _record(Action.DISCONNECTED, connection, connection.user, after={"left": left})
        end(connection)
    return left


def end(connection: Connection) -> None:
    """Deletes it with all that hangs on it, within a transaction. Its rows are locked first, in the
    order in which whoever asks with it locks them: so none is added that would keep it here."""
    list(Connection.objects.select_for_update().filter(pk=connection.pk))
    list(RateBudget.objects.select_for_update().filter(pk=connection.pk))
    connection.delete()


def can_be_renewed(connection: Connection) -> bool:
    try:
        return bool(connection.refresh_token)
    except Unreadable:
        return False


def _refuse_switched_off(connection: Connection) -> None:
    """Asana is asked nothing in the name of somebody who is not to be here."""
    if not connection.user.is_active:
        raise Deactivated(connection.user)


def _end_at_asana(connection: Connection) -> RevokeResult:
    if connection.method == Connection.Method.TOKEN:
        return "token"
    told = connection.state == Connection.State.REVOKED or _revoked(connection)
    return "nothing" if told else "unknown"


def _renew(connection: Connection) -> None:
    ConnectionToken(connection, revives=True).renew_now()


def _heal(connection: Connection) -> None:
    ailing = Connection.objects.filter(pk=connection.pk, state=Connection.State.NEEDS_RECONNECTING)
    ailing.update(state=Connection.State.HEALTHY, updated_at=timezone.now())


@contextmanager
def _client(
    bearer: TokenSource, gate: RateLimiter | None = None, meter: UsageMeter | None = None
) -> Iterator[Client]:
    timeout = (oauth.CONNECT_TIMEOUT, settings.ASANA_TIMEOUT)
    url = f"{settings.ASANA_URL}/api/1.0"
    with Session(url, bearer, timeout, gate, meter=meter) as session:
        yield Client(session)


def _keep_user(gid: str, name: str, email: str) -> User:
    # As long as the columns, which PostgreSQL insists on.
    fresh = {"name": name[:255], "email": email[:254]}
    user, _created = User.objects.get_or_create(gid=gid, defaults=fresh)
    if not user.is_active:
        raise Deactivated(user)
    user.name, user.email = fresh["name"], fresh["email"]
    user.save(update_fields=["name", "email"])
    admins.bind(user)
    return user


def _keep_connection(
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
            "state": Connection.State.HEALTHY,
            "problem": "",
            "failed_at": None,
            # Takes the lease from whoever is renewing the tokens that these replace.
            "renewing_until": None,
        },
    )


@contextmanager
def _audited(action: Action, connection: Connection, by: User, workspace: str) -> Iterator[None]:
    """Writes down that it was tried, and what came out."""
    try:
        yield
    except AsanaError as error:
        reason = problems.in_short(error)
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


def _revoked(connection: Connection) -> bool:
    try:
        oauth.revoke(connection.refresh_token)
    except (AsanaError, Unreadable) as error:
        logger.warning("user %s disconnects, Asana not told: %s", connection.user_id, error)
        return False
    return True
