"""Keeping what Asana or the database answered for a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

T = TypeVar("T")


def cached(key: str, seconds: float, read: Callable[[], T]) -> T:
    """Return the cached value of `key`, or what `read` returns, kept for `seconds`.

    None is never kept: it means that nothing is cached.
    """
    value: T | None = cache.get(key)
    if value is None:
        value = read()
        cache.set(key, value, seconds)
    return value
