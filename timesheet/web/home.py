"""The home page, which redirects to the current week."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import asana_required
from accounts.http import AsanaRequest
from timesheet.core import clock
from timesheet.core.sessions import LAST_WORKSPACE
from timesheet.domain.week import Week
from timesheet.sheets import reading
from timesheet.sheets.recent_workspace import last_worked_in


@require_safe
@asana_required
def home(request: AsanaRequest) -> HttpResponse:
    """Redirect to the current week, or to the week of `?day=` (an ISO date).

    The workspace is the one that the person last visited, or the one with their latest hours.
    """
    workspaces = reading.workspaces_of(request.asana, request.user)
    if not workspaces:
        return render(request, "shared/no_workspace.html")
    workspace = request.session.get(LAST_WORKSPACE, "")
    if reading.find_workspace(workspace, workspaces) is None:
        workspace = last_worked_in(request.asana, workspaces, clock.today()).gid
    return redirect("week", workspace=workspace, week=_week(request.GET.get("day", "")))


def _week(day: str) -> Week:
    try:
        return Week.parse(str(Week.of(date.fromisoformat(day))))
    except ValueError:
        return Week.of(clock.today())
