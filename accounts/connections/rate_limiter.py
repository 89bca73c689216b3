"""Keeps each connection within Asana's rate limit, through rows that all processes share.

A reserved slot expires by itself, in case its process is killed. No transaction is open while a
request is sent or waits for its turn.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.asana.errors import RateLimited, Unauthorized
from accounts.asana.rate_limit import Quota, fits_at_once, wait_after_refusal
from accounts.models import InFlightRequest, RateBudget

# How long a request waits for its turn before it fails with `RateLimited`.
MAX_WAIT_SECONDS = 3.0
POLL_SECONDS = 0.05
# A slot expires after this many timeouts of a request: longer than a batch of requests takes, with
# the retries of its reads.
SLOT_TIMEOUTS = 10


class ConnectionRateLimiter:
    """Implements `accounts.asana.transport.RateLimiter` for the connection with this key."""

    def __init__(self, connection: int) -> None:
        self.connection = connection

    @contextmanager
    def slot(self, *, reads: int = 0, writes: int = 0, cost: int = 1) -> Iterator[None]:
        """Reserve room for `reads` and `writes` at the same time, which make `cost` requests.

        Raises `RateLimited` after waiting in vain, and `Unauthorized` where the connection is gone.
        """
        slot = self._take_slot(reads, writes, cost)
        try:
            yield
        finally:
            InFlightRequest.objects.filter(pk=slot).delete()

    def slow_down(self, retry_after: int | None) -> None:
        """Send nothing for `retry_after` seconds after a 429, or for a default time."""
        now = timezone.now()
        with _while_connected():
            budget = self._locked_budget(now)
            _set_quota(budget, _quota(budget).refused(now))
            until = now + wait_after_refusal(retry_after)
            budget.not_before = max(budget.not_before or until, until)
            budget.save()

    def _take_slot(self, reads: int, writes: int, cost: int) -> int:
        waited = 0.0
        while True:
            slot, wait = self._try_slot(reads, writes, cost)
            if slot is not None:
                return slot
            if waited + wait > MAX_WAIT_SECONDS:
                message = _("Too many requests to Asana right now")
                raise RateLimited(message, retry_after=math.ceil(max(wait, 1)))
            time.sleep(wait)
            waited += wait

    def _try_slot(self, reads: int, writes: int, cost: int) -> tuple[int | None, float]:
        """Return the key of a new slot and 0, or None and the seconds to wait before a retry."""
        now = timezone.now()
        with _while_connected():
            budget = self._locked_budget(now)
            if budget.not_before and budget.not_before > now:
                return None, (budget.not_before - now).total_seconds()
            quota = _quota(budget).now(now)
            if wait := quota.wait():
                return None, max(wait, POLL_SECONDS)
            in_flight = budget.in_flight.filter(until__gt=now).aggregate(
                reads=Sum("reads", default=0), writes=Sum("writes", default=0)
            )
            if not fits_at_once(reads + in_flight["reads"], writes + in_flight["writes"]):
                return None, POLL_SECONDS
            budget.in_flight.filter(until__lte=now).delete()
            _set_quota(budget, quota.spend(cost))
            budget.not_before = None
            budget.save()
            until = now + timedelta(seconds=SLOT_TIMEOUTS * settings.ASANA_TIMEOUT)
            slot = budget.in_flight.create(reads=reads, writes=writes, until=until)
        return slot.pk, 0

    def _locked_budget(self, now: datetime) -> RateBudget:
        full = Quota(now)
        RateBudget.objects.get_or_create(
            connection_id=self.connection,
            defaults={"per_minute": full.per_minute, "left": full.left, "at": now},
        )
        return RateBudget.objects.select_for_update().get(connection_id=self.connection)


@contextmanager
def _while_connected() -> Iterator[None]:
    """Open a transaction; raise `Unauthorized` if the connection has been deleted meanwhile."""
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
