"""Nobody's week is read twice while a team is being read, whatever else is opened meanwhile."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.core.cache import cache
from django.db import connection

from accounts.asana.transport import Session
from tests.support.pages import page, person_rows
from tests.support.people import ADA, STUDIO_NAMES
from timesheet.team import snapshot_reading

# Long against what a busy machine takes to begin one more request; in milliseconds.
LATENCY = 1500


# The last of the team by name, whose turn comes last.
LAST = max(STUDIO_NAMES, key=lambda gid: STUDIO_NAMES[gid].casefold())


def people_read(asana) -> Counter[str]:
    """How often each person's week was read, by gid: whole lists, not whether there are any."""
    asked = [one for one in asana.requests() if one["path"].endswith("time_tracking_entries")]
    return Counter(one["query"]["user"] for one in asked if one["query"]["limit"] != "1")


def in_thread(call) -> threading.Thread:
    """Start a call as another thread of the web server does."""

    def run() -> None:
        try:
            call()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.fixture
def slow(transactional_db, boss, asana):
    """The manager of a team of whom nothing is known, in front of a slow Asana."""
    boss.team("", show="")
    cache.clear()
    asana.faults({"kind": "latency", "ms": LATENCY, "path": "/api/"})
    asana.forget_requests()
    yield boss
    asana.faults()


def test_the_page_of_one_person_of_a_cold_team_reads_nobody_else(boss, asana):
    boss.team()
    cache.clear()
    asana.forget_requests()
    answer = boss.team(f"{ADA}/")
    assert answer.context["person_week"].is_known
    assert people_read(asana).keys() == {ADA}
    # The team's page reads the others, and not this person again.
    asana.forget_requests()
    shown = person_rows(page(boss.team()))
    assert people_read(asana) == Counter(STUDIO_NAMES.keys() - {ADA})
    assert not [row for row in shown.values() if "Reading…" in row]


def test_two_pages_that_read_a_team_at_once_read_each_person_once(slow, asana):
    refresh = {"fresh": "1", "again": "1", "cold": "1"}
    answers: list = []
    threads = [
        in_thread(lambda: answers.append(slow.team(htmx=True, **refresh))) for _number in range(2)
    ]
    for thread in threads:
        thread.join()
    assert people_read(asana) == Counter(STUDIO_NAMES.keys())
    # The one that waited shows what the other one read.
    assert all(not answer.context["team"].pending for answer in answers)


def test_a_click_while_a_team_is_read_makes_nobody_be_read_again(slow, asana, monkeypatch):
    """A step of few requests, and meanwhile the page of a person whose turn has not come."""
    monkeypatch.setattr(Session, "batch_size", 4)
    monkeypatch.setattr(snapshot_reading, "MOST_BATCHES", 2)
    step = in_thread(lambda: slow.team(htmx=True, fresh="1", again="1", cold="1"))
    slow.team(f"{LAST}/")
    step.join()
    asana.faults()
    values = {"fresh": "1", "again": "1", "cold": "1"}
    while (answer := slow.team(htmx=True, **values)).context["refresh"]:
        values["left"] = str(answer.context["refresh"].left)
    assert people_read(asana) == Counter(STUDIO_NAMES.keys())
