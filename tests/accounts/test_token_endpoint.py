"""What a token endpoint may answer, and what becomes of it: odd answers one by one."""

from __future__ import annotations

import pytest

from accounts.asana.errors import (
    AppRefused,
    Malformed,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
    Unreachable,
)
from accounts.sign_in import oauth
from accounts.sign_in.token_response import TokenOwner, TokenResponse


def test_a_refresh_sends_what_asana_documents_and_no_more(odd_asana):
    odd_asana.answers({"access_token": "new", "expires_in": 3600, "token_type": "bearer"})
    oauth.refresh("the-refresh-token")
    assert odd_asana.forms == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "the-refresh-token",
            "client_id": "sandbox-client",
            "client_secret": "sandbox-secret",
        }
    ]


def test_a_refresh_answer_without_a_refresh_token_keeps_the_old_one(odd_asana):
    odd_asana.answers({"access_token": "new", "expires_in": 1800})
    assert oauth.refresh("old") == oauth.Tokens("new", "old", 1800)


def test_tokens_do_not_show_themselves():
    grant = oauth.Grant("the-access", "the-refresh", 3600, "1", "Ada", "ada@example.com")
    assert "the-" not in repr(grant)


NOT_A_TOKEN = {"errors": [{"message": "You've made too many requests"}]}


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (NOT_A_TOKEN, 429, RateLimited),
        (NOT_A_TOKEN, 200, Malformed),
        ({"access_token": ""}, 200, Malformed),
        ({"access_token": None}, 200, Malformed),
        ({"access_token": "new", "expires_in": "soon"}, 200, Malformed),
        ({"access_token": "new", "expires_in": -5}, 200, Malformed),
        (["access_token"], 200, Malformed),
        (b"<html>maintenance</html>", 200, Malformed),
        (b'{"access_token": "n', 200, Malformed),
        (b"\xff\xfe", 200, Malformed),
        (b"<html>Bad Gateway</html>", 502, Unavailable),
        ({"errors": [{"message": "Server Error"}]}, 500, Unavailable),
        ({"error": "invalid_grant"}, 400, Unauthorized),
        ({"error": "invalid_client"}, 400, AppRefused),
        ({"error": "unauthorized_client"}, 400, AppRefused),
        ({"error": "invalid_request"}, 400, Refused),
        ({"error": {"code": 1}}, 400, Malformed),
        ({"error": "invalid_grant"}, 408, Malformed),
        (b"<html>Forbidden</html>", 403, Malformed),
        (b"<html>Not found</html>", 404, Malformed),
        (b"<html>Bad request</html>", 400, Malformed),
        (b"", 302, Malformed),
    ],
)
def test_a_refresh_refuses_what_is_no_token(odd_asana, body, status, error):
    odd_asana.answers(body, status, {"Location": "/elsewhere"} if status == 302 else None)
    with pytest.raises(error):
        oauth.refresh("old")


def test_a_refused_refresh_tells_asanas_words(odd_asana):
    words = "The `refresh_token` provided was invalid."
    odd_asana.answers({"error": "invalid_grant", "error_description": words}, 400)
    with pytest.raises(Unauthorized, match="`refresh_token` provided"):
        oauth.refresh("old")


def test_a_rate_limit_keeps_its_seconds(odd_asana):
    odd_asana.answers(NOT_A_TOKEN, 429, {"Retry-After": "17"})
    with pytest.raises(RateLimited) as caught:
        oauth.refresh("old")
    assert caught.value.retry_after == 17


def test_a_silent_asana_is_not_waited_for(odd_asana, settings):
    odd_asana.pause, settings.ASANA_TIMEOUT = 0.2, 0.05
    with pytest.raises(Unreachable) as caught:
        oauth.refresh("old")
    assert caught.value.sent


def test_where_nobody_listens_nothing_was_sent(odd_asana, settings):
    settings.ASANA_URL = "http://127.0.0.1:9"
    with pytest.raises(Unreachable) as caught:
        oauth.refresh("old")
    assert not caught.value.sent


def test_an_id_that_is_a_number_names_the_person():
    assert TokenResponse("token", data=TokenOwner(id=4673218951)).gid == "4673218951"


def test_a_revocation_that_asana_refuses_is_no_success(odd_asana):
    odd_asana.answers({"error": "invalid_request"}, 400)
    with pytest.raises(Refused):
        oauth.revoke("old")


def test_a_revocation_that_something_in_between_answers_is_no_refusal(odd_asana):
    odd_asana.answers(b"<html>Forbidden</html>", 403)
    with pytest.raises(Malformed):
        oauth.revoke("old")
