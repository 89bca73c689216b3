"""The admins' list of people: roles, managers and capacity, one by one and for many at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import admin_required
from accounts.asana.records import AsanaUser
from accounts.http import ManagerRequest
from accounts.workspaces import managers
from accounts.workspaces.admins import LastAdmin
from accounts.workspaces.managers import Actor
from timesheet.admin.capacity import service
from timesheet.admin.capacity.forms import CapacityForm
from timesheet.admin.capacity.messages import capacity_set_message
from timesheet.admin.people.forms import AssignForm, BulkRoleForm, RoleFilterForm
from timesheet.admin.people.service import PersonRow, people_rows
from timesheet.admin.roles import changes
from timesheet.admin.roles.changes import RoleChange
from timesheet.admin.roles.messages import last_admin_named
from timesheet.admin.roles.service import roles_for
from timesheet.core import clock
from timesheet.sheets.policy import workspace_policy_of

PAGE_SIZE = 100


@require_safe
@admin_required
def roles(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Lists everybody with role, managers and capacity, filtered, by name."""
    return _render_list(request, {})


@require_POST
@admin_required
def assign_manager(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Assigns the selected people to a manager."""
    actor = _actor(request)
    everybody = actor.everybody()
    form = AssignForm(request.POST, people=everybody)
    if not (people := _selected(request, everybody)) or not form.is_valid():
        return _render_list(request, {"assign_form": form}, status=422)
    manager = everybody[form.cleaned_data["manager"]]
    number = managers.assign(actor, manager, people, replace=form.cleaned_data["replace"])
    sentence = ngettext(
        "%(number)d person assigned to %(name)s.", "%(number)d people assigned to %(name)s.", number
    )
    messages.success(request, sentence % {"number": number, "name": manager.name or manager.gid})
    return _back(request)


@require_POST
@admin_required
def set_roles(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Makes the selected people admins or managers, or takes such a role from them."""
    actor, form = _actor(request), BulkRoleForm(request.POST)
    if not (people := _selected(request, actor.everybody())) or not form.is_valid():
        return _render_list(request, {"role_form": form}, status=422)
    change = RoleChange(form.cleaned_data["become"])
    try:
        number = len(changes.set_roles(actor, {person.gid: [change] for person in people}))
    except LastAdmin as error:
        messages.error(request, last_admin_named(error, workspace))
        return _render_list(request, {"role_form": form}, status=422)
    if number:
        sentence = ngettext(
            "Role changed for %(n)d person.", "Role changed for %(n)d people.", number
        )
        messages.success(request, sentence % {"n": number})
    else:
        messages.info(request, _("No changes to save."))
    return _back(request)


@require_POST
@admin_required
def set_capacity(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Sets the capacity of the selected people from a date on."""
    form = CapacityForm(request.POST)
    people = _selected(request, _actor(request).everybody())
    if not people or not form.is_valid():
        return _render_list(request, {"capacity_form": form}, status=422)
    starts_on = form.cleaned_data["starts_on"]
    number = service.change_capacity(
        request.user, workspace, people, starts_on, form.minutes, clock.now()
    )
    messages.success(request, capacity_set_message(number))
    if request.POST.get("back") == "person" and len(people) == 1:
        return redirect("capacity_of", workspace=workspace, person=people[0].gid)
    return _back(request)


def _selected(request: ManagerRequest, everybody: Mapping[str, AsanaUser]) -> list[AsanaUser]:
    """Return the selected people who are in the workspace; says so if there are none.

    With `everyone` they are all who pass the filters, on whatever page of the list.
    """
    gids = request.POST.getlist("person")
    if request.POST.get("everyone"):
        gids = [row.role.gid for row in _listed(request, _filter_form(request))]
    people = [everybody[gid] for gid in gids if gid in everybody]
    if not people:
        messages.error(request, _("Select people first."))
    return people


def _render_list(
    request: ManagerRequest, forms: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    workspace, actor = request.membership.workspace, _actor(request)
    query = _query(request)
    form = _filter_form(request)
    everybody = roles_for(actor)
    people = people_rows(actor, everybody, form.filter, clock.today())
    context = {
        "workspace": workspace,
        "form": form,
        "shown": Paginator(people, PAGE_SIZE).get_page(query.get("page")),
        "total": len(everybody),
        "query": query.urlencode(),
        "everyone": bool(request.POST.get("everyone")),
        "selected": request.POST.getlist("person"),
        "assign_form": AssignForm(people=actor.everybody(), initial={"replace": True}),
        "role_form": BulkRoleForm(),
        "capacity_form": _capacity_form(workspace),
        **forms,
    }
    return render(request, "admin/people/list.html", context, status=status)


def _filter_form(request: ManagerRequest) -> RoleFilterForm:
    return RoleFilterForm(_query(request), workspace=request.membership.workspace)


def _listed(request: ManagerRequest, form: RoleFilterForm) -> list[PersonRow]:
    actor = _actor(request)
    return people_rows(actor, roles_for(actor), form.filter, clock.today())


def _query(request: ManagerRequest) -> QueryDict:
    """Return the filters and the page, which a form of the list sends along."""
    return QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET


def _back(request: ManagerRequest) -> HttpResponse:
    address = reverse("roles", args=[request.membership.workspace])
    query = _query(request).urlencode()
    return redirect(f"{address}?{query}" if query else address)


def _capacity_form(workspace: str) -> CapacityForm:
    usual = workspace_policy_of(workspace).targets
    hours = {f"hours_{day}": minutes for day, minutes in enumerate(usual)}
    return CapacityForm(initial={"starts_on": clock.today(), **hours})


def _actor(request: ManagerRequest) -> Actor:
    return Actor(request.asana, request.user, request.membership)
