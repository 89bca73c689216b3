"""Checks whether Asana knows our app, and what is wrong if it does not.

It needs nobody's permission. A response without a refusal proves little by itself, so each request
is sent a second time with a value that is surely wrong: only if Asana refuses that one, the first
response means that the value is right. https://developers.asana.com/docs/oauth
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

# What Asana's consent page says to people who are not signed in, as seen there.
BAD_CLIENT = "client_id is missing or invalid"
BAD_REDIRECT = "redirect_uri parameter does not match"
# Values that no app has.
NO_CLIENT, NO_SECRET, NO_TOKEN = "0", "no-secret", "no-token"
CHECK_CACHED_SECONDS = 30 * 24 * 3600
# How many characters of Asana's message to show.
MAX_WORDS = 200


class Finding(StrEnum):
    """What a check of the app found."""

    RIGHT = "right"
    UNREACHABLE = "unreachable"
    TROUBLE = "trouble"
    WRONG_ID = "wrong_id"
    WRONG_REDIRECT = "wrong_redirect"
    WRONG_SECRET = "wrong_secret"  # noqa: S105
    # Either the id or the secret is wrong; Asana does not tell which.
    WRONG_PAIR = "wrong_pair"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class AppCheck:
    """The result of a check."""

    finding: Finding
    # Asana's message, if there was one.
    words: str = ""
    at: datetime | None = None
    # Whether a person's sign-in, successful or not, has shown it.
    by_sign_in: bool = False


class _OAuthError(msgspec.Struct):
    error: str


def check(app: Credentials, redirect_uri: str) -> AppCheck:
    """Check these credentials and cache the result.

    A sign-in proves more than a check without a result, so its result stays then.
    """
    try:
        result = _ask_asana(app, redirect_uri)
    except Unreachable as error:
        result = AppCheck(Finding.UNREACHABLE, error.message)
    except AsanaError as error:
        result = AppCheck(Finding.TROUBLE, error.message)
    before = last_check(app)
    if result.finding is Finding.UNKNOWN and before is not None and before.by_sign_in:
        return before
    return _cache_check(app, result)


def record_sign_in(app: Credentials | None, finding: Finding) -> None:
    """Cache what a sign-in has shown about these credentials; nothing proves more."""
    if app is not None:
        _cache_check(app, AppCheck(finding, by_sign_in=True))


def last_check(app: Credentials | None) -> AppCheck | None:
    """Return the last result for exactly these credentials; None if there is none."""
    result: AppCheck | None = cache.get(_cache_key(app)) if app else None
    return result


def _cache_check(app: Credentials, result: AppCheck) -> AppCheck:
    dated = replace(result, at=timezone.now())
    cache.set(_cache_key(app), dated, CHECK_CACHED_SECONDS)
    return dated


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
    """Tell whether Asana refuses an address that nobody has registered."""
    return _contains(_consent(app.client_id, f"{redirect_uri}not-registered/"), BAD_REDIRECT)


def _secret_is_right(app: Credentials) -> bool | None:
    """Return whether the secret is right; None where Asana does not tell.

    The token endpoint checks the grant before the app, so we ask the revocation endpoint, about a
    token that does not exist. By RFC 7009, section 2.1, it checks the app first.
    """
    if _refuses_app(response := _revocation(app.client_id, app.client_secret)):
        return False
    checks_secrets = response.status in (200, 400) and _refuses_app(
        _revocation(app.client_id, NO_SECRET)
    )
    return True if checks_secrets else None


def _consent(client_id: str, redirect_uri: str) -> RawResponse:
    params = {
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": SCOPE,
        "state": "check",
    }
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


def _contains(response: RawResponse, words: str) -> bool:
    return words in response.body.decode(errors="replace")


def _refuses_app(response: RawResponse) -> bool:
    """Tell whether the response refuses the app, by RFC 6749, section 5.2, and not the token."""
    if response.status not in (400, 401):
        return False
    try:
        error = msgspec.json.decode(response.body, type=_OAuthError).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return error in ABOUT_THE_APP


def _plain_words(response: RawResponse) -> str:
    """Return Asana's message about another error, if it is plain text."""
    if response.status < 400:
        return ""
    if not response.content_type.startswith("text/plain"):
        return f"HTTP {response.status}"
    return " ".join(response.body.decode(errors="replace").split())[:MAX_WORDS]
