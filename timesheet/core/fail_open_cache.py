"""Cache backends that count as empty while they cannot be used.

What is cached can be read again, so a cache that is down or damaged makes pages slower and nothing
else. An outage is logged once and when it ends. `add` returns False then, as if somebody else had
been first: what must not happen twice does not happen.
"""

from __future__ import annotations

import binascii
import logging
import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache
from django.db import Error, connection, transaction
from django.db.transaction import TransactionManagementError

from timesheet.core.outage import Outage
from timesheet.core.request_cache import values_read_together

logger = logging.getLogger(__name__)

T = TypeVar("T")

CACHE_ERRORS = (Error, redis.RedisError, OSError)
# What decoding a damaged value raises: see the documentation of pickle, and base64's error.
UNREADABLE = (
    *(pickle.UnpicklingError, binascii.Error, AttributeError, EOFError, ImportError),
    *(IndexError, KeyError, TypeError, ValueError),
)

outage = Outage("the cache")


class FailOpenCache(BaseCache):
    """Makes every operation of the backend it is mixed with answer as an empty cache on errors."""

    # How long a cache that failed is left alone, so that a page does not wait for it many times.
    pause_seconds = 0.0
    _paused_until = 0.0
    _failures = 0

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        """Set a value unless there is one; return False if not, also while the cache is down."""
        return self._attempt(partial(super().add, key, value, timeout, version), otherwise=False)

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        """Return a value; the default while the cache is down, and where it is damaged."""
        known = values_read_together()
        if key in known:
            return default if known[key] is None else known[key]
        return self._read([key], version, partial(super().get, key, default, version), default)

    def get_many(self, keys: Any, version: Any = None) -> dict[Any, Any]:
        """Return the values that are there and can be read."""
        empty: dict[Any, Any] = {}
        return self._read(keys, version, partial(super().get_many, keys, version), empty)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> None:
        """Set a value, or nothing while the cache is down."""
        if key in (known := values_read_together()):
            known[key] = value
        self._attempt(partial(super().set, key, value, timeout, version), otherwise=None)

    def set_many(self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> list[Any]:
        """Set values; return the keys of those that were not set."""
        failed = list(data)
        return self._attempt(partial(super().set_many, data, timeout, version), otherwise=failed)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        """Set until when a value is kept; return whether there is one."""
        return self._attempt(partial(super().touch, key, timeout, version), otherwise=False)

    def delete(self, key: Any, version: Any = None) -> bool:
        """Delete a value; return whether there was one."""
        if key in (known := values_read_together()):
            known[key] = None
        return self._attempt(partial(super().delete, key, version), otherwise=False)

    def delete_many(self, keys: Any, version: Any = None) -> None:
        """Delete values."""
        self._attempt(partial(super().delete_many, keys, version), otherwise=None)

    def has_key(self, key: Any, version: Any = None) -> bool:
        """Return whether there is a value."""
        return self._attempt(partial(super().has_key, key, version), otherwise=False)

    def _read(self, keys: Any, version: Any, read: Callable[[], T], otherwise: T) -> T:
        """Read these keys; delete them if what is there cannot be decoded."""
        try:
            return self._attempt(read, otherwise)
        except UNREADABLE as error:
            logger.warning("a value in the cache cannot be read: %s", type(error).__name__)
            self.delete_many(keys, version)
            return otherwise

    def _attempt(self, operation: Callable[[], T], otherwise: T) -> T:
        if time.monotonic() < self._paused_until:
            return otherwise
        failures = self._failures
        try:
            with self._guard():
                result = operation()
        except TransactionManagementError:
            # Something before this has failed, and not the cache.
            raise
        except CACHE_ERRORS as error:
            outage.failed(error)
            self._failures += 1
            self._paused_until = time.monotonic() + self.pause_seconds
            return otherwise
        # Some operations of Django's call others, which do not raise here.
        if failures == self._failures:
            outage.worked()
        return result

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Return a context for one operation."""
        yield


class FailOpenDatabaseCache(FailOpenCache, DatabaseCache):
    """A table of the database as the cache."""

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Keep a failed operation from ending a transaction of PostgreSQL's that is open here."""
        if connection.vendor == "postgresql" and connection.in_atomic_block:
            with transaction.atomic():
                yield
        else:
            yield


class FailOpenRedisCache(FailOpenCache, RedisCache):
    """Redis as the cache."""

    pause_seconds = 1.0
