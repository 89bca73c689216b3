"""The metrics, as Prometheus reads them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from accounts import heartbeats
from accounts.models import ApiUsage, Connection, User
from tests.support.edits import make_edit
from timesheet.core.version import VERSION

TOKEN = "a-token-of-the-tests"
GID = "1201000000000001"


@pytest.fixture
def metrics_page(db, settings, sandbox):
    settings.ASANA_URL = sandbox.url
    settings.METRICS_TOKEN = TOKEN
    cache.clear()


@pytest.fixture
def ada(db) -> Connection:
    user = User.objects.create_user(GID, "Ada Lindqvist", "ada@nordlicht.example")
    return Connection.objects.create(user=user, method="token", access_token="sandbox-ada")


def text() -> str:
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    return answer.content.decode()


def metrics() -> dict[tuple[str, ...], float]:
    """Each value by its name and labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text())
        for sample in family.samples
    }


def edit(user: User, state: str, minutes_ago: int) -> None:
    make_edit(user, state, now=timezone.now(), ago=timedelta(minutes=minutes_ago))


def test_edits_are_counted_by_state(metrics_page, ada):
    for state, minutes_ago in (("queued", 5), ("queued", 2), ("conflict", 90), ("confirmed", 9)):
        edit(ada.user, state, minutes_ago)
    values = metrics()
    assert values["timesheet_edits", "queued"] == 2
    assert values["timesheet_edits", "conflict"] == 1
    assert values["timesheet_edits", "confirmed"] == 1
    assert values["timesheet_edits", "in_doubt"] == 0
    assert values[("timesheet_oldest_edit_on_the_way_seconds",)] == pytest.approx(300, abs=10)


def test_connections_are_counted_by_state(metrics_page, ada):
    Connection.objects.update(state="needs_reconnecting")
    values = metrics()
    assert values["timesheet_connections", "needs_reconnecting"] == 1
    assert values["timesheet_connections", "healthy"] == 0


def test_requests_to_asana_are_counted_by_status(metrics_page, ada, time_machine):
    # Within one hour, and not at its end.
    time_machine.move_to(timezone.now().replace(minute=30), tick=False)
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    for hours_ago, status, requests in ((0, 200, 7), (1, 429, 2), (20, 200, 30), (30, 200, 500)):
        then = hour - timedelta(hours=hours_ago)
        ApiUsage.objects.create(connection=ada, hour=then, status=status, requests=requests)
    values = metrics()
    assert values["timesheet_asana_requests_last_hour", "200"] == 7
    assert values["timesheet_asana_requests_last_hour", "429"] == 2
    assert values["timesheet_asana_requests_last_day", "200"] == 37


def test_workers_show_that_they_live(metrics_page):
    now = timezone.now()
    heartbeats.beat("a:1", now, VERSION, now - timedelta(seconds=400))
    heartbeats.beat("b:2", now, VERSION, now - timedelta(seconds=20))
    values = metrics()
    assert values[("timesheet_workers",)] == 1
    assert values[("timesheet_worker_heartbeat_age_seconds",)] == pytest.approx(20, abs=5)


def test_without_any_worker_there_is_no_age(metrics_page):
    values = metrics()
    assert values[("timesheet_workers",)] == 0
    assert ("timesheet_worker_heartbeat_age_seconds",) not in values


def test_it_says_what_runs_and_what_readyz_says(metrics_page):
    labels = {
        name: value
        for family in text_string_to_metric_families(text())
        for sample in family.samples
        if sample.name == "timesheet_build_info"
        for name, value in sample.labels.items()
    }
    assert labels["version"] == VERSION
    assert labels["database"].startswith(connection.display_name)
    values = metrics()
    assert values["timesheet_check_ok", "database"] == 1
    assert values["timesheet_check_ok", "asana"] == 1
    assert values["timesheet_check_ok", "worker"] == 0


def test_the_difference_of_the_clocks_is_there_once_it_is_known(metrics_page):
    assert ("timesheet_clock_skew_seconds",) not in metrics()
    cache.set("clock-skew", 2.5)
    assert metrics()[("timesheet_clock_skew_seconds",)] == -2.5


def test_nothing_in_it_tells_of_a_person(metrics_page, ada):
    edit(ada.user, "queued", 1)
    for word in (GID, "Ada", "nordlicht", "sandbox-ada"):
        assert word not in text()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer another-token-entirely"},
        {"Authorization": TOKEN},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer tökèn"},
    ],
)
def test_without_the_token_there_is_no_such_page(metrics_page, headers):
    answer = Client().get("/metrics", headers=headers)
    assert answer.status_code == 404
    assert b"timesheet_" not in answer.content


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer "}])
def test_without_the_setting_there_is_no_such_page_for_anybody(metrics_page, settings, headers):
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics", headers=headers).status_code == 404


@pytest.mark.parametrize("state", ["few", "many"])
def test_it_costs_the_same_whatever_there_is(
    metrics_page, ada, state, django_assert_max_num_queries
):
    for number in range(1 if state == "few" else 30):
        edit(ada.user, "queued", number)
    metrics()
    with django_assert_max_num_queries(24):
        metrics()
