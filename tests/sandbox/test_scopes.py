"""Granular scopes and OpenID Connect: what a token of an app may do and show."""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet

REDIRECT = "http://localhost:3000/callback"
APP = {"client_id": "mine", "client_secret": "hush", "name": "Mine", "redirect_uris": [REDIRECT]}


def authorize(sandbox, scope, nonce=""):
    """Return where the person is sent after they have allowed the app."""
    client = OAuth2Session("mine", redirect_uri=REDIRECT, scope=scope)
    more = {"nonce": nonce} if nonce else {}
    url, _ = client.create_authorization_url(f"{sandbox.url}/-/oauth_authorize", **more)
    form = {"person": "ada", "decision": "allow"}
    response = requests.post(url, data=form, allow_redirects=False, timeout=60)
    return response.headers["Location"]


def token(sandbox, scope, nonce=""):
    query = parse_qs(urlsplit(authorize(sandbox, scope, nonce)).query)
    form = {
        "grant_type": "authorization_code",
        "client_id": "mine",
        "client_secret": "hush",
        "redirect_uri": REDIRECT,
        "code": query["code"][0],
    }
    return requests.post(f"{sandbox.url}/-/oauth_token", data=form, timeout=60).json()


@pytest.fixture
def app(sandbox):
    """An app with these scopes; returns an access token for some of them."""

    def register(registered, requested):
        sandbox.add_data(apps=[{**APP, "scopes": registered}])
        return token(sandbox, requested)["access_token"]

    return register


def test_a_token_does_what_its_scopes_allow(app, sandbox, studio, task):
    read = app(["users:read", "time_tracking_entries:read"], "time_tracking_entries:read")
    entries = f"/tasks/{task}/time_tracking_entries"
    assert sandbox.call("GET", entries, read).status_code == 200
    for method, path in (("GET", "/users/me"), ("POST", entries), ("POST", "/batch")):
        response = sandbox.call(method, path, read, json={"data": {}})
        assert response.status_code == 403
        assert "lacks the scope" in response.json()["errors"][0]["message"]


def test_related_records_show_their_names_only(app, sandbox, entry):
    read = app(["time_tracking_entries:read"], "time_tracking_entries:read")
    path = f"/time_tracking_entries/{entry['gid']}"
    author = sandbox.get(path, read)["created_by"]
    assert author == {
        "gid": "1201000000000001",
        "resource_type": "user",
        "name": "Ada Lindqvist",
    }
    assert sandbox.get(path, read, opt_fields="created_by.name")["created_by"]["name"]
    response = sandbox.call("GET", f"{path}?opt_fields=created_by.email", read)
    assert response.status_code == 403
    assert "users:read" in response.json()["errors"][0]["message"]


def test_the_time_of_a_task_needs_its_scope(app, sandbox, task):
    read = app(["tasks:read", "time_tracking_entries:read"], "tasks:read")
    assert "actual_time_minutes" not in sandbox.get(f"/tasks/{task}", read)
    path = f"/tasks/{task}?opt_fields=actual_time_minutes"
    assert sandbox.call("GET", path, read).status_code == 403
    both = token(sandbox, "tasks:read time_tracking_entries:read")["access_token"]
    assert sandbox.get(f"/tasks/{task}", both)["actual_time_minutes"] > 0


@pytest.mark.parametrize(
    ("registered", "requested", "words"),
    [
        (["users:read"], None, "default+identity+scopes"),
        (["users:read"], "default", "default+identity+scopes"),
        (["default"], "users:read", "%27users%3Aread%27+scopes"),
        (["users:read"], "users:read tasks:read", "%27tasks%3Aread%27+scopes"),
    ],
)
def test_other_scopes_than_registered_are_forbidden(sandbox, registered, requested, words):
    sandbox.add_data(apps=[{**APP, "scopes": registered}])
    location = authorize(sandbox, requested)
    assert "error=forbidden_scopes" in location
    assert words in location.replace("%20", "+")


def test_an_unknown_scope_cannot_be_registered(sandbox):
    with pytest.raises(AssertionError, match="There is no scope hours:read"):
        sandbox.add_data(apps=[{**APP, "scopes": ["hours:read"]}])


def test_a_refreshed_token_keeps_its_scopes(sandbox, task):
    sandbox.add_data(apps=[{**APP, "scopes": ["users:read"]}])
    form = {
        "grant_type": "refresh_token",
        "client_id": "mine",
        "client_secret": "hush",
        "refresh_token": token(sandbox, "users:read")["refresh_token"],
    }
    new = requests.post(f"{sandbox.url}/-/oauth_token", data=form, timeout=60).json()
    assert "scope" not in new
    assert sandbox.call("GET", "/users/me", new["access_token"]).status_code == 200
    assert sandbox.call("GET", f"/tasks/{task}", new["access_token"]).status_code == 403
    described = requests.post(
        f"{sandbox.url}/-/token_info", data={"token": new["access_token"]}, timeout=60
    ).json()
    assert described["scope"] == "users:read"


def test_openid_tells_who_has_signed_in(sandbox):
    sandbox.add_data(apps=[{**APP, "scopes": ["openid", "email", "profile"]}])
    root = f"{sandbox.url}/api/1.0"
    described = requests.get(f"{root}/.well-known/openid-configuration", timeout=60).json()
    nonce = secrets.token_hex(8)
    tokens = token(sandbox, "openid email", nonce)
    keys = KeySet.import_key_set(requests.get(described["jwks_uri"], timeout=60).json())
    claims = jwt.decode(tokens["id_token"], keys).claims
    assert (claims["iss"], claims["aud"]) == (described["issuer"], "mine") == (sandbox.url, "mine")
    assert (claims["sub"], claims["nonce"]) == ("1201000000000001", nonce)
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    info = requests.get(described["userinfo_endpoint"], headers=headers, timeout=60).json()
    assert info == {"sub": claims["sub"], "email": "ada@nordlicht.example"}
    assert sandbox.call("GET", "/users/me", tokens["access_token"]).status_code == 403


def test_user_info_needs_its_scope(sandbox):
    path = "/openid_connect/userinfo"
    assert sandbox.call("GET", path).status_code == 403
    assert sandbox.call("GET", path, token="").status_code == 401
