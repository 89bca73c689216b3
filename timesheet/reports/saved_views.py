"""The views of reports that a person keeps."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from timesheet.models import SavedView


def views_of(user: User, workspace: str) -> QuerySet[SavedView]:
    return SavedView.objects.filter(user=user, workspace_gid=workspace)


def view_at(user: User, workspace: str, slug: UUID) -> SavedView | None:
    return views_of(user, workspace).filter(slug=slug).first()


@transaction.atomic
def save_view(user: User, workspace: str, name: str, query: str) -> SavedView:
    """Under a name that there is, it takes that view's place; the same query under another name
    renames it."""
    mine = views_of(user, workspace)
    view = mine.filter(name=name).first() or mine.filter(query=query).first()
    if view is None:
        view = SavedView(user=user, workspace_gid=workspace)
    view.name, view.query = name, query
    view.save()
    return view
