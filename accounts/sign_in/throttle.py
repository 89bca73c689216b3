"""Blocks a way to sign in, or set-up codes, for a network that had too many refused ones.

People who are not signed in have no name, so refusals count by the browser's network. An office is
one network: wrong personal tokens from it block neither signing in with Asana nor the set-up. Where
no network is known nothing is blocked: it would block everybody at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts import audit
from accounts.audit import PersonRef
from accounts.models import Action, RefusedSignIn
from accounts.request_context import current_context, network_of

MAX_REFUSALS = 10
WINDOW = timedelta(minutes=15)

# Who tries to sign in, for the audit log.
STRANGER = PersonRef(name="not signed in")


def blocked_until(way: RefusedSignIn.Way, now: datetime) -> datetime | None:
    """Return when the current request's network may try this way again; None where it may now."""
    refusals = RefusedSignIn.objects.filter(
        way=way, address=network_of(current_context().address), at__gt=now - WINDOW
    )
    newest = list(refusals.order_by("-at").values_list("at", flat=True)[:MAX_REFUSALS])
    return newest[-1] + WINDOW if len(newest) == MAX_REFUSALS else None


def record_refusal(way: RefusedSignIn.Way, now: datetime) -> None:
    """Count a refusal of the current request's network.

    The one that reaches the limit goes into the audit log.
    """
    network = network_of(current_context().address)
    if not network:
        return
    with transaction.atomic():
        RefusedSignIn.objects.filter(at__lte=now - WINDOW).delete()
        RefusedSignIn.objects.create(way=way, address=network, at=now)
        if RefusedSignIn.objects.filter(way=way, address=network).count() == MAX_REFUSALS:
            audit.record(
                Action.SIGN_IN_REFUSED,
                STRANGER,
                after={
                    "reason": "too many attempts",
                    "method": way.value,
                    "count": MAX_REFUSALS,
                },
            )
