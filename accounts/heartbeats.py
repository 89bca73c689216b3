"""Signs of life of the workers. Whoever stops as it should takes its own away; the others grow old
and show that they are gone."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta

from accounts.models import Heartbeat

# A worker beats every minute. One that misses two beats is taken for dead.
ALIVE = timedelta(seconds=150)
KEPT = timedelta(days=1)


def own_name() -> str:
    """Of this process: no other that lives has it."""
    return f"{socket.gethostname()[:80]}:{os.getpid()}"


def beat(name: str, began: datetime, version: str, now: datetime) -> None:
    Heartbeat.objects.update_or_create(
        name=name, defaults={"started_at": began, "at": now, "version": version}
    )
    Heartbeat.objects.filter(at__lt=now - KEPT).delete()


def end(name: str) -> None:
    Heartbeat.objects.filter(name=name).delete()


def latest() -> list[Heartbeat]:
    """Of all workers of the last day, the newest first."""
    return list(Heartbeat.objects.order_by("-at", "name"))


def is_alive(heartbeat: Heartbeat, now: datetime) -> bool:
    return now - heartbeat.at <= ALIVE
