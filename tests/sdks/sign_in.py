"""Signs in with the OAuth clients that people use: Authlib and requests-oauthlib, unchanged."""

from __future__ import annotations

import os
from typing import Any

import requests

REDIRECT = "http://localhost:3000/callback"
APP = {
    "client_id": "sdks",
    "client_secret": "hush",
    "name": "SDKs",
    "redirect_uris": [REDIRECT],
    "scopes": ["default", "openid", "email", "profile"],
}


def register(root: str) -> None:
    """Register the app."""
    response = requests.post(f"{root}/sandbox/data", json={"apps": [APP]}, timeout=10)
    assert response.status_code == 201, response.text


def _allow(address: str) -> str:
    """Allow the app as Ada, as her browser would; return where she is sent."""
    form = {"person": "ada", "decision": "allow"}
    response = requests.post(address, data=form, allow_redirects=False, timeout=10)
    return response.headers["Location"]


def with_authlib(root: str) -> str:
    """Sign in with PKCE and OpenID, refresh and revoke; return whose token it was."""
    from authlib.integrations.requests_client import OAuth2Session

    client = OAuth2Session(
        APP["client_id"],
        APP["client_secret"],
        redirect_uri=REDIRECT,
        scope="default openid email",
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_post",
    )
    verifier = "v" * 48
    address, state = client.create_authorization_url(
        f"{root}/-/oauth_authorize", code_verifier=verifier
    )
    token = client.fetch_token(
        f"{root}/-/oauth_token",
        authorization_response=_allow(address),
        state=state,
        code_verifier=verifier,
    )
    assert token["id_token"]
    userinfo = client.get(f"{root}/api/1.0/openid_connect/userinfo").json()
    name = client.get(f"{root}/api/1.0/users/me").json()["data"]["name"]
    assert userinfo["email"] == token["data"]["email"]
    refresh = token["refresh_token"]
    renewed = client.refresh_token(f"{root}/-/oauth_token", refresh_token=refresh)
    assert renewed["access_token"] != token["access_token"]
    client.revoke_token(f"{root}/-/oauth_revoke", token=refresh)
    assert client.get(f"{root}/api/1.0/users/me").status_code == 401
    return str(name)


def with_requests_oauthlib(root: str) -> str:
    """Sign in with PKCE and refresh by itself once the token has expired; return whose it was."""
    from requests_oauthlib import OAuth2Session

    # The sandbox speaks plain http.
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    renewed: list[dict[str, Any]] = []
    client = OAuth2Session(
        APP["client_id"],
        redirect_uri=REDIRECT,
        scope=["default"],
        pkce="S256",
        auto_refresh_url=f"{root}/-/oauth_token",
        auto_refresh_kwargs={key: APP[key] for key in ("client_id", "client_secret")},
        token_updater=renewed.append,
    )
    address, _state = client.authorization_url(f"{root}/-/oauth_authorize")
    client.fetch_token(
        f"{root}/-/oauth_token",
        authorization_response=_allow(address),
        client_secret=APP["client_secret"],
        include_client_id=True,
    )
    name = client.get(f"{root}/api/1.0/users/me").json()["data"]["name"]
    client.token = {**client.token, "expires_at": 1}
    assert client.get(f"{root}/api/1.0/users/me").status_code == 200
    assert len(renewed) == 1
    return str(name)
