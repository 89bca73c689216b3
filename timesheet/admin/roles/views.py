"""The admins' pages of who is what in a workspace, and of one person, whose role they change."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import problems
from accounts.access import admin_required
from accounts.http import ManagerRequest, problem_response
from accounts.models import Manager
from accounts.workspaces import admins, managers, membership
from accounts.workspaces import roles as rules
from accounts.workspaces.admins import LastAdmin
from accounts.workspaces.managers import Actor
from accounts.workspaces.roles import Role
from timesheet.admin.roles import cross_workspace, service
from timesheet.admin.roles.cross_workspace import KnownElsewhere
from timesheet.admin.roles.forms import RolesForm
from timesheet.admin.roles.messages import KNOWN_ELSEWHERE
from timesheet.core import clock

PAGE = 100

# A person's role, and what was done about it, in a sentence.
Change = Callable[[ManagerRequest, Actor, Role], str]


class RoleNotChanged(Exception):
    """Nothing was changed; the sentence says why."""


@require_GET
@admin_required
def roles(request: ManagerRequest, workspace: str) -> HttpResponse:
    form = RolesForm(request.GET, label_suffix="")
    everybody = _everybody(request)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "workspace": workspace,
        "form": form,
        "shown": Paginator(rules.filter_roles(everybody, form.filter), PAGE).get_page(
            request.GET.get("page")
        ),
        "total": len(everybody),
        "query": query.urlencode(),
    }
    return render(request, "admin/roles/list.html", context)


@require_GET
@admin_required
def role_of(request: ManagerRequest, workspace: str, person: str) -> HttpResponse:
    role = _role_of(request, person)
    if role is None:
        return problem_response(request, problems.not_in_workspace())
    looking_after = Manager.objects.filter(workspace_gid=workspace, people__gid=person)
    context = {
        "workspace": workspace,
        "role": role,
        "managers": looking_after.order_by("name", "gid"),
        "own": role.gid == request.membership.gid,
        "open_edits": service.open_edits(role.user) if role.user else 0,
    }
    return render(request, "admin/roles/detail.html", context)


def _changing(change: Change) -> Callable[..., HttpResponse]:
    """The view of a change to the person of the address."""

    @wraps(change)
    def changed(request: ManagerRequest, workspace: str, person: str) -> HttpResponse:
        role = _role_of(request, person)
        if role is None:
            return problem_response(request, problems.not_in_workspace())
        try:
            messages.success(request, change(request, _asker(request), role))
        except RoleNotChanged as why:
            messages.error(request, str(why))
        except LastAdmin as last:
            messages.error(request, _last_admin(last, role, workspace))
        except KnownElsewhere:
            messages.error(request, _said(str(KNOWN_ELSEWHERE), role))
        if person == request.membership.gid and not membership.cached_is_admin(
            request.user, workspace
        ):
            return redirect("home")
        if role.left:
            # Whom nothing connects with the workspace any more has no page.
            return redirect("roles", workspace=workspace)
        return redirect("role_of", workspace=workspace, person=person)

    return require_POST(admin_required(changed))


@_changing
def make_admin(_request: ManagerRequest, asker: Actor, role: Role) -> str:
    if role.left:
        raise RoleNotChanged(
            _said(_("%(name)s has left the workspace. Nothing was changed."), role)
        )
    if role.is_admin or not admins.grant(asker.user, role.person, asker.membership.workspace):
        raise RoleNotChanged(_said(_("%(name)s is an admin already. Nothing was changed."), role))
    return _said(_("%(name)s is an admin of this workspace now."), role)


@_changing
def take_admin(_request: ManagerRequest, asker: Actor, role: Role) -> str:
    if not rules.revoke_admin(asker, role):
        raise RoleNotChanged(_not_taken(role))
    if role.in_asana:
        return _said(
            _(
                "What was decided here about %(name)s is taken back. They stay an admin, because "
                "Asana says that they are one: change it there."
            ),
            role,
        )
    return _said(_("%(name)s is not an admin of this workspace any more."), role)


@_changing
def make_manager(_request: ManagerRequest, asker: Actor, role: Role) -> str:
    if role.left:
        raise RoleNotChanged(
            _said(_("%(name)s has left the workspace. Nothing was changed."), role)
        )
    if role.is_manager:
        raise RoleNotChanged(_said(_("%(name)s is a manager already. Nothing was changed."), role))
    managers.add_manager(asker, role.gid)
    return _said(_("%(name)s is a manager now. Choose whose weeks they look after."), role)


@_changing
def end_manager(_request: ManagerRequest, asker: Actor, role: Role) -> str:
    found = Manager.objects.filter(workspace_gid=asker.membership.workspace, gid=role.gid).first()
    if found is None:
        raise RoleNotChanged(_said(_("%(name)s is no manager. Nothing was changed."), role))
    managers.remove_manager(asker.user, found)
    return _said(_("%(name)s looks after nobody’s weeks any more."), role)


@_changing
def switch_off(request: ManagerRequest, asker: Actor, role: Role) -> str:
    if role.gid == request.membership.gid:
        raise RoleNotChanged(
            _("You cannot switch yourself off. Nothing was changed. Another admin can do it.")
        )
    if role.user is None:
        raise RoleNotChanged(
            _said(_("%(name)s has never signed in here. Nothing was changed."), role)
        )
    cross_workspace.raise_if_known_elsewhere(request.user, role.user, request.membership.workspace)
    if not rules.deactivate(asker, role.user):
        raise RoleNotChanged(
            _said(_("%(name)s is switched off already. Nothing was changed."), role)
        )
    return _said(_("%(name)s is switched off and signed out everywhere."), role)


@_changing
def switch_on(request: ManagerRequest, asker: Actor, role: Role) -> str:
    if role.user is not None:
        cross_workspace.raise_if_known_elsewhere(
            request.user, role.user, request.membership.workspace
        )
    if role.user is None or not service.switch_on(asker, role.user, clock.now()):
        raise RoleNotChanged(_said(_("%(name)s is not switched off. Nothing was changed."), role))
    return _said(_("%(name)s is switched on, and can sign in again."), role)


def _asker(request: ManagerRequest) -> Actor:
    return Actor(request.asana, request.user, request.membership)


def _everybody(request: ManagerRequest) -> list[Role]:
    return rules.roles(_asker(request), service.known_in(request.membership.workspace))


def _role_of(request: ManagerRequest, gid: str) -> Role | None:
    return next((role for role in _everybody(request) if role.gid == gid), None)


def _not_taken(role: Role) -> str:
    if role.every:
        sentence = _(
            "%(name)s was made an admin of every workspace on the command line, which alone takes "
            "that back: manage.py grant EMAIL member. Nothing was changed."
        )
    elif role.in_asana:
        sentence = _(
            "Asana says that %(name)s is an admin. Nothing was changed here; change it there."
        )
    else:
        sentence = _("%(name)s is no admin. Nothing was changed.")
    return _said(sentence, role)


def _last_admin(last: LastAdmin, role: Role, workspace: str) -> str:
    if workspace in last.workspaces:
        sentence = _(
            "%(name)s is the last admin of this workspace who can sign in here. Nothing was "
            "changed. Make somebody else an admin first, who has signed in before."
        )
    else:
        sentence = _(
            "%(name)s is the last admin of another workspace who can sign in here. Nothing was "
            "changed. Somebody else has to be made an admin there first."
        )
    return _said(sentence, role)


def _said(sentence: str, role: Role) -> str:
    return sentence % {"name": role.name}
