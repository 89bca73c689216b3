"""The views of reports that a person saved in a workspace."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from timesheet.models import SavedView


def views_of(user: User, workspace: str) -> QuerySet[SavedView]:
    """Query the user's saved views, by name."""
    return SavedView.objects.filter(user=user, workspace_gid=workspace)


def find_view(user: User, workspace: str, slug: UUID) -> SavedView | None:
    """Return one of the user's saved views, if there is one with this slug."""
    return views_of(user, workspace).filter(slug=slug).first()


@transaction.atomic
def store_view(user: User, workspace: str, name: str, query: str) -> SavedView:
    """Save the query string under a name.

    A view that has this name is replaced; one that has this query is renamed.
    """
    views = views_of(user, workspace)
    view = views.filter(name=name).first() or views.filter(query=query).first()
    if view is None:
        view = SavedView(user=user, workspace_gid=workspace)
    view.name, view.query = name, query
    view.save()
    return view
