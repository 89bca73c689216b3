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

    `otherwise` has the values of keys that are not cached. They are not put into the cache. Within
    another such block, what that one has read is not read again.
    """
    wanted = list(keys)
    known = values_read_together()
    unread = [key for key in wanted if key not in known]
    read = cache.get_many(unread) if unread else {}
    read |= {key: known[key] for key in wanted if known.get(key) is not None}
    token = _together.set({**dict.fromkeys(wanted), **otherwise, **read})
    try:
        yield
    finally:
        _together.reset(token)


def values_read_together() -> dict[str, Any]:
    """Return the values by key, None where there is none; empty outside of `read_together`."""
    return _together.get() or {}
