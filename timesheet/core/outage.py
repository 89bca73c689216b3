"""Outages of what runs beside us: the queue, the cache, the database."""

from __future__ import annotations

import logging
import time
from threading import Lock

logger = logging.getLogger(__name__)


class Outage:
    """Logs once that something of ours stopped working, and once that it works again.

    `name` is its name in the log. Several threads may report at the same time.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = Lock()
        self._began: float | None = None

    @property
    def is_on(self) -> bool:
        """Whether it failed when it was last used in this process."""
        return self._began is not None

    def failed(self, error: Exception) -> None:
        """Note that it failed."""
        with self._lock:
            is_new, self._began = self._began is None, self._began or time.monotonic()
        if is_new:
            logger.error("%s does not work: %s", self._name, error)

    def worked(self) -> None:
        """Note that it worked."""
        if self._began is None:
            return
        with self._lock:
            began, self._began = self._began, None
        if began is not None:
            seconds = round(time.monotonic() - began)
            logger.warning("%s works again, after %s s", self._name, seconds)
