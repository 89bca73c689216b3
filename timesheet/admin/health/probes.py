"""What machines ask: whether this process lives, whether it can serve, and how it all is doing.
They are strangers, so the answers hold no name and no reason."""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from timesheet.admin.health import metrics as figures
from timesheet.admin.health import service
from timesheet.core import clock


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Whether this process answers; no more."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """Whether people can be sent here."""
    checks = service.checks(clock.now())
    status = 200 if checks.ready else 503
    return JsonResponse({"status": checks.status, **asdict(checks)}, status=status)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For whoever has the token; for all others there is no such page."""
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    told = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(told, wanted):
        raise Http404
    return HttpResponse(figures.exposition(clock.now()), content_type=figures.CONTENT_TYPE)
