"""The front door: straight to this week."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.access import connected
from accounts.http import ConnectedRequest
from timesheet import clock
from timesheet.domain.week import Week
from timesheet.services import sheets

LAST_WORKSPACE = "workspace"


@require_GET
@connected
def home(request: ConnectedRequest) -> HttpResponse:
    """This week in the workspace the person was in last, else in their first."""
    gids = [workspace.gid for workspace in sheets.workspaces_of(request.asana, request.user)]
    if not gids:
        return render(request, "timesheet/no_workspace.html")
    last = request.session.get(LAST_WORKSPACE)
    workspace = last if last in gids else gids[0]
    return redirect("week", workspace=workspace, week=Week.of(clock.today()))
