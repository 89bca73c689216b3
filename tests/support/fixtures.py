"""The fixtures of the tests that use the timesheet as a person does."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from django.core.cache import cache
from django.utils import timezone

from tests.sandbox_process import Sandbox
from tests.support import clocks
from tests.support.asana import entries_of
from tests.support.people import STUDIO, Browser, make_manager
from tests.support.people import connect as connect_person
from timesheet.domain.week import Week


@pytest.fixture
def asana(settings, db, sandbox: Sandbox) -> Sandbox:
    """The sandbox as the app's Asana, with its first data."""
    settings.ASANA_URL = sandbox.url
    cache.clear()
    return sandbox


@pytest.fixture
def move_clocks(asana, time_machine):
    """Sets our clock, and Asana's forward or back by as much."""
    return partial(clocks.move, asana, time_machine)


@pytest.fixture
def settle(asana, time_machine):
    """Lets so much time pass, by our clock and Asana's, that the last edit can't turn up any
    more."""
    return partial(clocks.settle, asana, time_machine)


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
def connect(asana):
    """Creates a person of the company, connected with their personal token."""
    return connect_person


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
    """Makes somebody the manager of these people, by default of the whole studio."""

    def manages(browser: Browser, *people: str) -> Browser:
        names = {gid: f"Person {gid[-2:]}" for gid in people or STUDIO}
        make_manager(browser.user.gid, names)
        browser.week = browser.week.previous
        return browser

    return manages


@pytest.fixture
def post_is_down(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9


@pytest.fixture
def entries(asana: Sandbox, this_week: Week):
    """Reads Ada's entries of this week from Asana: task, day, minutes and gid of each, sorted."""

    def entries(weeks_back: int = 0) -> list[tuple[str, str, int, str]]:
        week = Week.of(this_week.start - timedelta(weeks=weeks_back))
        fields = "duration_minutes,entered_on,task.gid"
        return sorted(
            (entry["task"]["gid"], entry["entered_on"], entry["duration_minutes"], entry["gid"])
            for entry in entries_of(asana, week, opt_fields=fields)
        )

    return entries


@pytest.fixture
def here(entries):
    """Reads Ada's entries of this week from Asana: task, day and minutes of each."""

    def here():
        return sorted(entry[:3] for entry in entries())

    return here
