"""Middleware: response headers, caching, the log, the time zone and the preferences of people."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import perf_counter
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.middleware.common import CommonMiddleware
from django.utils import timezone
from django.utils.encoding import escape_uri_path
from django.utils.functional import SimpleLazyObject

from accounts.asana.errors import Forbidden, NotFound
from accounts.http import PAGE, database_unavailable, is_database_outage
from timesheet.core import formats
from timesheet.core.outage import Outage
from timesheet.core.sessions import ZONE_COOKIE
from timesheet.sheets import reading, stored_weeks
from timesheet.sheets.preferences import preferences_of

logger = logging.getLogger("timesheet.requests")

# Tells the scripts of our pages that a response is ours, and not a proxy's or a hotel network's.
OURS = "X-Timesheet"

# Addresses for machines.
PROBES = ("/healthz", "/readyz", "/metrics")

# Besides that: browser features that the pages do not use, and that other sites may not embed them.
HEADERS = {
    OURS: "1",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class HeadersMiddleware:
    """Adds the security headers that Django has no setting for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class NoStoreMiddleware:
    """Keeps browsers and proxies from storing what views return: pages, fragments and files.

    They show hours and names, and after signing out nobody may see them by pressing Back. Static
    files are answered before they get here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class FormMiddleware:
    """Hands the address of a redirect to `send-form.js`, which goes there itself.

    A browser that follows a redirect for a script loads the page, with the messages that are shown
    once, and then would have to load it again to show it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if PAGE in request.headers and "Location" in response.headers:
            response.status_code = 204
            response.headers["X-Location"] = response.headers["Location"]
            del response.headers["Location"]
        return response


class LogMiddleware:
    """Logs a line for every request, with the gid of the person.

    Never with the query, which may have secrets.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = perf_counter()
        response = self.get_response(request)
        # Only if a view has read it, so that the log costs no query.
        user = getattr(request, "_cached_user", None)
        fields = {
            "method": request.method,
            "path": escape_uri_path(request.path),
            "status": response.status_code,
            "milliseconds": round((perf_counter() - started) * 1000),
            "person": getattr(user, "gid", ""),
        }
        logger.info(
            "%(method)s %(path)s %(status)s, %(milliseconds)s ms, %(who)s",
            {**fields, "who": fields["person"] or "nobody signed in"},
            extra={"fields": fields},
        )
        return response


class HostMiddleware(CommonMiddleware):
    """Django's middleware that refuses hosts that are not ours, but not for probes.

    Load balancers, containers and Prometheus ask by the address of a machine.
    """

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        """Return a redirect or None, or refuse the host; Django's hook."""
        return None if request.path in PROBES else super().process_request(request)


class NulMiddleware:
    """Removes NUL characters from what is sent: they say nothing, and PostgreSQL stores none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Clean the values before the view reads them; Django's hook."""
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _without_nul(request.GET)  # type: ignore[assignment]
        if request.method == "POST" and any(
            "\0" in value for values in request.POST.lists() for value in values[1]
        ):
            request.POST = _without_nul(request.POST)  # type: ignore[assignment]


class TimeZoneMiddleware:
    """Activates the browser's time zone, which `time-zone.js` keeps in a cookie.

    Asana's days have no time zone: "today" is the date on the person's own calendar.
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
    """Puts the person's preferences on the request; they are read on first use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        preferences = SimpleLazyObject(lambda: preferences_of(request.user))
        request.preferences = preferences  # type: ignore[attr-defined]
        with formats.override(lambda: preferences.duration_style):
            return self.get_response(request)


class DatabaseMiddleware:
    """Shows that the database cannot be used, in place of a 500, and logs the outage once.

    The sessions are in the database, too: `accounts.error_views.server_error` shows what fails
    outside of the views.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.outage = Outage("the database")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if self.outage.is_on and response.status_code < 500 and request.method == "POST":
            # Only a write shows that the database is not read-only.
            self.outage.worked()
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page of an outage, or None for other exceptions; Django's hook."""
        if not is_database_outage(exception):
            return None
        self.outage.failed(exception)
        return database_unavailable(request)


class LostWorkspaceMiddleware:
    """Forgets a person's workspaces when Asana refuses something in one of them.

    They may have lost it, and `/` must not lead them there again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Forget the workspaces, and leave the error to others; Django's hook."""
        is_refused = isinstance(exception, Forbidden | NotFound)
        match = request.resolver_match
        if is_refused and match and "workspace" in match.kwargs and request.user.is_authenticated:
            reading.forget_workspaces(request.user)
            stored_weeks.forget_workspace(request.user, match.kwargs["workspace"])


def _without_nul(values: QueryDict) -> QueryDict:
    cleaned = values.copy()
    for name, texts in values.lists():
        cleaned.setlist(name, [text.replace("\0", "") for text in texts])
    return cleaned


def _zone(name: str) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
