"""Deletes what is older than its retention period: events of the audit log, and settled edits."""

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

# The key in the cache that says that it was done, for a day.
DONE_KEY, DONE_SECONDS = "retention-done", 24 * 3600
# Rows deleted at once, so that nobody waits for long, and how often in one run.
BATCH, MOST_BATCHES = 1000, 100


def delete_old(now: datetime) -> None:
    """Delete what is too old, once a day, and record how much. Called by the worker every minute.

    Nothing is deleted whose period is 0 (`AUDIT_KEEP_DAYS`, `JOURNAL_KEEP_DAYS`).
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
    total = 0
    for _batch in range(MOST_BATCHES if before else 0):
        number = delete(before) if before else 0
        total += number
        if not number:
            break
    return total


def delete_events(before: datetime) -> int:
    """Delete events of the audit log from before a moment, some at a time; return how many."""
    number: int = Event.objects.delete_before(before, most=BATCH)
    return number


def delete_edits(before: datetime) -> int:
    """Delete edits that were settled before a moment, some at a time; return how many.

    Edits stay that are open, that their person has not read the end of, that are watched for a late
    duplicate, or that another edit which stays has to follow.
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
