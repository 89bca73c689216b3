"""Executes requests some time after their response: what a client can only find by looking."""

from __future__ import annotations

import threading
from collections.abc import Callable

_lock = threading.Lock()
_timers: set[threading.Timer] = set()


def schedule(seconds: float, execute: Callable[[], object]) -> None:
    """Call `execute` after so many seconds, unless everything is cancelled before."""

    def run() -> None:
        with _lock:
            # Cancelled while it was waiting for the lock.
            if timer not in _timers:
                return
            execute()
            _timers.discard(timer)

    timer = threading.Timer(seconds, run)
    timer.daemon = True
    with _lock:
        _timers.add(timer)
    timer.start()


def pending() -> int:
    """Return how many requests have not been executed yet, or not to their end."""
    with _lock:
        return len(_timers)


def cancel_all() -> None:
    """Cancel what has not been executed, after what is being executed."""
    with _lock:
        for timer in _timers:
            timer.cancel()
        _timers.clear()
