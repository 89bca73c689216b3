"""The admins' page of a workspace's rules."""

from __future__ import annotations

from copy import copy

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit
from accounts.access import admin_required
from accounts.http import ManagerRequest, is_htmx
from accounts.models import Action
from timesheet.admin.policy import service
from timesheet.admin.policy.forms import (
    HolidayDayForm,
    HolidayForm,
    PolicyForm,
    audit_values,
)
from timesheet.core import clock
from timesheet.models import WorkspacePolicy
from timesheet.sheets import holidays, policy_messages
from timesheet.sheets.policy import build_policy, workspace_policy_of


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def policy(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Shows the rules, and saves changes to them."""
    workspace_policy = workspace_policy_of(workspace)
    post = request.POST if request.method == "POST" else None
    # A copy, because the form changes its instance, even where it is invalid.
    form = PolicyForm(post, instance=copy(workspace_policy))
    if post is not None and form.is_valid():
        before, after = audit.changed(audit_values(workspace_policy), audit_values(form.save()))
        if after:
            action = Action.POLICY_CHANGED
            audit.record(action, request.user, workspace=workspace, before=before, after=after)
            messages.success(request, _("Rules saved. They apply to everyone from now on."))
        else:
            messages.info(request, _("No changes to save."))
        return redirect("policy", workspace=workspace)
    status = 200 if post is None else 422
    return _page(request, workspace_policy, form, _holidays(workspace_policy), status)


@require_POST
@admin_required
def add_holiday(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Adds a holiday of the workspace's own, or changes that of the day."""
    form = HolidayForm(request.POST)
    if not form.is_valid():
        return _holiday_list(request, workspace, form)
    values = form.cleaned_data
    try:
        service.set_holiday(
            request.user, workspace, values["day"], values["name"], is_half=values["is_half"]
        )
    except service.TooManyHolidays:
        sentence = _("You can have up to %(n)d holidays. Remove past ones.")
        form.add_error("day", sentence % {"n": service.MOST_OWN_DAYS})
        return _holiday_list(request, workspace, form)
    return _holiday_list(request, workspace, said=_("Holiday saved."))


@require_POST
@admin_required
def remove_holiday(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Removes a holiday of the workspace's own."""
    form = HolidayDayForm(request.POST)
    if form.is_valid() and service.remove_holiday(
        request.user, workspace, form.cleaned_data["day"]
    ):
        return _holiday_list(request, workspace, said=_("Holiday removed."))
    return _holiday_list(request, workspace, said=_("No changes to save."))


def _holiday_list(
    request: ManagerRequest, workspace: str, form: HolidayForm | None = None, *, said: str = ""
) -> HttpResponse:
    """Shows the list again, alone for htmx, so that rules that are not saved yet stay."""
    status = 200 if form is None else 422
    workspace_policy = workspace_policy_of(workspace)
    context = {**_holidays(workspace_policy, form), "workspace": workspace, "said": said}
    if is_htmx(request):
        return render(request, "admin/policy/_holidays.html", context, status=status)
    if form is None:
        messages.info(request, said)
        return redirect(f"{reverse('policy', args=[workspace])}#holidays")
    return _page(request, workspace_policy, PolicyForm(instance=workspace_policy), context, status)


def _holidays(
    workspace_policy: WorkspacePolicy, form: HolidayForm | None = None
) -> dict[str, object]:
    today = clock.today()
    own = holidays.own_holidays(workspace_policy)
    return {
        "holidays": holidays.to_come(workspace_policy, today),
        "past_holidays": [holiday for holiday in reversed(own) if holiday.day < today],
        "holiday_form": form or HolidayForm(),
    }


def _page(
    request: ManagerRequest,
    workspace_policy: WorkspacePolicy,
    form: PolicyForm,
    context: dict[str, object],
    status: int,
) -> HttpResponse:
    context = {
        **context,
        "form": form,
        "usual": policy_messages.default_messages(
            build_policy(workspace_policy, workspace_policy.back_days_members), clock.today()
        ),
        "rounding": policy_messages.rounding_example(workspace_policy.rounding_minutes),
        "workspace": workspace_policy.workspace_gid,
    }
    return render(request, "admin/policy/policy.html", context, status=status)
