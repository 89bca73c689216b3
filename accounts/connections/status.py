"""The status of connections: their state, their problem in a workspace, and their recent usage.

Nothing here asks Asana.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.connections import usage
from accounts.connections.service import can_be_renewed
from accounts.connections.tokens import LEEWAY
from accounts.connections.usage import UsageDay
from accounts.models import Connection, ConnectionProblem, User

EXPIRING_WITHIN = timedelta(days=1)
NO_USAGE = UsageDay()


class ConnectionState(models.TextChoices):
    """The state of a person's connection, the most urgent first."""

    NEEDS_RECONNECTING = "needs_reconnecting", _("Reconnect needed")
    REVOKED = "revoked", _("Revoked")
    APP_BLOCKED = "app_blocked", _("Blocked by Asana admin")
    NO_TIME_TRACKING = "no_time_tracking", _("Plan without time tracking")
    EXPIRING = "expiring", _("Expiring")
    HEALTHY = "healthy", _("Connected")
    NEVER_CONNECTED = "never_connected", _("Never connected")

    @property
    def meaning(self) -> str:
        """What the state means, in a sentence or two for people."""
        return str(_MEANINGS[self])

    @property
    def rank(self) -> int:
        """How urgent the state is; 0 is the most urgent."""
        return list(ConnectionState).index(self)


_MEANINGS = {
    ConnectionState.NEEDS_RECONNECTING: _(
        "Asana has signed you out. Reconnect and we’ll save what’s waiting."
    ),
    ConnectionState.REVOKED: _(
        "This connection was revoked. Reconnect and we’ll save what’s waiting."
    ),
    ConnectionState.APP_BLOCKED: _(
        "An Asana admin has blocked this app in the workspace. They can allow it in Asana’s "
        "admin console."
    ),
    ConnectionState.NO_TIME_TRACKING: _(
        "The workspace’s Asana plan has no time tracking, so hours can’t be read or saved."
    ),
    ConnectionState.EXPIRING: _(
        "This connection works, but will expire soon. Reconnect to keep it."
    ),
    ConnectionState.HEALTHY: _("Everything works."),
    ConnectionState.NEVER_CONNECTED: _("This person hasn’t signed in with Asana yet."),
}


@dataclass(frozen=True)
class ConnectionStatus:
    """The status of a person's connection, or that they have none."""

    state: ConnectionState
    connection: Connection | None = None
    problem: ConnectionProblem | None = None
    # The requests of the last 24 hours.
    day: UsageDay = NO_USAGE

    @property
    def renews(self) -> bool:
        """Whether the token can be renewed without the person."""
        return self.connection is not None and can_be_renewed(self.connection)


NEVER_CONNECTED = ConnectionStatus(ConnectionState.NEVER_CONNECTED)


def status_of(user: User, now: datetime) -> ConnectionStatus:
    """Return the status of a user's own connection, with a problem from any workspace."""
    connections = Connection.objects.filter(user=user)
    return _statuses(connections, ConnectionProblem.objects.all(), now).get(
        user.gid, NEVER_CONNECTED
    )


def statuses_in(
    workspace: str, people: Collection[str], now: datetime
) -> dict[str, ConnectionStatus]:
    """Return the statuses of `people` by gid, with their problems in this workspace.

    People without a connection are left out.
    """
    connections = Connection.objects.filter(user__gid__in=people)
    return _statuses(connections, ConnectionProblem.objects.filter(workspace_gid=workspace), now)


def _statuses(
    connections: models.QuerySet[Connection],
    problems: models.QuerySet[ConnectionProblem],
    now: datetime,
) -> dict[str, ConnectionStatus]:
    rows = list(connections.select_related("user"))
    keys = [connection.pk for connection in rows]
    days = usage.days_of(keys, now)
    problem_of = {row.connection_id: row for row in problems.filter(connection__in=keys)}
    return {
        connection.user.gid: ConnectionStatus(
            state_of(connection, problem_of.get(connection.pk), now),
            connection,
            problem_of.get(connection.pk),
            days.get(connection.pk, NO_USAGE),
        )
        for connection in rows
    }


def state_of(
    connection: Connection, problem: ConnectionProblem | None, now: datetime
) -> ConnectionState:
    """Return the state of a connection, given its problem in the workspace in question."""
    if not connection.healthy:
        return ConnectionState(connection.state)
    # A token that can be renewed has no known end.
    ends_at = None if can_be_renewed(connection) else connection.expires_at
    if ends_at and ends_at <= now:
        return ConnectionState.NEEDS_RECONNECTING
    if problem:
        return ConnectionState(problem.kind)
    if (ends_at and ends_at - now < EXPIRING_WITHIN) or _renewing_fails(connection):
        return ConnectionState.EXPIRING
    return ConnectionState.HEALTHY


def _renewing_fails(connection: Connection) -> bool:
    """Tell whether renewing the token has failed since it expired."""
    ends_at, failed_at = connection.expires_at, connection.failed_at
    if ends_at is None or failed_at is None or failed_at < ends_at - LEEWAY:
        return False
    return connection.succeeded_at is None or connection.succeeded_at < failed_at
