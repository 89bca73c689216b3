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

from accounts import admins, problems, reviewers, seats
from accounts import roles as rules
from accounts.access import administering
from accounts.admins import LastAdmin
from accounts.http import ManagingRequest, problem_response
from accounts.models import Reviewer
from accounts.reviewers import Asker
from accounts.roles import Role
from timesheet import clock, connection_words
from timesheet.roles_form import RolesForm
from timesheet.services import elsewhere
from timesheet.services import roles as service
from timesheet.services.elsewhere import Elsewhere

PAGE = 100

# A person's role, and what was done about it, in a sentence.
Change = Callable[[ManagingRequest, Asker, Role], str]


class NotDone(Exception):
    """Nothing was changed; the sentence says why."""


@require_GET
@administering
def roles(request: ManagingRequest, workspace: str) -> HttpResponse:
    form = RolesForm(request.GET, label_suffix="")
    everybody = _everybody(request)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "workspace": workspace,
        "form": form,
        "shown": Paginator(rules.narrow(everybody, form.narrowed), PAGE).get_page(
            request.GET.get("page")
        ),
        "total": len(everybody),
        "query": query.urlencode(),
    }
    return render(request, "admin/roles/list.html", context)


@require_GET
@administering
def role_of(request: ManagingRequest, workspace: str, person: str) -> HttpResponse:
    role = _role_of(request, person)
    if role is None:
        return problem_response(request, problems.not_in_workspace())
    looking_after = Reviewer.objects.filter(workspace_gid=workspace, people__gid=person)
    context = {
        "workspace": workspace,
        "role": role,
        "managers": looking_after.order_by("name", "gid"),
        "own": role.gid == request.seat.gid,
        "open_edits": service.open_edits(role.user) if role.user else 0,
    }
    return render(request, "admin/roles/detail.html", context)


def _changing(change: Change) -> Callable[..., HttpResponse]:
    """The view of a change to the person of the address."""

    @wraps(change)
    def changed(request: ManagingRequest, workspace: str, person: str) -> HttpResponse:
        role = _role_of(request, person)
        if role is None:
            return problem_response(request, problems.not_in_workspace())
        try:
            messages.success(request, change(request, _asker(request), role))
        except NotDone as why:
            messages.error(request, str(why))
        except LastAdmin as last:
            messages.error(request, _last_admin(last, role, workspace))
        except Elsewhere:
            messages.error(request, _said(str(connection_words.ELSEWHERE), role))
        if person == request.seat.gid and not seats.remembered_admin(request.user, workspace):
            return redirect("home")
        if role.left:
            # Whom nothing connects with the workspace any more has no page.
            return redirect("roles", workspace=workspace)
        return redirect("role_of", workspace=workspace, person=person)

    return require_POST(administering(changed))


@_changing
def make_admin(_request: ManagingRequest, asker: Asker, role: Role) -> str:
    if role.left:
        raise NotDone(_said(_("%(name)s has left the workspace. Nothing was changed."), role))
    if role.is_admin or not admins.grant(asker.user, role.person, asker.seat.workspace):
        raise NotDone(_said(_("%(name)s is an admin already. Nothing was changed."), role))
    return _said(_("%(name)s is an admin of this workspace now."), role)


@_changing
def take_admin(_request: ManagingRequest, asker: Asker, role: Role) -> str:
    if not rules.take_admin(asker, role):
        raise NotDone(_not_taken(role))
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
def make_manager(_request: ManagingRequest, asker: Asker, role: Role) -> str:
    if role.left:
        raise NotDone(_said(_("%(name)s has left the workspace. Nothing was changed."), role))
    if role.is_manager:
        raise NotDone(_said(_("%(name)s is a manager already. Nothing was changed."), role))
    reviewers.appoint(asker, role.gid)
    return _said(_("%(name)s is a manager now. Choose whose weeks they look after."), role)


@_changing
def end_manager(_request: ManagingRequest, asker: Asker, role: Role) -> str:
    found = Reviewer.objects.filter(workspace_gid=asker.seat.workspace, gid=role.gid).first()
    if found is None:
        raise NotDone(_said(_("%(name)s is no manager. Nothing was changed."), role))
    reviewers.dismiss(asker.user, found)
    return _said(_("%(name)s looks after nobody’s weeks any more."), role)


@_changing
def switch_off(request: ManagingRequest, asker: Asker, role: Role) -> str:
    if role.gid == request.seat.gid:
        raise NotDone(
            _("You cannot switch yourself off. Nothing was changed. Another admin can do it.")
        )
    if role.user is None:
        raise NotDone(_said(_("%(name)s has never signed in here. Nothing was changed."), role))
    elsewhere.refuse(request.user, role.user, request.seat.workspace)
    if not rules.switch_off(asker, role.user):
        raise NotDone(_said(_("%(name)s is switched off already. Nothing was changed."), role))
    return _said(_("%(name)s is switched off and signed out everywhere."), role)


@_changing
def switch_on(request: ManagingRequest, asker: Asker, role: Role) -> str:
    if role.user is not None:
        elsewhere.refuse(request.user, role.user, request.seat.workspace)
    if role.user is None or not service.switch_on(asker, role.user, clock.now()):
        raise NotDone(_said(_("%(name)s is not switched off. Nothing was changed."), role))
    return _said(_("%(name)s is switched on, and can sign in again."), role)


def _asker(request: ManagingRequest) -> Asker:
    return Asker(request.asana, request.user, request.seat)


def _everybody(request: ManagingRequest) -> list[Role]:
    return rules.roles(_asker(request), service.known_in(request.seat.workspace))


def _role_of(request: ManagingRequest, gid: str) -> Role | None:
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
