"""Measures how late Asana applied recent writes, so that we wait long enough for a lost one."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.cache import cache

from accounts.asana.records import Entry
from timesheet.domain.journal import MAX_SETTLING
from timesheet.models import Edit

_KEY = "late-write-seconds"
REMEMBERED_SECONDS = 3600


def observe(edit: Edit, entry: Entry) -> None:
    """Note how long after its edit was sent an entry was created, both by Asana's clock."""
    if entry.created_at is None or edit.asana_sent_at is None:
        return
    seconds = round((entry.created_at - edit.asana_sent_at).total_seconds())
    if seconds > cache.get(_KEY, 0):
        cache.set(_KEY, seconds, REMEMBERED_SECONDS)


def settling() -> timedelta:
    """Return how long after its deadline a write without a response may still take place."""
    observed = timedelta(seconds=cache.get(_KEY, 0))
    shortest = timedelta(seconds=settings.SETTLING_SECONDS)
    return min(max(shortest, 2 * observed), MAX_SETTLING)
