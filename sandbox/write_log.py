"""Every write of a time entry that took place, in order: what a test of an app compares with what
the app believes to have written. Kept in memory since it was last emptied."""

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
    """`minutes` and `day` are those after the write, `was` the minutes before; null where there
    were or are none."""

    act: Literal["create", "update", "delete"]
    entry: str
    user: str
    task: str
    day: str
    minutes: int | None
    was: int | None


_lock = threading.Lock()
_writes: deque[Write] = deque(maxlen=MOST_RECORDS)


def note(act: Literal["create", "update", "delete"], entry: Entry, *, was: int | None) -> None:
    """Once the transaction that does it is committed."""
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


def forget() -> None:
    with _lock:
        _writes.clear()


def told() -> list[dict[str, Any]]:
    with _lock:
        return [asdict(write) for write in _writes]


def _add(write: Write) -> None:
    with _lock:
        _writes.append(write)
