"""The admins' page of how the installation is doing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts import heartbeats
from accounts.models import ApiUsage, Connection, User
from tests.support.edits import make_edit
from tests.support.pages import page
from tests.support.people import HARBOUR, WORKSPACE
from timesheet.core.version import VERSION
from timesheet.journal import wakeup

NOTHING_WRONG = "All systems operational"


@pytest.fixture(autouse=True)
def worker(db) -> None:
    beats()


def beats(ago: float = 0, version: str = VERSION) -> None:
    then = timezone.now() - timedelta(seconds=ago)
    heartbeats.beat("server:7", then, version, then)


def health_page(admin) -> str:
    answer = admin.get(reverse("health", args=[WORKSPACE]))
    assert answer.status_code == 200
    return page(answer)


def edit(user: User, state: str, ago: timedelta, workspace: str = WORKSPACE) -> None:
    make_edit(user, state, now=timezone.now(), ago=ago, workspace=workspace)


def test_where_all_is_well_it_says_so(omar):
    shown = health_page(omar)
    assert NOTHING_WRONG in shown
    assert "the whole installation, including all its workspaces" in shown
    assert shown.count('data-state="good"') == 6


def test_it_says_what_runs_here(omar):
    shown = health_page(omar)
    for words in (VERSION, "Django", connection.display_name, "Database size", "server:7"):
        assert words in shown


def test_without_the_queue_it_says_what_to_do(omar, monkeypatch):
    monkeypatch.setattr(wakeup, "is_reachable", lambda: False)
    shown = health_page(omar)
    assert "The worker’s queue isn’t working." in shown
    assert NOTHING_WRONG not in shown


def test_without_a_worker_it_says_what_to_do(omar):
    heartbeats.end("server:7")
    shown = health_page(omar)
    assert "No worker is running" in shown
    assert "manage.py worker" in shown
    assert NOTHING_WRONG not in shown


def test_a_worker_that_is_gone_is_shown_as_gone(omar):
    beats(ago=200)
    shown = health_page(omar)
    assert "No worker is running" in shown
    assert "Stopped unexpectedly" in shown


def test_a_worker_of_another_version_is_said(omar):
    beats(version="0.0.1")
    assert "A worker is running a different version from this site." in health_page(omar)


def test_open_edits_of_all_workspaces_are_counted_and_an_old_one_is_said(omar):
    edit(omar.user, "queued", timedelta(minutes=5))
    edit(omar.user, "queued", timedelta(hours=3), HARBOUR)
    edit(omar.user, "conflict", timedelta(days=2))
    answer = omar.get(reverse("health", args=[WORKSPACE]))
    assert [count.number for count in answer.context["waiting"]] == [2, 0, 1, 0]
    shown = page(answer)
    assert "A change has been unsynced for more than an hour." in shown
    assert "3\xa0hours" in shown


def test_an_edit_that_waits_for_its_person_is_no_issue(omar):
    edit(omar.user, "conflict", timedelta(days=2))
    assert NOTHING_WRONG in health_page(omar)


def test_what_asana_answered_is_counted_and_many_failures_are_said(omar, time_machine):
    # Within one hour, and not at its end.
    time_machine.move_to(timezone.now().replace(minute=30), tick=False)
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    connection = Connection.objects.get()
    for hours_ago, status, requests in ((0, 200, 30), (1, 503, 8), (5, 0, 2), (30, 200, 900)):
        ApiUsage.objects.update_or_create(
            connection=connection,
            hour=hour - timedelta(hours=hours_ago),
            status=status,
            defaults={"requests": requests},
        )
    answer = omar.get(reverse("health", args=[WORKSPACE]))
    shown = page(answer)
    found = {
        status.status: (status.last_hour, status.last_day) for status in answer.context["statuses"]
    }
    assert found[503] == (8, 8)
    assert found[0] == (0, 2)
    assert "8 of 38 requests to Asana since" in shown
    assert re.search(r"Failed: 21% since [^,]+, 25% in the last 24 hours", shown)
    assert "Asana server error" in shown


@pytest.mark.parametrize(
    ("skew", "words"),
    [
        (None, "Unknown"),
        (0.2, "In sync"),
        (-1.4, "1 second ahead"),
        (12, "12 seconds behind"),
    ],
)
def test_the_clocks_are_compared(omar, skew, words):
    cache.set("clock-skew", skew)
    shown = health_page(omar)
    assert words in shown
    assert NOTHING_WRONG in shown


def test_clocks_that_differ_too_much_are_said(omar):
    cache.set("clock-skew", 95.0)
    assert "This server’s clock and Asana’s differ by 95 seconds." in health_page(omar)


def test_while_asana_is_away_who_was_an_admin_can_look(omar, asana):
    health_page(omar)
    way = cache.get(f"own-role:{omar.user.pk}:{WORKSPACE}")
    cache.clear()
    cache.set(f"own-role:{omar.user.pk}:{WORKSPACE}", way)
    asana.faults({"kind": "drop_before", "path": "/api/"})
    assert "Asana isn’t responding." in health_page(omar)


def test_while_asana_is_away_nobody_is_taken_for_an_admin(ada, asana):
    asana.faults({"kind": "drop_before", "path": "/api/"})
    answer = ada.get(reverse("health", args=[WORKSPACE]))
    assert answer.status_code == 403


def test_it_is_read_in_as_many_queries_whatever_there_is(omar, django_assert_max_num_queries):
    health_page(omar)
    for number in range(20):
        edit(omar.user, "queued", timedelta(minutes=number))
        heartbeats.beat(f"other:{number}", timezone.now(), VERSION, timezone.now())
    with django_assert_max_num_queries(40):
        health_page(omar)
