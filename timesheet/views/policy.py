"""The admins' page of a workspace's rules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.access import administering
from accounts.http import ManagingRequest
from accounts.models import Action
from timesheet import clock, policy_words
from timesheet.policy_form import PolicyForm, told
from timesheet.services import holidays
from timesheet.services.house import house_of, policy_of


@require_http_methods(["GET", "HEAD", "POST"])
@administering
def policy(request: ManagingRequest, workspace: str) -> HttpResponse:
    house = house_of(workspace)
    sent = request.POST if request.method == "POST" else None
    form = PolicyForm(sent, instance=house_of(workspace))
    if sent is not None and form.is_valid():
        was, now = audit.changed(told(house), told(form.save()))
        if now:
            action = Action.POLICY_CHANGED
            audit.record(action, request.user, workspace=workspace, before=was, after=now)
            messages.success(request, _("Saved. The rules hold from now on, for everybody."))
        else:
            messages.info(request, _("Nothing was changed."))
        return redirect("policy", workspace=workspace)
    context = {
        "form": form,
        "usual": policy_words.usual(policy_of(house, house.back_days_members), clock.today()),
        "rounding": policy_words.roundings(house.rounding_minutes),
        "holidays": list(holidays.to_come(house, clock.today()).items()),
        "workspace": workspace,
    }
    return render(request, "admin/policy/policy.html", context, status=200 if sent is None else 422)
