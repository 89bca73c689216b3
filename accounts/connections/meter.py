"""Counting what Asana answers, connection by connection, and noting what keeps one from a
workspace: in memory while a client is open, and written down once when it closes."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from types import TracebackType
from typing import Self

from django.core.cache import cache
from django.db import OperationalError, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.asana.transport import Exchange
from accounts.connections.tokens import ConnectionToken
from accounts.connections.usage import SLOWED, hour_of, is_failure
from accounts.models import Connection, ConnectionProblem

logger = logging.getLogger(__name__)

# Asana's time entries, which a plan has or has not.
HOURS = "time_tracking_entries"

_SKEW, SKEW_KEPT = "clock-skew", 24 * 3600
# Asana tells whole seconds only, so what changes less is no change.
SAME_SKEW = 2.0


class ConnectionMeter:
    """Implements `accounts.asana.transport.Meter` for a stored connection, at work in a
    `workspace`, or in none. Use as a context."""

    def __init__(self, bearer: ConnectionToken, workspace: str = "") -> None:
        self._bearer, self._workspace = bearer, workspace
        self._connection = bearer.connection
        self._lock = Lock()
        self._counts = Counter[tuple[datetime, int]]()
        self._succeeded_at: datetime | None = None
        self._failed_at: datetime | None = None
        self._failed: Exchange | None = None
        self._skew: float | None = None
        # What stood in the way, with Asana's words, and what turned out not to.
        self._troubles: dict[ConnectionProblem.Kind, str] = {}
        self._gone: set[ConnectionProblem.Kind] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._counts:
            return
        try:
            with transaction.atomic():
                self._write_down()
        except OperationalError as failed:
            # What the person did is done: a lost count is no reason to say that it was not.
            logger.warning("connection %s: not counted: %s", self._connection.pk, failed)
        if self._skew is not None:
            _keep_skew(self._skew)

    def record(self, answer: Exchange) -> None:
        now = timezone.now()
        with self._lock:
            self._counts[hour_of(now), answer.status] += 1
            if told := _told_by(answer.date):
                # In the middle of its second.
                self._skew = (told - now).total_seconds() + 0.5
            if 200 <= answer.status < 300:
                self._went_well(answer, now)
            elif answer.status == SLOWED or is_failure(answer.status):
                # All else is about what was asked for, not about the connection.
                self._failed, self._failed_at = answer, now
            self._look_for_trouble(answer)

    def _went_well(self, answer: Exchange, now: datetime) -> None:
        self._succeeded_at = now
        if self._failed and self._failed.status == 401:
            # The token had ended, and another was got.
            self._failed = self._failed_at = None
        self._has_gone(ConnectionProblem.Kind.APP_BLOCKED)
        if HOURS in answer.path:
            self._has_gone(ConnectionProblem.Kind.NO_TIME_TRACKING)

    def _look_for_trouble(self, answer: Exchange) -> None:
        # https://developers.asana.com/docs/errors: a 401 "also occurs if an app makes a request to
        # a workspace that has disabled that particular app". Before a renewal it may be the token.
        if answer.status == 401 and self._bearer.renewed:
            self._is_in_the_way(ConnectionProblem.Kind.APP_BLOCKED, answer)
        # A write can be refused for one field only.
        if answer.status == 402 and answer.method == "GET" and HOURS in answer.path:
            self._is_in_the_way(ConnectionProblem.Kind.NO_TIME_TRACKING, answer)

    def _is_in_the_way(self, kind: ConnectionProblem.Kind, answer: Exchange) -> None:
        self._troubles[kind] = answer.words
        self._gone.discard(kind)

    def _has_gone(self, kind: ConnectionProblem.Kind) -> None:
        self._troubles.pop(kind, None)
        self._gone.add(kind)

    # Writing it down

    def _write_down(self) -> None:
        row = Connection.objects.filter(pk=self._connection.pk)
        # First of all, because it locks the row: nobody else counts for this connection meanwhile.
        if not row.update(succeeded_at=self._latest_success()):
            return
        if self._failed:
            # Why a connection ended is written down where it is found out.
            healthy = row.filter(state=Connection.State.HEALTHY)
            words = self._failed.words or _("Asana did not answer")
            healthy.update(failed_at=self._failed_at, problem=words)
        for (hour, status), requests in self._counts.items():
            counted = self._connection.traffic.filter(hour=hour, status=status)
            if not counted.update(requests=F("requests") + requests):
                self._connection.traffic.create(hour=hour, status=status, requests=requests)
        if self._workspace:
            self._write_down_troubles()

    def _latest_success(self) -> Greatest | F:
        if self._succeeded_at is None:
            return F("succeeded_at")
        at = Value(self._succeeded_at)
        return Greatest(Coalesce("succeeded_at", at), at)

    def _write_down_troubles(self) -> None:
        for kind, words in self._troubles.items():
            ConnectionProblem.objects.update_or_create(
                connection=self._connection,
                workspace_gid=self._workspace,
                defaults={"kind": kind, "words": words, "at": timezone.now()},
            )
        if self._connection.troubled and self._gone:
            theirs = self._connection.troubles.filter(workspace_gid=self._workspace)
            theirs.filter(kind__in=self._gone).delete()


def clock_skew() -> float | None:
    """By how many seconds Asana's clock is ahead of ours, as its answers of the last day say; None
    where there were none."""
    skew: float | None = cache.get(_SKEW)
    return skew


def _keep_skew(skew: float) -> None:
    known = clock_skew()
    if known is None or abs(known - skew) >= SAME_SKEW:
        cache.set(_SKEW, skew, SKEW_KEPT)


def _told_by(date: str) -> datetime | None:
    try:
        return parsedate_to_datetime(date)
    except ValueError:
        return None
