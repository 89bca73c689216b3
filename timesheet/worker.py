"""The worker: delivers edits when the queue or its own clock says so, and sends emails.

`manage.py worker` starts it.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import Error, close_old_connections
from huey import Huey
from huey.consumer import Consumer

from accounts import heartbeats
from accounts.connections import usage
from accounts.request_context import override_context
from accounts.sessions.service import delete_ended
from timesheet.core import clock
from timesheet.core.database import wait_for_database
from timesheet.core.version import VERSION
from timesheet.journal import dispatch, duplicates, retention, wakeup
from timesheet.projects import alerts
from timesheet.projects.mail import send_budget_mail
from timesheet.reminders import decisions, mail, sent_back, weekly
from timesheet.scheduled_reports import sending
from timesheet.sheets import stored_weeks, unanswered
from timesheet.worker_clock import WorkerClock

logger = logging.getLogger(__name__)

# Seconds between two looks into the queue.
POLL_SECONDS = 0.2
# Seconds that a delivery has to finish once the worker is told to stop.
SHUTDOWN_SECONDS = 60
HEARTBEAT_SECONDS = 60
# Seconds until a queue that cannot be opened is tried again.
QUEUE_PAUSE_SECONDS = 2.0


def run(threads: int) -> None:
    """Run until SIGTERM or SIGINT; deliveries in progress are finished first.

    `threads` people are served at the same time. Waits for a database that is still starting. While
    the queue does not work, edits are delivered by the worker's own clock.
    """
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    if not _database_answers(stopped):
        return
    wakeup.register_handler(_deliver)
    worker_clock = WorkerClock(threads, deliver=_deliver, minute=_each_minute)
    with _heartbeat(threading.Event()), worker_clock.running():
        huey = _reachable_queue(stopped)
        if huey is not None:
            _consume(huey, threads)


def _database_answers(stopped: threading.Event) -> bool:
    """Wait for the database; return False if told to stop before it answered."""

    def sleep(seconds: float) -> None:
        if stopped.wait(seconds):
            raise _Stopped

    try:
        wait_for_database(logger.warning, sleep=sleep)
    except _Stopped:
        return False
    return True


def _reachable_queue(stopped: threading.Event) -> Huey | None:
    """Return the queue once it can be opened; None if told to stop before."""
    while not stopped.is_set():
        if wakeup.is_reachable():
            return wakeup.queue().huey
        stopped.wait(QUEUE_PAUSE_SECONDS)
    return None


def _consume(huey: Huey, threads: int) -> None:
    """Deliver when woken by the queue, until told to stop."""
    Consumer(
        huey,
        workers=threads,
        periodic=False,
        initial_delay=POLL_SECONDS,
        max_delay=POLL_SECONDS,
        shutdown_timeout=SHUTDOWN_SECONDS,
        graceful_signal="TERM",
    ).run()


class _Stopped(Exception):
    """The worker was told to stop while it waited for the database."""


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
        usage.delete_old(clock.now())
        delete_ended(clock.now())
        stored_weeks.forget_old(clock.now())
        retention.delete_old(clock.now())
        unanswered.look_up_due(clock.now())
        duplicates.look(clock.now)
        with mail.mail_sender() as send_message:
            weekly.send_due(clock.now, send_message=send_message)
            sent_back.send_due(clock.now, send_message=send_message)
            decisions.send_due(clock.now, send_message=send_message)
        alerts.check_due(clock.now(), send_mail=send_budget_mail)
        sending.send_due(clock.now())


@contextmanager
def _task() -> Iterator[None]:
    """Run a task with a log id of its own and fresh database connections."""
    close_old_connections()
    try:
        with override_context(""):
            yield
    finally:
        close_old_connections()
