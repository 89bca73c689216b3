"""Signing in: the consent page, codes, tokens, their renewal and their end."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests

VERIFIER = "a-verifier-that-is-long-enough-for-rfc-7636"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
REDIRECT = "http://127.0.0.1:8000/sign-in/callback/"
CLIENT = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}
QUERY = {
    "client_id": "sandbox-client",
    "redirect_uri": REDIRECT,
    "response_type": "code",
    "state": "a b&c",
    "scope": "default",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


class SignIn:
    """Ada's browser, and the app's own requests."""

    def __init__(self, url):
        self.url = url

    def authorize_url(self, **changes):
        query = {name: value for name, value in {**QUERY, **changes}.items() if value is not None}
        return f"{self.url}/-/oauth_authorize?{urlencode(query)}"

    def look(self, **changes):
        return requests.get(self.authorize_url(**changes), allow_redirects=False, timeout=60)

    def decide(self, decision="allow", person="ada", **changes):
        """What the app gets to hear at its address."""
        form = {"person": person, "decision": decision}
        url = self.authorize_url(**changes)
        answer = requests.post(url, data=form, allow_redirects=False, timeout=60)
        assert answer.headers["Location"].startswith(f"{REDIRECT}?")
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    def post(self, name, **form):
        return requests.post(f"{self.url}/-/{name}", data=form, timeout=60)

    def exchange(self, code, **changes):
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
        form |= {"code_verifier": VERIFIER, **CLIENT, **changes}
        return self.post("oauth_token", **{name: value for name, value in form.items() if value})

    def complete(self, **changes):
        answer = self.exchange(self.decide(**changes)["code"])
        assert answer.ok, answer.text
        return answer.json()

    def refresh(self, refresh_token, **changes):
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self.post("oauth_token", **{**form, **CLIENT, **changes})


@pytest.fixture
def oauth(sandbox):
    return SignIn(sandbox.url)


def whoami(sandbox, token):
    return sandbox.call("GET", "/users/me", token=token)


def test_the_page_offers_everybody_and_then_asks(oauth, sandbox):
    page = oauth.look().text
    assert "Continue as Ada Lindqvist" in page
    assert "Continue as Zoe Castellanos" in page
    ada = sandbox.get("/users/me")["gid"]
    page = oauth.look(person=ada).text
    assert 'value="allow"' in page
    assert 'value="deny"' in page
    assert "Ada Lindqvist" in page


def test_signs_in_as_the_person_who_was_picked(oauth, sandbox):
    back = oauth.decide(person="ben")
    assert back["state"] == "a b&c"
    token = oauth.exchange(back["code"]).json()
    ben = whoami(sandbox, token["access_token"]).json()["data"]
    assert list(token) == ["access_token", "expires_in", "token_type", "refresh_token", "data"]
    assert (token["expires_in"], token["token_type"]) == (3600, "bearer")
    assert token["data"] == {
        "id": int(ben["gid"]),
        **{name: ben[name] for name in ("gid", "name", "email")},
    }


def test_deny_says_so_and_nothing_more(oauth):
    assert oauth.decide("deny") == {"error": "access_denied", "state": "a b&c"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": "other"}, "client_id is missing or invalid"),
        ({"client_id": None}, "client_id is missing or invalid"),
        ({"redirect_uri": REDIRECT.rstrip("/")}, "redirect_uri parameter does not match"),
        ({"redirect_uri": "http://127.0.0.1:8002/sign-in/callback/"}, "does not match"),
        ({"redirect_uri": None}, "redirect_uri parameter does not match"),
    ],
)
def test_an_unknown_app_or_address_gets_a_plain_page(oauth, changes, words):
    answer = oauth.look(**changes)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert words in answer.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"scope": "default users:read"}, "forbidden_scopes"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
    ],
)
def test_other_errors_go_back_to_the_app(oauth, changes, error):
    location = oauth.look(**changes).headers["Location"]
    query = dict(parse_qsl(urlsplit(location).query))
    assert location.startswith(REDIRECT)
    assert (query["error"], query["state"]) == (error, "a b&c")


def test_the_scope_may_be_left_out(oauth):
    assert oauth.decide(scope=None)["code"]


def refusal(answer):
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"
    return answer.json()["error"], answer.json().get("error_description", "")


def test_a_code_is_good_once(oauth):
    code = oauth.decide()["code"]
    assert oauth.exchange(code).ok
    words = ("invalid_grant", "The `code` provided was invalid.")
    assert refusal(oauth.exchange(code)) == words
    assert refusal(oauth.exchange("nonsense")) == words


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": VERIFIER[::-1]}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"redirect_uri": "http://localhost:8000/sign-in/callback/"}, "invalid_grant"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_secret": None}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_exchange_leaves_the_code_good(oauth, changes, error):
    code = oauth.decide()["code"]
    assert refusal(oauth.exchange(code, **changes))[0] == error
    assert oauth.exchange(code).ok


def test_an_exchange_without_pkce_and_with_basic_auth_works(oauth):
    back = oauth.decide(code_challenge=None, code_challenge_method=None)
    form = {"grant_type": "authorization_code", "code": back["code"], "redirect_uri": REDIRECT}
    auth = ("sandbox-client", "sandbox-secret")
    answer = requests.post(f"{oauth.url}/-/oauth_token", data=form, auth=auth, timeout=60)
    assert answer.json()["refresh_token"]


def test_a_refresh_gives_an_access_token_only(oauth, sandbox):
    token = oauth.complete()
    fresh = oauth.refresh(token["refresh_token"]).json()
    assert list(fresh) == ["access_token", "expires_in", "token_type", "data"]
    assert fresh["access_token"] != token["access_token"]
    for answer in (fresh, token):
        assert whoami(sandbox, answer["access_token"]).ok


def test_a_bad_refresh_token_is_named_even_with_a_wrong_client(oauth):
    words = ("invalid_grant", "The `refresh_token` provided was invalid.")
    assert refusal(oauth.refresh("nonsense")) == words
    assert refusal(oauth.refresh("nonsense", client_id="wrong")) == words
    assert (
        refusal(oauth.refresh(oauth.complete()["refresh_token"], client_secret="wrong"))[0]
        == "invalid_client"
    )


def test_with_rotation_the_old_refresh_token_ends(oauth, sandbox):
    sandbox.settings(rotate_refresh_tokens=True)
    token = oauth.complete()
    fresh = oauth.refresh(token["refresh_token"]).json()
    assert fresh["refresh_token"] != token["refresh_token"]
    assert refusal(oauth.refresh(token["refresh_token"]))[0] == "invalid_grant"
    assert oauth.refresh(fresh["refresh_token"]).ok
    assert whoami(sandbox, token["access_token"]).ok


def test_an_expired_token_is_distinguished(oauth, sandbox):
    token = oauth.complete()
    sandbox.expire_tokens()
    answer = whoami(sandbox, token["access_token"])
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["message"].startswith("The bearer token has expired.")
    assert whoami(sandbox, oauth.refresh(token["refresh_token"]).json()["access_token"]).ok


def test_a_token_lasts_as_long_as_the_setting_says(oauth, sandbox):
    sandbox.settings(access_token_seconds=1)
    token = oauth.complete()
    assert token["expires_in"] == 1
    sandbox.settings(clock_offset_seconds=2)
    assert whoami(sandbox, token["access_token"]).status_code == 401


@pytest.mark.parametrize("rotates", [False, True])
def test_revoking_ends_the_whole_grant(oauth, sandbox, rotates):
    sandbox.settings(rotate_refresh_tokens=rotates)
    token = oauth.complete()
    fresh = {**token, **oauth.refresh(token["refresh_token"]).json()}
    assert oauth.post("oauth_revoke", **CLIENT, token=fresh["refresh_token"]).status_code == 200
    assert refusal(oauth.refresh(fresh["refresh_token"]))[0] == "invalid_grant"
    for answer in (token, fresh):
        assert whoami(sandbox, answer["access_token"]).status_code == 401


def test_revoking_nothing_is_fine_and_a_bearer_token_is_not(oauth):
    token = oauth.complete()
    assert oauth.post("oauth_revoke", **CLIENT, token="nonsense").status_code == 200
    refused = oauth.post("oauth_revoke", **CLIENT, token=token["access_token"])
    assert refusal(refused)[0] == "invalid_request"
    assert refusal(oauth.post("oauth_revoke", **CLIENT))[0] == "invalid_request"
    assert refusal(oauth.post("oauth_revoke", token="nonsense"))[0] == "invalid_client"


@pytest.mark.parametrize("changes", [{"client_id": "other"}, {"client_secret": "other"}])
def test_revoking_by_another_app_is_refused_whatever_the_token(oauth, sandbox, changes):
    token = oauth.complete()
    for sent in ("nonsense", token["refresh_token"]):
        answer = oauth.post("oauth_revoke", **{**CLIENT, **changes}, token=sent)
        assert refusal(answer)[0] == "invalid_client"
    assert whoami(sandbox, token["access_token"]).ok


def test_revoking_one_person_leaves_the_others(oauth, sandbox):
    ada, ben = oauth.complete(), oauth.complete(person="ben")
    sandbox.revoke_tokens(ada["data"]["gid"])
    assert whoami(sandbox, ada["access_token"]).status_code == 401
    assert refusal(oauth.refresh(ada["refresh_token"]))[0] == "invalid_grant"
    assert whoami(sandbox, ben["access_token"]).ok


@pytest.mark.parametrize(
    ("kind", "oauth_status", "personal_status"),
    [("all", 401, 401), (None, 401, 401), ("oauth", 401, 200), ("personal", 200, 401)],
)
def test_all_tokens_of_a_person_are_revoked_or_those_of_one_kind(
    oauth, sandbox, kind, oauth_status, personal_status
):
    token = oauth.complete()
    content = {"user": token["data"]["gid"], **({"kind": kind} if kind else {})}
    url = f"{sandbox.url}/sandbox/revoke_tokens"
    counted = requests.post(url, json=content, timeout=60).json()["revoked"]
    assert counted == [oauth_status, personal_status].count(401)
    assert whoami(sandbox, token["access_token"]).status_code == oauth_status
    assert whoami(sandbox, "sandbox-ada").status_code == personal_status
    assert whoami(sandbox, "sandbox-ben").ok
    is_active = oauth.post("token_info", token="sandbox-ada").json()["active"]
    assert is_active is (personal_status == 200)


def test_a_revoked_personal_token_still_observes(sandbox):
    sandbox.revoke_tokens("1201000000000001", "personal")
    observer = {"X-Sandbox-Sound": "1"}
    assert sandbox.call("GET", "/users/me").status_code == 401
    assert sandbox.call("GET", "/users/me", headers=observer).status_code == 200
    sandbox.reset()
    assert sandbox.call("GET", "/users/me").status_code == 200


@pytest.mark.parametrize("content", [{}, {"user": 5}, {"user": "1", "kind": "x"}, [], "x"])
def test_a_revocation_without_a_user_is_refused(sandbox, content):
    response = requests.post(f"{sandbox.url}/sandbox/revoke_tokens", json=content, timeout=60)
    assert response.status_code == 400
    assert response.json()["error"]


def test_token_info_tells_what_a_token_is(oauth, sandbox):
    token = oauth.complete()
    description = oauth.post("token_info", token=token["access_token"]).json()
    assert description["active"] is True
    assert (description["token_type"], description["scope"]) == ("bearer", "default")
    assert description["client_id"] == "sandbox-client"
    kinds = [
        oauth.post("token_info", token=sent).json().get("token_type")
        for sent in (token["refresh_token"], "sandbox-ada", "nonsense")
    ]
    assert kinds == ["refresh", "bearer", None]
    sandbox.expire_tokens()
    assert oauth.post("token_info", token=token["access_token"]).json() == {"active": False}


def test_the_server_describes_itself(sandbox):
    url = f"{sandbox.url}/.well-known/oauth-authorization-server"
    description = requests.get(url, timeout=60).json()
    assert description["token_endpoint"] == f"{sandbox.url}/-/oauth_token"
    assert description["code_challenge_methods_supported"] == ["S256"]
