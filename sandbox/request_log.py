"""Every request to the API and to OAuth since the log was last emptied, in order of arrival."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

LOGGED = ("/api/", "/-/", "/.well-known/")
# A demo may run for weeks.
MOST_RECORDS = 20_000


@dataclass
class Record:
    """`status` stays null while there is no answer, and if there never is one."""

    method: str
    path: str
    query: dict[str, str | list[str]]
    started_at: str
    status: int | None = None
    user: str | None = None
    milliseconds: float | None = None


_lock = threading.Lock()
_records: deque[Record] = deque(maxlen=MOST_RECORDS)


def is_logged(path: str) -> bool:
    return path.startswith(LOGGED)


def begin(method: str, path: str, query: str) -> Record:
    sent = parse_qs(query, keep_blank_values=True)
    record = Record(
        method,
        path,
        {name: values[0] if len(values) == 1 else values for name, values in sent.items()},
        datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    )
    with _lock:
        _records.append(record)
    return record


def forget() -> None:
    with _lock:
        _records.clear()


def told() -> list[dict[str, Any]]:
    with _lock:
        return [asdict(record) for record in _records]
