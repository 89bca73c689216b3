"""Waking the worker, and its clock.

The journal is the queue. A task here only says whose edits to look at, by the person's key, so one
that is lost costs a minute and no edit. Tasks are kept at `QUEUE_URL`: a file of SQLite's,
PostgreSQL or Redis.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple
from urllib.parse import urlsplit

import psycopg
import redis
from django.conf import settings
from django.db import transaction
from huey import Huey, MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.api import TaskWrapper

logger = logging.getLogger(__name__)

QUEUE_ERRORS = (sqlite3.Error, psycopg.Error, redis.RedisError, OSError)


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


def register_handlers(*, deliver: Callable[[int], None], minute: Callable[[], None]) -> None:
    """Set what the worker does when it is woken for a person, by their key, and every minute."""
    _handlers.update(deliver=deliver, minute=minute)


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
        logger.warning("the worker was not woken for user %s: %s", person, error)


def _deliver(person: int) -> None:
    _handlers["deliver"](person)


def _every_minute() -> None:
    _handlers["minute"]()


@cache
def _open_queue() -> Queue:
    huey = _huey(settings.QUEUE_URL)
    deliver = huey.task()(_deliver)
    huey.periodic_task(crontab())(_every_minute)
    return Queue(huey, deliver)


def _huey(url: str) -> Huey:
    scheme, path = urlsplit(url).scheme, urlsplit(url).path
    if scheme == "sqlite":
        Path(path[1:]).parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey("timesheet", filename=path[1:], fsync=False, results=False)
    if scheme in ("postgres", "postgresql"):
        return PostgresHuey("timesheet", dsn=url, results=False)
    if scheme in ("redis", "rediss"):
        return RedisHuey("timesheet", url=url, results=False)
    return MemoryHuey("timesheet", results=False)
