"""How a connection fares, in one word: what its row says, and what stands in its way in a
workspace. Nothing here asks Asana."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.bearer import LEEWAY
from accounts.connections import can_be_renewed
from accounts.models import Connection, Trouble

SOON = timedelta(days=1)


class Condition(models.TextChoices):
    """The most pressing first."""

    NEEDS_RECONNECTING = "needs_reconnecting", _("Needs reconnecting")
    REVOKED = "revoked", _("Revoked")
    APP_BLOCKED = "app_blocked", _("App blocked")
    NO_TIME_TRACKING = "no_time_tracking", _("Plan without time tracking")
    EXPIRING = "expiring", _("Expiring")
    HEALTHY = "healthy", _("Healthy")
    NEVER_CONNECTED = "never_connected", _("Never connected")


def condition_of(
    connection: Connection | None, trouble: Trouble | None, now: datetime
) -> Condition:
    if connection is None:
        return Condition.NEVER_CONNECTED
    if not connection.healthy:
        return Condition(connection.state)
    ends_at = _end_of(connection)
    if ends_at and ends_at <= now:
        return Condition.NEEDS_RECONNECTING
    if trouble:
        return Condition(trouble.kind)
    if (ends_at and ends_at - now < SOON) or renewing_fails(connection):
        return Condition.EXPIRING
    return Condition.HEALTHY


def renewing_fails(connection: Connection) -> bool:
    """Whether another token was asked for since this one ended, in vain."""
    ends_at, failed_at = connection.expires_at, connection.failed_at
    if ends_at is None or failed_at is None or failed_at < ends_at - LEEWAY:
        return False
    return connection.succeeded_at is None or connection.succeeded_at < failed_at


def _end_of(connection: Connection) -> datetime | None:
    """When it ends, as far as that is known: what can be renewed does not."""
    return None if can_be_renewed(connection) else connection.expires_at
