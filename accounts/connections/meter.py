"""Counts how Asana answers a connection's requests, and notes its problems with a workspace.

Counts stay in memory while a client is open, and are saved once when it closes.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock

from django.core.cache import cache
from django.db import OperationalError, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.asana.transport import Exchange
from accounts.connections.tokens import ConnectionToken
from accounts.connections.usage import RATE_LIMITED, hour_of, is_failure
from accounts.models import Connection, ConnectionProblem

logger = logging.getLogger(__name__)

# Part of the paths of Asana's time entries, which a plan includes or does not.
TIME_ENTRIES = "time_tracking_entries"

_SKEW_KEY, SKEW_CACHED_SECONDS = "clock-skew", 24 * 3600
# Asana's Date header has whole seconds, so smaller differences mean nothing.
SKEW_TOLERANCE_SECONDS = 2.0
# How old the stored time of the last success may be, while nothing fails: to move it on at each
# request costs a transaction.
SUCCESS_NOTED_EVERY = timedelta(minutes=1)


class ConnectionMeter:
    """Implements `accounts.asana.transport.UsageMeter` for a stored connection.

    Problems are noted for the `workspace` that the client works in; for none where it is empty.
    """

    def __init__(self, tokens: ConnectionToken, workspace: str = "") -> None:
        self._tokens, self._workspace = tokens, workspace
        self._connection = tokens.connection
        self._lock = Lock()
        self._counts = Counter[tuple[datetime, int]]()
        self._succeeded_at: datetime | None = None
        self._failed_at: datetime | None = None
        self._failure: Exchange | None = None
        self._skew: float | None = None
        # The problems that were met, with Asana's message, and those that turned out to be over.
        self._problems: dict[ConnectionProblem.Kind, str] = {}
        self._solved: set[ConnectionProblem.Kind] = set()

    def record(self, exchange: Exchange) -> None:
        """Count a request. Several threads may call it at the same time."""
        now = timezone.now()
        with self._lock:
            self._counts[hour_of(now), exchange.status] += 1
            if asana_time := _parse_date(exchange.date):
                # The header cuts off fractions: half a second more is right on average.
                self._skew = (asana_time - now).total_seconds() + 0.5
            if 200 <= exchange.status < 300:
                self._record_success(exchange, now)
            elif exchange.status == RATE_LIMITED or is_failure(exchange.status):
                # All other statuses are about the request, not about the connection.
                self._failure, self._failed_at = exchange, now
            self._find_problem(exchange)

    def save(self) -> None:
        """Save what was recorded; if the database is locked, log that and go on."""
        if not self._counts:
            return
        try:
            if self._is_counted():
                return
            with transaction.atomic():
                self._save_counts()
        except OperationalError as error:
            # The person's requests have succeeded: a lost count must not look like a failure.
            logger.warning("connection %s: not counted: %s", self._connection.pk, error)
        if self._skew is not None:
            _cache_skew(self._skew)

    def _is_counted(self) -> bool:
        """Count successful requests of which nothing else is to be saved, with one UPDATE.

        Returns False where there is more to save, or where they are the first of their hour.
        """
        noted, failed = self._connection.succeeded_at, self._connection.failed_at
        if noted is None or self._succeeded_at is None or (failed and failed >= noted):
            return False
        is_noted = self._succeeded_at - noted < SUCCESS_NOTED_EVERY
        if not is_noted or self._failure or len(self._counts) > 1 or self._has_problems_to_save():
            return False
        [((hour, status), requests)] = self._counts.items()
        counter = self._connection.usage.filter(hour=hour, status=status)
        return bool(counter.update(requests=F("requests") + requests))

    def _has_problems_to_save(self) -> bool:
        has_solved = self._connection.has_problem and self._solved
        return bool(self._workspace and (self._problems or has_solved))

    def _record_success(self, exchange: Exchange, now: datetime) -> None:
        self._succeeded_at = now
        if self._failure and self._failure.status == 401:
            # The token had expired and was renewed.
            self._failure = self._failed_at = None
        self._solve(ConnectionProblem.Kind.APP_BLOCKED)
        if TIME_ENTRIES in exchange.path:
            self._solve(ConnectionProblem.Kind.NO_TIME_TRACKING)

    def _find_problem(self, exchange: Exchange) -> None:
        # https://developers.asana.com/docs/errors: a 401 "also occurs if an app makes a request to
        # a workspace that has disabled that particular app". Before a renewal it may be the token.
        if exchange.status == 401 and self._tokens.renewed:
            self._add_problem(ConnectionProblem.Kind.APP_BLOCKED, exchange)
        # A write may get a 402 because of a single field.
        if exchange.status == 402 and exchange.method == "GET" and TIME_ENTRIES in exchange.path:
            self._add_problem(ConnectionProblem.Kind.NO_TIME_TRACKING, exchange)

    def _add_problem(self, kind: ConnectionProblem.Kind, exchange: Exchange) -> None:
        self._problems[kind] = exchange.words
        self._solved.discard(kind)

    def _solve(self, kind: ConnectionProblem.Kind) -> None:
        self._problems.pop(kind, None)
        self._solved.add(kind)

    # Saving

    def _save_counts(self) -> None:
        row = Connection.objects.filter(pk=self._connection.pk)
        # First, because it locks the row: no other process counts for this connection until then.
        if not row.update(succeeded_at=self._latest_success()):
            return
        if self._failure:
            # The reason why a connection ended is saved by `ConnectionToken`.
            healthy = row.filter(state=Connection.TokenState.HEALTHY)
            problem = self._failure.words or _("Asana didn’t respond")
            healthy.update(failed_at=self._failed_at, problem=problem)
        for (hour, status), requests in self._counts.items():
            counter = self._connection.usage.filter(hour=hour, status=status)
            if not counter.update(requests=F("requests") + requests):
                self._connection.usage.create(hour=hour, status=status, requests=requests)
        if self._workspace:
            self._save_problems()

    def _latest_success(self) -> Greatest | F:
        if self._succeeded_at is None:
            return F("succeeded_at")
        at = Value(self._succeeded_at)
        return Greatest(Coalesce("succeeded_at", at), at)

    def _save_problems(self) -> None:
        for kind, words in self._problems.items():
            ConnectionProblem.objects.update_or_create(
                connection=self._connection,
                workspace_gid=self._workspace,
                defaults={"kind": kind, "words": words, "at": timezone.now()},
            )
        if self._connection.has_problem and self._solved:
            stored = self._connection.problems.filter(workspace_gid=self._workspace)
            stored.filter(kind__in=self._solved).delete()


@contextmanager
def open_meter(tokens: ConnectionToken, workspace: str = "") -> Iterator[ConnectionMeter]:
    """Return a context with a meter that is saved when the context ends, however it ends."""
    meter = ConnectionMeter(tokens, workspace)
    try:
        yield meter
    finally:
        meter.save()


def clock_skew() -> float | None:
    """Return how many seconds Asana's clock is ahead of ours.

    Taken from Asana's responses of the last day; None where there were none.
    """
    skew: float | None = cache.get(_SKEW_KEY)
    return skew


def _cache_skew(skew: float) -> None:
    cached_skew = clock_skew()
    if cached_skew is None or abs(cached_skew - skew) >= SKEW_TOLERANCE_SECONDS:
        cache.set(_SKEW_KEY, skew, SKEW_CACHED_SECONDS)


def _parse_date(date: str) -> datetime | None:
    try:
        return parsedate_to_datetime(date)
    except ValueError:
        return None
