"""What all tests share: the local Asana, and files that no other run and no other worker has."""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.asana import transport
from tests.sandbox_process import Sandbox, start_sandbox

pytest_plugins = ["tests.support.fixtures"]

# The folder of this process alone: of one worker in one run. The queue is in it too, so that
# nobody's worker hears our calls.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
FOLDER = settings.VAR / f"test-{WORKER}-{os.getpid()}"
if settings.CACHE_URL.startswith("redis:"):
    # Of one server, but two databases of each worker's own.
    REDIS, NUMBER = (
        settings.CACHE_URL.rpartition("/")[0],
        int(WORKER[2:] if WORKER.startswith("gw") else 0),
    )
    settings.CACHE_URL = f"{REDIS}/{2 * NUMBER}"
    settings.CACHES["default"]["LOCATION"] = [settings.CACHE_URL]
    settings.QUEUE_URL = f"{REDIS}/{2 * NUMBER + 1}"
else:
    settings.QUEUE_URL = f"sqlite:///{FOLDER / 'queue.sqlite3'}"
settings.DELIVERY_MARK = str(FOLDER / "delivery.mark")
if settings.SQLITE:
    # A file, because threads that share a database in memory lock each other out.
    settings.DATABASES["default"]["TEST"]["NAME"] = FOLDER / "timesheet.sqlite3"


def pytest_configure() -> None:
    # As Ctrl-C, so that what was started is ended.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest first, so that no worker ends long after the others: processes, which wait
    for much of their time, then the browser, then the files with the most tests."""
    tests = Counter(item.path for item in items)
    processes = {item.path for item in items if item.get_closest_marker("process")}
    browser = {item.path for item in items if item.get_closest_marker("browser")}

    def place(item: pytest.Item) -> tuple[bool, bool, int, str]:
        path = item.path
        return path not in processes, path not in browser, -tests[path], str(path)

    items.sort(key=place)


def pytest_sessionstart() -> None:
    for folder in settings.VAR.glob("test-*-*"):
        if not _runs(int(folder.name.rpartition("-")[2])):
            shutil.rmtree(folder, ignore_errors=True)
    FOLDER.mkdir(parents=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # Somebody else's.
        return True
    return True


@pytest.fixture(scope="session", autouse=True)
def _settings_of_processes():
    """What tests start has a database, a cache and a queue of its own. Not while this is imported,
    because pytest's workers get the environment of the process that starts them."""
    for name in ("DATABASE_URL", "CACHE_URL", "QUEUE_URL"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session", autouse=True)
def _short_pauses():
    """Reads are repeated as ever, but nobody waits half a second for each that fails in a test."""
    transport.RETRY_PAUSE_SECONDS = 0.01


@pytest.fixture(autouse=True)
def _delivery_mark():
    """Without the mark of the test before, whose database was rolled back: this is no restore."""
    (FOLDER / "delivery.mark").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[Sandbox]:
    with start_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_process: Sandbox) -> Sandbox:
    """As it is when it has just been filled."""
    sandbox_process.reset()
    return sandbox_process


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """With the table of the cache, which no migration makes."""
    with django_db_blocker.unblock():
        call_command("createcachetable")
