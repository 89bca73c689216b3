"""The health page of the installation, for the workspace's admins."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import admin_even_offline
from accounts.http import ManagerRequest
from timesheet.admin.health import messages, service
from timesheet.core import clock


@require_safe
@admin_even_offline
def health(request: ManagerRequest, workspace: str) -> HttpResponse:
    """Shows what is wrong, and the measurements."""
    measured = service.measure(clock.now())
    context = {
        "workspace": workspace,
        "health": measured,
        "sentences": list(messages.sentences(measured)),
        "checks": list(messages.checks(measured)),
        "waiting": list(messages.waiting(measured)),
        "statuses": list(messages.statuses(measured)),
        "clock": messages.clocks(measured.inputs.clock_offset),
    }
    return render(request, "admin/health/health.html", context)
