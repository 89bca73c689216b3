"""Asana's rate limits, counted for each token.

https://developers.asana.com/docs/rate-limits: a quota that refills evenly; refused requests count
too, so it may go below zero.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass

from sandbox.errors import RATE_LIMITED, ApiError
from sandbox.runtime_settings import current_settings


@dataclass
class _Quota:
    left: float
    at: float


_lock = threading.Lock()
_quotas: dict[str, _Quota] = {}


def reset() -> None:
    """Forget all quotas."""
    with _lock:
        _quotas.clear()


def charge(token: str) -> None:
    """Count a request; raises `ApiError` 429 if the quota is used up."""
    a_minute = current_settings().requests_per_minute
    if not a_minute:
        return
    with _lock:
        left = _take(token, a_minute)
    if left < 0:
        wait = math.ceil((1 - left) * 60 / a_minute)
        raise ApiError(429, RATE_LIMITED, {"Retry-After": str(wait)})


def _take(token: str, a_minute: int) -> float:
    """Return the quota left after this request, at least minus one minute's worth."""
    now = time.monotonic()
    quota = _quotas.setdefault(token, _Quota(a_minute, now))
    filled = min(a_minute, quota.left + (now - quota.at) * a_minute / 60)
    quota.left, quota.at = max(filled - 1, -a_minute), now
    return quota.left
