"""Values of the cache that a request has read together, so that it does not ask for each again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.cache import cache

_together: ContextVar[dict[str, Any] | None] = ContextVar("together", default=None)


@contextmanager
def read_together(keys: Iterable[str], otherwise: Mapping[str, Any]) -> Iterator[None]:
    """Read these keys with one query, and answer `cache.get` of them from that within the block.

    `otherwise` has the values of keys that are not cached. They are not put into the cache.
    """
    wanted = list(keys)
    values = {**dict.fromkeys(wanted), **otherwise, **cache.get_many(wanted)}
    token = _together.set(values)
    try:
        yield
    finally:
        _together.reset(token)


def values_read_together() -> dict[str, Any]:
    """Return the values by key, None where there is none; empty outside of `read_together`."""
    return _together.get() or {}
