"""What the journal does when another app sends a signal."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from timesheet.core import clock
from timesheet.journal import dispatch


def deliver_after_sign_in(user: User, **_signal: Any) -> None:
    """Deliver at once what waited for a connection: signing in has created one.

    A receiver of Django's `user_logged_in`.
    """
    dispatch.retry_after_reconnect(user.pk, clock.now())
