"""In which condition a connection is, by what is known of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet

from accounts.connections.status import ConnectionState, state_of, status_of, statuses_in
from accounts.models import Connection, ConnectionProblem

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
STUDIO = "1200000000000001"


def ago(minutes):
    return NOW - timedelta(minutes=minutes)


BLOCKED = ConnectionProblem(workspace_gid=STUDIO, kind="app_blocked")
UNPAID = ConnectionProblem(workspace_gid=STUDIO, kind="no_time_tracking")
FOR_A_WEEK = {"refresh_token": "", "expires_at": ago(-7 * 24 * 60)}
FOR_AN_HOUR = {"refresh_token": "", "expires_at": ago(-60)}
# It ended an hour ago, and since then it was asked for another one.
FAILING = {"expires_at": ago(60), "failed_at": ago(5)}


@pytest.mark.parametrize(
    ("fields", "trouble", "expected"),
    [
        ({"expires_at": ago(-60)}, None, "healthy"),
        # Nobody has asked for anything since: it is renewed when somebody does.
        ({"expires_at": ago(3 * 24 * 60)}, None, "healthy"),
        ({"expires_at": ago(-60), "failed_at": ago(5)}, None, "healthy"),
        ({"method": "token", "refresh_token": "", "expires_at": None}, None, "healthy"),
        (FOR_A_WEEK, None, "healthy"),
        (FOR_AN_HOUR, None, "expiring"),
        (FAILING, None, "expiring"),
        ({**FAILING, "succeeded_at": ago(120)}, None, "expiring"),
        ({**FAILING, "succeeded_at": ago(1)}, None, "healthy"),
        ({"refresh_token": "", "expires_at": ago(1)}, None, "needs_reconnecting"),
        ({"state": "needs_reconnecting"}, BLOCKED, "needs_reconnecting"),
        ({"state": "revoked"}, UNPAID, "revoked"),
        ({"expires_at": ago(-60)}, BLOCKED, "app_blocked"),
        (FOR_AN_HOUR, UNPAID, "no_time_tracking"),
    ],
)
def test_the_condition_of_a_connection(connect_ada, fields, trouble, expected):
    connect_ada(**fields)
    assert state_of(Connection.objects.get(), trouble, NOW) == expected


def test_a_connection_under_a_lost_key_has_to_be_made_anew(connect_ada, settings):
    connect_ada(expires_at=ago(60))
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    assert state_of(Connection.objects.get(), None, NOW) == "needs_reconnecting"


def test_trouble_counts_in_its_workspace_and_for_its_person(ada, connect_ada):
    connection = connect_ada(expires_at=ago(-60))
    connection.troubles.create(workspace_gid=STUDIO, kind="app_blocked", at=NOW)
    here, there = (statuses_in(gid, [ada.gid], NOW)[ada.gid] for gid in (STUDIO, "1299"))
    assert (here.state, there.state) == (ConnectionState.APP_BLOCKED, ConnectionState.HEALTHY)
    assert status_of(ada, NOW).state == ConnectionState.APP_BLOCKED


def test_who_has_no_connection_never_connected(ada):
    assert status_of(ada, NOW).state == ConnectionState.NEVER_CONNECTED
    assert statuses_in(STUDIO, [ada.gid], NOW) == {}


def test_every_condition_says_what_it_means():
    assert all(condition.meaning for condition in ConnectionState)
