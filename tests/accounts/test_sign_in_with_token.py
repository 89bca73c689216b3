"""Signing in with a personal access token, which Asana is asked about first."""

from __future__ import annotations

import logging

import pytest

from accounts.models import AllowedWorkspace, Connection, Event, User, UserWorkspace
from tests.support.pages import page


def send(client, token, **fields):
    return client.post("/sign-in/token/", {"token": token, **fields})


def test_a_good_token_signs_in_as_its_owner(client, db, asana):
    response = send(client, "sandbox-ada", next="/hello/")
    assert response["Location"] == "/hello/"
    assert "Hello Ada" in page(client.get("/hello/"))
    found = Connection.objects.get()
    assert (found.method, found.access_token, found.refresh_token, found.expires_at) == (
        "token",
        "sandbox-ada",
        "",
        None,
    )


def test_says_as_whom(client, db, asana):
    send(client, " sandbox-ada\n")
    ada = User.objects.get()
    html = page(client.get("/connection/"))
    assert f"Signed in as {ada.name} ({ada.email})." in html


@pytest.mark.parametrize(
    "token", ["not-a-token", "", "two words", "line\r\nX-Evil: 1", "ключ", "€"]
)
def test_a_bad_token_keeps_the_page_and_says_so(client, db, asana, token):
    response = send(client, token, next="/hello/")
    html = page(response)
    assert response.status_code == 422
    assert 'class="error"' in html
    assert 'name="next" value="/hello/"' in html
    assert not User.objects.exists()


def test_a_bad_token_is_not_put_back_into_the_page(client, db, asana):
    assert "not-a-token" not in page(send(client, "not-a-token"))


def test_a_token_is_in_no_log_and_no_session(client, db, asana, caplog):
    caplog.set_level(logging.DEBUG)
    send(client, "sandbox-ada")
    assert "sandbox-ada" not in caplog.text
    assert "sandbox-ada" not in str(dict(client.session))


def test_the_session_key_is_a_new_one_each_time(client, db, asana):
    keys = []
    for person in ("ada", "ada", "ben"):
        send(client, f"sandbox-{person}")
        keys.append(client.session.session_key)
    assert len(set(keys)) == 3


def test_asana_down(client, db, settings):
    settings.ASANA_URL = "http://127.0.0.1:9"
    response = send(client, "sandbox-ada")
    assert response.status_code == 503
    assert not Connection.objects.exists()
    assert not User.objects.exists()


def test_never_goes_elsewhere(client, db, asana):
    assert send(client, "sandbox-ada", next="//evil.example")["Location"] == "/"


def test_a_person_who_is_switched_off_stays_out(client, db, asana):
    send(client, "sandbox-ada")
    client.logout()
    User.objects.update(is_active=False)
    assert send(client, "sandbox-ada").status_code == 403


def test_a_token_that_was_revoked_since_ends_the_connection(client, db, asana):
    send(client, "sandbox-ada")
    found = Connection.objects.get()
    found.access_token = "revoked-since"
    found.save()
    response = client.get("/hello/")
    assert response.status_code == 401
    assert "Reconnect" in page(response)
    assert Connection.objects.get().state == "needs_reconnecting"


def test_connecting_again_heals(client, db, asana):
    send(client, "sandbox-ada")
    Connection.objects.update(state="needs_reconnecting", problem="Not Authorized")
    send(client, "sandbox-ada")
    found = Connection.objects.get()
    assert (found.state, found.problem) == ("healthy", "")


def test_where_personal_tokens_are_turned_off_nobody_signs_in_with_one(client, db, asana, settings):
    settings.PERSONAL_TOKENS = False
    response = send(client, "sandbox-ada")
    assert response.status_code == 403
    assert "Personal access tokens are turned off here." in page(response)
    assert 'name="token"' not in page(client.get("/sign-in/"))
    assert asana.requests() == []
    assert not User.objects.exists()


def test_only_members_of_the_workspaces_served_get_an_account(client, db, asana):
    AllowedWorkspace.objects.create(workspace_gid="1200000000000001", name="Nordlicht Studio")
    response = send(client, "sandbox-zoe")
    assert response.status_code == 403
    assert "This timesheet is for Nordlicht Studio." in page(response)
    assert not User.objects.exists()
    assert not Connection.objects.exists()
    assert Event.objects.get().after == {"reason": "not a member"}
    assert send(client, "sandbox-ada").status_code == 302
    assert list(UserWorkspace.objects.values_list("workspace_gid", flat=True)) == [
        "1200000000000001"
    ]
