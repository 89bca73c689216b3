"""People of the sandbox's company, signed in and connected, and their weeks."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import Connection, Manager, User
from tests.sandbox_process import Sandbox
from timesheet.domain.week import Week

WORKSPACE = "1200000000000001"
HARBOUR = "1200000000000002"
BANK_ID = "1205000000000001"
STAND_UP = "1205000000000059"
UNSEEN = "1205000000000115"
# Whom Mia looks after in the demo.
STUDIO = {
    "1201000000000001": "ada@nordlicht.example",
    "1201000000000002": "ben@nordlicht.example",
    "1201000000000006": "siobhan@nordlicht.example",
    "1201000000000007": "nour@nordlicht.example",
    "1201000000000008": "maximiliana@nordlicht.example",
    "1201000000000009": "tomasz@freelance.example",
    "1201000000000010": "yui@nordlicht.example",
    "1201000000000011": "priya@nordlicht.example",
}


def total_of(html: str, place: str) -> str:
    """What a total of the page says to the eye: its `place` is a day, a task's gid or `week`."""
    found = re.search(rf'id="total-{place}".*?</span>\s*(?:<span|</span>|</td>|$)', html, re.DOTALL)
    assert found, place
    return re.search(r">(-?\d[\d:.]*)<", found[0])[1]


class Browser(Client):
    """Somebody's browser, at one workspace and week. With `htmx` False it has no script."""

    def __init__(self, user: User, week: Week, **options):
        super().__init__(**options)
        self.user = user
        self.week = week
        self.force_login(user)

    def at(self, path: str = "", workspace: str = WORKSPACE) -> str:
        return f"/{workspace}/week/{self.week}/{path}"

    def see(self, path: str = "", *, htmx: bool = False, **query):
        return self.get(self.at(path), query, headers={"HX-Request": "true"} if htmx else {})

    def send(self, path: str, *, htmx: bool = True, **values):
        headers = {"HX-Request": "true"} if htmx else {}
        return self.post(self.at(path), values, headers=headers)

    def save(self, task: str, day: date | str, text: str, *, seen: str = "", **values):
        """Types `text` into a cell; `seen` is `gid=minutes,…`, as the page has it."""
        values = {"edit": str(uuid4()), **values}
        return self.send("cells/", task=task, day=str(day), text=text, seen=seen, **values)


@pytest.fixture(autouse=True)
def asana(settings, db, sandbox: Sandbox) -> Sandbox:
    """The sandbox as the app's Asana, just filled."""
    settings.ASANA_URL = sandbox.url
    cache.clear()
    return sandbox


@pytest.fixture
def this_week() -> Week:
    return Week.of(timezone.localdate())


@pytest.fixture
def monday(this_week: Week) -> date:
    return this_week.start


@pytest.fixture
def saturday(this_week: Week) -> date:
    return this_week.days[5]


@pytest.fixture
def connect(db):
    """Makes a person of the company, connected by their personal token."""

    def connect(number: int, name: str) -> User:
        user = User.objects.create_user(f"1201{number:012}", name, f"{name.lower()}@example.com")
        token = f"sandbox-{name.lower()}"
        Connection.objects.create(user=user, method="token", access_token=token)
        return user

    return connect


@pytest.fixture
def ada(connect, this_week) -> Browser:
    return Browser(connect(1, "Ada"), this_week)


@pytest.fixture
def ben(connect, this_week) -> Browser:
    return Browser(connect(2, "Ben"), this_week)


@pytest.fixture
def mia(connect, this_week) -> Browser:
    return Browser(connect(3, "Mia"), this_week)


@pytest.fixture
def omar(connect, this_week) -> Browser:
    """An admin of the workspace in Asana."""
    return Browser(connect(4, "Omar"), this_week)


@pytest.fixture
def manages():
    """Has somebody look after these people, by default all of the studio's."""

    def manages(browser: Browser, *people: str) -> Browser:
        manager = Manager.objects.create(workspace_gid=WORKSPACE, gid=browser.user.gid)
        for gid in people or STUDIO:
            manager.people.create(gid=gid, name=f"Person {gid[-2:]}")
        browser.week = browser.week.previous
        return browser

    return manages


@pytest.fixture
def post_is_down(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9


@pytest.fixture
def entries(asana: Sandbox, this_week: Week):
    """Reads Ada's entries of this week from Asana, sorted."""

    def entries(weeks_back: int = 0) -> list[tuple[str, str, int, str]]:
        start = this_week.start - timedelta(weeks=weeks_back)
        found = asana.get(
            "/time_tracking_entries",
            workspace=WORKSPACE,
            user="me",
            entered_on_start_date=start,
            entered_on_end_date=start + timedelta(days=6),
            opt_fields="duration_minutes,entered_on,task.gid",
        )
        return sorted(
            (one["task"]["gid"], one["entered_on"], one["duration_minutes"], one["gid"])
            for one in found
        )

    return entries


@pytest.fixture
def here(entries):
    """Ada's entries of this week in Asana: task, day and minutes of each."""

    def here():
        return sorted(one[:3] for one in entries())

    return here
