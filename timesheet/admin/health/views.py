"""How the installation is doing, for the workspace's admins."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import admin_even_offline
from accounts.http import ManagerRequest
from timesheet.admin.health import messages
from timesheet.admin.health import service as signs_of_life
from timesheet.core import clock


@require_GET
@admin_even_offline
def health(request: ManagerRequest, workspace: str) -> HttpResponse:
    found = signs_of_life.measure(clock.now())
    context = {
        "workspace": workspace,
        "health": found,
        "sentences": list(messages.sentences(found)),
        "checks": list(messages.checks(found)),
        "waiting": list(messages.waiting(found)),
        "statuses": list(messages.statuses(found)),
        "clock": messages.clocks(found.inputs.clock_offset),
    }
    return render(request, "admin/health/health.html", context)
