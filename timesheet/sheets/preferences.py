"""What a person prefers, or the defaults."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from timesheet.models import Preferences


def preferences_of(user: User | AnonymousUser) -> Preferences:
    """Return the person's preferences, or the defaults; nobody signed in has the defaults too.

    They are read once for each `User` object, so once a request: Django keeps them on it.
    """
    if not isinstance(user, User):
        return Preferences()
    try:
        return user.preferences
    except Preferences.DoesNotExist:
        return Preferences(user=user)


def order_rows(user: User, order: Preferences.Order) -> None:
    """Store in which order this person wants the rows of a week."""
    user.preferences, _created = Preferences.objects.update_or_create(
        user=user, defaults={"order": order}
    )
