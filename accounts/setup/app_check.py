"""Asks Asana whether it knows our app, and tells what is wrong where it does not.

Nobody's permission is needed for it. A stranger's answers prove little by themselves, so each
question is asked a second time with something that is surely wrong: only where Asana says no to
that has its yes a meaning. https://developers.asana.com/docs/oauth
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import msgspec
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from accounts.asana.errors import AsanaError, Unreachable
from accounts.asana.transport import RawResponse, send_anonymous
from accounts.sign_in.asana_app import Credentials
from accounts.sign_in.oauth import ABOUT_THE_APP, CONNECT_TIMEOUT, SCOPE

# What Asana's page of consent says to a stranger, seen at the real one.
BAD_CLIENT = "client_id is missing or invalid"
BAD_REDIRECT = "redirect_uri parameter does not match"
# What no app can have.
NO_CLIENT, NO_SECRET, NO_TOKEN = "0", "no-secret", "no-token"
# How long, in seconds, what was found is shown.
CHECK_CACHED_SECONDS = 30 * 24 * 3600
# As much of Asana's words as a page can take.
MAX_WORDS = 200


class Finding(StrEnum):
    RIGHT = "right"
    UNREACHABLE = "unreachable"
    TROUBLE = "trouble"
    WRONG_ID = "wrong_id"
    WRONG_REDIRECT = "wrong_redirect"
    WRONG_SECRET = "wrong_secret"  # noqa: S105
    # One of the two, and Asana does not tell which.
    WRONG_PAIR = "wrong_pair"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class AppCheck:
    """`words` are Asana's own, where it said any. `tried` is by a person who signed in, or
    could not."""

    finding: Finding
    words: str = ""
    at: datetime | None = None
    by_sign_in: bool = False


class _OAuthError(msgspec.Struct):
    error: str


def check(app: Credentials, redirect_uri: str) -> AppCheck:
    """Looks, and remembers what was found until these credentials are others."""
    try:
        found = _ask_asana(app, redirect_uri)
    except Unreachable as error:
        found = AppCheck(Finding.UNREACHABLE, error.message)
    except AsanaError as error:
        found = AppCheck(Finding.TROUBLE, error.message)
    before = last_check(app)
    if found.finding is Finding.UNKNOWN and before is not None and before.by_sign_in:
        return before
    return _cache_check(app, found)


def record_sign_in(app: Credentials | None, finding: Finding) -> None:
    """Somebody has just signed in with it, or could not: nothing proves more."""
    if app is not None:
        _cache_check(app, AppCheck(finding, by_sign_in=True))


def last_check(app: Credentials | None) -> AppCheck | None:
    found: AppCheck | None = cache.get(_cache_key(app)) if app else None
    return found


def _cache_check(app: Credentials, found: AppCheck) -> AppCheck:
    verdict = replace(found, at=timezone.now())
    cache.set(_cache_key(app), verdict, CHECK_CACHED_SECONDS)
    return verdict


def _cache_key(app: Credentials) -> str:
    return f"app-check:{app.fingerprint}"


def _ask_asana(app: Credentials, redirect_uri: str) -> AppCheck:
    consent = _consent(app.client_id, redirect_uri)
    if _contains(consent, BAD_CLIENT):
        return AppCheck(Finding.WRONG_ID)
    if _contains(consent, BAD_REDIRECT):
        return AppCheck(Finding.WRONG_REDIRECT)
    words = _plain_words(consent)
    known_id = not words and _contains(_consent(NO_CLIENT, redirect_uri), BAD_CLIENT)
    match _secret_is_right(app):
        case False:
            return AppCheck(Finding.WRONG_SECRET if known_id else Finding.WRONG_PAIR)
        case True if known_id and _checks_redirects(app, redirect_uri):
            return AppCheck(Finding.RIGHT)
    return AppCheck(Finding.UNKNOWN, words)


def _checks_redirects(app: Credentials, redirect_uri: str) -> bool:
    """Whether Asana says no to an address that nobody has registered."""
    return _contains(_consent(app.client_id, f"{redirect_uri}not-registered/"), BAD_REDIRECT)


def _secret_is_right(app: Credentials) -> bool | None:
    """None where Asana does not tell.

    The token endpoint looks at the grant before it looks at the app, so it is the endpoint for
    taking a permission back that is asked: about a token that nobody has. RFC 7009, section 2.1,
    has it look at the app first.
    """
    if _refuses_app(answer := _revocation(app.client_id, app.client_secret)):
        return False
    tells = answer.status in (200, 400) and _refuses_app(_revocation(app.client_id, NO_SECRET))
    return True if tells else None


def _consent(client_id: str, redirect_uri: str) -> RawResponse:
    asked = {"client_id": client_id, "redirect_uri": redirect_uri, "response_type": "code"}
    params = {**asked, "scope": SCOPE, "state": "check"}
    return send_anonymous(
        "GET", f"{settings.ASANA_URL}/-/oauth_authorize", params=params, timeout=_timeout()
    )


def _revocation(client_id: str, client_secret: str) -> RawResponse:
    form = {"client_id": client_id, "client_secret": client_secret, "token": NO_TOKEN}
    return send_anonymous(
        "POST", f"{settings.ASANA_URL}/-/oauth_revoke", form=form, timeout=_timeout()
    )


def _timeout() -> tuple[float, float]:
    return CONNECT_TIMEOUT, settings.ASANA_TIMEOUT


def _contains(answer: RawResponse, words: str) -> bool:
    return words in answer.body.decode(errors="replace")


def _refuses_app(answer: RawResponse) -> bool:
    """Whether it is a no to the app, RFC 6749, section 5.2, rather than to the token."""
    if answer.status not in (400, 401):
        return False
    try:
        error = msgspec.json.decode(answer.body, type=_OAuthError).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return error in ABOUT_THE_APP


def _plain_words(answer: RawResponse) -> str:
    """What else Asana had against it, where it is said in plain words."""
    if answer.status < 400:
        return ""
    if not answer.content_type.startswith("text/plain"):
        return f"HTTP {answer.status}"
    return " ".join(answer.body.decode(errors="replace").split())[:MAX_WORDS]
