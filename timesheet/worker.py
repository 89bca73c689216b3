"""The worker: answers rings, and each minute looks at the clock. `manage.py worker` starts it."""

from __future__ import annotations

from django.db import close_old_connections
from huey.consumer import Consumer

from accounts import traffic
from timesheet import bell, clock, mail
from timesheet.services import courier, rounds

# Seconds between two looks at the bell.
LOOKS_EVERY = 0.2
# Seconds that a delivery has to come to its end once the worker is to stop.
STOPS_WITHIN = 60


def run(threads: int) -> None:
    """Until SIGTERM or SIGINT: then what is being delivered is brought to its end first."""
    bell.answers(ring=_ring, minute=_minute)
    consumer = Consumer(
        bell.huey,
        workers=threads,
        initial_delay=LOOKS_EVERY,
        max_delay=LOOKS_EVERY,
        shutdown_timeout=STOPS_WITHIN,
        graceful_signal="TERM",
    )
    # What became due while no worker was there.
    _ring_all()
    consumer.run()


def _ring(person: int) -> None:
    close_old_connections()
    try:
        courier.deliver_all(person, clock.now)
    finally:
        close_old_connections()


def _minute() -> None:
    _ring_all()
    close_old_connections()
    try:
        traffic.forget_old(clock.now())
        with mail.post_office() as post:
            rounds.make(clock.now, post=post)
    finally:
        close_old_connections()


def _ring_all() -> None:
    close_old_connections()
    try:
        for person in courier.who_waits(clock.now()):
            bell.ring(person)
    finally:
        close_old_connections()
