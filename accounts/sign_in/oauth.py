"""OAuth with Asana: begin, finish, refresh, revoke. Nothing else in `accounts` and
`timesheet` imports authlib.

`session` keeps the state and the code verifier of a sign-in, see `pending`; tokens never go there.
Facts: https://developers.asana.com/docs/oauth
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext as _

from accounts.asana.errors import AppRefused, Malformed, Refused, Unauthorized
from accounts.asana.transport import requests_errors
from accounts.sign_in.asana_app import Credentials, credentials
from accounts.sign_in.messages import SignInKind
from accounts.sign_in.token_response import check_response, read_token, revocation_error

logger = logging.getLogger(__name__)

# The errors of RFC 6749, section 5.2, that are about the app, not about a person's permission.
ABOUT_THE_APP = ("invalid_client", "unauthorized_client")

# Full permissions: writing time entries and reading memberships need them.
SCOPE = "default"
# Seconds.
CONNECT_TIMEOUT = 3.05


class SignInFailed(Exception):
    """A sign-in through Asana failed. `words` are Asana's message, if there was one."""

    def __init__(self, kind: SignInKind, words: str = "") -> None:
        super().__init__(kind, words)
        self.kind = kind
        self.words = words


@dataclass(frozen=True)
class Tokens:
    """The tokens of one permission."""

    access_token: str = field(repr=False)
    # Empty where Asana sent none: then the access token can't be renewed.
    refresh_token: str = field(repr=False)
    # Seconds.
    expires_in: int


@dataclass(frozen=True)
class Grant(Tokens):
    """Tokens and the person whose they are."""

    gid: str
    name: str
    email: str


def begin(session: SessionBase, redirect_uri: str) -> str:
    """Return the address of Asana's consent page, from which people come back to `redirect_uri`.

    Keeps the state and the code verifier in `session`. Raises `AppRefused` where no app is set up.
    """
    app = _app()
    authorization = app.create_authorization_url(redirect_uri, scope=SCOPE)
    state = authorization.pop("state")
    app.framework.set_state_data(session, state, {**authorization, "redirect_uri": redirect_uri})
    url: str = authorization["url"]
    return url


def finish(session: SessionBase, query: Mapping[str, str]) -> Grant:
    """Return what Asana granted to the person who has just come back with this `query`.

    Raises `SignInFailed`, or an `AsanaError` where the token endpoint failed: `AppRefused` where it
    does not accept our secret.
    """
    app = _app()
    authorization = _authorization_of(session, query, app)
    try:
        with requests_errors():
            token = app.fetch_access_token(
                redirect_uri=authorization["redirect_uri"],
                code_verifier=authorization["code_verifier"],
                code=query["code"],
                state=query["state"],
                allow_redirects=False,
            )
    except AuthlibBaseError as error:
        if error.error == "invalid_client":
            raise AppRefused(error.description or error.error, 400) from error
        raise _sign_in_failed(error.error or "", error.description) from error
    answer = read_token(token)
    if answer.data is None or not answer.gid:
        raise Malformed("Asana's token response does not say whose token it is", 200)
    return Grant(
        answer.access_token,
        answer.refresh_token or "",
        answer.expires_in,
        answer.gid,
        answer.data.name or "",
        answer.data.email or "",
    )


def refresh(refresh_token: str) -> Tokens:
    """Return new tokens, with the old refresh token where Asana sends no new one.

    Raises an `AsanaError`: `Unauthorized` where the permission has ended, `AppRefused` where Asana
    does not accept our app.
    """
    try:
        with requests_errors(), _session() as session:
            token = session.refresh_token(
                f"{settings.ASANA_URL}/-/oauth_token",
                refresh_token=refresh_token,
                allow_redirects=False,
            )
    except AuthlibBaseError as error:
        words = error.description or error.error or ""
        if error.error in ABOUT_THE_APP:
            raise AppRefused(words, 400) from error
        kind = Unauthorized if error.error == "invalid_grant" else Refused
        raise kind(words, 400) from error
    answer = read_token(token)
    return Tokens(answer.access_token, answer.refresh_token or refresh_token, answer.expires_in)


def revoke(refresh_token: str) -> None:
    """End a permission at Asana: the refresh token and all its access tokens.

    Raises `AsanaError`.
    """
    with requests_errors(), _session() as session:
        response = session.revoke_token(
            f"{settings.ASANA_URL}/-/oauth_revoke", token=refresh_token, allow_redirects=False
        )
    logger.info("asana POST /-/oauth_revoke %s", response.status_code)
    if response.status_code != 200:
        raise revocation_error(response)


# Authlib's clients, new ones for each use: they read the settings then, and share nothing


def _client_options() -> dict[str, Any]:
    return {
        "token_endpoint_auth_method": "client_secret_post",
        "revocation_endpoint_auth_method": "client_secret_post",
        "code_challenge_method": "S256",
        "default_timeout": (CONNECT_TIMEOUT, settings.ASANA_TIMEOUT),
    }


def _credentials() -> Credentials:
    if (app := credentials()) is None:
        raise AppRefused(_("no client ID and secret are set up here"))
    return app


def _app() -> DjangoOAuth2App:
    app = _credentials()
    return OAuth().register(
        "asana",
        client_id=app.client_id,
        client_secret=app.client_secret,
        authorize_url=f"{settings.ASANA_URL}/-/oauth_authorize",
        access_token_url=f"{settings.ASANA_URL}/-/oauth_token",
        client_kwargs=_client_options(),
        compliance_fix=_check_responses_of,
    )


def _session() -> OAuth2Session:
    app = _credentials()
    session = OAuth2Session(app.client_id, app.client_secret, **_client_options())
    _check_responses_of(session)
    return session


def _check_responses_of(session: OAuth2Session) -> None:
    session.register_compliance_hook("access_token_response", check_response)
    session.register_compliance_hook("refresh_token_response", check_response)


# Coming back from Asana


def _authorization_of(
    session: SessionBase, query: Mapping[str, str], app: DjangoOAuth2App
) -> dict[str, str]:
    """Return what `begin` stored for this callback, and delete it: it is for one sign-in only.

    An error in the query counts only with a state that we issued. Raises `SignInFailed`.
    """
    error = query.get("error", "")
    if error == "access_denied":
        raise SignInFailed("cancelled")
    state = query.get("state")
    authorization: dict[str, str] | None = app.framework.get_state_data(session, state)
    if not authorization:
        raise SignInFailed("state_lost")
    if error:
        raise _sign_in_failed(error, query.get("error_description"))
    if not query.get("code"):
        raise SignInFailed("unexpected")
    app.framework.clear_state_data(session, state)
    return authorization


def _sign_in_failed(error: str, description: str | None) -> SignInFailed:
    words = (description or error)[:300]
    if error == "invalid_grant":
        return SignInFailed("code_refused", words)
    # Asana sends "This app is not available to your Asana workspace" as an invalid_request.
    if error in ("forbidden_scopes", "unauthorized_client") or "not available to" in words:
        return SignInFailed("app_not_allowed", words)
    return SignInFailed("unexpected", words)
