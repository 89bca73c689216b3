"""Sign-ins that have begun and are with Asana now, in a signed cookie of their browser.

In the database, anybody could fill it with requests for the sign-in page.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.backends.signed_cookies import SessionStore as CookieStore
from django.http import HttpRequest, HttpResponse

MAX_AGE_SECONDS = 3600
# Of sign-ins begun in several tabs, the newest; a cookie has room for few.
MOST_STATES = 3
# As authlib names what it keeps.
_STATE = "_state_"


class PendingSignIns(CookieStore):
    """What is kept about sign-ins that have begun, by their states."""

    def get_session_cookie_age(self) -> int:
        """Return for how many seconds the cookie is good; Django's hook."""
        return MAX_AGE_SECONDS


def cookie_name() -> str:
    """Return the name of the cookie, which with HTTPS no other host can set."""
    return "__Host-signing-in" if settings.HTTPS else "signing-in"


def read(request: HttpRequest) -> PendingSignIns:
    """Return the pending sign-ins of this browser; none where the cookie is not ours."""
    return PendingSignIns(request.COOKIES.get(cookie_name()) or None)


def keep(response: HttpResponse, pending: PendingSignIns) -> HttpResponse:
    """Keep the pending sign-ins in the browser that gets this response."""
    states = [key for key in pending.keys() if key.startswith(_STATE)]  # noqa: SIM118 (no mapping)
    for key in sorted(states, key=lambda key: pending[key]["exp"])[:-MOST_STATES]:
        del pending[key]
    if not states:
        response.delete_cookie(cookie_name(), samesite="Lax")
        return response
    pending.save()
    response.set_cookie(
        cookie_name(),
        pending.session_key or "",
        max_age=MAX_AGE_SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response
