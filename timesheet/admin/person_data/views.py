"""The admins' page of what is stored about one person: export it, or erase it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import ManagerRequest, redirect_with
from accounts.workspaces.admins import LastAdmin
from accounts.workspaces.managers import Actor
from accounts.workspaces.roles import Role
from timesheet.admin.person_data import service
from timesheet.admin.person_data.messages import open_edits_message, stored_data
from timesheet.admin.roles.messages import KNOWN_ELSEWHERE, last_admin_message
from timesheet.admin.roles.service import known_elsewhere, open_edits
from timesheet.admin.roles.views import with_role
from timesheet.core import clock


@require_safe
@with_role
def person_data(request: ManagerRequest, role: Role) -> HttpResponse:
    """Shows what is stored about the person, and what would be erased or kept."""
    workspace = request.membership.workspace
    is_elsewhere = _is_elsewhere(request, role)
    counts = service.counts(role.gid, workspace if is_elsewhere else "")
    erased, kept = stored_data(counts)
    waiting = open_edits(role.user) if role.user else 0
    context = {
        "workspace": workspace,
        "role": role,
        "erased": erased,
        "kept": kept,
        "refusal": _refusal(request, role),
        "open_edits": open_edits_message(waiting) if waiting else "",
    }
    return render(request, "admin/person_data/detail.html", context)


@require_safe
@with_role
def export_person(request: ManagerRequest, role: Role) -> HttpResponse:
    """Sends what is stored about the person as JSON."""
    workspace = request.membership.workspace
    content = service.export(
        request.user, role.gid, workspace, clock.now(), whole=not _is_elsewhere(request, role)
    )
    name = f"person-{role.gid}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    options = {"indent": 2, "ensure_ascii": False}
    return JsonResponse(content, json_dumps_params=options, headers=headers)


@require_POST
@with_role
def erase_person(request: ManagerRequest, role: Role) -> HttpResponse:
    """Erases the person; `confirmed` has to be ticked."""
    workspace = request.membership.workspace
    refusal = _refusal(request, role)
    if not refusal and not request.POST.get("confirmed"):
        refusal = _("Confirm that you want to erase this person’s data.")
    if refusal:
        return _back(request, role, refusal)
    try:
        service.erase(Actor(request.asana, request.user, request.membership), role)
    except service.OpenEdits as error:
        return _back(request, role, open_edits_message(error.number))
    except LastAdmin as error:
        return _back(request, role, last_admin_message(error, workspace) % {"name": role.name})
    sentence = _("%(name)s’s data is erased.") % {"name": role.name}
    return redirect_with(request, messages.SUCCESS, sentence, "roles", workspace=workspace)


def _is_elsewhere(request: ManagerRequest, role: Role) -> bool:
    """Whether another workspace knows the person, which the admin has no say in."""
    workspace = request.membership.workspace
    is_own = role.gid == request.user.gid
    return not is_own and bool(known_elsewhere(request.user, [role.gid], workspace))


def _refusal(request: ManagerRequest, role: Role) -> str:
    """Return why this admin can't erase the person; empty if they can."""
    if role.gid == request.user.gid:
        return _("You can’t erase yourself. Ask another admin.")
    if _is_elsewhere(request, role):
        return str(KNOWN_ELSEWHERE) % {"name": role.name}
    return ""


def _back(request: ManagerRequest, role: Role, sentence: str) -> HttpResponse:
    address = {"workspace": request.membership.workspace, "person": role.gid}
    return redirect_with(request, messages.ERROR, sentence, "person_data", **address)
