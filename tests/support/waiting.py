"""Waiting for what other processes do, and how long something takes on a busy machine."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path


def until(true: Callable[[], object], seconds: float = 60, pause: float = 0.05) -> None:
    """Wait until something is true, and fail after so many seconds.

    `pause` is the least time between two questions, in seconds. To ask takes at most a fifth of the
    time, unless it takes very long: those who are waited for have the rest.
    """
    end = time.monotonic() + seconds
    while True:
        asked_at = time.monotonic()
        if true():
            return
        now = time.monotonic()
        assert now < end, "timed out"
        time.sleep(max(pause, min(4 * (now - asked_at), 1)))


def fastest(act: Callable[[], object], times: int = 5) -> float:
    """Do something several times; returns the seconds of the quickest, which others disturbed
    least."""
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def cpu_seconds(process: int) -> float:
    """How long a process has worked, however busy the machine is."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
