"""Runs all checks of `manage.py doctor`, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from timesheet.admin.doctor import network, storage
from timesheet.admin.doctor.findings import DoctorFinding, Level, good, warning


def examine(now: datetime) -> Iterator[DoctorFinding]:
    """Yield what each check finds, as soon as it is known."""
    yield from _settings()
    healthy = True
    for finding in storage.database():
        healthy = healthy and not (finding.area == "Database" and finding.level is Level.FAILED)
        yield finding
    if healthy:
        yield from storage.cache()
    yield from storage.queue()
    if healthy:
        yield from storage.worker(now)
        yield from network.asana(now)
    yield from storage.static_files()
    yield from network.proxy()
    yield from network.mail()
    yield from storage.private_files()


def _settings() -> Iterator[DoctorFinding]:
    for sentence in settings.UNKNOWN_SETTINGS:
        yield warning("Settings", sentence, "Correct or remove it.")
    if settings.DEBUG:
        fix = "Set DEBUG=0 unless only developers use it."
        yield warning("Settings", "DEBUG is on, so errors show internal details to everyone", fix)
    else:
        yield good("Settings", f"for production, {settings.PUBLIC_URL}")
