"""What a person prefers. Whoever never said has the defaults."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from timesheet.models import Preferences


def preferences_of(user: User | AnonymousUser) -> Preferences:
    if not isinstance(user, User):
        return Preferences()
    return Preferences.objects.filter(user=user).first() or Preferences(user=user)


def order_rows(user: User, order: Preferences.Order) -> None:
    Preferences.objects.update_or_create(user=user, defaults={"order": order})
