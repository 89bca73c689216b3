"""Waiting for a database that is still starting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from pathlib import Path

from django.db import OperationalError, connection

# Seconds between two attempts; the last one is repeated.
PAUSES = (0.5, 1.0, 2.0, 5.0)


def wait_for_database(
    say: Callable[[str], object],
    *,
    seconds: float | None = None,
    sleep: Callable[[float], object] = time.sleep,
) -> None:
    """Wait until the database answers, and `say` so where that is not at once.

    Raises `OperationalError` after `seconds`; None waits without end. A SQLite database is a file,
    so there is nothing to wait for.
    """
    if connection.vendor == "sqlite":
        return
    waited = 0.0
    for pause in _pauses():
        try:
            connection.ensure_connection()
        except OperationalError as error:
            if seconds is not None and waited >= seconds:
                raise
            if not waited:
                say(f"Waiting for the database: {error}")
        else:
            if waited:
                say("The database answers.")
            return
        sleep(pause)
        waited += pause


def other_owner(file: Path, user_id: int) -> str:
    """Return who owns a database file, where root (`user_id` 0) would take it from them.

    SQLite makes files beside it, which would be root's, and then nobody else can write. Empty where
    there is nothing wrong.
    """
    if user_id != 0 or not file.is_file() or file.stat().st_uid == 0:
        return ""
    try:
        return file.owner()
    except KeyError:
        return str(file.stat().st_uid)


def _pauses() -> Iterator[float]:
    return chain(PAUSES, repeat(PAUSES[-1]))
