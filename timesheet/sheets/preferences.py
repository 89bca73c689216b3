"""What a person prefers, or the defaults."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from timesheet.models import Preferences, WorkspacePolicy


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


def targets_by_person(
    people: Collection[str], workspace_policy: WorkspacePolicy
) -> dict[str, Sequence[int]]:
    """Return the target minutes of each person, by gid: seven numbers, Monday's first.

    People who set none of their own have those of the workspace.
    """
    own = Preferences.objects.filter(user__gid__in=people).exclude(targets=None)
    own_targets = dict(own.values_list("user__gid", "targets"))
    return {gid: own_targets.get(gid, workspace_policy.targets) for gid in people}


def order_rows(user: User, order: Preferences.Order) -> None:
    """Store in which order this person wants the rows of a week."""
    Preferences.objects.update_or_create(user=user, defaults={"order": order})
