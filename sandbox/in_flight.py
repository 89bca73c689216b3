"""Counts the requests that are being handled, per token: reads and writes apart.

https://developers.asana.com/docs/rate-limits: at most 50 reads and 15 writes at a time.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from sandbox.runtime_settings import current_settings

READS = ("GET", "HEAD")

_lock = threading.Lock()
_counts: Counter[tuple[str, bool]] = Counter()


@contextmanager
def all_counted(token: str, methods: Sequence[str]) -> Iterator[bool]:
    """Count several requests inside the block; yields False if one of them is beyond the limit."""
    with ExitStack() as stack:
        yield all(stack.enter_context(counted(token, method)) for method in methods)


@contextmanager
def counted(token: str, method: str) -> Iterator[bool]:
    """Count a request inside the block; yields False, and does not count, beyond the limit."""
    is_read = method in READS
    settings = current_settings()
    most = settings.concurrent_reads if is_read else settings.concurrent_writes
    key = (token, is_read)
    with _lock:
        is_allowed = not most or _counts[key] < most
        if is_allowed:
            _counts[key] += 1
    try:
        yield is_allowed
    finally:
        if is_allowed:
            _leave(key)


def _leave(key: tuple[str, bool]) -> None:
    with _lock:
        _counts[key] -= 1
        if not _counts[key]:
            del _counts[key]
