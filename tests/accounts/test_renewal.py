"""A connection over its life: tokens end, change, are revoked, and the app is blocked."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests
from django.utils import timezone

from accounts.models import Connection
from tests.support.pages import page


@pytest.fixture
def connection(client, walk):
    """Ada's, made by signing in; her browser is `client`."""
    client.get(walk())
    return Connection.objects.get()


def make_stale(connection):
    connection.access_token = "no-longer-known"
    connection.save()


def token_requests(asana):
    return [seen for seen in asana.requests() if seen["path"] == "/-/oauth_token"]


def test_a_token_that_asana_rejects_is_renewed_without_anybody_noticing(client, connection, asana):
    make_stale(connection)
    before = len(token_requests(asana))
    assert "Hello Ada" in page(client.get("/hello/"))
    assert len(token_requests(asana)) == before + 1


def test_a_token_near_its_end_is_renewed_before_it_is_sent(client, connection, asana):
    Connection.objects.update(expires_at=timezone.now() + timedelta(seconds=30))
    assert "Hello Ada" in page(client.get("/hello/"))
    found = Connection.objects.get()
    assert found.access_token != connection.access_token
    assert found.refresh_token == connection.refresh_token
    assert all(seen["status"] != 401 for seen in asana.requests())


def test_a_refresh_token_that_changes_each_time_is_followed(client, connection, asana):
    asana.settings(rotate_refresh_tokens=True)
    for _ in range(2):
        make_stale(Connection.objects.get())
        assert "Hello Ada" in page(client.get("/hello/"))
    assert Connection.objects.get().refresh_token != connection.refresh_token


def test_a_permission_that_was_revoked_since_asks_to_connect_again(
    client, connection, asana, settings
):
    form = {
        "client_id": settings.ASANA_CLIENT_ID,
        "client_secret": settings.ASANA_CLIENT_SECRET,
        "token": connection.refresh_token,
    }
    requests.post(f"{asana.url}/-/oauth_revoke", data=form, timeout=60)
    response = client.get("/hello/")
    assert response.status_code == 401
    assert "Reconnect" in page(response)
    assert Connection.objects.get().state == "needs_reconnecting"


def test_signing_in_again_heals_a_revoked_permission(client, connection, walk):
    Connection.objects.update(state="needs_reconnecting", problem="revoked", refresh_token="gone")
    assert "Hello Ada" in page(client.get(walk(next="/hello/"), follow=True))
    assert Connection.objects.get().problem == ""


def test_an_app_that_is_blocked_is_told_so_and_the_connection_stays(client, connection, asana):
    asana.faults({"path": "/api/1.0/users/me", "kind": "status", "status": 401})
    response = client.get("/hello/")
    found = Connection.objects.get()
    assert response.status_code == 401
    assert found.problem
    assert found.problem.rstrip(".") in page(response)
    assert found.state == "healthy"


def test_signing_in_again_takes_the_lease_from_a_renewal_under_way(client, connection, walk):
    Connection.objects.update(renewing_until=timezone.now() + timedelta(seconds=10))
    client.get(walk())
    assert Connection.objects.get().renewing_until is None
