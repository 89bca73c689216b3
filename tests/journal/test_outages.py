"""What goes on while something that runs beside us does not, and what is said of it."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError, connection, connections
from django.test import Client
from django.utils import timezone

from accounts import error_views
from bench.ports import free_port
from tests.support.database import away, cached_values, damage_cache, full, read_only
from tests.support.people import BANK_ID, WORKSPACE
from tests.support.waiting import until
from timesheet import worker
from timesheet.core import fail_open_cache
from timesheet.core.database import wait_for_database
from timesheet.core.outage import Outage
from timesheet.journal import dispatch, wakeup
from timesheet.models import Edit
from timesheet.worker_clock import WorkerClock

REPORT = f"/{WORKSPACE}/reports/?range=last-week"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def no_queue(settings):
    """The queue is in a Redis that does not run."""
    settings.QUEUE_URL = f"redis://127.0.0.1:{free_port()}/0"
    wakeup._open_queue.cache_clear()
    yield
    wakeup._open_queue.cache_clear()
    wakeup.outage.worked()


# An outage in the log


def test_an_outage_is_logged_once_and_when_it_ends(caplog):
    outage = Outage("the queue")
    outage.worked()
    for _ in range(100):
        outage.failed(OSError("away"))
    assert [record.message for record in caplog.records] == ["the queue does not work: away"]
    assert outage.is_on
    for _ in range(100):
        outage.worked()
    assert len(caplog.records) == 2
    assert "the queue works again" in caplog.records[1].message
    assert not outage.is_on


# The queue


def test_a_queue_that_is_away_is_said_and_nobody_is_turned_away(db, no_queue):
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert (answer.json()["queue"], answer.json()["status"]) == ("failing", "degraded")


def test_a_worker_reads_a_queue_that_is_away_as_empty_and_logs_it_once(
    no_queue, caplog, monkeypatch
):
    pauses: list[float] = []
    monkeypatch.setattr("timesheet.journal.wakeup.time.sleep", pauses.append)
    huey = wakeup.queue().huey
    for _ in range(5):
        assert huey.dequeue() is None
        assert huey.read_schedule() == []
    assert len(caplog.records) == 1
    assert pauses == [wakeup.OUTAGE_PAUSE_SECONDS] * 5


@contextmanager
def ticking(deliver, minute=lambda: None):
    with WorkerClock(2, deliver=deliver, minute=minute).running():
        yield


@pytest.mark.django_db(transaction=True)
def test_the_workers_clock_delivers_what_is_due_without_the_queue(ada, asana, no_queue, saturday):
    asana.faults({"kind": "drop_before", "path": "/api/"})
    ada.save(BANK_ID, saturday, "1:11")
    assert Edit.objects.get().state == "queued"
    asana.faults()
    Edit.objects.update(due_at=timezone.now())
    with ticking(worker._deliver):
        until(lambda: Edit.objects.get().state == "confirmed")
    assert len(asana.writes()) == 1


def test_the_clock_goes_on_after_a_call_that_failed(monkeypatch, caplog):
    looks, calls = [], []

    def due(now):
        looks.append(now)
        if len(looks) == 1:
            raise OperationalError("away")
        return [7]

    monkeypatch.setattr(dispatch, "users_with_due_edits", due)
    monkeypatch.setattr("timesheet.worker_clock.LOOK_SECONDS", 0.01)

    def deliver(person):
        calls.append(person)
        raise KeyError("a mistake of ours")

    with ticking(deliver):
        until(lambda: len(calls) >= 2)
    messages = [record.message for record in caplog.records]
    assert messages.count("the database does not work: away") == 1
    assert "the clock's call 7 failed" in messages


def test_the_clock_does_not_deliver_for_somebody_twice_at_the_same_time(monkeypatch):
    monkeypatch.setattr(dispatch, "users_with_due_edits", lambda _now: [7])
    monkeypatch.setattr("timesheet.worker_clock.LOOK_SECONDS", 0.01)
    active, most, calls = [], [], []

    def deliver(person):
        active.append(person)
        most.append(len(active))
        time.sleep(0.1)
        active.remove(person)
        calls.append(person)

    with ticking(deliver):
        until(lambda: len(calls) >= 3)
    assert max(most) == 1


# The cache


@pytest.fixture(params=["no table", "no redis"])
def no_cache(request, settings):
    backends = "timesheet.core.fail_open_cache.FailOpen"
    if request.param == "no table":
        settings.CACHES = {
            "default": {"BACKEND": f"{backends}DatabaseCache", "LOCATION": "a_table_not_there"}
        }
    else:
        address = f"redis://127.0.0.1:{free_port()}/0"
        settings.CACHES = {"default": {"BACKEND": f"{backends}RedisCache", "LOCATION": address}}
    yield
    fail_open_cache.outage.worked()


@pytest.mark.django_db(transaction=True)
def test_pages_and_saves_work_without_the_cache(
    ada, mia, omar, manages, no_cache, saturday, caplog
):
    assert ada.see().status_code == 200
    ada.save(BANK_ID, saturday, "1:11")
    assert Edit.objects.get().state == "confirmed"
    manages(mia)
    for path in (f"team/{mia.week}/", f"team/{mia.week}/{ada.user.gid}/", "reports/"):
        answer = mia.get(f"/{WORKSPACE}/{path}")
        assert answer.status_code == 200, path
    shown = unescape(omar.get(f"/{WORKSPACE}/health/").content.decode())
    assert "The cache isn’t working." in shown
    said = [record for record in caplog.records if "the cache does not work" in record.message]
    assert len(said) == 1


@pytest.mark.django_db(transaction=True)
def test_a_report_of_many_people_ends_without_the_cache(omar, no_cache):
    shown = omar.get(f"/{WORKSPACE}/reports/", {"from": "2026-01-01", "to": "2026-11-30"})
    assert shown.status_code == 200
    main = shown.content.decode().partition("<main")[2].partition("</main>")[0]
    assert "hx-trigger" not in main


def test_values_that_cannot_be_read_count_as_missing_and_are_replaced(ada, mia, manages):
    manages(mia)
    pages = [(ada, ada.at()), (mia, f"/{WORKSPACE}/team/{mia.week}/"), (mia, REPORT)]
    for browser, path in pages:
        browser.get(path)
    for damage in (b"x", b64decode("gASVBgAAAAAAAAB9lC4="), pickle.dumps(b"x")):
        damage_cache(damage, "hours:", ":team:", *([""] if damage == b"x" else []))
        for browser, path in pages:
            assert browser.get(path).status_code == 200, (path, damage)
    assert b"x" not in cached_values()


# The database


@pytest.mark.parametrize("unusable", [read_only, away])
@pytest.mark.django_db(transaction=True)
def test_what_is_typed_while_the_database_cannot_be_used_is_said_and_saved_once_later(
    ada, entries, saturday, unusable
):
    ada.see()
    edit = str(uuid4())
    before = len(entries())
    with unusable():
        for htmx in (True, False):
            answer = ada.save(BANK_ID, saturday, "1:11", edit=edit, htmx=htmx)
            assert answer.status_code == 503
            assert answer["Retry-After"] == "30"
            shown = unescape(answer.content.decode())
            assert "We can’t use our database right now" in shown
            said = "is still on this page" if htmx else "Your browser still has what you typed"
            assert said in shown
            assert shown.lstrip().startswith("<section") == htmx
        assert len(entries()) == before
    for _ in range(2):
        assert ada.save(BANK_ID, saturday, "1:11", edit=edit).status_code == 200
    assert len(entries()) == before + 1


@pytest.mark.django_db(transaction=True)
def test_what_is_typed_on_a_full_disk_is_saved_once_there_is_room(ada, entries, this_week):
    ada.see()
    edits = {day: str(uuid4()) for day in this_week.days[1:]}
    before = len(entries())

    def save_all() -> list[int]:
        answers = [
            ada.save(BANK_ID, day, "1:11", edit=edit, htmx=True) for day, edit in edits.items()
        ]
        said = [unescape(answer.content.decode()) for answer in answers]
        full = [text for text in said if "is still on this page" in text]
        assert len(full) == sum(answer.status_code == 503 for answer in answers)
        return [answer.status_code for answer in answers]

    with full():
        statuses = save_all()
        assert 503 in statuses
        assert set(statuses) <= {200, 503}
        # What is known is still shown.
        assert ada.see().status_code in (200, 503)
    assert set(save_all()) == {200}
    assert len(entries()) == before + len(edits)
    assert Edit.objects.filter(state="confirmed").count() == len(edits)


@pytest.mark.parametrize("unusable", [read_only, away])
@pytest.mark.django_db(transaction=True)
def test_pages_that_need_the_database_say_that_it_cannot_be_used(ada, unusable, caplog):
    with unusable():
        for _ in range(5):
            answer = ada.see()
            assert answer.status_code == 503
            assert "so we can’t show this" in unescape(answer.content.decode())
        assert Client().get("/readyz").status_code == 503
    assert ada.see().status_code == 200
    said = [one for one in caplog.records if "the database does not work" in one.message]
    assert len(said) == 1
    assert not [one for one in caplog.records if one.exc_info]


def test_a_failure_outside_of_the_views_is_no_mistake_of_ours_either(rf):
    try:
        raise OperationalError("database or disk is full")
    except OperationalError:
        answer = error_views.server_error(rf.get("/"))
    assert answer.status_code == 503
    try:
        raise IntegrityError("a mistake of ours")
    except IntegrityError:
        answer = error_views.server_error(rf.get("/"))
    assert answer.status_code == 500


def test_a_page_about_the_database_does_not_repeat_the_code_of_a_sign_in(rf):
    try:
        raise OperationalError("database or disk is full")
    except OperationalError:
        answer = error_views.server_error(rf.get("/sign-in/callback/?code=secret&state=1"))
    assert answer.status_code == 503
    assert "secret" not in answer.content.decode()


# A database that is still starting


@pytest.fixture
def starting(monkeypatch):
    """PostgreSQL, which answers at the fourth attempt."""
    attempts = []

    def connect():
        attempts.append(1)
        if len(attempts) < 4:
            raise OperationalError("the database system is starting up")

    monkeypatch.setattr(connection, "vendor", "postgresql")
    monkeypatch.setattr(connection, "ensure_connection", connect)
    return attempts


def test_a_database_that_is_starting_is_waited_for_and_that_is_said(starting):
    said: list[str] = []
    slept: list[float] = []
    wait_for_database(said.append, sleep=slept.append)
    assert len(starting) == 4
    assert slept == [0.5, 1.0, 2.0]
    assert said == [
        "Waiting for the database: the database system is starting up",
        "The database answers.",
    ]


def test_waiting_for_the_database_has_an_end(starting):
    lines: list[str] = []
    pauses: list[float] = []
    with pytest.raises(OperationalError):
        wait_for_database(lines.append, seconds=1.5, sleep=pauses.append)
    assert len(starting) == 3


def run(*command: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )


@pytest.mark.process
def test_a_worker_that_starts_before_postgresql_waits_and_stops_when_told():
    away = f"postgres://nobody@127.0.0.1:{free_port()}/none"
    worker = run("worker", DATABASE_URL=away, LOG_FORMAT="line")
    line = worker.stderr.readline()
    assert "Waiting for the database" in line
    worker.send_signal(signal.SIGTERM)
    _out, rest = worker.communicate(timeout=30)
    assert worker.returncode == 0
    assert "Traceback" not in rest


@pytest.mark.process
def test_a_worker_without_its_queue_runs_says_so_once_and_stops_when_told(tmp_path):
    worker = run(
        "worker",
        DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite3'}",
        QUEUE_URL=f"redis://127.0.0.1:{free_port()}/0",
        LOG_FORMAT="line",
    )
    lines = [worker.stderr.readline()]
    while "the queue that wakes the worker does not work" not in lines[-1]:
        lines.append(worker.stderr.readline())
    # Long enough for an outage that is logged at every attempt to show.
    time.sleep(5)
    worker.send_signal(signal.SIGTERM)
    _out, rest = worker.communicate(timeout=30)
    assert worker.returncode == 0
    assert "Traceback" not in rest
    assert len(lines + rest.splitlines()) < 10


@pytest.mark.process
def test_check_needs_neither_the_database_nor_the_queue():
    away = f"postgres://nobody@127.0.0.1:{free_port()}/none"
    check = run("check", DATABASE_URL=away, QUEUE_URL="redis://127.0.0.1:9/0")
    assert check.wait(60) == 0


# A database that was restarted


@pytest.mark.django_db(transaction=True)
def test_the_workers_clock_looks_again_after_a_database_restart():
    def break_connection():
        # What a restart of PostgreSQL does to every connection.
        connection.ensure_connection()
        connection.connection.close()

    clock = WorkerClock(1, deliver=lambda _user: None, minute=lambda: None)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(break_connection).result()
        for _ in range(2):
            thread.submit(clock._look, timedelta()).result()
        thread.submit(connections.close_all).result()
