"""The clock: what is stored gets its time and its gid from here."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta

from sandbox.runtime_settings import current_settings

_lock = threading.Lock()
_last_gid = 0


def now() -> datetime:
    """Return the current time in UTC, as the sandbox's clock has it."""
    return datetime.now(UTC) + _offset()


def today() -> date:
    """Return the day in this machine's time zone."""
    return now().astimezone().date()


def _offset() -> timedelta:
    return timedelta(seconds=current_settings().clock_offset_seconds)


def new_gid() -> str:
    """Return a new gid: microseconds since 1970, always growing and above all seeded gids."""
    global _last_gid
    with _lock:
        _last_gid = max(_last_gid + 1, time.time_ns() // 1000)
        return str(_last_gid)
