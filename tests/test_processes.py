"""The worker and the web as real processes: killed, stopped, at one token together."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from random import Random

import pytest
import requests

from bench.torture.people import WORKSPACE, Person
from bench.torture.run import WEEK
from bench.torture.stack import Stack, started
from tests.support.prepared import prepared
from tests.support.waiting import until

pytestmark = pytest.mark.process

MONDAY = "2027-01-11"
CREATE = {"method": "POST", "path": "/time_tracking_entries$"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    database = f"sqlite:///{folder / 'timesheet.sqlite3'}"
    # Fifty requests at once take their time on a busy machine.
    settings = {"ASANA_TIMEOUT": "6", "SETTLING_SECONDS": "8"}
    with started(folder, database, "small", settings=settings, prepared=prepared()) as stack:
        yield stack


@pytest.fixture
def ada(stack: Stack) -> Person:
    return settled(stack, "1201000000000001", "Ada")


@pytest.fixture
def ben(stack: Stack) -> Person:
    """Somebody whose week the app doesn't know yet."""
    return settled(stack, "1201000000000002", "Ben")


def settled(stack: Stack, gid: str, name: str) -> Person:
    stack.ask("POST", "reset")
    person = Person(stack, gid, name, f"sandbox-{name.lower()}", WEEK, Random(1))
    person.settle_in()
    return person


def minutes_in_asana(person: Person) -> list[int]:
    asked = {"workspace": WORKSPACE, "user": "me", "entered_on_start_date": MONDAY, "limit": 100}
    found = person.stack.api("GET", "/time_tracking_entries", person.token, params=asked)
    return sorted(entry["duration_minutes"] for entry in found.json()["data"])


def save(person: Person, count: int) -> None:
    _page, cells = person.see()
    chosen = list(cells.values())[:count]
    person.save([(cell, f"0:{place:02}") for place, cell in enumerate(chosen, start=10)])


def test_fifty_requests_at_once_renew_an_expired_token_once(stack, ada):
    stack.ask("POST", "expire_tokens")
    stack.ask("DELETE", "requests")

    def read(number: int) -> int:
        address = stack.webs[number % 2] + ada.at("suggestions/")
        return requests.get(address, cookies=ada.cookies, timeout=60).status_code

    with ThreadPoolExecutor(50) as pool:
        assert list(pool.map(read, range(50))) == [200] * 50
    asked = [one["path"] for one in stack.ask("GET", "requests")]
    assert asked.count("/-/oauth_token") == 1


def test_a_week_that_is_filled_while_asana_is_away_arrives_once_when_it_is_back(stack, ada):
    stack.ask("PUT", "faults", json=[{"kind": "drop_before", "path": "/api/"}])
    # The page itself was open before.
    tasks, days = ada.tasks[:5], [f"2027-01-{day}" for day in range(11, 18)]
    for place, (task, day) in enumerate(((task, day) for task in tasks for day in days), start=1):
        edit = f"00000000-0000-4000-8000-{place:012}"
        values = {"task": task, "day": day, "seen": "", "edit": edit, "text": f"0:{place:02}"}
        answer = ada.post("cells/", values)
        assert 'data-state="queued"' in answer.text
        assert "We’ll keep trying" in answer.text
    assert minutes_in_asana(ada) == []
    stack.ask("DELETE", "faults")
    ada.see()
    until(lambda: minutes_in_asana(ada) == list(range(1, 36)))
    until(lambda: "All saved in Asana" in ada.see()[0])
    assert minutes_in_asana(ada) == list(range(1, 36))


def test_what_a_killed_worker_had_begun_another_one_ends_and_writes_once(stack, ben):
    stack.ask("PUT", "faults", json=[{**CREATE, "kind": "drop_before"}])
    save(ben, 4)
    stack.ask("PUT", "faults", json=[{**CREATE, "kind": "latency", "ms": 1500}])
    workers = [service for service in stack.killable if service.name.startswith("worker")]
    stack.ask("DELETE", "requests")
    until(lambda: any(one["method"] == "POST" for one in stack.ask("GET", "requests")), 150)
    for worker in workers:
        worker.end(signal.SIGKILL)
    stack.ask("DELETE", "faults")
    for worker in workers:
        worker.start()
    # The killed worker's right to deliver ends first.
    until(lambda: "All saved in Asana" in ben.see()[0], 150)
    assert minutes_in_asana(ben) == [10, 11, 12, 13]


def test_a_worker_that_is_told_to_stop_ends_what_it_has_begun(stack, ada):
    stack.ask("PUT", "faults", json=[{"kind": "drop_before", "path": "/api/"}])
    save_while_away(ada)
    stack.ask("PUT", "faults", json=[{**CREATE, "kind": "latency", "ms": 1500}])
    stack.ask("DELETE", "requests")
    until(lambda: any(one["method"] == "POST" for one in stack.ask("GET", "requests")))
    workers = [service for service in stack.killable if service.name.startswith("worker")]
    for worker in workers:
        worker.end(signal.SIGTERM)
    assert [worker.process.returncode for worker in workers] == [0, 0]
    assert minutes_in_asana(ada) == [5]
    stack.ask("DELETE", "faults")
    page, _cells = ada.see()
    assert 'data-state="queued"' not in page
    assert 'data-state="in_doubt"' not in page
    for worker in workers:
        worker.start()


def test_workers_show_that_they_live_until_they_stop(stack):
    workers = [service for service in stack.killable if service.name.startswith("worker")]
    killed, stopped = (f":{worker.process.pid}" for worker in workers)
    until(lambda: {killed, stopped} <= beating(stack))
    workers[0].end(signal.SIGKILL)
    workers[1].end(signal.SIGTERM)
    assert killed in beating(stack)
    assert stopped not in beating(stack)
    for worker in workers:
        worker.start()
    until(lambda: {f":{worker.process.pid}" for worker in workers} <= beating(stack))
    ready = requests.get(f"{stack.webs[0]}/readyz", timeout=30)
    assert ready.json()["worker"] == "ok"


def beating(stack: Stack) -> set[str]:
    """The processes of the workers that have shown that they live."""
    with closing(sqlite3.connect(stack.folder / "timesheet.sqlite3")) as database:
        names = database.execute("SELECT name FROM accounts_heartbeat").fetchall()
    return {name[name.rindex(":") :] for (name,) in names}


def save_while_away(person: Person) -> None:
    edit = "00000000-0000-4000-8000-000000000099"
    values = {"task": person.tasks[0], "day": MONDAY, "seen": "", "edit": edit, "text": "0:05"}
    person.post("cells/", values)
