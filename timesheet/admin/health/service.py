"""Measures the health of the whole installation, all workspaces together: for the probes, the
metrics and the admins' page."""

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
from timesheet.journal import delivery_mark, wakeup
from timesheet.models import Edit

OUT_OF_ORDER = (Error, redis.RedisError, OSError)
# With less room on the disk SQLite cannot be written to.
MIN_ROOM_BYTES = 1_000_000
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)


def checks(now: datetime) -> Checks:
    """Check database, cache, queue, workers and Asana. Raises nothing: failures are results."""
    database, cache_result = _database(), _cache()
    return Checks(
        database=database,
        cache=cache_result,
        queue=OK if wakeup.is_reachable() else "failing",
        worker=_worker(now) if database == OK else "unknown",
        # Without the cache, which holds Asana's last answer, every probe would ask Asana.
        asana=asana_reachability() if cache_result == OK else "unknown",
    )


def _database() -> str:
    """Try a write that changes nothing: a read succeeds on a read-only database too."""
    try:
        Heartbeat.objects.filter(pk=0).update(version="")
    except Error:
        return "failing"
    return OK if _has_room() else "failing"


def _has_room() -> bool:
    """Whether there is room for a write."""
    if connection.vendor != "sqlite":
        return True
    folder = Path(connection.settings_dict["NAME"]).parent
    return shutil.disk_usage(folder).free >= MIN_ROOM_BYTES


def _cache() -> str:
    try:
        cache.set("health", uuid4().hex, 60)
        # Another probe may have written its own value in between, so any value is good.
        return OK if cache.get("health") else "failing"
    except OUT_OF_ORDER:
        # Only a backend of another kind than those of `fail_open_cache` raises anything.
        return "failing"


def _worker(now: datetime) -> str:
    try:
        is_alive = any(heartbeats.is_alive(beat, now) for beat in heartbeats.latest())
    except Error:
        return "unknown"
    return OK if is_alive else "missing"


@dataclass(frozen=True)
class Waiting:
    """The open edits of one state."""

    state: State
    number: int
    # When the oldest of them was typed.
    since: datetime | None


def queue() -> list[Waiting]:
    """Count the open edits, by state in the order of an edit's life."""
    states = Edit.objects.filter(state__in=OPEN).order_by().values_list("state")
    rows = states.annotate(number=Count("pk"), since=Min("created_at"))
    by_state = {state: Waiting(State(state), number, since) for state, number, since in rows}
    return [by_state.get(state, Waiting(state, 0, None)) for state in State if state in OPEN]


def on_the_way_since(waiting: Sequence[Waiting]) -> datetime | None:
    """Creation time of the oldest edit still being delivered; conflicts are not counted."""
    times = [edits.since for edits in waiting if edits.state in ON_THE_WAY and edits.since]
    return min(times, default=None)


def begin(now: datetime, span: timedelta) -> datetime:
    """Return the full hour in which the last `span` began. Usage is counted by full hours."""
    return hour_of(now - span)


def answers(since: datetime) -> Answers:
    """Count Asana's answers by status since a full hour; status 0 is no answer."""
    rows = ApiUsage.objects.filter(hour__gte=since).order_by().values_list("status")
    return Answers(dict(rows.annotate(Sum("requests")).order_by("status")))


def clock_offset() -> float | None:
    """Return by how many seconds our clock is ahead of Asana's; None if not known yet."""
    skew = meter.clock_skew()
    return None if skew is None else -skew


@dataclass(frozen=True)
class Worker:
    """A worker process by its last heartbeat."""

    heartbeat: Heartbeat
    alive: bool


@dataclass(frozen=True)
class Size:
    """How much room the database takes; None where that is not known."""

    # In bytes.
    database: int | None = None
    # Bytes left on its disk.
    free_bytes: int | None = None
    # Rows of the cache, where it is a table of the database.
    entries: int | None = None


@dataclass(frozen=True)
class Health:
    """Everything that was measured at one moment."""

    at: datetime
    inputs: HealthInputs
    issues: tuple[HealthIssue, ...]
    waiting: list[Waiting]
    workers: list[Worker]
    last_day: Answers
    size: Size
    # By the name of the software.
    versions: dict[str, str]

    @property
    def hour_began(self) -> datetime:
        """Since when the answers of the last hour are counted."""
        return begin(self.at, HOUR)


def measure(now: datetime) -> Health:
    """Measure everything, and find the issues in it. The database has to work for this."""
    waiting, size = queue(), _size()
    since = on_the_way_since(waiting)
    workers = [Worker(beat, heartbeats.is_alive(beat, now)) for beat in heartbeats.latest()]
    inputs = HealthInputs(
        checks=checks(now),
        oldest_wait=now - since if since else None,
        answers=answers(begin(now, HOUR)),
        clock_offset=clock_offset(),
        free_bytes=size.free_bytes,
        version=VERSION,
        workers=[worker.heartbeat.version for worker in workers if worker.alive],
        paused=not delivery_mark.is_valid(),
    )
    last_day = answers(begin(now, DAY))
    return Health(now, inputs, find_issues(inputs), waiting, workers, last_day, size, versions())


def versions() -> dict[str, str]:
    """Return the versions of what runs here, by name."""
    database_version = ".".join(map(str, connection.get_database_version()))
    return {
        "timesheet": VERSION,
        "python": platform.python_version(),
        "django": django.get_version(),
        "database": f"{connection.display_name} {database_version}",
    }


def _size() -> Size:
    entries = _cache_entries()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return Size(int(cursor.fetchone()[0]), None, entries)
    file = Path(connection.settings_dict["NAME"])
    log = file.with_name(f"{file.name}-wal")
    size = sum(path.stat().st_size for path in (file, log) if path.exists())
    return Size(size, shutil.disk_usage(file.parent).free, entries)


def _cache_entries() -> int | None:
    """Count the rows of the cache; None if it is no table of the database, or cannot be read."""
    cache_settings = settings.CACHES["default"]
    if not cache_settings["BACKEND"].endswith("DatabaseCache"):
        return None
    table = connection.ops.quote_name(cache_settings["LOCATION"])
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 (from our settings)
            return int(cursor.fetchone()[0])
    except Error:
        return None
