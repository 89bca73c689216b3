"""Deletes events of the audit log and closed edits that are older than their retention period."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q

from accounts import audit
from accounts.audit import WORKER
from accounts.models import Action, Event
from timesheet.domain.journal import OPEN
from timesheet.models import Edit, Step

logger = logging.getLogger(__name__)

# The cache key that marks today's run as done, and for how long.
DONE_KEY, DONE_SECONDS = "retention-done", 24 * 3600
# Rows deleted at once, few enough that nobody waits for long, and the most batches in one run.
BATCH, MOST_BATCHES = 1000, 100


def delete_old(now: datetime) -> None:
    """Delete what is too old, once a day, and record how much. Called by the worker every minute.

    A period of 0 keeps everything (`AUDIT_KEEP_DAYS`, `JOURNAL_KEEP_DAYS`).
    """
    kept = settings.AUDIT_KEEP_DAYS, settings.JOURNAL_KEEP_DAYS
    if not any(kept) or not cache.add(DONE_KEY, True, DONE_SECONDS):
        return
    events, edits = (now - timedelta(days=days) if days else None for days in kept)
    deleted = {
        "events": _in_batches(delete_events, events),
        "edits": _in_batches(delete_edits, edits),
    }
    if any(deleted.values()):
        logger.info("deleted by age: %s", deleted)
        audit.record(Action.PURGED, WORKER, after=deleted)


def _in_batches(delete: Callable[[datetime], int], before: datetime | None) -> int:
    """Call `delete` until nothing from `before` is left, and return how much was deleted.

    Nothing is deleted if `before` is None.
    """
    if before is None:
        return 0
    total = 0
    for _batch in range(MOST_BATCHES):
        number = delete(before)
        total += number
        if not number:
            break
    return total


def delete_events(before: datetime) -> int:
    """Delete up to `BATCH` events of the audit log from before a moment; return how many."""
    number: int = Event.objects.delete_before(before, most=BATCH)
    return number


def delete_edits(before: datetime) -> int:
    """Delete up to `BATCH` edits that were closed before a moment; return how many.

    Edits are kept while they are open, while their person has yet to read what became of them,
    while they are watched for a late duplicate, and while a kept edit follows them.
    """
    settled = Edit.objects.exclude(pk__in=Edit.objects.unsynced().values("pk"))
    settled = settled.exclude(state__in=OPEN).filter(
        Q(watch_until=None) | Q(watch_until__lt=before), closed_at__lt=before
    )
    stays = Edit.objects.exclude(pk__in=settled.values("pk")).exclude(follows=None)
    old = settled.exclude(pk__in=stays.values("follows"))
    # The newest first: an edit is newer than the one that it follows.
    keys = list(old.order_by("-pk").values_list("pk", flat=True)[:BATCH])
    Edit.objects.filter(pk__in=keys).delete()
    Step.objects.filter(edits=None, created_at__lt=before).delete()
    return len(keys)
