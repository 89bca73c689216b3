"""The page where a person says how they want the timesheet."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import signed_in
from accounts.http import SignedInRequest
from timesheet.context import LAST_WORKSPACE
from timesheet.preferences_form import PreferencesForm
from timesheet.services.house import house_of
from timesheet.services.preferences import preferences_of


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def preferences(request: SignedInRequest) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    theirs = house_of(request.session.get(LAST_WORKSPACE, "")).targets
    form = PreferencesForm(sent, instance=preferences_of(request.user), theirs=theirs)
    if sent is not None and form.is_valid():
        form.save()
        messages.success(request, _("Your preferences are saved."))
        return redirect("preferences")
    status = 422 if sent is not None else 200
    return render(request, "week/preferences.html", {"form": form}, status=status)
