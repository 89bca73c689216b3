"""A real Chromium before the real app, which talks to the real sandbox."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.test import override_settings
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from bench.child_processes import start_child
from bench.torture.stack import Stack, started
from tests.browser.signing_in import sign_in_by_cookie
from tests.browser.waiting import PATIENCE
from tests.browser.week import Week
from tests.install import browser_path
from tests.sandbox_process import ROOT, Sandbox
from tests.support.database import database_url, wait_until_idle
from tests.support.prepared import prepared
from timesheet.models import Preferences

# Playwright's loop runs in the thread of the test, where Django would refuse its own database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
expect.set_options(timeout=PATIENCE)


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


# One sheet and one script for each page, as production has them: a page of the week would ask for a
# hundred files otherwise.
FILES = {
    "STORAGES": {
        **configured.STORAGES,
        "staticfiles": {"BACKEND": "timesheet.core.static_storage.StaticStorage"},
    }
}


@pytest.fixture(scope="session")
def live_server() -> Iterator[LiveServer]:
    """The app with its own middleware for static files, where pytest-django has Django's for
    developers."""
    with override_settings(**FILES, STATIC_ROOT=prepared() / "static"):
        server = LiveServer("localhost", start=False)
        # Django's own type is narrower than what it calls.
        server.thread.static_handler = lambda application: application  # type: ignore[assignment]
        server.start()
    yield server
    server.stop()


@pytest.fixture
def app(live_server, context: BrowserContext, settings, sandbox: Sandbox) -> Iterator[str]:
    """The address of the app, connected to the sandbox."""
    cache.clear()
    settings.STATIC_ROOT = prepared() / "static"
    settings.STORAGES = FILES["STORAGES"]
    settings.PUBLIC_URL = live_server.url
    settings.ASANA_URL = sandbox.url
    sandbox.settings(redirect_uris=[f"{live_server.url}/sign-in/callback/"])
    yield live_server.url
    # Before the tables are emptied: PostgreSQL takes that and a request at once for a deadlock.
    for page in context.pages:
        page.close()
    wait_until_idle()


# In every page, before its first script runs.
WATCH = """
addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile }) =>
  reportBlocked(`${effectiveDirective} blocked ${blockedURI || "inline"} in ${sourceFile}`));
"""


class Reports(logging.Handler):
    """What browsers have reported to the app."""

    def __init__(self, reports: list[str]) -> None:
        super().__init__()
        self.reports = reports

    def emit(self, record: logging.LogRecord) -> None:
        self.reports.append(f"reported {record.getMessage()}")


@pytest.fixture(autouse=True)
def blocked(context: BrowserContext) -> Iterator[list[str]]:
    """What the Content-Security-Policy kept from a page. No test may leave anything there."""
    reports: list[str] = []
    context.set_default_timeout(PATIENCE)
    context.expose_function("reportBlocked", lambda words: reports.append(words))
    context.add_init_script(WATCH)
    logger, handler = logging.getLogger("timesheet.admin.health.csp_reports"), Reports(reports)
    logger.addHandler(handler)
    yield reports
    logger.removeHandler(handler)
    assert reports == []


@pytest.fixture
def signed_in(app: str, page: Page, sandbox: Sandbox) -> Callable[..., Page]:
    """Signs a person in, by a cookie, and opens a page, by default that of their week."""

    def signed_in(first_name: str, path: str = "/") -> Page:
        user = sign_in_by_cookie(page.context, app, sandbox, first_name)
        # The weekend is free, so tests type there.
        Preferences.objects.get_or_create(user=user, defaults={"weekends": "shown"})
        page.goto(app + path)
        return page

    return signed_in


@pytest.fixture
def full_storage(page: Page) -> None:
    """Lets the browser store nothing in the pages that are loaded from now on."""
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full') }")


@pytest.fixture
def week(signed_in: Callable[..., Page], sandbox: Sandbox) -> Week:
    """This week as Ada sees it."""
    return Week(signed_in("Ada"), sandbox)


@pytest.fixture
def worker(app, settings, sandbox):
    """A worker with the database and the queue of the page's server."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "CACHE_URL": settings.CACHE_URL,
        "QUEUE_URL": settings.QUEUE_URL,
        # A worker with a mark of its own would take this database for an older one.
        "DELIVERY_MARK": settings.DELIVERY_MARK,
        "ASANA_URL": sandbox.url,
    }
    command = [sys.executable, "manage.py", "worker"]
    process = start_child(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    yield process
    process.send_signal(signal.SIGTERM)
    process.wait(30)


@pytest.fixture
def elsewhere(browser, browser_context_args, context, week: Week) -> Iterator[Week]:
    """Ada's week in another browser of hers."""
    other = browser.new_context(**browser_context_args)
    other.set_default_timeout(PATIENCE)
    other.add_cookies(context.cookies())
    page = other.new_page()
    page.goto(week.page.url)
    yield Week(page, week.sandbox)
    other.close()


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The app's processes and a sandbox, which a test may kill."""
    database = f"sqlite:///{tmp_path / 'timesheet.sqlite3'}"
    with started(tmp_path, database, "small", webs=1, workers=1, prepared=prepared()) as stack:
        yield stack
