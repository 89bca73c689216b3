"""The worker's own clock: it finds what is due in the database, whether or not the queue works."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from django.db import Error, close_old_connections

from timesheet.core import clock
from timesheet.core.outage import Outage
from timesheet.journal import dispatch

logger = logging.getLogger(__name__)

# Seconds between two looks for due edits, and between two runs of what is done each minute.
LOOK_SECONDS = 5.0
MINUTE_SECONDS = 60.0
# How long the queue has to wake the worker for an edit before the clock does.
GRACE = timedelta(seconds=3)

_LOOK, _MINUTE = "look", "minute"


class WorkerClock:
    """Calls `deliver` for each person with overdue edits, by their key, and `minute` each minute.

    Up to `threads` people are served at the same time. A call that is still running is not made a
    second time.
    """

    def __init__(
        self, threads: int, *, deliver: Callable[[int], None], minute: Callable[[], None]
    ) -> None:
        self._deliver, self._minute = deliver, minute
        # One more for the looking, and one for what is done each minute.
        self._pool = ThreadPoolExecutor(threads + 2, thread_name_prefix="clock")
        self._stopped = threading.Event()
        self._database = Outage("the database")
        self._lock = threading.Lock()
        self._running: set[Hashable] = set()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Return a context in which the clock runs; calls in progress are finished at its end."""
        thread = threading.Thread(target=self._run, name="clock", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            thread.join()
            self._pool.shutdown()

    def _run(self) -> None:
        # What became due while no worker was running is due at once.
        look, next_minute = partial(self._look, timedelta()), time.monotonic()
        while not self._stopped.is_set():
            self._start(_LOOK, look)
            if time.monotonic() >= next_minute:
                next_minute += MINUTE_SECONDS
                self._start(_MINUTE, self._minute)
            look = partial(self._look, GRACE)
            self._stopped.wait(LOOK_SECONDS)

    def _look(self, grace: timedelta) -> None:
        # The pool's threads keep their connections, and one may have ended with a database restart.
        close_old_connections()
        try:
            due = dispatch.users_with_due_edits(clock.now() - grace)
        finally:
            close_old_connections()
        for user_id in due:
            self._start(user_id, partial(self._deliver, user_id))

    def _start(self, key: Hashable, call: Callable[[], None]) -> None:
        """Make a call in the pool, unless the one with this key is still running."""
        with self._lock:
            if key in self._running or self._stopped.is_set():
                return
            self._running.add(key)
        self._pool.submit(call).add_done_callback(partial(self._ended, key))

    def _ended(self, key: Hashable, call: Future[None]) -> None:
        with self._lock:
            self._running.discard(key)
        error = call.exception()
        if error is None:
            self._database.worked()
        elif isinstance(error, Error):
            self._database.failed(error)
        else:
            logger.error("the clock's call %s failed", key, exc_info=error)
