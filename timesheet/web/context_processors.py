"""What the frame around every page needs."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from accounts.workspaces import membership
from accounts.workspaces.allowed import is_allowed
from timesheet.core import clock
from timesheet.core.sessions import LAST_WORKSPACE
from timesheet.domain.week import Week
from timesheet.journal.status import delivery_status_of


@dataclass(frozen=True)
class Navigation:
    """Where a person can go in the workspace that they are in, or were in last."""

    workspace: str
    week: str
    person: str
    manages: bool
    is_admin: bool


def navigation(request: HttpRequest) -> dict[str, object]:
    """The ways that the header offers, looked up only where a page shows them."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"navigation": SimpleLazyObject(lambda: _places(request, user))}


def _places(request: HttpRequest, user: User) -> Navigation | None:
    at = request.resolver_match.kwargs if request.resolver_match else {}
    workspace = at.get("workspace") or request.session.get(LAST_WORKSPACE)
    if not workspace or not is_allowed(workspace):
        return None
    week = at.get("week") or Week.of(clock.today())
    is_admin = membership.cached_is_admin(user, workspace)
    manages = is_admin or membership.is_manager(user, workspace)
    return Navigation(workspace, str(week), user.gid, manages, is_admin)


def delivery_status(request: HttpRequest) -> dict[str, object]:
    """How the person's edits stand, read only where a page shows it."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"delivery_status": SimpleLazyObject(lambda: delivery_status_of(user))}
