"""What all tests share: the local Asana, and files that no other run and no other worker has."""

from __future__ import annotations

import gc
import os
import shutil
import signal
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

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
    # Nobody waits for the disk: no test cuts the power.
    options = settings.DATABASES["default"]["OPTIONS"]
    options["init_command"] = options["init_command"].replace("=FULL", "=OFF")

# A busy machine takes its time: how long an example takes says nothing about the code.
hypothesis_settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("patient")

# How long a file takes where the number of its tests does not tell.
SECONDS = {
    "test_restore_of_many.py": 90,
    "test_processes.py": 80,
    "test_backup.py": 70,
    "test_killed_week.py": 60,
    "test_who_may.py": 40,
    "test_bench.py": 30,
    "test_at_once.py": 30,
    "test_demo.py": 20,
    "test_child_processes.py": 20,
    "test_large_team.py": 15,
    "test_parent_process.py": 15,
    "test_outages.py": 15,
    "test_observatory.py": 15,
}


def pytest_configure() -> None:
    # As Ctrl-C, so that what was started is ended.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest files first, so that no worker ends long after the others.

    Every third is one that starts processes: these wait for much of their time, in which the other
    workers have the processor.
    """
    seconds: dict[Path, float] = defaultdict(float)
    for item in items:
        seconds[item.path] += 1.2 if item.get_closest_marker("browser") else 0.1
    for path in seconds:
        seconds[path] = SECONDS.get(path.name, seconds[path])
    waiting = {item.path for item in items if item.get_closest_marker("process")}
    longest = sorted(seconds, key=lambda path: (-seconds[path], path))
    places: dict[Path, tuple[float, Path]] = {}
    for place, path in enumerate(path for path in longest if path in waiting):
        places[path] = (2 * place + 0.5, path)
    for place, path in enumerate(path for path in longest if path not in waiting):
        places[path] = (place, path)
    items.sort(key=lambda item: places[item.path])


def pytest_sessionstart() -> None:
    for folder in settings.VAR.glob("test-*-*"):
        process = int(folder.name.rpartition("-")[2])
        # In a container, a run that was killed may have had the number of this process.
        if process == os.getpid() or not _runs(process):
            shutil.rmtree(folder, ignore_errors=True)
    FOLDER.mkdir(parents=True)


def pytest_collection_finish() -> None:
    """Lets Python leave out what stays, thousands of tests, when it looks for what it can free."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


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


def _real_today() -> date:
    """The machine's day, also where a test has set its clock."""
    hatch = time_machine.escape_hatch
    if hatch.is_travelling():
        return hatch.datetime.datetime.now().date()
    return date.today()  # noqa: DTZ011


@pytest.fixture(scope="session")
def sandbox_of_today() -> Iterator[Callable[[], Sandbox]]:
    """Returns the sandbox, which has the hours of the weeks up to today's: a run that goes on
    after midnight gets another one."""
    started: dict[date, Sandbox] = {}
    with ExitStack() as running:

        def of_today() -> Sandbox:
            today = _real_today()
            if today not in started:
                started.clear()
                running.close()
                started[today] = running.enter_context(start_sandbox())
            return started[today]

        yield of_today


@pytest.fixture
def sandbox(sandbox_of_today: Callable[[], Sandbox]) -> Sandbox:
    """As it is when it has just been filled."""
    sandbox = sandbox_of_today()
    sandbox.reset()
    return sandbox


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """With the table of the cache, which no migration makes."""
    with django_db_blocker.unblock():
        call_command("createcachetable")
