"""Context of every page: the person's timers."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from timesheet.core import clock
from timesheet.timer.service import timers_of


def timers(request: HttpRequest) -> dict[str, object]:
    """Add `timers`, the `Timers` of the person, read only if a page uses them."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"timers": SimpleLazyObject(lambda: timers_of(user, clock.now(), clock.today()))}
