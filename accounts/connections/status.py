"""How connections fare: what their rows say, what stands in their way in a workspace, and how much
they asked. Nothing here asks Asana."""

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

SOON = timedelta(days=1)
SILENT = UsageDay()


class ConnectionState(models.TextChoices):
    """The most pressing first."""

    NEEDS_RECONNECTING = "needs_reconnecting", _("Needs reconnecting")
    REVOKED = "revoked", _("Revoked")
    APP_BLOCKED = "app_blocked", _("App blocked")
    NO_TIME_TRACKING = "no_time_tracking", _("Plan without time tracking")
    EXPIRING = "expiring", _("Expiring")
    HEALTHY = "healthy", _("Healthy")
    NEVER_CONNECTED = "never_connected", _("Never connected")

    @property
    def meaning(self) -> str:
        return str(_MEANINGS[self])

    @property
    def rank(self) -> int:
        return list(ConnectionState).index(self)


_MEANINGS = {
    ConnectionState.NEEDS_RECONNECTING: _(
        "Asana no longer accepts it. Connecting again mends that; what was typed waits here until "
        "then."
    ),
    ConnectionState.REVOKED: _(
        "There are no tokens any more. Connecting again makes new ones; what was typed waits here "
        "until then."
    ),
    ConnectionState.APP_BLOCKED: _(
        "Asana accepts it, but lets this app do nothing in the workspace. An Asana admin can allow "
        "the app, in Asana’s admin console."
    ),
    ConnectionState.NO_TIME_TRACKING: _(
        "It works, but the workspace’s Asana plan has no time tracking: no hours can be read or "
        "saved."
    ),
    ConnectionState.EXPIRING: _(
        "It works, but not for long: its token cannot be renewed, or renewing it has failed. "
        "Connecting again mends that."
    ),
    ConnectionState.HEALTHY: _("Asana accepts it."),
    ConnectionState.NEVER_CONNECTED: _(
        "This person is not connected to Asana here. They are once they sign in; nobody can do "
        "that for them."
    ),
}


@dataclass(frozen=True)
class ConnectionStatus:
    """How one connection fares; that of somebody who has none says so."""

    state: ConnectionState
    connection: Connection | None = None
    problem: ConnectionProblem | None = None
    day: UsageDay = SILENT

    @property
    def renews(self) -> bool:
        return self.connection is not None and can_be_renewed(self.connection)


NEVER_CONNECTED = ConnectionStatus(ConnectionState.NEVER_CONNECTED)


def status_of(user: User, now: datetime) -> ConnectionStatus:
    """Of one's own connection, with what stands in its way anywhere."""
    found = Connection.objects.filter(user=user)
    return _fares(found, ConnectionProblem.objects.all(), now).get(user.gid, NEVER_CONNECTED)


def statuses_in(
    workspace: str, people: Collection[str], now: datetime
) -> dict[str, ConnectionStatus]:
    """Those of `people`, by gid, with what stands in their way in this workspace; who has no
    connection is left out."""
    found = Connection.objects.filter(user__gid__in=people)
    return _fares(found, ConnectionProblem.objects.filter(workspace_gid=workspace), now)


def _fares(
    found: models.QuerySet[Connection], troubles: models.QuerySet[ConnectionProblem], now: datetime
) -> dict[str, ConnectionStatus]:
    connections = list(found.select_related("user"))
    keys = [one.pk for one in connections]
    days = usage.days_of(keys, now)
    in_the_way = {one.connection_id: one for one in troubles.filter(connection__in=keys)}
    return {
        one.user.gid: ConnectionStatus(
            state_of(one, in_the_way.get(one.pk), now),
            one,
            in_the_way.get(one.pk),
            days.get(one.pk, SILENT),
        )
        for one in connections
    }


def state_of(
    connection: Connection, trouble: ConnectionProblem | None, now: datetime
) -> ConnectionState:
    if not connection.healthy:
        return ConnectionState(connection.state)
    # What can be renewed has no end that is known.
    ends_at = None if can_be_renewed(connection) else connection.expires_at
    if ends_at and ends_at <= now:
        return ConnectionState.NEEDS_RECONNECTING
    if trouble:
        return ConnectionState(trouble.kind)
    if (ends_at and ends_at - now < SOON) or _renewing_fails(connection):
        return ConnectionState.EXPIRING
    return ConnectionState.HEALTHY


def _renewing_fails(connection: Connection) -> bool:
    """Whether another token was asked for since this one ended, in vain."""
    ends_at, failed_at = connection.expires_at, connection.failed_at
    if ends_at is None or failed_at is None or failed_at < ends_at - LEEWAY:
        return False
    return connection.succeeded_at is None or connection.succeeded_at < failed_at
