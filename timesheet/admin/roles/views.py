"""The admins' page of one person's role, and every change of it except whose manager they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import problems
from accounts.access import admin_required
from accounts.http import ManagerRequest, problem_response, redirect_with
from accounts.models import Manager
from accounts.workspaces import admins, membership
from accounts.workspaces.admins import LastAdmin
from accounts.workspaces.managers import Actor
from accounts.workspaces.roles import Role, deactivate, revoke_admin
from timesheet.admin.roles import service
from timesheet.admin.roles.messages import (
    KNOWN_ELSEWHERE,
    last_admin_message,
    not_revoked_message,
)
from timesheet.core import clock


def with_role(
    view: Callable[[ManagerRequest, Role], HttpResponse],
) -> Callable[[HttpRequest, str, str], HttpResponse]:
    """Fetch the role of the person in the address, for an admin of the workspace."""

    @admin_required
    @wraps(view)
    def found(request: ManagerRequest, workspace: str, person: str) -> HttpResponse:
        role = service.role_of(_actor(request), person)
        if role is None:
            return problem_response(request, problems.not_in_workspace())
        return view(request, role)

    return found


@require_safe
@with_role
def role_of(request: ManagerRequest, role: Role) -> HttpResponse:
    """Shows one person's role, their managers and their open edits."""
    workspace = request.membership.workspace
    managers = Manager.objects.filter(workspace_gid=workspace, people__gid=role.gid)
    context = {
        "workspace": workspace,
        "role": role,
        "managers": managers.order_by("name", "gid"),
        "own": role.gid == request.membership.gid,
        "open_edits": service.open_edits(role.user) if role.user else 0,
    }
    return render(request, "admin/roles/detail.html", context)


@require_POST
@with_role
def make_admin(request: ManagerRequest, role: Role) -> HttpResponse:
    """Makes the person an admin of this workspace."""
    if role.left:
        return _refuse(request, role, _("%(name)s has left the workspace."))
    workspace = request.membership.workspace
    if role.is_admin or not admins.grant(request.user, role.person, workspace):
        return _refuse(request, role, _("%(name)s is already an admin."))
    return _confirm(request, role, _("%(name)s is now an admin of this workspace."))


@require_POST
@with_role
def take_admin(request: ManagerRequest, role: Role) -> HttpResponse:
    """Takes back that the person was made an admin here."""
    try:
        is_revoked = revoke_admin(_actor(request), role)
    except LastAdmin as error:
        return _refuse(request, role, last_admin_message(error, request.membership.workspace))
    if not is_revoked:
        return _refuse(request, role, not_revoked_message(role))
    if role.in_asana:
        sentence = _(
            "The admin role assigned to %(name)s here is removed. They’re still an admin "
            "because they’re one in Asana. Change it there."
        )
    else:
        sentence = _("%(name)s is no longer an admin of this workspace.")
    return _confirm(request, role, sentence)


@require_POST
@with_role
def switch_off(request: ManagerRequest, role: Role) -> HttpResponse:
    """Ends the person's sessions and keeps them from signing in, in all workspaces."""
    if role.gid == request.membership.gid:
        sentence = _("You can’t deactivate yourself. Ask another admin.")
        return _refuse(request, role, sentence)
    if role.user is None:
        return _refuse(request, role, _("%(name)s has never signed in here."))
    if service.is_known_elsewhere(request.user, role.user, request.membership.workspace):
        return _refuse(request, role, str(KNOWN_ELSEWHERE))
    try:
        is_deactivated = deactivate(_actor(request), role.user)
    except LastAdmin as error:
        return _refuse(request, role, last_admin_message(error, request.membership.workspace))
    if not is_deactivated:
        return _refuse(request, role, _("%(name)s is already deactivated."))
    return _confirm(request, role, _("%(name)s is deactivated and signed out everywhere."))


@require_POST
@with_role
def switch_on(request: ManagerRequest, role: Role) -> HttpResponse:
    """Lets a person who was switched off sign in again."""
    workspace = request.membership.workspace
    if role.user is not None and service.is_known_elsewhere(request.user, role.user, workspace):
        return _refuse(request, role, str(KNOWN_ELSEWHERE))
    if role.user is None or not service.switch_on(_actor(request), role.user, clock.now()):
        return _refuse(request, role, _("%(name)s isn’t deactivated."))
    return _confirm(request, role, _("%(name)s is reactivated and can sign in again."))


def _actor(request: ManagerRequest) -> Actor:
    return Actor(request.asana, request.user, request.membership)


def _confirm(request: ManagerRequest, role: Role, sentence: str) -> HttpResponse:
    return _back(request, role, messages.SUCCESS, sentence)


def _refuse(request: ManagerRequest, role: Role, sentence: str) -> HttpResponse:
    return _back(request, role, messages.ERROR, sentence)


def _back(request: ManagerRequest, role: Role, level: int, sentence: str) -> HttpResponse:
    """Shows the sentence on a page that the admin can still see after the change."""
    message, workspace = sentence % {"name": role.name}, request.membership.workspace
    is_own = role.gid == request.membership.gid
    if is_own and not membership.cached_is_admin(request.user, workspace):
        return redirect_with(request, level, message, "home")
    if role.left:
        # Once nothing connects them with the workspace any more, they have no page.
        return redirect_with(request, level, message, "roles", workspace=workspace)
    return redirect_with(request, level, message, "role_of", workspace=workspace, person=role.gid)
