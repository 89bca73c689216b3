"""The page of one's connection, and ending it."""

from __future__ import annotations

import pytest
import requests

from accounts.models import Connection
from tests.support.pages import page


def test_shows_as_whom_and_how(client, ada, connect_ada):
    connect_ada(problem="Not Authorized")
    client.force_login(ada)
    html = page(client.get("/connection/"))
    for shown in ("Ada Lindqvist", "ada@example.com", "1001", "Sign-in with Asana", "Connected"):
        assert shown in html
    assert "Not Authorized" in html
    assert "old-access" not in html


def test_without_a_connection_it_offers_one(client, ada):
    client.force_login(ada)
    html = page(client.get("/connection/"))
    assert "Ada Lindqvist isn’t connected to Asana, so" in html
    assert "Disconnect" not in html


def is_active(asana, token):
    answer = requests.post(f"{asana.url}/-/token_info", data={"token": token}, timeout=60)
    return answer.json()["active"]


@pytest.mark.parametrize("path", ["/connection/", "/connection/disconnect/"])
def test_a_stranger_sees_no_connection(client, db, path):
    response = client.get(path) if path == "/connection/" else client.post(path)
    assert response.status_code in (302, 401)


def test_disconnecting_ends_the_permission_at_asana(client, walk, asana):
    client.get(walk())
    found = Connection.objects.get()
    tokens = (found.access_token, found.refresh_token)
    response = client.post("/connection/disconnect/", follow=True)
    assert "Disconnected from Asana." in page(response)
    assert not Connection.objects.exists()
    assert [is_active(asana, token) for token in tokens] == [False, False]


def test_disconnecting_while_asana_is_down_deletes_the_tokens_and_says_so(client, walk, asana):
    client.get(walk())
    asana.faults({"method": "POST", "path": "/-/oauth_revoke", "kind": "drop_before"})
    response = client.post("/connection/disconnect/", follow=True)
    assert "Asana didn’t respond. Remove this app in Asana too" in page(response)
    assert not Connection.objects.exists()


def test_disconnecting_a_personal_token_says_that_it_stays_good(client, ada, connect_ada):
    connect_ada(method="token", refresh_token="", expires_at=None)
    client.force_login(ada)
    response = client.post("/connection/disconnect/", follow=True)
    assert "still works in Asana" in page(response)
    assert not Connection.objects.exists()


def test_disconnecting_twice_is_no_mistake(client, ada):
    client.force_login(ada)
    assert client.post("/connection/disconnect/").status_code == 302


def test_after_disconnecting_the_person_is_still_signed_in(client, ada, connect_ada):
    connect_ada(method="token", refresh_token="")
    client.force_login(ada)
    client.post("/connection/disconnect/")
    assert "isn’t connected to Asana" in page(client.get("/connection/"))
