"""Keeps each connection within Asana's rate limit, through rows that all processes share.

A reserved slot expires by itself, in case its process is killed. No transaction is open while a
request is sent or waits for its turn.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.asana.errors import Busy, RateLimited, Unauthorized
from accounts.asana.rate_limit import (
    RESERVED_READS,
    Quota,
    fits_at_once,
    free_reads,
    wait_after_refusal,
)
from accounts.models import InFlightRequest, RateBudget

# How long a request waits for its turn before it fails with `RateLimited`; and how long before it
# fails with `Busy`, where our own requests are in the way and end by themselves.
MAX_WAIT_SECONDS = 3.0
MAX_BUSY_SECONDS = 10.0
POLL_SECONDS = 0.05
# A slot expires after this many timeouts of a request: longer than a batch of requests takes, with
# the retries of its reads.
SLOT_TIMEOUTS = 10


class ConnectionRateLimiter:
    """Implements `accounts.asana.rate_limit.RateLimiter` for the connection with this key."""

    def __init__(self, connection: int) -> None:
        self.connection = connection
        # What is left of what `reserve` has reserved, and whether it holds room for a read.
        self._reads = self._writes = 0
        self._holds_read = False

    @contextmanager
    def slot(
        self, *, reads: int = 0, writes: int = 0, cost: int = 1, background: bool = False
    ) -> Iterator[int]:
        """Reserve room for `reads` and `writes` at the same time, which make `cost` requests.

        Yields how many requests there is room for: fewer reads while others are in flight. Raises
        `RateLimited` if there is no room in time, and `Unauthorized` if the connection is gone.
        """
        if reads <= self._reads and writes <= self._writes and cost == reads + writes:
            self._reads, self._writes = self._reads - reads, self._writes - writes
            yield reads + writes
            return
        if (reads, writes, cost) == (1, 0, 1) and self._holds_read and self._spend_one():
            # The read that the room was reserved for is over: a list has one more page.
            yield 1
            return
        with self._slot(_Wanted(reads, writes, cost, background)) as slot:
            yield slot.reads + slot.writes

    @contextmanager
    def reserve(self, *, reads: int, writes: int) -> Iterator[None]:
        """Reserve room for requests that follow each other; raises as `slot` does."""
        with self._slot(_Wanted(reads, writes, reads + writes, background=False)) as slot:
            self._reads, self._writes, self._holds_read = slot.reads, slot.writes, slot.reads > 0
            try:
                yield
            finally:
                self._reads, self._writes, self._holds_read = 0, 0, False

    def _spend_one(self) -> bool:
        """Count one more request, with one UPDATE; return False where it may have to wait."""
        now = timezone.now()
        may_send = Q(not_before=None) | Q(not_before__lte=now)
        budget = RateBudget.objects.filter(may_send, connection_id=self.connection, left__gte=1)
        return bool(budget.update(left=F("left") - 1))

    @contextmanager
    def _slot(self, wanted: _Wanted) -> Iterator[InFlightRequest]:
        slot = self._take_slot(wanted)
        try:
            yield slot
        finally:
            # After it expired, another request may have taken the row: leave that alone.
            ours = InFlightRequest.objects.filter(pk=slot.pk, until=slot.until)
            ours.update(until=timezone.now())

    def slow_down(self, retry_after: int | None) -> None:
        """Send nothing for `retry_after` seconds after a 429, or for a default time."""
        now = timezone.now()
        with _while_connected():
            budget = self._locked_budget(now)
            _set_quota(budget, _quota(budget).refused(now))
            until = now + wait_after_refusal(retry_after)
            budget.not_before = max(budget.not_before or until, until)
            budget.save()

    def _take_slot(self, wanted: _Wanted) -> InFlightRequest:
        waited = 0.0
        while True:
            slot, wait = self._try_slot(wanted)
            if slot is not None:
                return slot
            is_busy = wait == 0
            wait = wait or POLL_SECONDS
            if waited + wait > _max_wait(is_busy=is_busy and not wanted.background):
                message = _("Too many requests to Asana right now")
                kind = Busy if is_busy else RateLimited
                raise kind(message, retry_after=math.ceil(max(wait, 1)))
            time.sleep(wait)
            waited += wait

    def _try_slot(self, wanted: _Wanted) -> tuple[InFlightRequest | None, float]:
        """Return a new slot; or None and the seconds to wait, 0 if only our own are in the way."""
        now = timezone.now()
        with _while_connected():
            budget = self._locked_budget(now)
            if budget.not_before and budget.not_before > now:
                return None, (budget.not_before - now).total_seconds()
            quota = _quota(budget).now(now)
            if wait := quota.wait(background=wanted.background):
                return None, max(wait, POLL_SECONDS)
            rows = list(budget.in_flight.all())
            running = [row for row in rows if row.until > now]
            reads = wanted.reads_beside(sum(row.reads for row in running))
            writes = wanted.writes + sum(row.writes for row in running)
            if reads is None or not fits_at_once(0, writes):
                return None, 0
            _set_quota(budget, quota.spend(wanted.cost))
            budget.not_before = None
            budget.save()
            # A row that has ended is used again: that is cheaper than to delete and insert one.
            ended = next((row for row in rows if row.until <= now), None)
            slot = ended or InFlightRequest(budget=budget)
            slot.reads, slot.writes = reads, wanted.writes
            slot.until = now + timedelta(seconds=SLOT_TIMEOUTS * settings.ASANA_TIMEOUT)
            slot.save()
        return slot, 0

    def _locked_budget(self, now: datetime) -> RateBudget:
        budgets = RateBudget.objects.select_for_update().filter(connection_id=self.connection)
        budget = budgets.first()
        if budget is None:
            full = Quota(now)
            RateBudget.objects.get_or_create(
                connection_id=self.connection,
                defaults={"per_minute": full.per_minute, "left": full.left, "at": now},
            )
            budget = budgets.get()
        return budget


@dataclass(frozen=True)
class _Wanted:
    """The room that requests ask for."""

    reads: int
    writes: int
    cost: int
    background: bool

    def reads_beside(self, in_flight: int) -> int | None:
        """Return how many of the reads there is room for; None if it is too few to begin."""
        free = min(self.reads, free_reads(in_flight, background=self.background))
        return None if free < min(self.reads, RESERVED_READS) else free


def _max_wait(*, is_busy: bool) -> float:
    """Return the seconds that a request waits at most."""
    return MAX_BUSY_SECONDS if is_busy else MAX_WAIT_SECONDS


@contextmanager
def _while_connected() -> Iterator[None]:
    """Open a transaction; raise `Unauthorized` if the connection has been deleted."""
    try:
        with transaction.atomic():
            yield
    except (IntegrityError, RateBudget.DoesNotExist):
        raise Unauthorized(_("The connection was ended here"), 401) from None


def _quota(budget: RateBudget) -> Quota:
    return Quota(budget.at, budget.per_minute, budget.left, budget.learned_at)


def _set_quota(budget: RateBudget, quota: Quota) -> None:
    budget.at, budget.per_minute = quota.at, quota.per_minute
    budget.left, budget.learned_at = quota.left, quota.learned_at
