"""What the roles of a workspace need of the journal: who is known here through it, and what of
somebody's edits is still open."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from accounts.workspaces import roles
from accounts.workspaces.managers import Actor
from timesheet.domain.journal import OPEN
from timesheet.journal import dispatch
from timesheet.models import Edit


def known_in(workspace: str) -> QuerySet[User]:
    """Who has ever written hours there through us."""
    theirs = Edit.objects.filter(user=OuterRef("pk"), workspace_gid=workspace)
    found: QuerySet[User] = User.objects.filter(Exists(theirs))
    return found


def open_edits(user: User) -> int:
    return Edit.objects.filter(user=user, state__in=OPEN).count()


def switch_on(asker: Actor, user: User, now: datetime) -> bool:
    """As `roles.activate`, and what waited meanwhile is delivered."""
    if not roles.activate(asker, user):
        return False
    dispatch.schedule_remaining(user.pk, now)
    return True
