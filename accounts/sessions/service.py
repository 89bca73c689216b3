"""A person's sessions: listing them, ending one, and deleting those that have ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts import audit
from accounts.models import Action, BrowserSession, User
from accounts.sessions.store import idle_limit, life_limit, stored_key

# Rows deleted at once, so that nobody waits for long.
MOST_AT_ONCE = 1000


@dataclass(frozen=True)
class SignedIn:
    """One browser that a person is signed in with."""

    row: BrowserSession
    # Whether it is the browser that asks.
    is_this: bool


def sessions_of(user: User, session_key: str | None, now: datetime) -> list[SignedIn]:
    """Return the person's sessions, that of this browser first, then by their last visit."""
    this = stored_key(session_key) if session_key else ""
    rows = BrowserSession.objects.filter(
        user=user,
        expire_date__gt=now,
        started_at__gt=now - life_limit(),
        seen_at__gt=now - idle_limit(),
    ).order_by("-seen_at", "session_key")
    found = [SignedIn(row, row.session_key == this) for row in rows]
    return sorted(found, key=lambda one: not one.is_this)


def sign_out_browser(user: User, key: str) -> bool:
    """End one session of the person; return whether it was there."""
    deleted, _rows = BrowserSession.objects.filter(user=user, session_key=key).delete()
    if deleted:
        audit.record(Action.SIGNED_OUT_ELSEWHERE, user)
    return bool(deleted)


def delete_ended(now: datetime) -> int:
    """Delete sessions that have ended, some at a time; return how many."""
    ended = (
        Q(expire_date__lte=now)
        | Q(started_at__lte=now - life_limit())
        | Q(seen_at__lte=now - idle_limit())
    )
    keys = list(BrowserSession.objects.filter(ended).values_list("pk", flat=True)[:MOST_AT_ONCE])
    return BrowserSession.objects.filter(pk__in=keys).delete()[0] if keys else 0
