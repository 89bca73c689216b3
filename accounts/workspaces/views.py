"""Who looks after whom: the admins' page of all managers, and that of one manager's people."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts import problems
from accounts.access import admin_required, manager_required
from accounts.http import ManagerRequest, problem_response
from accounts.models import Manager
from accounts.problems import Problem
from accounts.workspaces import managers
from accounts.workspaces.managers import Actor, NotChosen, NotChosenReason

P = ParamSpec("P")

_PROBLEMS: dict[NotChosenReason, Callable[[], Problem]] = {
    NotChosenReason.OWN: problems.cannot_manage_themself,
    NotChosenReason.NOT_YOURS: problems.not_yours_to_choose,
    NotChosenReason.NOT_HERE: problems.not_in_workspace,
}


def _with_manager(
    view: Callable[Concatenate[ManagerRequest, Manager, P], HttpResponse],
) -> Callable[Concatenate[ManagerRequest, P], HttpResponse]:
    """Fetches the manager of the address, for an admin or for the manager."""

    @wraps(view)
    def with_manager(request: ManagerRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        gid = str(kwargs.pop("manager"))
        if gid != request.membership.gid and not request.membership.is_admin:
            return problem_response(request, problems.not_your_page())
        found = Manager.objects.filter(workspace_gid=request.membership.workspace, gid=gid).first()
        if found is None:
            return problem_response(request, problems.manager_not_found())
        try:
            return view(request, found, *args, **kwargs)
        except NotChosen as refused:
            return problem_response(request, _PROBLEMS[refused.why]())

    return with_manager


@require_GET
@admin_required
def people(request: ManagerRequest, workspace: str) -> HttpResponse:
    asker = _actor(request)
    charges = managers.all_manager_people(asker)
    known = {charge.manager.gid for charge in charges}
    candidates = [one for gid, one in asker.everybody().items() if gid not in known]
    context = {
        "workspace": workspace,
        "charges": charges,
        "candidates": candidates,
        "chooses": Manager.Chooses.choices,
    }
    return render(request, "workspaces/managers.html", context)


@require_POST
@admin_required
def add_manager(request: ManagerRequest, workspace: str) -> HttpResponse:
    gid = request.POST.get("person", "")
    if not gid:
        messages.error(request, _("Choose a person first. Nothing was changed."))
        return redirect("people", workspace=workspace)
    try:
        manager = managers.add_manager(_actor(request), gid)
    except NotChosen as refused:
        return problem_response(request, _PROBLEMS[refused.why]())
    said = _("%(name)s looks after people’s weeks now. Choose whose.")
    messages.success(request, said % {"name": manager.name})
    return redirect("people_of", workspace=workspace, manager=manager.gid)


@require_GET
@manager_required
@_with_manager
def people_of(request: ManagerRequest, manager: Manager, *, workspace: str) -> HttpResponse:
    context = {
        "workspace": workspace,
        "charge": managers.manager_people_of(_actor(request), manager),
        "own": manager.gid == request.membership.gid,
        "is_admin": request.membership.is_admin,
    }
    return render(request, "workspaces/manager_detail.html", context)


@require_POST
@manager_required
@_with_manager
def choose_people(request: ManagerRequest, manager: Manager, *, workspace: str) -> HttpResponse:
    """`person` are those who are ticked, `was` those who were when the page was made: what another
    has chosen since stays."""
    ticked, was = set(request.POST.getlist("person")), set(request.POST.getlist("was"))
    managers.change_people(_actor(request), manager, add=ticked - was, drop=was - ticked)
    messages.success(request, _("Saved."))
    return redirect("people_of", workspace=workspace, manager=manager.gid)


@require_POST
@manager_required
@_with_manager
def add_team(request: ManagerRequest, manager: Manager, *, workspace: str) -> HttpResponse:
    team = request.POST.get("team", "")
    new = managers.add_team(_actor(request), manager, team) if team else 0
    if not team:
        messages.error(request, _("Choose a team first. Nothing was changed."))
    elif new:
        said = ngettext("%(number)d person was added.", "%(number)d people were added.", new)
        messages.success(request, said % {"number": new})
    else:
        messages.success(request, _("Everybody of this team was there already."))
    return redirect("people_of", workspace=workspace, manager=manager.gid)


@require_POST
@admin_required
@_with_manager
def allow_choosing(request: ManagerRequest, manager: Manager, *, workspace: str) -> HttpResponse:
    wanted = request.POST.get("chooses", "")
    if wanted in Manager.Chooses.values:
        managers.allow_choosing(request.user, manager, Manager.Chooses(wanted))
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("That cannot be chosen. Nothing was changed."))
    return redirect("people", workspace=workspace)


@require_POST
@admin_required
@_with_manager
def remove_manager(request: ManagerRequest, manager: Manager, *, workspace: str) -> HttpResponse:
    managers.remove_manager(request.user, manager)
    said = _("%(name)s looks after nobody’s weeks any more.")
    messages.success(request, said % {"name": manager.name or manager.gid})
    return redirect("people", workspace=workspace)


def _actor(request: ManagerRequest) -> Actor:
    return Actor(request.asana, request.user, request.membership)
