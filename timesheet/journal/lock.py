"""One process at a time delivers a person's edits, and one at a time records new ones.

Delivery holds a lease: two columns, taken by one conditional UPDATE. No transaction is open while
Asana is asked. The lease ends by itself, so that a process that was killed does not hold up its
person for long; nothing is sent that could still be under way when it ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.sign_in.oauth import CONNECT_TIMEOUT
from timesheet.models import DeliveryLock, Edit

Clock = Callable[[], datetime]

POLL_SECONDS = 0.05


class LeaseLost(Exception):
    """The lease ended while it was in use: another process may be delivering."""


def request_time() -> timedelta:
    """Return the longest that one request to Asana takes until it is given up."""
    return timedelta(seconds=CONNECT_TIMEOUT + settings.ASANA_TIMEOUT)


@dataclass
class Lease:
    """The right to deliver a person's edits, until it ends."""

    user: User
    # An id of this delivery's own.
    holder: UUID
    until: datetime
    is_released: bool = False

    def extend(self, now: datetime) -> None:
        """Extend the lease by the time for one more batch; raise `LeaseLost` where it has ended.

        A batch takes a request, renewing the token for it, and the same once more.
        """
        until = now + 4 * request_time()
        ours = DeliveryLock.objects.filter(user=self.user, holder=self.holder, held_until__gte=now)
        if not ours.update(held_until=until):
            raise LeaseLost
        self.until = until

    def release(self) -> None:
        """End the lease; nothing happens where it has ended."""
        ours = DeliveryLock.objects.filter(user=self.user, holder=self.holder)
        ours.update(holder=None, held_until=None)
        self.is_released = True

    @property
    def last_send(self) -> datetime:
        """Until when a request may be sent, so that it ends before the lease does."""
        return self.until - request_time()

    def leaves_time(self, now: datetime) -> bool:
        """Return whether a request that is sent now ends before the lease does."""
        return now < self.last_send


@dataclass(frozen=True)
class HeldEdits:
    """A lease that was taken together with writing down edits, and is still held."""

    lease: Lease
    # The edits just recorded, if the person has no others on the way; None if there may be more.
    edits: list[Edit] | None


@contextmanager
def acquire(
    user: User, clock: Clock, *, patience: float = 0, held: Lease | None = None
) -> Iterator[Lease | None]:
    """Hold the lease for this person's edits; None where another process does.

    Waits up to `patience` seconds for that process. A lease that is `held` already is taken over.
    """
    lease = held or _try_acquire(user, clock)
    for _ in range(round(patience / POLL_SECONDS)):
        if lease:
            break
        time.sleep(POLL_SECONDS)
        lease = _try_acquire(user, clock)
    try:
        yield lease
    finally:
        if lease and not lease.is_released:
            lease.release()


@contextmanager
def recording(user: User) -> Iterator[None]:
    """Open a transaction in which edits of this person are recorded.

    Other processes that want to record edits of this person wait until it ends.
    """
    with transaction.atomic():
        _lock_row(user)
        yield


@contextmanager
def recording_for_delivery(user: User, clock: Clock) -> Iterator[Lease | None]:
    """Open a transaction as `recording` does, and take the lease to deliver what is recorded.

    Yields None if another process holds the lease. The caller releases it once the transaction is
    committed; if that fails, it was never taken.
    """
    with transaction.atomic():
        now = clock()
        lease = _new_lease(user, now)
        # This UPDATE locks the row.
        is_taken = _take_if_free(lease, now)
        if not is_taken:
            _lock_row(user)
        yield lease if is_taken else None


def _lock_row(user: User) -> None:
    locked = DeliveryLock.objects.select_for_update().filter(user=user)
    if not list(locked):
        DeliveryLock.objects.get_or_create(user=user)
        DeliveryLock.objects.select_for_update().get(user=user)


def _try_acquire(user: User, clock: Clock) -> Lease | None:
    now = clock()
    lease = _new_lease(user, now)
    if _take_if_free(lease, now):
        return lease
    fields = {"holder": lease.holder, "held_until": lease.until}
    _row, created = DeliveryLock.objects.get_or_create(user=user, defaults=fields)
    return lease if created else None


def _new_lease(user: User, now: datetime) -> Lease:
    return Lease(user, uuid4(), now + 4 * request_time())


def _take_if_free(lease: Lease, now: datetime) -> bool:
    free = Q(held_until=None) | Q(held_until__lt=now)
    row = DeliveryLock.objects.filter(free, user=lease.user)
    return bool(row.update(holder=lease.holder, held_until=lease.until))
