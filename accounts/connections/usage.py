"""How often Asana was asked by a connection of late, and how it answered."""

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
# How long it is kept, and how often, in seconds, it is looked what is older.
KEPT = timedelta(days=8)
LOOKED_AFTER = 3600
# Too many requests; and what stands for no answer.
SLOWED, SILENCE = 429, 0


def is_failure(status: int) -> bool:
    """Whether it is the connection that failed, or Asana: all else is about what was asked for."""
    return status in (SILENCE, 401) or status >= 500


@dataclass(frozen=True)
class UsageHour:
    """The requests of an hour which begins `at`."""

    at: datetime
    answered: int = 0
    slowed: int = 0
    failed: int = 0

    @property
    def requests(self) -> int:
        return self.answered + self.slowed + self.failed


@dataclass(frozen=True)
class UsageDay:
    requests: int = 0
    slowed: int = 0


def days_of(connections: Collection[int], now: datetime) -> dict[int, UsageDay]:
    """The last 24 hours of connections, by key; those that asked nothing are left out."""
    counted = (
        ApiUsage.objects.filter(connection__in=connections, hour__gte=_first_hour(now))
        .values_list("connection")
        .annotate(Sum("requests"), slowed=Sum("requests", filter=Q(status=SLOWED), default=0))
    )
    return {connection: UsageDay(*sums) for connection, *sums in counted}


def hours_of(connection: Connection, now: datetime) -> tuple[UsageHour, ...]:
    """The last 24 hours, one by one, this one included."""
    first = _first_hour(now)
    found = Counter[tuple[datetime, str]]()
    for counted in connection.traffic.filter(hour__gte=first):
        found[counted.hour, _kind(counted.status)] += counted.requests
    hours = [first + number * HOUR for number in range(HOURS_SHOWN)]
    kinds = ("answered", "slowed", "failed")
    return tuple(UsageHour(at, *(found[at, kind] for kind in kinds)) for at in hours)


def statuses_of(connection: Connection, now: datetime) -> list[tuple[int, int]]:
    """How often each status came in the last 24 hours, by status."""
    counted = connection.traffic.filter(hour__gte=_first_hour(now)).values_list("status")
    return list(counted.annotate(Sum("requests")).order_by("status"))


def forget_old(now: datetime) -> None:
    """Deletes what was counted long ago; looks now and then only."""
    if cache.add("traffic-forgotten", True, LOOKED_AFTER):
        ApiUsage.objects.filter(hour__lt=now - KEPT).delete()


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _first_hour(now: datetime) -> datetime:
    return hour_of(now) - (HOURS_SHOWN - 1) * HOUR


def _kind(status: int) -> str:
    if status == SLOWED:
        return "slowed"
    return "failed" if is_failure(status) else "answered"
