"""The log of written time tracking entries, in order.

Tests of an app compare it with what the app believes to have written.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.db import transaction

from sandbox.models import Entry

MOST_RECORDS = 200_000


@dataclass(frozen=True)
class Write:
    """A write; `minutes` and `day` are those after it, `was` the minutes before; null if none."""

    act: Literal["create", "update", "delete"]
    entry: str
    user: str
    task: str
    day: str
    minutes: int | None
    was: int | None


_lock = threading.Lock()
_writes: deque[Write] = deque(maxlen=MOST_RECORDS)


def record(act: Literal["create", "update", "delete"], entry: Entry, *, was: int | None) -> None:
    """Log a write once its transaction is committed."""
    minutes = None if act == "delete" else entry.duration_minutes
    write = Write(
        act,
        entry.gid,
        entry.created_by_id,
        entry.task_id,
        entry.entered_on.isoformat(),
        minutes,
        was,
    )
    transaction.on_commit(lambda: _add(write))


def clear() -> None:
    """Empty the log."""
    with _lock:
        _writes.clear()


def all_writes() -> list[dict[str, Any]]:
    """Return all writes as JSON values."""
    with _lock:
        return [asdict(write) for write in _writes]


def _add(write: Write) -> None:
    with _lock:
        _writes.append(write)
