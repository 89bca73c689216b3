"""The timers of a person, running and stopped."""

from __future__ import annotations

from accounts.lookups import Lookup
from accounts.models import User
from timesheet.models import Timer


def timer_rows(user: User) -> Lookup[Timer]:
    """Return the timers that a person has."""
    return Lookup(("timers", user.pk), lambda: Timer.objects.filter(user=user))
