"""A team of two hundred, read from an Asana that takes its time."""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import Connection, ManagedPerson, Manager, User
from tests.sandbox_process import Sandbox, start_sandbox
from tests.support.pages import page, person_rows, text_of
from tests.support.people import WORKSPACE, Browser
from timesheet.core.sessions import ZONE_COOKIE
from timesheet.domain.week import Week
from timesheet.models import CapacityChange

pytestmark = pytest.mark.process

MIA = "1201000000000003"
# Long against what a busy machine takes to begin fifty requests at once; in milliseconds.
LATENCY = 2000


@pytest.fixture(scope="module")
def large() -> Iterator[Sandbox]:
    with start_sandbox("--size", "large", "--weeks", "2") as sandbox:
        yield sandbox


def depth(requests: list[dict]) -> int:
    """How many requests had to wait for each other: each began when the one before was
    answered."""
    number, free = 0, datetime.min.replace(tzinfo=UTC)
    for end, start in sorted((_begun(one) + _took(one), _begun(one)) for one in requests):
        if start >= free:
            number, free = number + 1, end
    return number


def _begun(request: dict) -> datetime:
    return datetime.fromisoformat(request["started_at"])


def _took(request: dict) -> timedelta:
    return timedelta(milliseconds=request["milliseconds"])


def pages(sandbox: Sandbox, path: str, **query) -> Iterator[dict]:
    """The records of a list, page after page."""
    query["limit"] = 100
    while True:
        page = sandbox.call("GET", path, "sandbox-mia", params=query).json()
        yield from page["data"]
        if page["next_page"] is None:
            return
        query["offset"] = page["next_page"]["offset"]


def everybody(sandbox: Sandbox) -> dict[str, str]:
    found = pages(sandbox, f"/workspaces/{WORKSPACE}/users", opt_fields="name")
    return {one["gid"]: one["name"] for one in found}


def by_person(sandbox: Sandbox, week: Week) -> Counter[str]:
    """Everybody's minutes of the week in Asana, by gid."""
    minutes = Counter[str]()
    days = {"entered_on_start_date": week.start, "entered_on_end_date": week.end}
    fields = {"opt_fields": "duration_minutes,created_by"}
    path = "/time_tracking_entries"
    for entry in pages(sandbox, path, workspace=WORKSPACE, **days, **fields):
        minutes[entry["created_by"]["gid"]] += entry["duration_minutes"]
    return minutes


@pytest.fixture
def mia(settings, db, large: Sandbox) -> Browser:
    """Mia, who manages everybody."""
    settings.ASANA_URL = large.url
    cache.clear()
    user = User.objects.create_user(MIA, "Mia", "mia@example.com")
    Connection.objects.create(user=user, method="token", access_token="sandbox-mia")
    manager = Manager.objects.create(workspace_gid=WORKSPACE, gid=MIA)
    for gid, name in everybody(large).items():
        if gid != MIA:
            manager.people.create(gid=gid, name=name)
    return Browser(user, Week.of(timezone.localdate()).previous)


def rows_of(answer) -> dict[str, int]:
    """The minutes of each row of a page, by gid."""
    rows = dict(
        re.findall(r'<tr\s+id="person-(\d+)"(.*?)</tr>', answer.content.decode(), re.DOTALL)
    )
    found = {gid: re.search(r"<b>(\d+):(\d\d)</b> <small>/", row) for gid, row in rows.items()}
    return {gid: int(total[1]) * 60 + int(total[2]) for gid, total in found.items() if total}


def read_whole_week(mia: Browser) -> int:
    """Opens the week and refreshes it as the page does by itself; returns how often."""
    answer, steps = mia.get(f"/{WORKSPACE}/team/{mia.week}/"), 0
    while refresh := answer.context["refresh"]:
        steps += 1
        query = {"fresh": "1", "again": refresh.number, "left": refresh.left, "cold": "1"}
        headers = {"HX-Request": "true"}
        answer = mia.get(f"/{WORKSPACE}/team/{mia.week}/", query, headers=headers)
    return steps


def test_the_week_of_two_hundred_is_complete_and_four_requests_deep(mia, large):
    """On the first page, where time off of the month is known; the second week is in the same."""
    read_whole_week(mia)
    cache.delete_many([f"team-week:{mia.user.pk}:{WORKSPACE}:{mia.week}"])
    expected = by_person(large, mia.week)
    large.faults({"kind": "latency", "ms": LATENCY, "path": "/api/"})
    large.forget_requests()
    shown = rows_of(mia.get(f"/{WORKSPACE}/team/{mia.week}/"))
    asked = large.requests()
    large.faults()
    for number in range(2, 5):
        shown |= rows_of(mia.get(f"/{WORKSPACE}/team/{mia.week}/?page={number}"))
    assert len(shown) > 190
    assert shown == {gid: expected[gid] for gid in shown}
    assert depth(asked) <= 4


def test_a_browser_with_scripts_gets_the_names_of_a_cold_team_before_any_hours(mia, large):
    mia.get(f"/{WORKSPACE}/team/{mia.week}/")
    cache.delete_many([f"team-week:{mia.user.pk}:{WORKSPACE}:{mia.week}"])
    mia.cookies[ZONE_COOKIE] = "UTC"
    large.forget_requests()
    answer = mia.get(f"/{WORKSPACE}/team/{mia.week}/")
    assert large.requests() == []
    people = answer.context["team"].people
    assert len(people) > 190
    assert f"Reading from Asana: 0 of {len(people)} people" in text_of(answer)
    assert people[0].person.name in text_of(answer)
    # Nothing is said of what is not known yet.
    assert "As of" not in text_of(answer)
    assert all("Not submitted" not in row for row in person_rows(page(answer)).values())
    # It refreshes itself at once.
    assert "load delay:50ms" in answer.content.decode()


def test_a_cold_week_of_two_hundred_is_complete_after_a_few_steps(mia, large):
    expected = by_person(large, mia.week)
    large.forget_requests()
    steps = read_whole_week(mia)
    asked = Counter(request["path"].rpartition("/")[2] for request in large.requests())
    people = mia.get(f"/{WORKSPACE}/team/{mia.week}/").context["team"].people
    assert {one.person.gid: one.total.minutes for one in people if not one.hidden} == {
        one.person.gid: expected[one.person.gid] for one in people if not one.hidden
    }
    assert all(one.days_off_known for one in people)
    assert asked["ooo_entries"] == len(people)
    assert steps <= 6


def test_managers_and_capacities_of_everybody_are_imported_within_a_minute(large, settings, db):
    """Twenty managers, and the capacity of everybody else, from one file."""
    settings.ASANA_URL = large.url
    cache.clear()
    omar = User.objects.create_user("1201000000000004", "Omar")
    Connection.objects.create(user=omar, method="token", access_token="sandbox-omar")
    browser = Browser(omar, Week.of(timezone.localdate()))
    people = list(everybody(large))
    managers, others = people[:20], people[20:]
    lines = ["person,manager,from,mon,tue,wed,thu,fri,sat,sun"]
    lines += [f"{gid},,2026-11-02,8,8,8,8,8,," for gid in managers]
    lines += [
        f"{gid},{managers[place % 20]},2026-11-02,6,6,6,6,6,," for place, gid in enumerate(others)
    ]
    began = time.monotonic()
    file = {"text": "\n".join(lines)}
    checked = browser.post(f"/{WORKSPACE}/capacity/import/", file)
    assert checked.status_code == 200
    answer = browser.post(f"/{WORKSPACE}/capacity/import/apply/", file)
    seconds = time.monotonic() - began
    sys.stdout.write(f"{len(managers)} managers, {len(people)} capacities: {seconds:.1f} s\n")
    assert answer.status_code == 302
    assert Manager.objects.filter(people__isnull=False).distinct().count() == 20
    assert ManagedPerson.objects.count() == len(others)
    assert CapacityChange.objects.count() == len(people) >= 198
    assert seconds < 60
