"""Holding a person's outbox: their edits are delivered by one process at a time, in order.

The hold is a column, taken by one conditional UPDATE; no transaction is open while Asana is asked.
It ends by itself, so that a process that was killed holds up nobody for long. Who holds it sends
nothing that could still be under way when it ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Q

from accounts.models import User
from accounts.sign_in.oauth import CONNECT_TIMEOUT
from timesheet.models import DeliveryLock

Clock = Callable[[], datetime]

POLL_SECONDS = 0.05


class LeaseLost(Exception):
    """The hold has ended under our hands: somebody else may deliver by now."""


def request_time() -> timedelta:
    """How long one request to Asana can take, until we give it up."""
    return timedelta(seconds=CONNECT_TIMEOUT + settings.ASANA_TIMEOUT)


@dataclass
class Lease:
    user: User
    holder: UUID
    until: datetime

    def extend(self, now: datetime) -> None:
        """For one more step: a request, renewing the token for it, and the same once more. Raises
        `Lost`."""
        until = now + 4 * request_time()
        ours = DeliveryLock.objects.filter(user=self.user, holder=self.holder, held_until__gte=now)
        if not ours.update(held_until=until):
            raise LeaseLost
        self.until = until

    def leaves_time(self, now: datetime) -> bool:
        """Whether a request that is sent now is over before the hold is."""
        return now + request_time() < self.until


@contextmanager
def acquire(user: User, clock: Clock, *, patience: float = 0) -> Iterator[Lease | None]:
    """None where another process holds it, and goes on doing so for the seconds of `patience`."""
    held = _take(user, clock)
    for _ in range(round(patience / POLL_SECONDS)):
        if held:
            break
        time.sleep(POLL_SECONDS)
        held = _take(user, clock)
    try:
        yield held
    finally:
        if held:
            DeliveryLock.objects.filter(user=user, holder=held.holder).update(
                holder=None, held_until=None
            )


def lock(user: User) -> None:
    """Within a transaction: others that write down edits of this person wait until it ends."""
    DeliveryLock.objects.get_or_create(user=user)
    DeliveryLock.objects.select_for_update().get(user=user)


def _take(user: User, clock: Clock) -> Lease | None:
    now = clock()
    held = Lease(user, uuid4(), now + 4 * request_time())
    fields = {"holder": held.holder, "held_until": held.until}
    free = Q(held_until=None) | Q(held_until__lt=now)
    if DeliveryLock.objects.filter(free, user=user).update(**fields):
        return held
    _outbox, created = DeliveryLock.objects.get_or_create(user=user, defaults=fields)
    return held if created else None
