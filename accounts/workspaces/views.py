"""The page of one manager's people, and what admins decide about a manager."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import problems
from accounts.access import admin_required, manager_required
from accounts.forms import DelegateForm
from accounts.http import ManagerRequest, problem_response
from accounts.models import Manager
from accounts.problems import Problem
from accounts.workspaces import managers
from accounts.workspaces.managers import Actor, NotChosen, NotChosenReason
from accounts.workspaces.roles import RoleKind

P = ParamSpec("P")

_PROBLEMS: dict[NotChosenReason, Callable[[], Problem]] = {
    NotChosenReason.OWN: problems.cannot_manage_themself,
    NotChosenReason.NOT_YOURS: problems.not_yours_to_choose,
    NotChosenReason.NOT_HERE: problems.not_in_workspace,
}


def _with_manager(
    view: Callable[Concatenate[ManagerRequest, Manager, P], HttpResponse],
) -> Callable[Concatenate[ManagerRequest, P], HttpResponse]:
    """Hand the view the manager of the address; only admins and that manager may see it."""

    @wraps(view)
    def with_manager(request: ManagerRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        gid = str(kwargs.pop("manager"))
        if gid != request.membership.gid and not request.membership.is_admin:
            return problem_response(request, problems.not_your_page())
        workspace = request.membership.workspace
        manager = Manager.objects.filter(workspace_gid=workspace, gid=gid).first()
        if manager is None:
            return problem_response(request, problems.manager_not_found())
        try:
            return view(request, manager, *args, **kwargs)
        except NotChosen as refused:
            return problem_response(request, _PROBLEMS[refused.reason]())

    return with_manager


@require_safe
@manager_required
def people(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Go to the managers in the list of people, or to one's own people without being an admin.

    While there are no managers it is the whole list, from which they are made.
    """
    if request.membership.is_admin:
        address = reverse("roles", args=[workspace])
        has_managers = Manager.objects.filter(workspace_gid=workspace).exists()
        query = urlencode({"role": RoleKind.MANAGER.value})
        return redirect(f"{address}?{query}" if has_managers else address)
    if not request.membership.is_assigned_manager:
        return problem_response(request, problems.not_an_admin())
    return redirect("people_of", workspace=workspace, manager=request.membership.gid)


@require_POST
@admin_required
def add_manager(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Make `person` (a gid) a manager."""
    gid = request.POST.get("person", "")
    if not gid:
        messages.error(request, _("Choose a person first."))
        return redirect("roles", workspace=workspace)
    try:
        manager = managers.add_manager(_actor(request), gid)
    except NotChosen as refused:
        return problem_response(request, _PROBLEMS[refused.reason]())
    message = _("%(name)s is now a manager. Choose their people.")
    messages.success(request, message % {"name": manager.name})
    return redirect("people_of", workspace=workspace, manager=manager.gid)


@require_safe
@manager_required
@_with_manager
def people_of(request: ManagerRequest, manager: Manager, *, workspace: str) -> HttpResponse:
    """Show a manager's people, and whom the viewer may add."""
    return _people_page(request, manager, DelegateForm())


@require_POST
@manager_required
@_with_manager
def name_delegate(request: ManagerRequest, manager: Manager, *, workspace: str) -> HttpResponse:
    """Have a person stand in for the manager for a period."""
    form = DelegateForm(request.POST)
    if not form.is_valid():
        return _people_page(request, manager, form, status=422)
    values = form.cleaned_data
    delegate = managers.name_delegate(
        _actor(request), manager, values["person"], values["starts_on"], values["ends_on"]
    )
    message = _("%(name)s is a delegate for that period.")
    messages.success(request, message % {"name": delegate.name})
    return redirect("people_of", workspace=workspace, manager=manager.gid)


@require_POST
@manager_required
@_with_manager
def remove_delegate(request: ManagerRequest, manager: Manager, *, workspace: str) -> HttpResponse:
    """Take back that a person stands in for the manager."""
    key = request.POST.get("delegate", "")
    is_key = key.isascii() and key.isdigit() and len(key) < 19
    if is_key and managers.remove_delegate(request.user, manager, int(key)):
        messages.success(request, _("Removed."))
    else:
        messages.info(request, _("No changes to save."))
    return redirect("people_of", workspace=workspace, manager=manager.gid)


@require_POST
@manager_required
@_with_manager
def choose_people(request: ManagerRequest, manager: Manager, *, workspace: str) -> HttpResponse:
    """Make the ticked people (`person`) those of the manager.

    `was` are those who were ticked when the page was loaded: other changes since then stay.
    """
    ticked, before = set(request.POST.getlist("person")), set(request.POST.getlist("was"))
    managers.change_people(_actor(request), manager, add=ticked - before, drop=before - ticked)
    messages.success(request, _("Saved."))
    return redirect("people_of", workspace=workspace, manager=manager.gid)


@require_POST
@manager_required
@_with_manager
def add_team(request: ManagerRequest, manager: Manager, *, workspace: str) -> HttpResponse:
    """Add all members of the Asana `team` (a gid) to the manager's people."""
    team = request.POST.get("team", "")
    new = managers.add_team(_actor(request), manager, team) if team else 0
    if not team:
        messages.error(request, _("Choose a team first."))
    elif new:
        message = ngettext("%(number)d person was added.", "%(number)d people were added.", new)
        messages.success(request, message % {"number": new})
    else:
        messages.success(request, _("Everyone on this team was already added."))
    return redirect("people_of", workspace=workspace, manager=manager.gid)


@require_POST
@admin_required
@_with_manager
def allow_choosing(request: ManagerRequest, manager: Manager, *, workspace: str) -> HttpResponse:
    """Set whom the manager may choose themself (`chooses`)."""
    chooses = request.POST.get("chooses", "")
    if chooses in Manager.Chooses.values:
        managers.allow_choosing(request.user, manager, Manager.Chooses(chooses))
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("You can’t choose that. Select one of the options."))
    return redirect("people_of", workspace=workspace, manager=manager.gid)


@require_POST
@admin_required
@_with_manager
def remove_manager(request: ManagerRequest, manager: Manager, *, workspace: str) -> HttpResponse:
    """Take the manager's role away."""
    managers.remove_manager(request.user, manager)
    message = _("%(name)s is no longer a manager.")
    messages.success(request, message % {"name": manager.name or manager.gid})
    return redirect("roles", workspace=workspace)


def _people_page(
    request: ManagerRequest, manager: Manager, form: DelegateForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "workspace": request.membership.workspace,
        "manager_people": managers.manager_people_of(_actor(request), manager),
        "own": manager.gid == request.membership.gid,
        "is_admin": request.membership.is_admin,
        "delegates": manager.delegates.filter(ends_on__gte=timezone.localdate()),
        "everybody": [
            person for gid, person in _actor(request).everybody().items() if gid != manager.gid
        ],
        "form": form,
        "chooses": Manager.Chooses.choices,
    }
    return render(request, "workspaces/manager_detail.html", context, status=status)


def _actor(request: ManagerRequest) -> Actor:
    return Actor(request.asana, request.user, request.membership)
