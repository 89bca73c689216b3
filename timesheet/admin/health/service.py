"""Measures how the whole installation is doing, all workspaces together: for probes, for metrics,
and for the admins' page."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import django
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.db.models import Count, Min, Sum

from accounts import heartbeats
from accounts.connections import meter
from accounts.connections.asana_status import asana_reachability
from accounts.connections.usage import hour_of
from accounts.models import ApiUsage, Heartbeat
from timesheet.core.version import VERSION
from timesheet.domain.health import OK, Answers, Checks, HealthInputs, HealthIssue, find_issues
from timesheet.domain.journal import ON_THE_WAY, OPEN, State
from timesheet.models import Edit

OUT_OF_ORDER = (Error, redis.RedisError, OSError)
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)


def checks(now: datetime) -> Checks:
    database, cached = _database(), _cache()
    return Checks(
        database=database,
        cache=cached,
        worker=_worker(now) if database == OK else "unknown",
        # The cache remembers when Asana was asked last; without it everybody would ask.
        asana=asana_reachability() if cached == OK else "unknown",
    )


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "failing"
    return OK


def _cache() -> str:
    word = uuid4().hex
    try:
        cache.set("health", word, 60)
        # Another probe may have written its own word in between.
        return OK if cache.get("health") else "failing"
    except OUT_OF_ORDER:
        return "failing"


def _worker(now: datetime) -> str:
    try:
        return (
            OK if any(heartbeats.is_alive(one, now) for one in heartbeats.latest()) else "missing"
        )
    except Error:
        return "unknown"


@dataclass(frozen=True)
class Waiting:
    """The open edits of one state: how many, and since when the oldest of them."""

    state: State
    number: int
    since: datetime | None


def queue() -> list[Waiting]:
    """Every open state, in the order of an edit's life."""
    states = Edit.objects.filter(state__in=OPEN).order_by().values_list("state")
    rows = states.annotate(number=Count("pk"), since=Min("created_at"))
    found = {state: Waiting(State(state), number, since) for state, number, since in rows}
    return [found.get(state, Waiting(state, 0, None)) for state in State if state in OPEN]


def on_the_way_since(waiting: Sequence[Waiting]) -> datetime | None:
    """Of the oldest edit that delivery takes on; a conflict waits for its person."""
    known = [one.since for one in waiting if one.state in ON_THE_WAY and one.since]
    return min(known, default=None)


def begin(now: datetime, span: timedelta) -> datetime:
    """Traffic is counted by the hour: whole hours, so a little more than `span`."""
    return hour_of(now - span)


def answers(since: datetime) -> Answers:
    rows = ApiUsage.objects.filter(hour__gte=since).order_by().values_list("status")
    return Answers(dict(rows.annotate(Sum("requests")).order_by("status")))


def clock_offset() -> float | None:
    """By how many seconds our clock is ahead of Asana's; None where that is not known."""
    skew = meter.clock_skew()
    return None if skew is None else -skew


@dataclass(frozen=True)
class Worker:
    heartbeat: Heartbeat
    alive: bool


@dataclass(frozen=True)
class Size:
    """Bytes; `entries` are the cache's where it is a table of the database; None is unknown."""

    database: int | None = None
    free_bytes: int | None = None
    entries: int | None = None


@dataclass(frozen=True)
class Health:
    at: datetime
    inputs: HealthInputs
    issues: tuple[HealthIssue, ...]
    waiting: list[Waiting]
    workers: list[Worker]
    last_day: Answers
    size: Size
    versions: dict[str, str]

    @property
    def hour_began(self) -> datetime:
        return begin(self.at, HOUR)


def measure(now: datetime) -> Health:
    waiting, size = queue(), _size()
    since = on_the_way_since(waiting)
    workers = [Worker(one, heartbeats.is_alive(one, now)) for one in heartbeats.latest()]
    signs = HealthInputs(
        checks=checks(now),
        oldest_wait=now - since if since else None,
        answers=answers(begin(now, HOUR)),
        clock_offset=clock_offset(),
        free_bytes=size.free_bytes,
        version=VERSION,
        workers=[one.heartbeat.version for one in workers if one.alive],
    )
    last_day = answers(begin(now, DAY))
    return Health(now, signs, find_issues(signs), waiting, workers, last_day, size, versions())


def versions() -> dict[str, str]:
    of_database = ".".join(map(str, connection.get_database_version()))
    return {
        "timesheet": VERSION,
        "python": platform.python_version(),
        "django": django.get_version(),
        "database": f"{connection.display_name} {of_database}",
    }


def _size() -> Size:
    where = settings.CACHES["default"]
    entries = None
    with connection.cursor() as cursor:
        if where["BACKEND"].endswith("DatabaseCache"):
            table = connection.ops.quote_name(where["LOCATION"])
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 (a setting's)
            entries = int(cursor.fetchone()[0])
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return Size(int(cursor.fetchone()[0]), None, entries)
    file = Path(connection.settings_dict["NAME"])
    log = file.with_name(f"{file.name}-wal")
    size = sum(path.stat().st_size for path in (file, log) if path.exists())
    return Size(size, shutil.disk_usage(file.parent).free, entries)
