"""How often a sign-in may be refused before the next one is not even tried.

It spares Asana, whose answer is not awaited any more, and whoever reads the log. Counted by the
browser's network, because who is not signed in yet has no name; where none is known nothing is
limited, for then everybody would stand behind one door.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts import audit
from accounts.audit import PersonRef
from accounts.models import Action, RefusedSignIn
from accounts.request_context import current_context, network_of

MOST = 10
WITHIN = timedelta(minutes=15)

STRANGER = PersonRef(name="not signed in")


def closed_until(now: datetime) -> datetime | None:
    """When whoever asks may try again; None where they may now."""
    times = RefusedSignIn.objects.filter(
        address=network_of(current_context().address), at__gt=now - WITHIN
    )
    newest = list(times.order_by("-at").values_list("at", flat=True)[:MOST])
    return newest[-1] + WITHIN if len(newest) == MOST else None


def record_refusal(now: datetime) -> None:
    """Counts a sign-in that came to nothing. The one that shuts the door is written down."""
    network = network_of(current_context().address)
    if not network:
        return
    with transaction.atomic():
        RefusedSignIn.objects.filter(at__lte=now - WITHIN).delete()
        RefusedSignIn.objects.create(address=network, at=now)
        if RefusedSignIn.objects.filter(address=network).count() == MOST:
            audit.record(
                Action.SIGN_IN_REFUSED,
                STRANGER,
                after={"reason": "too many attempts", "count": MOST},
            )
