"""The page of a person's preferences."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import sign_in_required
from accounts.http import SignedInRequest
from timesheet.core import clock
from timesheet.core.sessions import LAST_WORKSPACE
from timesheet.models import Preferences
from timesheet.sheets.capacity import capacity_of
from timesheet.sheets.policy import workspace_policy_of
from timesheet.week.messages import PREFERENCES_SAVED
from timesheet.week.preferences_form import PreferencesForm


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def preferences(request: SignedInRequest) -> HttpResponse:
    """Show and save the person's preferences."""
    post = request.POST if request.method == "POST" else None
    policy, today = workspace_policy_of(request.session.get(LAST_WORKSPACE, "")), clock.today()
    theirs = capacity_of(request.user.gid, policy, today, today).set_on(today)
    # Not `preferences_of`, which the page is shown with: an invalid form changes its instance too.
    stored = Preferences.objects.filter(user=request.user).first()
    instance = stored or Preferences(user_id=request.user.pk)
    form = PreferencesForm(post, instance=instance, theirs=theirs)
    if post is not None and form.is_valid():
        form.save()
        messages.success(request, str(PREFERENCES_SAVED))
        return redirect("preferences")
    status = 422 if post is not None else 200
    context = {"form": form, "own_may_lower": policy.own_targets_may_lower}
    return render(request, "week/preferences.html", context, status=status)
