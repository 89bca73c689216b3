"""Caches what Asana or the database answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

T = TypeVar("T")


def cached(key: str, seconds: float, read: Callable[[], T]) -> T:
    """Return the cached value of `key`, or call `read` and cache its result for `seconds`.

    A result of None is returned but counts as not cached: the next call reads again.
    """
    value: T | None = cache.get(key)
    if value is None:
        value = read()
        cache.set(key, value, seconds)
    return value
