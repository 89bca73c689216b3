"""The worker: answers rings, and each minute looks at the clock. `manage.py worker` starts it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import Error, close_old_connections
from huey.consumer import Consumer

from accounts import heartbeats
from accounts.connections import usage
from accounts.request_context import override_context
from timesheet.core import clock
from timesheet.core.version import VERSION
from timesheet.journal import dispatch, wakeup
from timesheet.reminders import mail, weekly

logger = logging.getLogger(__name__)

# Seconds between two looks at the bell.
LOOKS_EVERY = 0.2
# Seconds that a delivery has to come to its end once the worker is to stop.
STOPS_WITHIN = 60
# Seconds between two signs of life.
BEATS_EVERY = 60


def run(threads: int) -> None:
    """Until SIGTERM or SIGINT: then what is being delivered is brought to its end first."""
    wakeup.register_handlers(deliver=_ring, minute=_minute)
    consumer = Consumer(
        wakeup.huey,
        workers=threads,
        initial_delay=LOOKS_EVERY,
        max_delay=LOOKS_EVERY,
        shutdown_timeout=STOPS_WITHIN,
        graceful_signal="TERM",
    )
    with _beating(threading.Event()):
        # What became due while no worker was there.
        with _turn():
            _ring_all()
        consumer.run()


@contextmanager
def _beating(over: threading.Event) -> Iterator[None]:
    """Says every minute that this process lives: by a thread of its own, because those of the
    consumer may all be busy for long."""
    name, began = heartbeats.own_name(), clock.now()

    def beat() -> None:
        while True:
            _written(lambda: heartbeats.beat(name, began, VERSION, clock.now()))
            if over.wait(BEATS_EVERY):
                break

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        _written(lambda: heartbeats.end(name))


def _written(heartbeat: Callable[[], None]) -> None:
    with _turn():
        try:
            heartbeat()
        except Error as error:
            logger.warning("the heartbeat was not written: %s", error)


def _ring(person: int) -> None:
    with _turn():
        dispatch.deliver_due(person, clock.now)


def _minute() -> None:
    with _turn():
        _ring_all()
        usage.forget_old(clock.now())
        with mail.mail_sender() as post:
            weekly.send_due(clock.now, post=post)


def _ring_all() -> None:
    for person in dispatch.users_with_due_edits(clock.now()):
        wakeup.wake_worker(person)


@contextmanager
def _turn() -> Iterator[None]:
    """One thing to do, with an id of its own in the log, and on sound connections."""
    close_old_connections()
    try:
        with override_context(""):
            yield
    finally:
        close_old_connections()
