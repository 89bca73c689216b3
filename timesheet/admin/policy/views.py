"""The admins' page of a workspace's rules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.access import admin_required
from accounts.http import ManagerRequest
from accounts.models import Action
from timesheet.admin.policy.forms import PolicyForm, audit_values
from timesheet.core import clock
from timesheet.sheets import holidays, policy_messages
from timesheet.sheets.policy import build_policy, workspace_policy_of


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def policy(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Shows the rules, and saves changes to them."""
    workspace_policy = workspace_policy_of(workspace)
    post = request.POST if request.method == "POST" else None
    form = PolicyForm(post, instance=workspace_policy_of(workspace))
    if post is not None and form.is_valid():
        before, after = audit.changed(audit_values(workspace_policy), audit_values(form.save()))
        if after:
            action = Action.POLICY_CHANGED
            audit.record(action, request.user, workspace=workspace, before=before, after=after)
            messages.success(request, _("Rules saved. They apply to everyone from now on."))
        else:
            messages.info(request, _("No changes to save."))
        return redirect("policy", workspace=workspace)
    context = {
        "form": form,
        "usual": policy_messages.default_messages(
            build_policy(workspace_policy, workspace_policy.back_days_members), clock.today()
        ),
        "rounding": policy_messages.rounding_example(workspace_policy.rounding_minutes),
        "holidays": list(holidays.to_come(workspace_policy, clock.today()).items()),
        "workspace": workspace,
    }
    return render(request, "admin/policy/policy.html", context, status=200 if post is None else 422)
