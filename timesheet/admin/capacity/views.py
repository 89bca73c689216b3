"""The admins' pages of one person's capacity, and of a file with everybody's."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.access import admin_of_person_required, admin_required
from accounts.http import ManagerRequest, PersonAdminRequest, redirect_with
from accounts.models import Action
from accounts.workspaces.admins import LastAdmin
from accounts.workspaces.managers import Actor
from timesheet.admin.capacity import imports, service
from timesheet.admin.capacity.forms import CapacityForm, DayForm, ImportForm
from timesheet.admin.roles.service import roles_for
from timesheet.core import clock
from timesheet.web.downloads import csv_response

# How long half days off that are over stay on the page.
SHOWN_AFTER = timedelta(days=62)


@require_safe
@admin_of_person_required
def capacity_of(request: PersonAdminRequest, workspace: str, person: str) -> HttpResponse:
    """Shows one person's capacity with its history, and their half days off."""
    today = clock.today()
    rows = [row for row in service.rows(_actor(request), today) if row.person.gid == person]
    context = {
        "workspace": workspace,
        "row": rows[0],
        "history": service.history(workspace, person),
        "half_days": service.half_days(workspace, person, today - SHOWN_AFTER),
        "form": CapacityForm(
            initial={
                "starts_on": today,
                **{f"hours_{day}": minutes for day, minutes in enumerate(rows[0].minutes)},
            }
        ),
        "day_form": DayForm(label_suffix=""),
    }
    return render(request, "admin/capacity/detail.html", context)


@require_POST
@admin_of_person_required
def remove_capacity(request: PersonAdminRequest, workspace: str, person: str) -> HttpResponse:
    """Removes a change of one person's capacity."""
    form = DayForm(request.POST)
    is_removed = form.is_valid() and service.remove_change(
        request.user, workspace, request.person, form.cleaned_data["day"]
    )
    return _back(request, is_removed, _("Removed."))


@require_POST
@admin_of_person_required
def add_half_day(request: PersonAdminRequest, workspace: str, person: str) -> HttpResponse:
    """Gives one person half a day off."""
    return _change_half_day(request, off=True)


@require_POST
@admin_of_person_required
def remove_half_day(request: PersonAdminRequest, workspace: str, person: str) -> HttpResponse:
    """Takes a half day off back."""
    return _change_half_day(request, off=False)


@require_safe
@admin_required
def export_capacity(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Sends everybody's roles, managers and capacity as the file that the import reads."""
    today, actor = clock.today(), _actor(request)
    table = service.table(service.rows(actor, today), roles_for(actor), today)
    audit.record(
        Action.EXPORTED,
        request.user,
        workspace=workspace,
        after={"format": "csv", "rows": "people"},
    )
    return cast(HttpResponse, csv_response(table, "people"))


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def import_capacity(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Shows the form of a file, and on POST what the file would change."""
    form = ImportForm(request.POST or None, request.FILES or None, label_suffix="")
    context: dict[str, object] = {"workspace": workspace, "form": form}
    if request.method != "POST":
        return render(request, "admin/capacity/import.html", context)
    if not form.is_valid():
        return render(request, "admin/capacity/import.html", context, status=422)
    text = form.cleaned_data["text"]
    plan = imports.plan(text, _actor(request), clock.today())
    context |= {"plan": plan, "text": text}
    status = 422 if plan.problems else 200
    return render(request, "admin/capacity/import.html", context, status=status)


@require_POST
@admin_required
def apply_import(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Applies a file: all of it, or nothing where a row is wrong."""
    actor, form = _actor(request), ImportForm(request.POST, label_suffix="")
    if not form.is_valid():
        context: dict[str, object] = {"workspace": workspace, "form": form}
        return render(request, "admin/capacity/import.html", context, status=422)
    text = form.cleaned_data["text"]
    plan = imports.plan(text, actor, clock.today())
    if plan.problems or not plan.rows:
        context = {"workspace": workspace, "form": form, "plan": plan, "text": text}
        return render(request, "admin/capacity/import.html", context, status=422)
    try:
        number = imports.apply(actor, plan, clock.now())
    except LastAdmin as error:
        plan.problems.append(imports.last_admin_problem(plan, error, workspace))
        context = {"workspace": workspace, "form": form, "plan": plan, "text": text}
        return render(request, "admin/capacity/import.html", context, status=422)
    sentence = ngettext("%(number)d person updated.", "%(number)d people updated.", number)
    messages.success(request, sentence % {"number": number} if number else _("No changes to save."))
    return redirect("roles", workspace=workspace)


def _actor(request: ManagerRequest) -> Actor:
    return Actor(request.asana, request.user, request.membership)


def _change_half_day(request: PersonAdminRequest, *, off: bool) -> HttpResponse:
    form, workspace = DayForm(request.POST), request.membership.workspace
    is_changed = form.is_valid() and service.set_half_day(
        request.user, workspace, request.person, form.cleaned_data["day"], off=off
    )
    return _back(request, is_changed, _("Saved."))


def _back(request: PersonAdminRequest, is_changed: bool, message: str) -> HttpResponse:
    level = messages.SUCCESS if is_changed else messages.INFO
    address = {"workspace": request.membership.workspace, "person": request.person.gid}
    text = message if is_changed else _("No changes to save.")
    return redirect_with(request, level, text, "capacity_of", **address)
