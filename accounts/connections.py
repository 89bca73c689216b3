"""What a person can do with their connection: make it, use it, end it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import admins, oauth
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError
from accounts.asana.transport import Bearer, FixedBearer, Gate, Session
from accounts.bearer import ConnectionBearer
from accounts.budget import ConnectionGate
from accounts.fields import Unreadable
from accounts.models import Connection, User

logger = logging.getLogger(__name__)

# What disconnecting leaves at Asana: nothing, perhaps the permission, or the person's own token.
Left = Literal["nothing", "unknown", "token"]


class Deactivated(Exception):
    """An admin has switched this person off here; Asana has nothing to do with it."""


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
    with _client(FixedBearer(token)) as asana:
        person = asana.get_user()
    with transaction.atomic():
        user = _keep_user(person.gid, person.name, person.email or "")
        _keep_connection(user, Connection.Method.TOKEN, access_token=token)
    return user


@contextmanager
def client_for(connection: Connection) -> Iterator[Client]:
    """An open client that acts in this person's name, renews the token when it must, and stays
    within what Asana allows."""
    gate = ConnectionGate(connection.pk)
    with _client(ConnectionBearer(connection), gate) as asana:
        yield asana


@contextmanager
def client_with(token: str) -> Iterator[Client]:
    """An open client that asks with a token which is not kept."""
    with _client(FixedBearer(token)) as asana:
        yield asana


def disconnect(connection: Connection) -> Left:
    """Ends the permission at Asana as far as Asana can be told, and deletes the tokens here."""
    left: Left = "token"
    if connection.method == Connection.Method.OAUTH:
        left = "nothing" if _revoked(connection) else "unknown"
    connection.delete()
    return left


def note_problem(connection: Connection, words: str) -> None:
    """Keeps Asana's words for the connection's page, and leaves its state alone."""
    Connection.objects.filter(pk=connection.pk).update(problem=words)


@contextmanager
def _client(bearer: Bearer, gate: Gate | None = None) -> Iterator[Client]:
    timeout = (oauth.CONNECT_TIMEOUT, settings.ASANA_TIMEOUT)
    with Session(f"{settings.ASANA_URL}/api/1.0", bearer, timeout, gate) as session:
        yield Client(session)


def _keep_user(gid: str, name: str, email: str) -> User:
    # As long as the columns, which PostgreSQL insists on.
    fresh = {"name": name[:255], "email": email[:254]}
    user, _created = User.objects.get_or_create(gid=gid, defaults=fresh)
    if not user.is_active:
        raise Deactivated
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
    Connection.objects.update_or_create(
        user=user,
        defaults={
            "method": method,
            "access_token": access_token,
            "refresh_token": refresh_token,
            "expires_at": expires_at,
            "state": Connection.State.HEALTHY,
            "problem": "",
            # Takes the lease from whoever is renewing the tokens that these replace.
            "renewing_until": None,
        },
    )


def _revoked(connection: Connection) -> bool:
    try:
        oauth.revoke(connection.refresh_token)
    except (AsanaError, Unreadable) as error:
        logger.warning("user %s disconnects, Asana not told: %s", connection.user_id, error)
        return False
    return True
