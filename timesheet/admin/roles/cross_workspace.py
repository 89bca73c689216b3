"""Who is of more than one workspace here, while nobody has chosen which ones this timesheet is for.

Until then anybody may come with a workspace of their own, be its admin, and have others in it. So
what reaches a person in all workspaces, as switching them off, is not done to those who are known
from another one.
"""

from __future__ import annotations

from django.db.models import Model

from accounts.models import Admin, ManagedPerson, Manager, User
from accounts.workspaces import allowed
from timesheet.models import Edit


class KnownElsewhere(Exception):
    """Somebody's admin in one workspace was to decide for them in another. Nothing was changed."""

    def __init__(self, person: User) -> None:
        super().__init__(person.gid)
        self.person = person


def raise_if_known_elsewhere(by: User, person: User, workspace: str) -> None:
    """Raises `Elsewhere` where `by`, an admin of the workspace, may not decide for the person."""
    if by != person and not allowed.allowed_gids() and _is_known_from_another(person, workspace):
        raise KnownElsewhere(person)


def _is_known_from_another(person: User, workspace: str) -> bool:
    # Who is an admin everywhere is one of the others too.
    known: list[tuple[type[Model], str, str]] = [
        (Admin, "gid", "workspace_gid"),
        (Manager, "gid", "workspace_gid"),
        (ManagedPerson, "gid", "manager__workspace_gid"),
        (Edit, "user__gid", "workspace_gid"),
    ]
    return any(
        model._default_manager.filter(**{who: person.gid}).exclude(**{where: workspace}).exists()
        for model, who, where in known
    )
