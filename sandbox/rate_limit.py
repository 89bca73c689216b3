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


def charge(token: str, requests: int = 1) -> None:
    """Count requests; raises `ApiError` 429 if the quota is used up."""
    _charge(token, requests, current_settings().requests_per_minute)


def charge_search(token: str) -> None:
    """Count a task search, which has a quota of its own; raises `ApiError` 429."""
    _charge(f"search {token}", 1, current_settings().searches_per_minute)


def _charge(token: str, requests: int, a_minute: int | None) -> None:
    if not a_minute:
        return
    with _lock:
        left = min(_take(token, a_minute) for _ in range(requests))
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
