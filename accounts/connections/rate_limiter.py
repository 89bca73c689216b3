"""What a connection may ask of Asana, kept in the database, so that all processes share it.

A room that is taken ends by itself, so that a process that was killed gives it back. No transaction
is open while Asana is asked, or while somebody waits.
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
from accounts.asana.rate_limit import Quota, believed, is_room
from accounts.models import InFlightRequest, RateBudget

# How long a request waits for room before it is put off, in seconds.
PATIENCE = 3.0
POLL_SECONDS = 0.05
# Longer than a batch of requests takes, with the retries of its reads.
ROOM_KEPT = 10


class ConnectionRateLimiter:
    """Implements `accounts.asana.transport.Gate` for a stored connection."""

    def __init__(self, connection: int) -> None:
        self.connection = connection

    @contextmanager
    def slot(self, *, reads: int = 0, writes: int = 0, cost: int = 1) -> Iterator[None]:
        passage = self._enter(reads, writes, cost)
        try:
            yield
        finally:
            InFlightRequest.objects.filter(pk=passage).delete()

    def slow_down(self, retry_after: int | None) -> None:
        now = timezone.now()
        with _connected():
            budget = self._locked(now)
            _keep(budget, _quota(budget).refused(now))
            until = now + believed(retry_after)
            budget.not_before = max(budget.not_before or until, until)
            budget.save()

    def _enter(self, reads: int, writes: int, cost: int) -> int:
        waited = 0.0
        while True:
            passage, wait = self._try(reads, writes, cost)
            if passage is not None:
                return passage
            if waited + wait > PATIENCE:
                words = _("Too many requests to Asana at this moment")
                raise RateLimited(words, retry_after=math.ceil(max(wait, 1)))
            time.sleep(wait)
            waited += wait

    def _try(self, reads: int, writes: int, cost: int) -> tuple[int | None, float]:
        """The room that was given, or for how many seconds to wait before asking again."""
        now = timezone.now()
        with _connected():
            budget = self._locked(now)
            if budget.not_before and budget.not_before > now:
                return None, (budget.not_before - now).total_seconds()
            quota = _quota(budget).now(now)
            if wait := quota.wait():
                return None, max(wait, POLL_SECONDS)
            taken = budget.passages.filter(until__gt=now).aggregate(r=Sum("reads"), w=Sum("writes"))
            if not is_room(reads + (taken["r"] or 0), writes + (taken["w"] or 0)):
                return None, POLL_SECONDS
            budget.passages.filter(until__lte=now).delete()
            _keep(budget, quota.spend(cost))
            budget.not_before = None
            budget.save()
            until = now + timedelta(seconds=ROOM_KEPT * settings.ASANA_TIMEOUT)
            passage = budget.passages.create(reads=reads, writes=writes, until=until)
        return passage.pk, 0

    def _locked(self, now: datetime) -> RateBudget:
        fresh = Quota(now)
        RateBudget.objects.get_or_create(
            connection_id=self.connection,
            defaults={"per_minute": fresh.per_minute, "left": fresh.left, "at": now},
        )
        return RateBudget.objects.select_for_update().get(connection_id=self.connection)


@contextmanager
def _connected() -> Iterator[None]:
    """A transaction; raises `Unauthorized` if the connection is not there any more when it ends."""
    try:
        with transaction.atomic():
            yield
    except (IntegrityError, RateBudget.DoesNotExist):
        raise Unauthorized(_("The connection was ended here"), 401) from None


def _quota(budget: RateBudget) -> Quota:
    return Quota(budget.at, budget.per_minute, budget.left, budget.learned_at)


def _keep(budget: RateBudget, quota: Quota) -> None:
    budget.at, budget.per_minute = quota.at, quota.per_minute
    budget.left, budget.learned_at = quota.left, quota.learned_at
