"""The projects that a person saved together in a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from timesheet.models import ProjectSelection


def selections_of(user: User, workspace: str) -> QuerySet[ProjectSelection]:
    """Query the user's selections, by name."""
    return ProjectSelection.objects.filter(user=user, workspace_gid=workspace)


def find_selection(user: User, workspace: str, slug: UUID | None) -> ProjectSelection | None:
    """Return one of the user's selections, if there is one with this slug."""
    return selections_of(user, workspace).filter(slug=slug).first() if slug else None


def store_selection(
    user: User, workspace: str, name: str, projects: Sequence[str]
) -> ProjectSelection:
    """Save projects, given by gid, under a name; a selection of this name is replaced."""
    selection, _created = ProjectSelection.objects.update_or_create(
        user=user,
        workspace_gid=workspace,
        name=name,
        defaults={"projects": list(dict.fromkeys(projects))},
    )
    return selection
