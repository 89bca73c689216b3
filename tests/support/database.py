"""The database and the cache of the tests: where they are, and how they fail."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import quote

import redis
from django.conf import settings
from django.db import OperationalError, connection

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


@contextmanager
def full() -> Iterator[None]:
    """The disk of the database is full."""
    with _full_file() if settings.SQLITE else _refused_inserts():
        yield


@contextmanager
def _full_file() -> Iterator[None]:
    """SQLite's file cannot grow, and has no room left."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filling (text)")
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count={cursor.fetchone()[0] + 1}")
    try:
        for size in (100_000, 1000, 10):
            _insert_until_full(size)
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count=1073741823")
            cursor.execute("DROP TABLE filling")


def _insert_until_full(size: int) -> None:
    with suppress(OperationalError), connection.cursor() as cursor:
        while True:
            cursor.execute("INSERT INTO filling VALUES (%s)", ["x" * size])


@contextmanager
def _refused_inserts() -> Iterator[None]:
    """PostgreSQL's error of a full disk, for every edit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'could not extend file: No space left on device' "
            "USING ERRCODE = '53100'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER disk_full BEFORE INSERT ON timesheet_edit "
            "FOR EACH ROW EXECUTE FUNCTION disk_full()"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION disk_full CASCADE")


def damage_cache(value: bytes, *parts: str) -> None:
    """Replaces all that is cached under a key with one of these parts by a value."""
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
