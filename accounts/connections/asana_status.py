"""Whether Asana responds at all.

All processes together send one short request every few seconds, however often they are probed.
"""

from __future__ import annotations

from typing import Literal

from django.conf import settings
from django.core.cache import cache

from accounts.asana.errors import Unavailable, Unreachable
from accounts.asana.transport import ping

Reachability = Literal["ok", "failing", "unreachable", "unknown"]

CHECK_EVERY_SECONDS = 15
# Seconds to connect, and seconds to wait for the response.
TIMEOUT = (2.0, 3.0)
# How long the last result is used while another process checks.
RESULT_CACHED_SECONDS = 120

_CHECK_KEY, _RESULT_KEY = "asana-status-check", "asana-status"


def asana_reachability() -> Reachability:
    """Return whether Asana responds; "unknown" while the first check is under way."""
    if cache.add(_CHECK_KEY, True, CHECK_EVERY_SECONDS):
        cache.set(_RESULT_KEY, _check(), RESULT_CACHED_SECONDS)
    result: Reachability = cache.get(_RESULT_KEY, "unknown")
    return result


def _check() -> Reachability:
    try:
        ping(f"{settings.ASANA_URL}/api/1.0", TIMEOUT)
    except Unreachable:
        return "unreachable"
    except Unavailable:
        return "failing"
    return "ok"
