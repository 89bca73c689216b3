"""How many requests a connection made in the last hours, and how Asana answered them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Q, Sum

from accounts.models import ApiUsage, Connection

HOUR = timedelta(hours=1)
HOURS_SHOWN = 24
# How long counts are kept, and how often older ones are deleted.
KEPT_FOR = timedelta(days=8)
CLEANUP_EVERY_SECONDS = 3600
# The HTTP status of too many requests, and the number that we use for no response.
RATE_LIMITED, NO_ANSWER = 429, 0


def is_failure(status: int) -> bool:
    """Tell whether a status means that the connection or Asana failed, not the single request."""
    return status in (NO_ANSWER, 401) or status >= 500


@dataclass(frozen=True)
class UsageHour:
    """The requests of the hour that begins at `at`."""

    at: datetime
    answered: int = 0
    slowed: int = 0
    failed: int = 0

    @property
    def requests(self) -> int:
        """All requests of the hour."""
        return self.answered + self.slowed + self.failed


@dataclass(frozen=True)
class UsageDay:
    """The requests of the last 24 hours, and how many of them were rate limited."""

    requests: int = 0
    slowed: int = 0


def days_of(connections: Collection[int], now: datetime) -> dict[int, UsageDay]:
    """Return the last 24 hours of connections, by their keys.

    Connections without requests are left out.
    """
    totals = (
        ApiUsage.objects.filter(connection__in=connections, hour__gte=_first_hour(now))
        .values_list("connection")
        .annotate(Sum("requests"), slowed=Sum("requests", filter=Q(status=RATE_LIMITED), default=0))
    )
    return {connection: UsageDay(*sums) for connection, *sums in totals}


def hours_of(connection: Connection, now: datetime) -> tuple[UsageHour, ...]:
    """Return each of the last 24 hours of a connection, up to the current hour."""
    first = _first_hour(now)
    counts = Counter[tuple[datetime, str]]()
    for row in connection.usage.filter(hour__gte=first):
        counts[row.hour, _outcome(row.status)] += row.requests
    hours = [first + number * HOUR for number in range(HOURS_SHOWN)]
    outcomes = ("answered", "slowed", "failed")
    return tuple(UsageHour(at, *(counts[at, outcome] for outcome in outcomes)) for at in hours)


def statuses_of(connection: Connection, now: datetime) -> list[tuple[int, int]]:
    """Return (status, number of requests) for the last 24 hours, ordered by status."""
    statuses = connection.usage.filter(hour__gte=_first_hour(now)).values_list("status")
    return list(statuses.annotate(Sum("requests")).order_by("status"))


def delete_old(now: datetime) -> None:
    """Delete counts older than eight days, at most once an hour."""
    if cache.add("usage-cleanup", True, CLEANUP_EVERY_SECONDS):
        ApiUsage.objects.filter(hour__lt=now - KEPT_FOR).delete()


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the hour of `moment`."""
    return moment.replace(minute=0, second=0, microsecond=0)


def _first_hour(now: datetime) -> datetime:
    return hour_of(now) - (HOURS_SHOWN - 1) * HOUR


def _outcome(status: int) -> str:
    if status == RATE_LIMITED:
        return "slowed"
    return "failed" if is_failure(status) else "answered"
