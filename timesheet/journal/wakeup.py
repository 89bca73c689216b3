"""The doorbell of the worker, and its clock. The journal is the queue: a ring only says whose
edits to look at, so one that is lost costs a minute and no edit.

Where it rings is `QUEUE_URL`: a file of SQLite's, PostgreSQL or Redis. It is opened at its first
use, because every command imports this module, most without a need for it. Arguments are ids only.
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

OUT_OF_ORDER = (sqlite3.Error, psycopg.Error, redis.RedisError, OSError)


def _made(url: str) -> Huey:
    scheme, place = urlsplit(url).scheme, urlsplit(url).path
    if scheme == "sqlite":
        Path(place[1:]).parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey("timesheet", filename=place[1:], fsync=False, results=False)
    if scheme in ("postgres", "postgresql"):
        return PostgresHuey("timesheet", dsn=url, results=False)
    if scheme in ("redis", "rediss"):
        return RedisHuey("timesheet", url=url, results=False)
    return MemoryHuey("timesheet", results=False)


class Queue(NamedTuple):
    """The queue, and the task that is put into it to wake the worker."""

    huey: Huey
    ring: TaskWrapper


_opening = Lock()
_answers: dict[str, Callable[..., None]] = {}


def queue() -> Queue:
    """The queue of `QUEUE_URL`, one for the whole process."""
    with _opening:
        return _open_queue()


def register_handlers(*, ring: Callable[[int], None], minute: Callable[[], None]) -> None:
    """What the worker does at a ring for a person, by their key, and at every minute."""
    _answers.update(ring=ring, minute=minute)


def wake_worker(person: int, *, at: datetime | None = None) -> None:
    """Has the worker look at this person's edits, now or `at` a moment; once what is being written
    here is committed."""
    transaction.on_commit(lambda: _ring(person, at))


def _ring(person: int, at: datetime | None) -> None:
    try:
        if at is None:
            queue().ring(person)
        else:
            queue().ring.schedule((person,), eta=at)
    except OUT_OF_ORDER as error:
        logger.warning("the worker was not told of user %s: %s", person, error)


def _answer_ring(person: int) -> None:
    _answers["ring"](person)


def _answer_minute() -> None:
    _answers["minute"]()


@cache
def _open_queue() -> Queue:
    huey = _made(settings.QUEUE_URL)
    ring = huey.task()(_answer_ring)
    huey.periodic_task(crontab())(_answer_minute)
    return Queue(huey, ring)
