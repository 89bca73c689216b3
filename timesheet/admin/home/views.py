"""The admins' start page: what needs attention."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import admin_required
from accounts.http import ManagerRequest
from accounts.workspaces.managers import Actor
from timesheet.admin.health import messages
from timesheet.admin.health.service import measure
from timesheet.admin.home import service
from timesheet.core import clock


@require_safe
@admin_required
def admin_home(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Shows what needs attention in the workspace, and whether the installation works."""
    actor = Actor(request.asana, request.user, request.membership)
    context = {
        "workspace": workspace,
        "attention": service.attention(actor),
        "problems": list(messages.sentences(measure(clock.now()))),
    }
    return render(request, "admin/home/home.html", context)
