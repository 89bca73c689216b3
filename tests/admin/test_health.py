"""What probes are told, and what ails an installation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import heartbeats
from tests.sandbox_process import ROOT
from tests.support.database import away
from timesheet.core.version import VERSION
from timesheet.domain.health import Answers, Checks, HealthInputs, HealthIssue, find_issues

NOWHERE = "http://127.0.0.1:9"


def lives(ago: float = 0, name: str = "a:1") -> None:
    then = timezone.now() - timedelta(seconds=ago)
    heartbeats.beat(name, then, VERSION, then)


@pytest.fixture
def asana(settings, sandbox):
    settings.ASANA_URL = sandbox.url
    sandbox.forget_requests()
    return sandbox


@pytest.fixture
def healthy(db, asana):
    """All is well."""
    cache.clear()
    lives()
    return asana


def probe(path: str = "/readyz") -> tuple[int, dict[str, str]]:
    answer = Client().get(path)
    return answer.status_code, answer.json()


def test_all_is_well(healthy):
    well = dict.fromkeys(("status", "database", "cache", "queue", "worker", "asana"), "ok")
    assert probe() == (200, well)


def test_without_a_worker_people_can_still_be_served(healthy):
    heartbeats.end("a:1")
    status, words = probe()
    assert (status, words["status"], words["worker"]) == (200, "degraded", "missing")


@pytest.mark.parametrize(("ago", "word"), [(0, "ok"), (149, "ok"), (151, "missing")])
def test_a_worker_that_was_silent_for_too_long_counts_as_dead(healthy, ago, word):
    heartbeats.end("a:1")
    lives(ago)
    assert probe()[1]["worker"] == word


def test_the_dead_are_forgotten_after_a_day(healthy):
    lives(25 * 3600, "b:2")
    lives()
    assert [heartbeat.name for heartbeat in heartbeats.latest()] == ["a:1"]


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ({"kind": "drop_before"}, "unreachable"),
        ({"kind": "hang_before"}, "unreachable"),
        ({"kind": "status", "status": 503}, "failing"),
        ({"kind": "status", "status": 429}, "ok"),
    ],
)
def test_while_asana_is_away_people_can_still_be_served(healthy, fault, word):
    healthy.faults({"path": "/api/", **fault})
    status, words = probe()
    assert (status, words["asana"]) == (200, word)
    assert words["status"] == ("ok" if word == "ok" else "degraded")


def test_an_asana_that_is_not_there_is_said(healthy, settings):
    settings.ASANA_URL = NOWHERE
    assert probe()[1]["asana"] == "unreachable"


def test_many_probes_ask_asana_once_and_without_a_token(healthy):
    for _ in range(20):
        assert probe()[0] == 200
    (asked,) = healthy.requests()
    assert (asked["method"], asked["path"], asked["status"]) == ("GET", "/api/1.0/users/me", 401)


@pytest.mark.django_db(transaction=True)
def test_without_a_cache_people_can_still_be_served(healthy, settings):
    is_redis = settings.CACHE_URL.startswith("redis:")
    missing = ["redis://127.0.0.1:9/0"] if is_redis else "a_table_that_is_not_there"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": missing}}
    healthy.forget_requests()
    status, words = probe()
    assert (status, words["status"]) == (200, "degraded")
    assert (words["database"], words["cache"], words["worker"]) == ("ok", "failing", "ok")
    assert (words["asana"], healthy.requests()) == ("unknown", [])


@pytest.fixture
def no_database(django_db_blocker):
    with django_db_blocker.unblock(), away():
        yield


def test_without_a_database_nobody_is_sent_here_and_no_reason_is_given(
    no_database, asana, settings
):
    # Redis goes on without it; a table of it does not, and knows nothing of Asana either.
    is_redis = settings.CACHE_URL.startswith("redis:")
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "failing",
        "database": "failing",
        "cache": "ok" if is_redis else "failing",
        "queue": "ok",
        "worker": "unknown",
        "asana": "ok" if is_redis else "unknown",
    }


def test_the_process_lives_whatever_else_does(no_database):
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_need_no_https_and_leave_nothing_in_a_cache(healthy, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get(path)
    assert answer.status_code in (200, 404)
    assert Client().post(path).status_code == 405


def test_the_version_is_that_of_the_project():
    assert f'\nversion = "{VERSION}"\n' in (ROOT / "pyproject.toml").read_text()


WELL: dict[str, Any] = {"version": "2", "workers": ("2",)}


@pytest.mark.parametrize(
    ("inputs", "found"),
    [
        (HealthInputs(Checks(), **WELL), ()),
        (HealthInputs(Checks(cache="failing"), **WELL), (HealthIssue.CACHE,)),
        (HealthInputs(Checks(queue="failing"), **WELL), (HealthIssue.QUEUE,)),
        (HealthInputs(Checks(worker="missing"), version="2"), (HealthIssue.WORKER,)),
        (HealthInputs(Checks(), version="2", workers=("2", "1")), (HealthIssue.VERSIONS,)),
        (HealthInputs(Checks(asana="unreachable"), **WELL), (HealthIssue.UNREACHABLE,)),
        (HealthInputs(Checks(asana="failing"), **WELL), (HealthIssue.FAILING,)),
        (HealthInputs(Checks(asana="unknown"), **WELL), ()),
        (HealthInputs(Checks(), oldest_wait=timedelta(minutes=60), **WELL), ()),
        (HealthInputs(Checks(), oldest_wait=timedelta(minutes=61), **WELL), (HealthIssue.STUCK,)),
        (HealthInputs(Checks(), answers=Answers({200: 18, 0: 1, 429: 1}), **WELL), ()),
        (
            HealthInputs(Checks(), answers=Answers({200: 17, 0: 1, 503: 2}), **WELL),
            (HealthIssue.ERRORS,),
        ),
        (HealthInputs(Checks(), answers=Answers({200: 1, 503: 9}), **WELL), ()),
        (HealthInputs(Checks(), answers=Answers({200: 50, 403: 50}), **WELL), ()),
        (HealthInputs(Checks(), clock_offset=-30, **WELL), ()),
        (HealthInputs(Checks(), clock_offset=-31, **WELL), (HealthIssue.CLOCK,)),
        (HealthInputs(Checks(), clock_offset=31, **WELL), (HealthIssue.CLOCK,)),
        (HealthInputs(Checks(), free_bytes=499_999_999, **WELL), (HealthIssue.DISK_SPACE,)),
        (HealthInputs(Checks(), free_bytes=500_000_000, **WELL), ()),
        (
            HealthInputs(Checks(worker="missing", asana="failing"), version="2"),
            (HealthIssue.WORKER, HealthIssue.FAILING),
        ),
    ],
)
def test_issues_are_found_from_the_inputs(inputs, found):
    assert find_issues(inputs) == found


@pytest.mark.parametrize(
    ("checks", "ready", "status"),
    [
        (Checks(), True, "ok"),
        (Checks(queue="failing"), True, "degraded"),
        (Checks(worker="missing"), True, "degraded"),
        (Checks(asana="unknown"), True, "degraded"),
        (Checks(cache="failing"), True, "degraded"),
        (Checks(database="failing"), False, "failing"),
    ],
)
def test_only_the_database_decides_whether_people_can_be_served(checks, ready, status):
    assert (checks.ready, checks.status) == (ready, status)
