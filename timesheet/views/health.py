"""How the installation is doing, for the workspace's admins."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import watching
from accounts.http import ManagingRequest
from timesheet import clock, health_words
from timesheet.services import health as signs_of_life


@require_GET
@watching
def health(request: ManagingRequest, workspace: str) -> HttpResponse:
    found = signs_of_life.look(clock.now())
    context = {
        "workspace": workspace,
        "health": found,
        "sentences": list(health_words.sentences(found)),
        "checks": list(health_words.checks(found)),
        "waiting": list(health_words.waiting(found)),
        "statuses": list(health_words.statuses(found)),
        "clock": health_words.clocks(found.signs.skew),
    }
    return render(request, "admin/health/health.html", context)
