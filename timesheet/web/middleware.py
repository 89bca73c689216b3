"""What every request of the timesheet needs before a view sees it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import perf_counter
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.encoding import escape_uri_path
from django.utils.functional import SimpleLazyObject

from timesheet.core import formats
from timesheet.sheets.preferences import preferences_of

logger = logging.getLogger("timesheet.requests")

ZONE_COOKIE = "zone"

# What the browser need not do for these pages, nor let others do with them.
HEADERS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class HeadersMiddleware:
    """Adds the headers of safety that Django has no setting for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class LogMiddleware:
    """Writes one line for every request: by gid who asked, and never the query, which may hold what
    is secret."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        response = self.get_response(request)
        # Only if they were looked up anyway.
        user = getattr(request, "_cached_user", None)
        fields = {
            "method": request.method,
            "path": escape_uri_path(request.path),
            "status": response.status_code,
            "milliseconds": round((perf_counter() - began) * 1000),
            "person": getattr(user, "gid", ""),
        }
        logger.info(
            "%(method)s %(path)s %(status)s, %(milliseconds)s ms, %(who)s",
            {**fields, "who": fields["person"] or "nobody signed in"},
            extra={"fields": fields},
        )
        return response


class TimeZoneMiddleware:
    """Activates the browser's time zone, which `time-zone.js` keeps in a cookie.

    Asana's days have no zone: "today" is the day on the person's own calendar.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = _zone(request.COOKIES.get(ZONE_COOKIE, ""))
        if zone is None:
            return self.get_response(request)
        with timezone.override(zone):
            return self.get_response(request)


class PreferencesMiddleware:
    """Puts the person's preferences on the request, read when they are first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        preferences = SimpleLazyObject(lambda: preferences_of(request.user))
        request.preferences = preferences  # type: ignore[attr-defined]
        with formats.override(lambda: preferences.duration_style):
            return self.get_response(request)


def _zone(name: str) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
