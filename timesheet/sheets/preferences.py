"""What a person prefers. Whoever never said has the defaults."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from timesheet.models import Preferences, WorkspacePolicy


def preferences_of(user: User | AnonymousUser) -> Preferences:
    if not isinstance(user, User):
        return Preferences()
    return Preferences.objects.filter(user=user).first() or Preferences(user=user)


def wanted_of(
    people: Collection[str], workspace_policy: WorkspacePolicy
) -> dict[str, Sequence[int]]:
    """The minutes that each of these people means to work on the days of a week, Monday's first:
    of who set none of their own those of the workspace."""
    own = Preferences.objects.filter(user__gid__in=people).exclude(targets=None)
    told = dict(own.values_list("user__gid", "targets"))
    return {gid: told.get(gid, workspace_policy.targets) for gid in people}


def order_rows(user: User, order: Preferences.Order) -> None:
    Preferences.objects.update_or_create(user=user, defaults={"order": order})
