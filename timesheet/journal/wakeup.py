"""The doorbell of the worker, and its clock. The journal is the queue: a ring only says whose
edits to look at, so one that is lost costs a minute and no edit.

Where it rings is `QUEUE_URL`: a file of SQLite's, PostgreSQL or Redis. Arguments are ids only.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis
from django.conf import settings
from django.db import transaction
from huey import Huey, MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey, crontab

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


huey = _made(settings.QUEUE_URL)

_answers: dict[str, Callable[..., None]] = {}


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
            _rung(person)
        else:
            _rung.schedule((person,), eta=at)
    except OUT_OF_ORDER as error:
        logger.warning("the worker was not told of user %s: %s", person, error)


def _answer_ring(person: int) -> None:
    _answers["ring"](person)


def _answer_minute() -> None:
    _answers["minute"]()


_rung = huey.task()(_answer_ring)
huey.periodic_task(crontab())(_answer_minute)
