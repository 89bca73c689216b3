"""The home page, which redirects to the current week."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import asana_required
from accounts.http import AsanaRequest
from timesheet.core import clock
from timesheet.core.calendar_names import calendar_names
from timesheet.core.sessions import LAST_WORKSPACE
from timesheet.domain.date_text import read_destination
from timesheet.domain.week import Week
from timesheet.sheets import reading
from timesheet.sheets.recent_workspace import last_worked_in

UNREADABLE_DATE = _("We can’t read that as a date. Try 24 Nov, 2026-11-24 or W48.")


@require_safe
@asana_required
def home(request: AsanaRequest) -> HttpResponse:
    """Redirect to the current week, or to the week of `?day=`: a date or a week as people type it.

    The workspace is the one that the person last visited, or the one with their latest hours.
    """
    workspaces = reading.workspaces_of(request.asana, request.user)
    if not workspaces:
        return render(request, "shared/no_workspace.html")
    workspace = request.session.get(LAST_WORKSPACE, "")
    if reading.find_workspace(workspace, workspaces) is None:
        workspace = last_worked_in(request.asana, workspaces, clock.today()).gid
    return _go_to(request, workspace, request.GET.get("day", ""))


def _go_to(request: AsanaRequest, workspace: str, text: str) -> HttpResponse:
    """Redirect to the week that a text names; to this week where it names none, and say so."""
    today = clock.today()
    found = read_destination(text, calendar_names(), today)
    week = found.week if found else Week.of(today)
    address = reverse("week", kwargs={"workspace": workspace, "week": week})
    if found and found.day:
        return redirect(f"{address}?day={found.day.isoformat()}")
    if text.strip() and not found:
        messages.warning(request, UNREADABLE_DATE)
    return redirect(address)
