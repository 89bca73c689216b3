"""Which Asana client the pages about other people read with: the viewer's own, or the workspace's
reporting connection while it is on and works. Nothing is ever written through it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, Refused, Unauthorized
from accounts.connections.service import client_for
from accounts.models import Connection, User
from accounts.workspaces.membership import Membership

logger = logging.getLogger(__name__)

# How long to trust that an account is in the workspace or not, and that it could not be checked.
CHECK_CACHED_SECONDS = 600
FAILED_CHECK_CACHED_SECONDS = 60


@dataclass(frozen=True)
class Reader:
    """The client to read other people's data with, and whose it is."""

    # The viewer and their own client.
    own: Client
    user: User
    # The client to read with: `own`, or that of the reporting connection.
    asana: Client
    # The gid in Asana of the person whom `asana` acts for; empty while it is not known.
    gid: str
    # The name of the reporting account, and the key of its connection; empty and 0 without one.
    account: str = ""
    connection: int = 0
    # Whether there is a reporting connection that does not work, so that `asana` is the viewer's.
    broken: bool = False

    @property
    def is_delegated(self) -> bool:
        """Whether the reporting connection is used."""
        return bool(self.connection)

    @property
    def key(self) -> str:
        """What caches of the data read are keyed by.

        A new reporting token is a new connection, so what an old one saw is never found again.
        """
        return f"{self.user.pk}~{self.connection}" if self.is_delegated else str(self.user.pk)

    def in_background(self) -> Reader:
        """Return the reader for reads that nobody waits for."""
        return replace(self, asana=self.asana.in_background())

    @property
    def has_ended(self) -> bool:
        """Whether the reporting connection is used and has stopped working since."""
        working = Connection.objects.filter(pk=self.connection, state=Connection.TokenState.HEALTHY)
        return self.is_delegated and not working.exists()


@dataclass(frozen=True)
class AccountCheck:
    """Whether the reporting account can be read with."""

    fit: bool
    # Its gid in Asana; empty while it is not known.
    gid: str = ""


@contextmanager
def open_reader(asana: Client, user: User, membership: Membership) -> Iterator[Reader]:
    """Return a context with the reader for what `user` sees of a workspace.

    `asana` is the user's own client. Raises `AsanaError`: `NotFound` where the user is not in the
    workspace, because the reporting connection would show it to them anyway.
    """
    connection = reporting_connection_of(membership.workspace)
    if connection is None:
        yield Reader(asana, user, asana, user.gid)
        return
    membership.ensure_member()
    with client_for(connection, membership.workspace) as client:
        check = _cached_check(client, connection, membership.workspace)
        if check.fit:
            yield Reader(asana, user, client, check.gid, str(connection.user), connection.pk)
        else:
            yield Reader(asana, user, asana, user.gid, broken=True)


# The reporting connection itself


def reporting_connection_of(workspace: str) -> Connection | None:
    """Return the workspace's reporting connection, even if it does not work; None while off."""
    connections = Connection.objects.filter(user__gid=reporting_user_gid(workspace))
    return connections.select_related("user").first()


def reporting_user_gid(workspace: str) -> str:
    """Return the gid of the user who owns the reporting connection here.

    That user is no person: Asana's gids are digits only.
    """
    return f"reporting-{workspace}"


def is_working(connection: Connection) -> bool:
    """Tell whether a reporting connection works, by its last check; does not ask Asana."""
    check: AccountCheck | None = cache.get(_cache_key(connection))
    return connection.healthy and (check is None or check.fit)


def forget_fitness(connection: Connection) -> None:
    """Forget the last check, so that the account is checked before it is used again."""
    cache.delete(_cache_key(connection))


def _cached_check(client: Client, connection: Connection, workspace: str) -> AccountCheck:
    if not connection.healthy:
        return AccountCheck(fit=False)
    check: AccountCheck | None = cache.get(_cache_key(connection))
    if check is None:
        check, seconds = _check_account(client, connection, workspace)
        cache.set(_cache_key(connection), check, seconds)
    return check


def _check_account(
    client: Client, connection: Connection, workspace: str
) -> tuple[AccountCheck, int]:
    """Ask Asana about the account; return the check and for how many seconds to cache it."""
    try:
        me = client.get_user()
    except (Unauthorized, Refused) as error:
        logger.warning("the reporting connection of %s: %s", workspace, error)
        _save_problem(connection, error.message)
        return AccountCheck(fit=False), FAILED_CHECK_CACHED_SECONDS
    except AsanaError as error:
        logger.warning("the reporting connection of %s could not be checked: %s", workspace, error)
        return AccountCheck(fit=True), FAILED_CHECK_CACHED_SECONDS
    if workspace in {mine.gid for mine in me.workspaces}:
        return AccountCheck(fit=True, gid=me.gid), CHECK_CACHED_SECONDS
    _save_problem(connection, _("The account is no longer in this workspace"))
    return AccountCheck(fit=False), CHECK_CACHED_SECONDS


def _save_problem(connection: Connection, words: str) -> None:
    """Save a problem for the admins' page; the state is left to `ConnectionToken`."""
    Connection.objects.filter(pk=connection.pk).update(problem=words)


def _cache_key(connection: Connection) -> str:
    return f"reporting:{connection.pk}"
