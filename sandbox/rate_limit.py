"""Requests a minute, counted for each token by itself.

https://developers.asana.com/docs/rate-limits: a quota that fills up evenly; refused requests cost
too, so it may go below zero.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass

from sandbox.errors import RATE_LIMITED, Refused
from sandbox.runtime_settings import switches


@dataclass
class _Quota:
    left: float
    at: float


_lock = threading.Lock()
_quotas: dict[str, _Quota] = {}


def reset() -> None:
    with _lock:
        _quotas.clear()


def spend(token: str) -> None:
    a_minute = switches().requests_per_minute
    if not a_minute:
        return
    with _lock:
        left = _take(token, a_minute)
    if left < 0:
        wait = math.ceil((1 - left) * 60 / a_minute)
        raise Refused(429, RATE_LIMITED, {"Retry-After": str(wait)})


def _take(token: str, a_minute: int) -> float:
    """What is left once this request has cost one. Never more than a minute's worth below zero."""
    now = time.monotonic()
    quota = _quotas.setdefault(token, _Quota(a_minute, now))
    filled = min(a_minute, quota.left + (now - quota.at) * a_minute / 60)
    quota.left, quota.at = max(filled - 1, -a_minute), now
    return quota.left
