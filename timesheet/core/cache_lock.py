"""A lock in the cache, which all processes share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.core.cache import cache

POLL_SECONDS = 0.02


@contextmanager
def cache_lock(key: str, *, seconds: float, wait: float) -> Iterator[bool]:
    """Hold the lock `key` within the block; False if somebody else still holds it after `wait`.

    It ends by itself after `seconds`, in case its process is killed. While the cache is down there
    is nothing to lock with, and everybody holds it.
    """
    token, until = uuid4().hex, time.monotonic() + wait
    while not (is_held := _take(key, token, seconds)) and time.monotonic() < until:
        time.sleep(POLL_SECONDS)
    try:
        yield is_held
    finally:
        if is_held and cache.get(key) == token:
            cache.delete(key)


def _take(key: str, token: str, seconds: float) -> bool:
    """Take the lock, or find that the cache keeps nothing."""
    if cache.get(key) is not None:
        return False
    return cache.add(key, token, seconds) or cache.get(key) is None
