"""With whose eyes the pages about other people look into Asana: the viewer's own, or those of the
workspace's reporting connection while it is on and works. Nothing is ever written with them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, Refused, Unauthorized
from accounts.connections.service import client_for
from accounts.models import Connection, User
from accounts.workspaces.membership import Membership

logger = logging.getLogger(__name__)

# How long it is believed that an account is still in the workspace, and that it cannot be asked; in
# seconds.
FIT_KEPT = 600
UNTOLD_KEPT = 60


@dataclass(frozen=True)
class Reader:
    """`asana` reads with them, in the name of whoever has this `gid` in Asana; it is `own`, the
    client of the `user` who looks, unless they are lent: then by the `account` of that name, with
    the reporting `connection`. `broken` where they stand in for one that does not work."""

    own: Client
    user: User
    asana: Client
    gid: str
    account: str = ""
    connection: int = 0
    broken: bool = False

    @property
    def is_delegated(self) -> bool:
        return bool(self.connection)

    @property
    def key(self) -> str:
        """What is seen is remembered by this. Another token is another connection, so nothing that
        was seen with lent eyes is found again when they are gone."""
        return f"{self.user.pk}~{self.connection}" if self.is_delegated else str(self.user.pk)

    @property
    def has_ended(self) -> bool:
        """Whether they were lent, and the reporting connection has ended since."""
        working = Connection.objects.filter(pk=self.connection, state=Connection.State.HEALTHY)
        return self.is_delegated and not working.exists()


@dataclass(frozen=True)
class AccountCheck:
    """Whether an account may lend its eyes, and its gid in Asana; none while that is not known."""

    fit: bool
    gid: str = ""


@contextmanager
def open_reader(asana: Client, user: User, membership: Membership) -> Iterator[Reader]:
    """The eyes for what `user` looks at in the workspace; `asana` is their own client. Raises
    `AsanaError`, as `NotFound` where Asana does not have them in the workspace: another's token
    would show it to them all the same."""
    connection = reporting_connection_of(membership.workspace)
    if connection is None:
        yield Reader(asana, user, asana, user.gid)
        return
    membership.ensure_member()
    with client_for(connection, membership.workspace) as reads:
        found = _fitness(reads, connection, membership.workspace)
        if found.fit:
            yield Reader(asana, user, reads, found.gid, str(connection.user), connection.pk)
        else:
            yield Reader(asana, user, asana, user.gid, broken=True)


# The reporting connection itself


def reporting_connection_of(workspace: str) -> Connection | None:
    """The workspace's reporting connection, whether it works or not; None while it is off."""
    found = Connection.objects.filter(user__gid=reporting_user_gid(workspace))
    return found.select_related("user").first()


def reporting_user_gid(workspace: str) -> str:
    """The gid of the user here that the connection belongs to, who is nobody: no gid of Asana's
    looks like it."""
    return f"reporting-{workspace}"


def works(connection: Connection) -> bool:
    """As far as it is known; asks nobody."""
    known: AccountCheck | None = cache.get(_memory(connection))
    return connection.healthy and (known is None or known.fit)


def forget_fitness(connection: Connection) -> None:
    """Has the account be asked again before it lends its eyes the next time."""
    cache.delete(_memory(connection))


def _fitness(reads: Client, connection: Connection, workspace: str) -> AccountCheck:
    if not connection.healthy:
        return AccountCheck(fit=False)
    known: AccountCheck | None = cache.get(_memory(connection))
    if known is None:
        known, kept = _asked(reads, connection, workspace)
        cache.set(_memory(connection), known, kept)
    return known


def _asked(reads: Client, connection: Connection, workspace: str) -> tuple[AccountCheck, int]:
    """And for how long to believe it."""
    try:
        me = reads.get_user()
    except (Unauthorized, Refused) as error:
        logger.warning("the reporting connection of %s: %s", workspace, error)
        _note(connection, error.message)
        return AccountCheck(fit=False), UNTOLD_KEPT
    except AsanaError as error:
        logger.warning("the reporting connection of %s is not known: %s", workspace, error)
        return AccountCheck(fit=True), UNTOLD_KEPT
    if workspace in {one.gid for one in me.workspaces}:
        return AccountCheck(fit=True, gid=me.gid), FIT_KEPT
    _note(connection, _("The account is not in this workspace any more"))
    return AccountCheck(fit=False), FIT_KEPT


def _note(connection: Connection, words: str) -> None:
    """For the admins' page; the connection's state is the bearer's to tell."""
    Connection.objects.filter(pk=connection.pk).update(problem=words)


def _memory(connection: Connection) -> str:
    return f"reporting:{connection.pk}"
