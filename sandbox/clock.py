"""The only place that reads the clock for what gets stored, and makes gids of it."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime

_lock = threading.Lock()
_last_gid = 0


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """The day where this machine is: the demo's person sits in front of it."""
    return datetime.now().astimezone().date()


def new_gid() -> str:
    """Microseconds since 1970: sixteen digits, growing, and above all those of the seed."""
    global _last_gid
    with _lock:
        _last_gid = max(_last_gid + 1, time.time_ns() // 1000)
        return str(_last_gid)
