"""Context of every page: the navigation, and whether edits are saved in Asana."""

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
    return {"navigation": SimpleLazyObject(lambda: _navigation(request, user))}


def _navigation(request: HttpRequest, user: User) -> Navigation | None:
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    workspace = kwargs.get("workspace") or request.session.get(LAST_WORKSPACE)
    if not workspace or not is_allowed(workspace):
        return None
    week = kwargs.get("week") or Week.of(clock.today())
    is_admin = membership.cached_is_admin(user, workspace)
    has_people = membership.is_manager(user, workspace)
    stands_in = not (is_admin or has_people) and (
        membership.managers_replaced_by(user.gid, workspace).exists()
    )
    manages = is_admin or has_people or stands_in
    return Navigation(workspace, str(week), user.gid, manages, has_people, is_admin)


def delivery_status(request: HttpRequest) -> dict[str, object]:
    """Add `delivery_status`, the `DeliveryStatus` of the person, read only if a page uses it."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"delivery_status": SimpleLazyObject(lambda: delivery_status_of(user))}
