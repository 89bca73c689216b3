"""The log of written time tracking entries, in order.

Tests of an app compare it with what the app believes to have written. With `keep_in` it is also
written to a file, which outlives a sandbox that is killed; the file has refusals and the statuses
of timesheets besides.
"""

from __future__ import annotations

import json
import os
import threading
from collections import deque
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from django.db import transaction

from sandbox.models import Entry, Timesheet

MOST_RECORDS = 200_000


@dataclass(frozen=True)
class Write:
    """A write; `minutes` and `day` are those after it, `was` the minutes before; null if none.

    The times are seconds since the epoch by this machine's clock: when it took place, and when its
    request arrived.
    """

    act: Literal["create", "update", "delete"]
    entry: str
    user: str
    task: str
    day: str
    minutes: int | None
    was: int | None
    description: str
    at: float
    arrived_at: float


# When the request arrived that is being executed.
arrived_at: ContextVar[float] = ContextVar("arrived_at")

_lock = threading.Lock()
_writes: deque[Write] = deque(maxlen=MOST_RECORDS)
_file: list[int] = []


def keep_in(path: Path) -> None:
    """Add all further writes and refusals to a file, a line of JSON each."""
    _file[:] = [os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)]


def record(act: Literal["create", "update", "delete"], entry: Entry, *, was: int | None) -> None:
    """Log a write once its transaction is committed."""
    minutes = None if act == "delete" else entry.duration_minutes
    gid, user, task, day = entry.gid, entry.created_by_id, entry.task_id, entry.entered_on
    description = entry.description or ""

    def add() -> None:
        at = now()
        arrived = arrived_at.get(at)
        _add(Write(act, gid, user, task, day.isoformat(), minutes, was, description, at, arrived))

    transaction.on_commit(add)


def record_status(timesheet: Timesheet, *, was: str, by: str) -> None:
    """Note in the file, once it is committed, that `by` moved a timesheet from the status `was`."""
    values = {
        "act": "status",
        "user": timesheet.person_id,
        "workspace": timesheet.workspace_id,
        "start": timesheet.start_date.isoformat(),
        "was": was,
        "status": timesheet.approval_status,
        "by": by,
    }

    def add() -> None:
        at = now()
        _append({**values, "at": at, "arrived_at": arrived_at.get(at)})

    transaction.on_commit(add)


def record_refusal(method: str, path: str, status: int) -> None:
    """Note in the file that a write was refused in Asana's own form."""
    _append({"act": "refused", "method": method, "path": path, "status": status, "at": now()})


def now() -> float:
    """Return the time by this machine's clock, whatever the sandbox's clock says."""
    return datetime.now(UTC).timestamp()


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
    _append(asdict(write))


def _append(values: dict[str, Any]) -> None:
    # In one call, so that lines of several threads do not mix.
    for number in _file:
        os.write(number, f"{json.dumps(values)}\n".encode())
