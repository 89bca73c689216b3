"""Context of every page: the navigation, whether edits are saved, and weeks that were sent back."""

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
from timesheet.models import SentBackWeek
from timesheet.sheets.sent_back import weeks_of


@dataclass(frozen=True)
class Navigation:
    """The links of the header, for the current workspace or the last one."""

    workspace: str
    week: str
    # The person's own gid.
    person: str
    # Whether they can see their people's weeks.
    manages: bool
    # Whether they were made a manager, so that there is a page of their people.
    has_people: bool
    is_admin: bool


def navigation(request: HttpRequest) -> dict[str, object]:
    """Add `navigation`, a `Navigation` or None, which is looked up only if a page uses it."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"navigation": SimpleLazyObject(lambda: navigation_of(request, user))}


def navigation_of(request: HttpRequest, user: User) -> Navigation | None:
    """Return the links of a person's header; None without a workspace."""
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    workspace = _workspace(request)
    if not workspace:
        return None
    week = kwargs.get("week") or Week.of(clock.today())
    is_admin = membership.cached_is_admin(user, workspace)
    has_people = membership.is_manager(user, workspace)
    stands_in = not (is_admin or has_people) and (
        membership.replaced_by(user.gid, workspace).exists()
    )
    manages = is_admin or has_people or stands_in
    return Navigation(workspace, str(week), user.gid, manages, has_people, is_admin)


def _workspace(request: HttpRequest) -> str:
    """Return the workspace of the page, or the last one; empty where there is none."""
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    workspace = kwargs.get("workspace") or request.session.get(LAST_WORKSPACE)
    return workspace if workspace and is_allowed(workspace) else ""


def sent_back(request: HttpRequest) -> dict[str, object]:
    """Add `sent_back`, the person's weeks that were sent back, read only if a page uses them.

    They are those of the workspace of the navigation.
    """
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"sent_back": SimpleLazyObject(lambda: _sent_back(request, user))}


def _sent_back(request: HttpRequest, user: User) -> list[SentBackWeek]:
    workspace = _workspace(request)
    return weeks_of(workspace, user.gid).read() if workspace else []


def delivery_status(request: HttpRequest) -> dict[str, object]:
    """Add `delivery_status`, the `DeliveryStatus` of the person, read only if a page uses it."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"delivery_status": SimpleLazyObject(lambda: delivery_status_of(user))}
