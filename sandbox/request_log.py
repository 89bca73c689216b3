"""The log of API and OAuth requests, in order of arrival."""

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
class LoggedRequest:
    """A request; `status` is null until it is answered, and stays so if it never is."""

    method: str
    path: str
    query: dict[str, str | list[str]]
    started_at: str
    status: int | None = None
    user: str | None = None
    milliseconds: float | None = None


_lock = threading.Lock()
_records: deque[LoggedRequest] = deque(maxlen=MOST_RECORDS)


def is_logged(path: str) -> bool:
    """Return whether requests to this path are logged."""
    return path.startswith(LOGGED)


def begin(method: str, path: str, query: str) -> LoggedRequest:
    """Log a request that has just arrived."""
    parameters = parse_qs(query, keep_blank_values=True)
    record = LoggedRequest(
        method,
        path,
        {name: values[0] if len(values) == 1 else values for name, values in parameters.items()},
        datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    )
    with _lock:
        _records.append(record)
    return record


def clear() -> None:
    """Empty the log."""
    with _lock:
        _records.clear()


def all_requests() -> list[dict[str, Any]]:
    """Return all requests as JSON values."""
    with _lock:
        return [asdict(record) for record in _records]
