"""Heartbeats of the workers. A worker that stops cleanly deletes its own; that of a killed worker
stays for a day and grows old."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta

from accounts.models import Heartbeat

# A worker beats every minute; after two missed beats it counts as dead.
ALIVE_FOR = timedelta(seconds=150)
KEPT_FOR = timedelta(days=1)


def process_name() -> str:
    """Return a name for this process that no other running process has: host and process id."""
    return f"{socket.gethostname()[:80]}:{os.getpid()}"


def beat(name: str, began: datetime, version: str, now: datetime) -> None:
    """Record that the worker `name` is alive, and delete heartbeats older than a day."""
    Heartbeat.objects.update_or_create(
        name=name, defaults={"started_at": began, "at": now, "version": version}
    )
    Heartbeat.objects.filter(at__lt=now - KEPT_FOR).delete()


def end(name: str) -> None:
    """Delete the heartbeat of a worker that stops."""
    Heartbeat.objects.filter(name=name).delete()


def latest() -> list[Heartbeat]:
    """Return the heartbeats of the last day, the newest first."""
    return list(Heartbeat.objects.order_by("-at", "name"))


def is_alive(heartbeat: Heartbeat, now: datetime) -> bool:
    """Tell whether the worker of this heartbeat still runs."""
    return now - heartbeat.at <= ALIVE_FOR
