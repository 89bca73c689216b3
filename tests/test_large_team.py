"""A team of two hundred, read from an Asana that takes its time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import Connection, Manager, User
from tests.sandbox_process import Sandbox, start_sandbox
from tests.support.people import WORKSPACE, Browser
from timesheet.domain.week import Week

pytestmark = pytest.mark.process

MIA = "1201000000000003"
# Long against what a busy machine takes to begin fifty requests at once; in milliseconds.
LATENCY = 1000


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
    """Mia, who looks after everybody."""
    settings.ASANA_URL = large.url
    cache.clear()
    user = User.objects.create_user(MIA, "Mia", "mia@example.com")
    Connection.objects.create(user=user, method="token", access_token="sandbox-mia")
    manager = Manager.objects.create(workspace_gid=WORKSPACE, gid=MIA)
    for gid, name in everybody(large).items():
        if gid != MIA:
            manager.people.create(gid=gid, name=name)
    return Browser(user, Week.of(timezone.localdate()).previous)


def test_the_week_of_two_hundred_is_complete_and_four_requests_deep(mia, large):
    expected = by_person(large, mia.week)
    large.faults({"kind": "latency", "ms": LATENCY, "path": "/api/"})
    large.forget_requests()
    shown = mia.get(f"/{WORKSPACE}/team/{mia.week}/").content.decode()
    asked = large.requests()
    large.faults()
    rows = dict(re.findall(r'<tr id="person-(\d+)"(.*?)</tr>', shown, re.DOTALL))
    assert len(rows) > 190
    found = {gid: re.search(r"<b>(\d+):(\d\d)</b> <small>/", row) for gid, row in rows.items()}
    assert {gid: int(total[1]) * 60 + int(total[2]) for gid, total in found.items() if total} == {
        gid: expected[gid] for gid in rows
    }
    assert depth(asked) <= 4
