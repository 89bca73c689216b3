"""Blocks sign-ins, and set-up codes, from a network that had too many refused ones.

People who are not signed in have no name, so refusals count by the browser's network. Where no
network is known nothing is blocked: it would block everybody at once.
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


def blocked_until(now: datetime) -> datetime | None:
    """Return when the current request's network may try again; None where it may now."""
    refusals = RefusedSignIn.objects.filter(
        address=network_of(current_context().address), at__gt=now - WINDOW
    )
    newest = list(refusals.order_by("-at").values_list("at", flat=True)[:MAX_REFUSALS])
    return newest[-1] + WINDOW if len(newest) == MAX_REFUSALS else None


def record_refusal(now: datetime) -> None:
    """Count a refused sign-in of the current request's network.

    The one that reaches the limit goes into the audit log.
    """
    network = network_of(current_context().address)
    if not network:
        return
    with transaction.atomic():
        RefusedSignIn.objects.filter(at__lte=now - WINDOW).delete()
        RefusedSignIn.objects.create(address=network, at=now)
        if RefusedSignIn.objects.filter(address=network).count() == MAX_REFUSALS:
            audit.record(
                Action.SIGN_IN_REFUSED,
                STRANGER,
                after={"reason": "too many attempts", "count": MAX_REFUSALS},
            )
