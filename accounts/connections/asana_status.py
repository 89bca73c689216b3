"""Whether Asana is there at all, whoever asks: one short request now and then, for all processes
together, so that probes never become a burden to Asana."""

from __future__ import annotations

from typing import Literal

from django.conf import settings
from django.core.cache import cache

from accounts.asana.errors import Unavailable, Unreachable
from accounts.asana.transport import ping

Reachability = Literal["ok", "failing", "unreachable", "unknown"]

# Seconds between two requests, and those that one may take to connect and to be answered.
ASKED_EVERY = 15
TIMEOUT = (2.0, 3.0)
# For how long what was learned last may be told while somebody else is asking anew.
TOLD_FOR = 120

_TURN, _LEARNED = "asana-reach-turn", "asana-reach"


def asana_reachability() -> Reachability:
    """`unknown` for the moment that the first question takes."""
    if cache.add(_TURN, True, ASKED_EVERY):
        cache.set(_LEARNED, _asked(), TOLD_FOR)
    learned: Reachability = cache.get(_LEARNED, "unknown")
    return learned


def _asked() -> Reachability:
    try:
        ping(f"{settings.ASANA_URL}/api/1.0", TIMEOUT)
    except Unreachable:
        return "unreachable"
    except Unavailable:
        return "failing"
    return "ok"
