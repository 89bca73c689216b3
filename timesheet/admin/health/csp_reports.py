"""What browsers report that our policy kept from a page: each is a line in the log."""

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

# "inline", "eval", "data" and their like stand where there is no address.
WORD = re.compile(r"[a-z-]{1,40}")
HOST = re.compile(r"[a-z0-9.:-]{1,253}")


class _Report(msgspec.Struct):
    """https://www.w3.org/TR/CSP3/#deprecated-serialize-violation; the rest of it is not read: page
    and blocked address may hold what is nobody's business."""

    effective_directive: str = msgspec.field(name="effective-directive", default="")
    violated_directive: str = msgspec.field(name="violated-directive", default="")
    blocked_uri: str = msgspec.field(name="blocked-uri", default="")


class _Sent(msgspec.Struct):
    report: _Report = msgspec.field(name="csp-report")


# The browser itself sends it, without a page that could hold a token.
@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    if _too_many():
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        report = msgspec.json.decode(body, type=_Sent).report
    # Brackets within brackets are read one within the other.
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return HttpResponse(status=400)
    logger.warning("csp: %s blocked %s", _directive(report), _host(report.blocked_uri))
    return HttpResponse(status=204)


def _too_many() -> bool:
    """Whether enough has been reported from there in this minute. Two at once may count as one: it
    is there to spare the log."""
    minute = int(clock.now().timestamp()) // 60
    key = f"csp-{network_of(current_context().address)}-{minute}"
    told: int = cache.get(key, 0)
    if told < MOST_A_MINUTE:
        cache.set(key, told + 1, 60)
    return told >= MOST_A_MINUTE


def _directive(report: _Report) -> str:
    told = (report.effective_directive or report.violated_directive).partition(" ")[0]
    return told if WORD.fullmatch(told) else "?"


def _host(address: str) -> str:
    """Only what is safe in a log: neither lines nor secrets of somebody else's."""
    if WORD.fullmatch(address):
        return address
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return "?"
    return host if HOST.fullmatch(host) else "?"
