"""A real Chromium before the real app, which talks to the real sandbox."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.db import connection
from playwright.sync_api import BrowserContext, Locator, Page

from bench.child_processes import start_child
from tests.install import browser_path
from tests.sandbox_process import ROOT, Sandbox

# Playwright's loop runs in the thread of the test, where Django would refuse its own database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

WORKSPACE = "1200000000000001"
BANK_ID = "1205000000000001"
STAND_UP = "1205000000000059"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage"]
    flags += ["--no-first-run", "--disable-background-networking", "--disable-component-update"]
    return {**browser_type_launch_args, "executable_path": browser_path(), "args": flags}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {
        **browser_context_args,
        "reduced_motion": "reduce",
        "locale": "en-GB",
        "timezone_id": "UTC",
    }


@pytest.fixture
def app(live_server, settings, sandbox: Sandbox) -> str:
    """The address of the app, connected to the sandbox."""
    cache.clear()
    settings.PUBLIC_URL = live_server.url
    settings.ASANA_URL = sandbox.url
    sandbox.settings(redirect_uris=[f"{live_server.url}/sign-in/callback/"])
    return live_server.url


# In every page, before its first script runs.
WATCH = """
addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile }) =>
  tellBlocked(`${effectiveDirective} blocked ${blockedURI || "inline"} in ${sourceFile}`));
"""


class Reports(logging.Handler):
    """What browsers have reported to the app."""

    def __init__(self, told: list[str]) -> None:
        super().__init__()
        self.told = told

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(f"reported {record.getMessage()}")


@pytest.fixture(autouse=True)
def blocked(context: BrowserContext) -> Iterator[list[str]]:
    """What the Content-Security-Policy kept from a page. No test may leave anything there."""
    told: list[str] = []
    context.expose_function("tellBlocked", lambda words: told.append(words))
    context.add_init_script(WATCH)
    logger, handler = logging.getLogger("timesheet.admin.health.csp_reports"), Reports(told)
    logger.addHandler(handler)
    yield told
    logger.removeHandler(handler)
    assert told == []


@dataclass
class Week:
    """Ada's week as she sees it, and as Asana has it."""

    page: Page
    sandbox: Sandbox

    def row(self, task: str = STAND_UP) -> Locator:
        """The cells of a task's days, Monday first."""
        return self.page.locator(f"#row-{task} .hours")

    def cell(self, place: int, task: str = STAND_UP) -> Locator:
        return self.page.locator(f"#row-{task} .cell").nth(place)

    def total(self) -> Locator:
        return self.page.locator("#total-week b")

    def in_asana(self, task: str = STAND_UP) -> dict[str, list[int]]:
        """The minutes of each entry, by day."""
        days = self.page.locator("td[data-day]")
        found: dict[str, list[int]] = {}
        for entry in self.sandbox.get(
            "/time_tracking_entries",
            workspace=WORKSPACE,
            user="me",
            entered_on_start_date=days.nth(0).get_attribute("data-day"),
            entered_on_end_date=days.nth(6).get_attribute("data-day"),
            opt_fields="duration_minutes,entered_on,task.gid",
        ):
            if entry["task"]["gid"] == task:
                found.setdefault(entry["entered_on"], []).append(entry["duration_minutes"])
        return dict(sorted(found.items()))

    def minutes(self, place: int, task: str = STAND_UP) -> list[int]:
        """What Asana has in the cell."""
        day = self.page.locator(f"#row-{task} td[data-day]").nth(place).get_attribute("data-day")
        return self.in_asana(task).get(day or "", [])


@pytest.fixture
def sign_in(app: str, page: Page) -> Callable[[str], None]:
    """Signs a person in, the way they do it."""

    def sign_in(first_name: str) -> None:
        page.goto(app)
        page.get_by_role("link", name="Sign in with Asana").click()
        page.get_by_role("link", name=f"Continue as {first_name}").click()
        page.get_by_role("button", name="Allow").click()
        page.get_by_role("heading", name="Week").wait_for()
        page.wait_for_load_state()

    return sign_in


@pytest.fixture
def week(sign_in: Callable[[str], None], page: Page, sandbox: Sandbox) -> Week:
    sign_in("Ada")
    return Week(page, sandbox)


@pytest.fixture
def worker(app, settings, sandbox):
    """A worker with the database and the queue of the page's server."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "QUEUE_URL": settings.QUEUE_URL,
        "ASANA_URL": sandbox.url,
    }
    command = [sys.executable, "manage.py", "worker"]
    process = start_child(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    yield process
    process.send_signal(signal.SIGTERM)
    process.wait(30)
