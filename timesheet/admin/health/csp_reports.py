"""Reports of browsers about what our content security policy blocked: a log line each."""

from __future__ import annotations

import logging
import re
from urllib.parse import urlsplit

import msgspec
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.request_context import current_context, network_of
from timesheet.core import clock

logger = logging.getLogger(__name__)

MOST_BYTES = 8192
MOST_A_MINUTE = 20

# Keywords such as "inline", "eval" or "data" stand where an address would be.
WORD = re.compile(r"[a-z-]{1,40}")
HOST = re.compile(r"[a-z0-9.:-]{1,253}")


class _Report(msgspec.Struct):
    """The fields that we read of https://www.w3.org/TR/CSP3/#deprecated-serialize-violation.

    The address of the page is not read, because it may hold private data.
    """

    effective_directive: str = msgspec.field(name="effective-directive", default="")
    violated_directive: str = msgspec.field(name="violated-directive", default="")
    blocked_uri: str = msgspec.field(name="blocked-uri", default="")


class _ReportBody(msgspec.Struct):
    report: _Report = msgspec.field(name="csp-report")


# The browser itself sends the report, so there is no CSRF token.
@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Logs a report. Answers 204, or 400, 413 or 429 without logging anything."""
    if _too_many():
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        report = msgspec.json.decode(body, type=_ReportBody).report
    # Deeply nested brackets end in a RecursionError.
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return HttpResponse(status=400)
    logger.warning("csp: %s blocked %s", _directive(report), _host(report.blocked_uri))
    return HttpResponse(status=204)


def _too_many() -> bool:
    """Tell whether the client's network has sent its reports for this minute, and count this one.

    Two reports at the same time may count as one: the limit only spares the log.
    """
    minute = int(clock.now().timestamp()) // 60
    key = f"csp-{network_of(current_context().address)}-{minute}"
    reports: int = cache.get(key, 0)
    if reports < MOST_A_MINUTE:
        cache.set(key, reports + 1, 60)
    return reports >= MOST_A_MINUTE


def _directive(report: _Report) -> str:
    directive = (report.effective_directive or report.violated_directive).partition(" ")[0]
    return directive if WORD.fullmatch(directive) else "?"


def _host(address: str) -> str:
    """The host of a blocked address, or its keyword, if that is safe to write to the log."""
    if WORD.fullmatch(address):
        return address
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return "?"
    return host if HOST.fullmatch(host) else "?"
