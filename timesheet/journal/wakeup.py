"""Waking the worker.

The journal is the queue. A task here only says whose edits to look at, by the person's key, so one
that is lost costs some seconds and no edit: the worker's own clock finds them too. Tasks are kept
at `QUEUE_URL`: in a SQLite file, PostgreSQL or Redis.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import psycopg
import redis
from django.conf import settings
from django.db import transaction
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.api import Task, TaskWrapper
from redis.backoff import NoBackoff
from redis.retry import Retry

from timesheet.core.outage import Outage

logger = logging.getLogger(__name__)

QUEUE_ERRORS = (sqlite3.Error, psycopg.Error, redis.RedisError, OSError)
# Seconds until a queue that does not answer is asked again.
OUTAGE_PAUSE_SECONDS = 1.0
# Seconds to connect to Redis, and to wait for its answer: longer than its blocking read takes.
REDIS_TIMEOUT = (2.0, 5.0)

outage = Outage("the queue that wakes the worker")


class Queue(NamedTuple):
    """The queue, and the task that wakes the worker for a person."""

    huey: Huey
    deliver: TaskWrapper


_opening = Lock()
_handlers: dict[str, Callable[..., None]] = {}


def queue() -> Queue:
    """Return the queue at `QUEUE_URL`, one for the whole process.

    It is opened at its first use: every command imports this module, and most do not need it.
    """
    with _opening:
        return _open_queue()


def register_handler(deliver: Callable[[int], None]) -> None:
    """Set what the worker does when it is woken for a person, by their key."""
    _handlers["deliver"] = deliver


def is_reachable() -> bool:
    """Return whether the queue works."""
    try:
        queue().huey.pending_count()
    except QUEUE_ERRORS as error:
        outage.failed(error)
        return False
    outage.worked()
    return True


def wake_worker(person: int, *, at: datetime | None = None) -> None:
    """Have the worker deliver this person's edits, now or `at` a moment.

    It is woken once the transaction that is open here is committed.
    """
    transaction.on_commit(lambda: _enqueue(person, at))


def _enqueue(person: int, at: datetime | None) -> None:
    try:
        if at is None:
            queue().deliver(person)
        else:
            queue().deliver.schedule((person,), eta=at)
    except QUEUE_ERRORS as error:
        outage.failed(error)
    else:
        outage.worked()


def _deliver(person: int) -> None:
    _handlers["deliver"](person)


@cache
def _open_queue() -> Queue:
    huey = _huey(settings.QUEUE_URL)
    deliver = huey.task()(_deliver)
    return Queue(huey, deliver)


class _PatientReading(Huey):  # type: ignore[misc]
    """Reads an unreachable queue as an empty one. huey's worker logs each attempt otherwise."""

    def dequeue(self) -> Task | None:
        """Return the next task; None without one."""
        try:
            task: Task | None = super().dequeue()
        except QUEUE_ERRORS as error:
            outage.failed(error)
            # huey does not pause after a storage that blocks while it is empty.
            time.sleep(OUTAGE_PAUSE_SECONDS)
            return None
        return task

    def read_schedule(self, timestamp: datetime | None = None) -> list[Task]:
        """Return the tasks that are due by `timestamp`, by default now."""
        try:
            tasks: list[Task] = super().read_schedule(timestamp)
        except QUEUE_ERRORS as error:
            outage.failed(error)
            return []
        outage.worked()
        return tasks


class _SqliteQueue(_PatientReading, SqliteHuey):  # type: ignore[misc]
    pass


class _PostgresQueue(_PatientReading, PostgresHuey):  # type: ignore[misc]
    pass


class _RedisQueue(_PatientReading, RedisHuey):  # type: ignore[misc]
    pass


def _huey(url: str) -> Huey:
    scheme, path = urlsplit(url).scheme, urlsplit(url).path
    if scheme == "sqlite":
        Path(path[1:]).parent.mkdir(parents=True, exist_ok=True)
        return _SqliteQueue("timesheet", filename=path[1:], fsync=False, results=False)
    if scheme in ("postgres", "postgresql"):
        return _PostgresQueue("timesheet", dsn=url, results=False)
    return _RedisQueue("timesheet", connection_pool=_redis_pool(url), results=False)


def _redis_pool(url: str) -> redis.ConnectionPool:
    """Return connections that give up soon: people wait for the web process that wakes a worker."""
    connect, read = REDIS_TIMEOUT
    options: dict[str, Any] = {"socket_connect_timeout": connect, "socket_timeout": read}
    return redis.ConnectionPool.from_url(url, retry=Retry(NoBackoff(), 1), **options)
