"""The worker: delivers edits when it is woken, and does what is due each minute.

`manage.py worker` starts it.
"""

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
from timesheet.journal import dispatch, duplicates, wakeup
from timesheet.reminders import mail, weekly
from timesheet.sheets import unanswered

logger = logging.getLogger(__name__)

# Seconds between two looks into the queue.
POLL_SECONDS = 0.2
# Seconds that a delivery has to finish once the worker is told to stop.
SHUTDOWN_SECONDS = 60
HEARTBEAT_SECONDS = 60


def run(threads: int) -> None:
    """Run until SIGTERM or SIGINT; deliveries in progress are finished first.

    `threads` people are served at the same time.
    """
    wakeup.register_handlers(deliver=_deliver, minute=_each_minute)
    consumer = Consumer(
        wakeup.queue().huey,
        workers=threads,
        initial_delay=POLL_SECONDS,
        max_delay=POLL_SECONDS,
        shutdown_timeout=SHUTDOWN_SECONDS,
        graceful_signal="TERM",
    )
    with _heartbeat(threading.Event()):
        # Deliver what became due while no worker was running.
        with _task():
            _wake_all()
        consumer.run()


@contextmanager
def _heartbeat(stopped: threading.Event) -> Iterator[None]:
    """Write a heartbeat every minute, in a thread of its own.

    All threads of the consumer may be busy for longer than that.
    """
    name, started_at = heartbeats.process_name(), clock.now()

    def beat() -> None:
        while True:
            _write(lambda: heartbeats.beat(name, started_at, VERSION, clock.now()))
            if stopped.wait(HEARTBEAT_SECONDS):
                break

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
        _write(lambda: heartbeats.end(name))


def _write(heartbeat: Callable[[], None]) -> None:
    with _task():
        try:
            heartbeat()
        except Error as error:
            logger.warning("the heartbeat was not written: %s", error)


def _deliver(user_id: int) -> None:
    with _task():
        dispatch.deliver_due(user_id, clock.now)


def _each_minute() -> None:
    with _task():
        _wake_all()
        usage.delete_old(clock.now())
        unanswered.look_up_due(clock.now())
        duplicates.look(clock.now)
        with mail.mail_sender() as send_message:
            weekly.send_due(clock.now, send_message=send_message)


def _wake_all() -> None:
    for user_id in dispatch.users_with_due_edits(clock.now()):
        wakeup.wake_worker(user_id)


@contextmanager
def _task() -> Iterator[None]:
    """Run a task with a log id of its own and fresh database connections."""
    close_old_connections()
    try:
        with override_context(""):
            yield
    finally:
        close_old_connections()
