"""The database and the cache of the tests: where they are, and how they fail."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import redis
from django.conf import settings
from django.db import connection

from tests.support.waiting import until


def database_url() -> str:
    """The address of the database that this test uses."""
    given = connection.settings_dict
    if settings.SQLITE:
        return f"sqlite:///{given['NAME']}"
    return f"postgres://{given['USER']}@{quote(given['HOST'], safe='')}/{given['NAME']}"


def wait_until_idle() -> None:
    """Waits until no request of another thread is in the database. SQLite waits by itself."""
    if settings.SQLITE:
        return
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND state <> 'idle'"
    )

    def idle() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(others)
            return cursor.fetchone() == (0,)

    until(idle)


@contextmanager
def read_only() -> Iterator[None]:
    """The database takes no writes."""
    name = "PRAGMA query_only" if settings.SQLITE else "SET default_transaction_read_only"
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"{name}=ON")
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"{name}=OFF")


@contextmanager
def away() -> Iterator[None]:
    """The database does not answer."""
    name, value = (
        ("NAME", "/nowhere/timesheet.sqlite3") if settings.SQLITE else ("HOST", "/nowhere")
    )
    before = connection.settings_dict[name]
    connection.close()
    connection.settings_dict[name] = value
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict[name] = before


def damage_cache(value: bytes, *parts: str) -> None:
    """Puts a value in place of all that is cached under a key with one of these parts."""
    for part in parts:
        if settings.CACHE_URL.startswith("redis:"):
            with redis.Redis.from_url(settings.CACHE_URL) as client:
                for key in client.scan_iter(f"*{part}*"):
                    client.set(key, value)
        else:
            with connection.cursor() as cursor:
                statement = "UPDATE cache SET value=%s WHERE cache_key LIKE %s"
                encoded = base64.b64encode(value).decode() if value != b"x" else "x"
                cursor.execute(statement, [encoded, f"%{part}%"])


def cached_values() -> list[bytes]:
    """All that is cached, as it is stored."""
    if settings.CACHE_URL.startswith("redis:"):
        with redis.Redis.from_url(settings.CACHE_URL) as client:
            return [client.get(key) for key in client.scan_iter()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM cache")
        return [value.encode() for (value,) in cursor.fetchall()]
