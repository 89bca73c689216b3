"""Addresses for machines: liveness, readiness and metrics.

Nobody signs in to them, so the answers hold no names and no reasons.
"""

from __future__ import annotations

from dataclasses import asdict

import msgspec
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.request_context import current_context
from timesheet.admin.health import service
from timesheet.admin.health.metrics import CONTENT_TYPE, exposition
from timesheet.core import clock, proxy_probe


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answers as long as this process serves requests at all; the doctor gets what reached us."""
    if proxy_probe.is_probe(request.headers.get(proxy_probe.HEADER, "")):
        return HttpResponse(msgspec.json.encode(_seen(request)), content_type="application/json")
    return HttpResponse("ok", content_type="text/plain")


def _seen(request: HttpRequest) -> proxy_probe.Seen:
    return proxy_probe.Seen(
        request.headers.get("X-Forwarded-For", ""),
        request.META.get("REMOTE_ADDR", ""),
        current_context().address,
        request.is_secure(),
    )


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """Answers 200 if this process can serve people, else 503, with the result of each check."""
    checks = service.checks(clock.now())
    status = 200 if checks.ready else 503
    return JsonResponse({"status": checks.status, **asdict(checks)}, status=status)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Shows the metrics to requests with METRICS_TOKEN; 404 for all others."""
    expected = f"Bearer {settings.METRICS_TOKEN}"
    header = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(header, expected):
        raise Http404
    return HttpResponse(exposition(clock.now()), content_type=CONTENT_TYPE)
