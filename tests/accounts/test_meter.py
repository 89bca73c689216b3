"""What is written down of a connection once a client closes, and what is made of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError, connections
from django.utils import timezone

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError
from accounts.asana.transport import Exchange
from accounts.connections import usage
from accounts.connections.meter import clock_skew, open_meter
from accounts.connections.service import client_for
from accounts.connections.tokens import ConnectionToken
from accounts.connections.usage import UsageDay
from accounts.models import ApiUsage, Connection, ConnectionProblem

STUDIO = "1200000000000001"
HOURS = "/time_tracking_entries"
NOON = datetime(2026, 11, 25, 12, 10, tzinfo=UTC)


@pytest.fixture
def ada_connected(client, walk):
    client.get(walk())
    ApiUsage.objects.all().delete()
    return Connection.objects.get()


@pytest.fixture
def token(connect_ada):
    """A personal one."""
    personal = {"method": "token", "access_token": "sandbox-ada"}
    return connect_ada(**personal, refresh_token="", expires_at=None)


def counted() -> dict[int, int]:
    return dict(ApiUsage.objects.values_list("status", "requests"))


def ask(connection, times=1, workspace=""):
    try:
        with client_for(connection, workspace) as asana:
            for _ in range(times):
                asana.get_user()
    except AsanaError as error:
        return error.message
    return ""


def tell(connection, *statuses, path="/users/me", workspace=STUDIO, renewed=False):
    bearer = ConnectionToken(connection)
    bearer.renewed = renewed
    with open_meter(bearer, workspace) as meter:
        for status in statuses:
            meter.record(Exchange("GET", path, status, words=f"words of {status}"))


def test_requests_are_counted_once_when_the_client_closes(token, asana):
    with client_for(token) as client:
        client.gather([Client.get_user] * 5)
        assert counted() == {}
    assert counted() == {200: 5}
    ask(token, times=2)
    assert counted() == {200: 7}
    found = Connection.objects.get()
    assert timezone.now() - found.succeeded_at < timedelta(seconds=10)
    assert found.failed_at is None


def test_what_was_asked_before_a_view_fails_is_counted(token, asana):
    with pytest.raises(ZeroDivisionError), client_for(token) as client:
        len(client.get_user().gid) / 0
    assert counted() == {200: 1}


def test_nothing_asked_is_nothing_written(token, django_assert_num_queries):
    with django_assert_num_queries(0), client_for(token):
        pass


@pytest.mark.parametrize("status", [429, 503])
def test_a_failure_is_kept_with_its_reason(token, asana, status):
    asana.faults({"path": "/users/me$", "kind": "status", "status": status, "retry_after": 1})
    said = ask(token)
    found = Connection.objects.get()
    assert counted() == {status: 1}
    assert found.problem == said
    assert found.failed_at
    assert found.state == "healthy"


def test_silence_is_a_failure(token, settings):
    settings.ASANA_URL = "http://127.0.0.1:9"
    ask(token)
    assert counted() == {0: 1}
    assert Connection.objects.get().problem == "Asana didn’t respond"


@pytest.mark.parametrize("status", [400, 402, 403, 404])
def test_what_is_about_the_thing_asked_for_is_no_failure_of_the_connection(token, status):
    tell(token, status)
    assert counted() == {status: 1}
    assert Connection.objects.get().failed_at is None


def test_a_token_that_was_renewed_in_time_has_not_failed(ada_connected, asana):
    Connection.objects.update(access_token="no-longer-known")
    assert ask(Connection.objects.get()) == ""
    found = Connection.objects.get()
    assert counted() == {401: 1, 200: 1}
    assert (found.failed_at, found.problem) == (None, "")


def test_why_a_connection_ended_is_not_overwritten(ada_connected, asana):
    asana.revoke_tokens("1201000000000001")
    ask(ada_connected)
    found = Connection.objects.get()
    assert found.state == "needs_reconnecting"
    assert "refresh_token" in found.problem
    assert found.failed_at


def test_what_is_counted_does_not_undo_a_renewal(ada_connected):
    """It is the time of the last change of tokens that tells who has renewed them."""
    tell(ada_connected, 200, 429)
    assert Connection.objects.get().updated_at == ada_connected.updated_at


def test_a_connection_that_was_removed_meanwhile_is_not_counted(token):
    with open_meter(ConnectionToken(token)) as meter:
        meter.record(Exchange("GET", "/users/me", 200))
        Connection.objects.all().delete()
    assert counted() == {}


def test_a_database_that_is_locked_does_not_undo_what_was_done(token, monkeypatch, caplog):
    def locked(*_given, **_more):
        raise OperationalError("database is locked")

    with open_meter(ConnectionToken(token)) as meter:
        meter.record(Exchange("GET", "/users/me", 200))
        monkeypatch.setattr("accounts.connections.meter.Connection.objects.filter", locked)
    assert "not counted: database is locked" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_processes_do_not_overwrite_each_others_counts(token):
    def count(_number):
        try:
            tell(token, *[200] * 5, 429)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(16)))
    assert counted() == {200: 80, 429: 16}


# What stands in the way in a workspace


def troubles() -> list[tuple[str, str, str]]:
    return list(ConnectionProblem.objects.values_list("workspace_gid", "kind", "words"))


def test_a_401_behind_a_renewal_is_a_blocked_app(ada_connected, asana):
    asana.faults({"path": "/api/1.0/users/me", "kind": "status", "status": 401})
    said = ask(ada_connected, workspace=STUDIO)
    assert troubles() == [(STUDIO, "app_blocked", said)]
    assert Connection.objects.get().state == "healthy"


def test_a_401_that_could_not_be_renewed_for_now_is_none(ada_connected, asana):
    asana.faults(
        {"path": "/api/1.0/users/me", "kind": "status", "status": 401},
        {"path": "/-/oauth_token", "kind": "status", "status": 503},
    )
    ask(ada_connected, workspace=STUDIO)
    assert troubles() == []


def test_hours_that_the_plan_lacks_are_noted_and_fields_that_it_lacks_are_not(token):
    tell(token, 402, path="/timesheet_approval_statuses")
    assert troubles() == []
    tell(token, 402, path=HOURS)
    assert troubles() == [(STUDIO, "no_time_tracking", "words of 402")]


def test_outside_of_a_workspace_nothing_is_noted(token):
    tell(token, 402, path=HOURS, workspace="")
    assert troubles() == []


@pytest.mark.parametrize(
    ("kind", "path", "left"),
    [
        ("app_blocked", "/users/me", 0),
        ("app_blocked", HOURS, 0),
        ("no_time_tracking", HOURS, 0),
        # Other things can be asked for without paying for hours.
        ("no_time_tracking", "/users/me", 1),
    ],
)
def test_what_goes_through_again_is_no_trouble_any_more(token, kind, path, left):
    token.problems.create(workspace_gid=STUDIO, kind=kind, at=NOON)
    token.problems.create(workspace_gid="1200000000000002", kind=kind, at=NOON)
    tell(Connection.objects.for_workspace(STUDIO).get(), 200, path=path)
    assert ConnectionProblem.objects.filter(workspace_gid=STUDIO).count() == left
    assert ConnectionProblem.objects.filter(workspace_gid="1200000000000002").count() == 1


def test_a_page_that_goes_through_asks_for_no_trouble_where_there_is_none(
    token, django_assert_num_queries
):
    tell(Connection.objects.for_workspace(STUDIO).get(), 200)
    found = Connection.objects.for_workspace(STUDIO).get()
    with django_assert_num_queries(1) as queries:
        tell(found, 200)
    assert not any("problem" in query["sql"] for query in queries)


def test_a_success_is_noted_once_a_minute(token, django_assert_num_queries, time_machine):
    time_machine.move_to(NOON, tick=False)
    tell(token, 200)
    for later, noted in ((59, NOON), (60, NOON + timedelta(seconds=60))):
        time_machine.move_to(NOON + timedelta(seconds=later), tick=False)
        tell(Connection.objects.get(), 200)
        assert Connection.objects.get().succeeded_at == noted
    assert counted() == {200: 3}


def test_a_success_after_a_failure_is_noted_at_once(token, time_machine):
    for seconds, status in ((0, 200), (1, 503), (2, 200)):
        time_machine.move_to(NOON + timedelta(seconds=seconds), tick=False)
        tell(Connection.objects.get(), status)
    assert Connection.objects.get().succeeded_at == NOON + timedelta(seconds=2)


# What is told of it


def test_the_last_day_is_told_by_connection_and_by_hour(token, time_machine):
    for hours_ago, status, requests in ((0, 200, 4), (0, 429, 2), (23, 503, 1), (24, 200, 9)):
        time_machine.move_to(NOON - timedelta(hours=hours_ago), tick=False)
        tell(token, *[status] * requests)
    assert usage.days_of([token.pk], NOON) == {token.pk: UsageDay(requests=7, slowed=2)}
    hours = usage.hours_of(token, NOON)
    assert len(hours) == 24
    assert (hours[0].failed, hours[-1].answered, hours[-1].slowed) == (1, 4, 2)
    assert usage.statuses_of(token, NOON) == [(200, 4), (429, 2), (503, 1)]


def test_what_is_older_than_eight_days_is_forgotten_now_and_then(token):
    cache.clear()
    for days in (7, 9):
        token.usage.create(hour=NOON - timedelta(days=days), status=200, requests=1)
    usage.delete_old(NOON)
    assert ApiUsage.objects.count() == 1
    usage.delete_old(NOON + timedelta(days=3))
    assert ApiUsage.objects.count() == 1


@pytest.mark.parametrize(
    ("date", "skew"),
    [
        ("Wed, 25 Nov 2026 12:10:30 GMT", 30.5),
        ("Wed, 25 Nov 2026 12:08:00 GMT", -119.5),
        ("soon", None),
        ("", None),
    ],
)
def test_asanas_clock_is_compared_with_ours(token, time_machine, date, skew):
    cache.clear()
    time_machine.move_to(NOON, tick=False)
    with open_meter(ConnectionToken(token)) as meter:
        meter.record(Exchange("GET", "/users/me", 200, date))
    assert clock_skew() == skew
