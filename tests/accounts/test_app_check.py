"""What Asana's answers tell about our app: by the local Asana, and by odd ones."""

from __future__ import annotations

import logging

import pytest
from django.core.cache import cache

from accounts.setup import app_check
from accounts.setup.app_check import Finding
from accounts.sign_in.asana_app import Credentials
from tests.support.pages import page

BACK = "http://testserver/sign-in/callback/"
RIGHT = Credentials("sandbox-client", "sandbox-secret")
REVOKE = {"path": "oauth_revoke", "kind": "status", "method": "POST"}


@pytest.fixture(autouse=True)
def nothing_remembered(db):
    cache.clear()


@pytest.mark.parametrize(
    ("app", "address", "found"),
    [
        (RIGHT, BACK, Finding.RIGHT),
        (Credentials("another-client", "sandbox-secret"), BACK, Finding.WRONG_ID),
        (Credentials("another-client", "another"), f"{BACK}x", Finding.WRONG_ID),
        (Credentials("sandbox-client", "another"), BACK, Finding.WRONG_SECRET),
        (Credentials("sandbox-client", "sandbox-secret "), BACK, Finding.WRONG_SECRET),
        (RIGHT, BACK.rstrip("/"), Finding.WRONG_REDIRECT),
        (RIGHT, "https://testserver/sign-in/callback/", Finding.WRONG_REDIRECT),
        (Credentials("sandbox-client", "another"), f"{BACK}x", Finding.WRONG_REDIRECT),
    ],
)
def test_what_is_wrong_is_told_apart(asana, app, address, found):
    assert app_check.check(app, address).finding is found


def test_nothing_is_changed_in_asana(asana):
    before = asana.get("/users/me")
    app_check.check(RIGHT, BACK)
    assert asana.writes() == []
    assert asana.get("/users/me") == before


def test_an_asana_that_cannot_be_reached(settings, db):
    settings.ASANA_URL = "http://127.0.0.1:9"
    assert app_check.check(RIGHT, BACK).finding is Finding.UNREACHABLE


def test_an_asana_that_falls_silent_half_way(asana, settings):
    settings.ASANA_TIMEOUT = 0.2
    asana.faults({"kind": "hang_before", "path": "oauth_revoke", "ms": 1000})
    assert app_check.check(RIGHT, BACK).finding is Finding.UNREACHABLE


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_asana_that_has_trouble(asana, status):
    asana.faults({**REVOKE, "status": status})
    verdict = app_check.check(RIGHT, BACK)
    assert verdict.finding is Finding.TROUBLE
    assert verdict.words


@pytest.mark.parametrize(
    ("status", "body"),
    [
        # An endpoint that takes anybody's word proves nothing.
        (200, "{}"),
        (400, '{"error": "invalid_request"}'),
        (400, "no JSON"),
        (403, "<html>Forbidden</html>"),
        (404, '{"error": "invalid_client"}'),
    ],
)
def test_where_asana_answers_right_and_wrong_alike_nothing_is_claimed(asana, status, body):
    asana.faults({**REVOKE, "status": status, "body": body})
    assert app_check.check(RIGHT, BACK).finding is Finding.UNKNOWN


def test_a_no_that_is_about_the_token_alone_is_a_yes_to_the_app(asana):
    """Only the first answer is odd; the one to the wrong secret is Asana's own."""
    no = '{"error": "invalid_request", "error_description": "No such token."}'
    asana.faults({**REVOKE, "status": 400, "body": no, "times": 1})
    assert app_check.check(RIGHT, BACK).finding is Finding.RIGHT


@pytest.mark.parametrize("status", [400, 401])
def test_a_no_where_the_page_of_consent_tells_nothing_is_about_one_of_the_two(odd_asana, status):
    odd_asana.answers({"error": "invalid_client"}, status)
    assert app_check.check(RIGHT, BACK).finding is Finding.WRONG_PAIR


@pytest.mark.parametrize("status", [200, 302])
def test_an_address_that_says_yes_to_everything_is_no_proof(odd_asana, status):
    odd_asana.answers(b"<html>Welcome to this hotel</html>", status, {"Location": "/elsewhere"})
    assert app_check.check(RIGHT, BACK).finding is Finding.UNKNOWN


def test_other_words_of_asanas_are_passed_on_in_one_short_line(odd_asana):
    words = b"invalid_request: This app is not available\n to your workspace." + b" x" * 500
    odd_asana.answers(words, 403, {"Content-Type": "text/plain"})
    verdict = app_check.check(RIGHT, BACK)
    assert verdict.finding is Finding.UNKNOWN
    assert verdict.words.startswith("invalid_request: This app is not available to your workspace.")
    assert len(verdict.words) <= 200


def test_what_was_found_is_remembered_for_these_credentials_only(asana, settings):
    wrong = Credentials("sandbox-client", "another")
    app_check.check(wrong, BACK)
    assert app_check.last_check(wrong).finding is Finding.WRONG_SECRET
    assert app_check.last_check(RIGHT) is None
    settings.PUBLIC_URL = "https://elsewhere.example"
    assert app_check.last_check(wrong) is None


def test_a_sign_in_proves_what_asana_does_not_tell(asana, client, walk):
    client.get(walk())
    asana.faults({**REVOKE, "status": 200, "body": "{}"})
    verdict = app_check.check(RIGHT, BACK)
    assert (verdict.finding, verdict.by_sign_in) == (Finding.RIGHT, True)


def test_a_sign_in_finds_a_wrong_secret_where_asana_does_not_tell(asana, client, walk, settings):
    settings.ASANA_CLIENT_SECRET = "wrong"
    asana.faults({**REVOKE, "status": 200, "body": "{}"})
    response = client.get(walk())
    assert response.status_code == 503
    assert "Asana rejected this timesheet’s app" in page(response)
    assert (
        app_check.check(Credentials("sandbox-client", "wrong"), BACK).finding
        is Finding.WRONG_SECRET
    )


def test_a_sign_in_that_failed_proves_nothing(asana, client, walk):
    client.get(walk(decision="deny"))
    assert app_check.last_check(RIGHT) is None


@pytest.mark.parametrize("secret", ["sandbox-secret", "the-wrong-secret"])
def test_no_secret_gets_into_logs_or_what_is_kept(asana, caplog, secret):
    caplog.set_level(logging.DEBUG)
    app = Credentials("sandbox-client", secret)
    verdict = app_check.check(app, BACK)
    assert secret not in caplog.text
    assert secret not in repr((app, verdict, app.fingerprint))
