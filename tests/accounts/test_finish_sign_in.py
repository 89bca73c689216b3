"""Coming back from Asana: everything that can happen between here and there."""

from __future__ import annotations

import logging
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection as database
from django.test import Client

from accounts.models import Connection, User
from tests.support.pages import page


def sign_in(client, walk, **walked):
    return client.get(walk(**walked), follow=True)


def begin(client):
    """The state that our side gave to a sign-in."""
    to = client.get("/sign-in/asana/")["Location"]
    return parse_qs(urlsplit(to).query)["state"][0]


def test_signs_in_and_says_as_whom(client, walk):
    response = sign_in(client, walk, next="/connection/")
    ada = User.objects.get()
    assert response.redirect_chain[-1][0] == "/connection/"
    assert f"Signed in as {ada.name} ({ada.email})." in page(response)
    assert ada.name.startswith("Ada")
    assert (ada.connection.method, ada.connection.state) == ("oauth", "healthy")


def test_the_connection_works(client, walk):
    sign_in(client, walk)
    assert "Hello Ada" in page(client.get("/hello/"))


def test_goes_back_to_the_page_that_was_wanted(client, walk):
    assert sign_in(client, walk, next="/hello/").redirect_chain == [("/hello/", 302)]


def test_never_goes_elsewhere(client, walk):
    assert sign_in(client, walk, next="https://evil.example/").redirect_chain == [("/", 302)]


def test_signing_in_again_keeps_one_person_and_one_connection(client, walk):
    sign_in(client, walk)
    User.objects.update(name="Stale", email="")
    sign_in(client, walk)
    assert User.objects.get().name.startswith("Ada")
    assert Connection.objects.count() == 1


def test_another_person_in_the_same_browser_is_another_person_here(client, walk):
    sign_in(client, walk)
    html = page(sign_in(client, walk, person="ben", next="/connection/"))
    assert "Signed in as Ben" in html
    assert Connection.objects.count() == 2


def test_the_session_key_is_a_new_one(client, walk):
    back = walk()
    before = client.session.session_key
    client.get(back)
    assert client.session.session_key != before


@pytest.mark.parametrize("person", ["ada", "ben"])
def test_it_is_also_where_somebody_was_signed_in_before(client, walk, person):
    sign_in(client, walk)
    before = client.session.session_key
    other = Client()
    other.cookies["sessionid"] = before
    sign_in(client, walk, person=person)
    assert client.session.session_key != before
    assert other.get("/connection/").status_code == 302


def test_nothing_of_the_person_before_stays_in_the_session(client, walk):
    sign_in(client, walk)
    session = client.session
    session["kept"] = "of Ada"
    session.save()
    sign_in(client, walk, person="ben")
    assert "kept" not in client.session


def test_tokens_are_in_no_session_no_log_and_no_page(client, walk, caplog):
    caplog.set_level(logging.DEBUG)
    pages = page(sign_in(client, walk, next="/connection/"))
    pages += page(client.get("/hello/"))
    found = Connection.objects.get()
    for secret in (found.access_token, found.refresh_token):
        assert secret not in pages
        assert secret not in caplog.text
        assert secret not in str(dict(client.session))
        with database.cursor() as cursor:
            cursor.execute("SELECT * FROM accounts_connection")
            assert secret not in str(cursor.fetchall())


def test_denied(client, walk):
    response = sign_in(client, walk, decision="deny")
    assert response.status_code == 403
    assert "You didn’t allow" in page(response)
    assert not Connection.objects.exists()
    assert not User.objects.exists()


@pytest.mark.parametrize("query", ["code=1&state=made-up", "code=1", "", "error=x&state=made-up"])
def test_state_lost(client, db, query):
    response = client.get(f"/sign-in/callback/?{query}")
    assert response.status_code == 400
    assert "sign in again" in page(response)
    assert not User.objects.exists()


def test_words_of_a_callback_that_we_did_not_ask_for_are_not_shown(client, db):
    query = {"error": "invalid_request", "error_description": "Call 555-1234", "state": "made-up"}
    assert "555-1234" not in page(client.get("/sign-in/callback/", query))


def test_a_sign_in_cannot_be_finished_in_another_browser(walk):
    back = walk()
    assert Client().get(back).status_code == 400


def test_a_code_is_good_once(client, walk):
    back = walk()
    client.get(back)
    response = client.get(back)
    assert response.status_code == 400


def test_a_code_that_asana_refuses(client, walk):
    back = walk()
    changed = back.replace("code=", "code=not-", 1)
    response = client.get(changed)
    assert response.status_code == 403
    assert "Asana rejected the sign-in" in page(response)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("error", "words", "status", "said"),
    [
        (
            "forbidden_scopes",
            "Your app is not allowed to request user authorization for default identity scopes",
            403,
            "Asana has blocked this app",
        ),
        (
            "invalid_request",
            "This app is not available to your Asana workspace or organization.",
            403,
            "Asana has blocked this app",
        ),
        ("server_error", "Something <b>odd</b>", 502, "Something &lt;b&gt;odd&lt;/b&gt;"),
    ],
)
def test_an_app_that_asana_does_not_let_in(client, db, error, words, status, said):
    state = begin(client)
    query = {"error": error, "error_description": words, "state": state}
    response = client.get("/sign-in/callback/", query)
    assert response.status_code == status
    assert said in response.content.decode()
    assert not Connection.objects.exists()


def test_a_way_back_without_a_code_is_unexpected(client, db):
    state = begin(client)
    assert client.get("/sign-in/callback/", {"state": state}).status_code == 502


def test_asana_down(client, walk, asana):
    back = walk()
    asana.faults({"method": "POST", "path": "/-/oauth_token", "kind": "drop_before"})
    response = client.get(back)
    html = page(response)
    assert response.status_code == 503
    assert "Asana isn’t responding. Nothing was connected." in html
    assert back.replace("&", "&amp;") not in html
    assert 'href="/sign-in/?next=' in html
    assert not User.objects.exists()


def test_a_silent_asana_is_not_waited_for(client, db, odd_asana, settings):
    odd_asana.pause, settings.ASANA_TIMEOUT = 0.2, 0.05
    state = begin(client)
    assert client.get("/sign-in/callback/", {"code": "1", "state": state}).status_code == 503


@pytest.mark.parametrize(
    ("body", "status", "answered"),
    [
        (b"<html>nonsense</html>", 200, 502),
        ({"access_token": "a", "refresh_token": "r"}, 200, 502),
        ({"access_token": "a", "data": {"name": "Nobody"}}, 200, 502),
        ({"access_token": "a", "data": {"gid": "../1", "name": "Odd"}}, 200, 502),
        ({"errors": [{"message": "slow down"}]}, 200, 502),
        ({"errors": [{"message": "slow down"}]}, 429, 429),
        (b"Bad Gateway", 502, 502),
        ({"error": "invalid_client"}, 400, 503),
    ],
)
def test_a_token_answer_that_is_none(client, db, odd_asana, body, status, answered):
    odd_asana.answers(body, status)
    state = begin(client)
    response = client.get("/sign-in/callback/", {"code": "1", "state": state})
    assert response.status_code == answered
    assert not Connection.objects.exists()
    assert not User.objects.exists()


def test_a_person_who_is_switched_off_stays_out(client, walk):
    sign_in(client, walk)
    before = Connection.objects.get().access_token
    User.objects.update(is_active=False)
    response = sign_in(client, walk)
    assert response.status_code == 403
    assert "An admin has deactivated your account." in page(response)
    assert Connection.objects.get().access_token == before
    assert client.get("/connection/").status_code == 302
