"""One run: people work under faults and disruptions, everything settles, and the verdict is
reached."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import django

from bench.ports import HOST
from bench.torture import companies, faults
from bench.torture.actions import act
from bench.torture.browsers import BrowserLane
from bench.torture.disruptions import Disruptor
from bench.torture.leaks import Words, find_leaks
from bench.torture.ledger import Ledger
from bench.torture.people import Person
from bench.torture.postgres import postgres_server
from bench.torture.report import Options, Report
from bench.torture.session import WORKSPACE
from bench.torture.stack import Service, Stack, has_redis, redis, started
from bench.torture.verdict import judge
from bench.torture.week_page import Cell, choices_of, week_status_of

HARBOUR = "1200000000000002"
# In both workspaces.
IN_BOTH = "mia"
WEEK = "2027-W02"
LAST_WEEK = "2027-01-04"
# How far Asana's clock is ahead of ours, or behind, in seconds.
SKEW = 600
# Seconds between two looks at a week that is not settled, and two presses of the same Retry.
LOOKS_EVERY = 1.5
RETRIES_EVERY = 10.0
# Seconds in which the worker finds out about a decision whose answer was lost: it leaves it to the
# request for 30 s, and looks every minute.
FINDS_OUT_WITHIN = 150.0
# The statuses that managers give.
DECIDED = ("APPROVED", "REJECTED")
# The minutes that last week's entries have: more than anybody types.
LAST_WEEKS_MINUTES = 100


def run(options: Options) -> Report:
    """Start all processes, let people work, and reach the verdict."""
    with (
        tempfile.TemporaryDirectory(prefix="torture-") as name,
        _stack(options, Path(name)) as stack,
    ):
        os.environ.update(stack.environment, DJANGO_SETTINGS_MODULE="timesheet.settings")
        django.setup()
        return _run(options, stack)


@contextmanager
def _stack(options: Options, folder: Path) -> Iterator[Stack]:
    size = "large" if options.people > 6 else "small"
    settings = {"SETTLING_SECONDS": str(options.settling)}
    if options.database == "sqlite":
        database = f"sqlite:///{folder / 'timesheet.sqlite3'}"
        prepared = Path(options.prepared) if options.prepared else None
        with started(folder, database, size, settings=settings, prepared=prepared) as stack:
            yield stack
        return
    with (
        postgres_server() as server,
        _redis_settings(folder) as (store, more),
        started(folder, server.address, size, webs=options.webs, settings=settings | more) as stack,
    ):
        stack.redis, stack.restart_database = store, server.restart
        yield stack


@contextmanager
def _redis_settings(folder: Path) -> Iterator[tuple[Service | None, dict[str, str]]]:
    """Start Redis where it is installed, and return the settings that use it."""
    if not has_redis():
        yield None, {}
        return
    with redis(folder) as store:
        address = f"redis://{HOST}:{store.port}"
        yield store, {"QUEUE_URL": f"{address}/0", "CACHE_URL": f"{address}/1"}


def _run(options: Options, stack: Stack) -> Report:
    report = Report(options)
    # Before Asana is asked for the first time: its own clock does not jump.
    skew = Random(f"{options.seed} skew").choice([-SKEW, SKEW]) if options.faults else 0
    stack.ask("PUT", "settings", json={"clock_offset_seconds": skew})
    people = _people(options, stack)
    _for_each(people, Person.settle_in)
    companies.found(stack, people, WORKSPACE, options.seed)
    _for_each(people, _fill_last_week)
    stack.write_log.write_text("")
    lane = BrowserLane(options.values, options.page_kills, options.seed, stack)
    lane.settle_in(people)
    _log(f"{len(people)} people are in, {len(people[0].tasks)} tasks each")
    _work(options, stack, people, lane, report)
    _log(f"the work is done after {report.seconds:.0f} s; settling")
    _settle(options, stack, people, lane, report)
    _for_each(people, Person.look_around)
    judge(options, stack, people, lane, report)
    report.tracebacks = stack.tracebacks()
    report.leaks = find_leaks(_secrets(stack), stack.folder, people[0].pages)
    return report


def _people(options: Options, stack: Stack) -> list[Person]:
    query = {"workspace": WORKSPACE, "limit": "100", "opt_fields": "name,email"}
    users = stack.api("GET", "/users", "sandbox-ada", params=query).json()["data"]
    slugs = {user["email"].partition("@")[0]: user for user in users}
    # The first people of the large company are those of the small one, and few have many tasks.
    chosen = users[10:] if options.people > 6 else [users[0], users[4], users[5], *users[1:4]]
    weeks = [(user, WORKSPACE) for user in chosen]
    # A person of both workspaces comes second, so that short runs have them too.
    weeks[1:1] = [(slugs[IN_BOTH], WORKSPACE), (slugs[IN_BOTH], HARBOUR)]
    pages = Words()
    once = {(user["gid"], workspace): user for user, workspace in weeks}
    return [
        _person(stack, user, workspace, options.seed, pages)
        for (_gid, workspace), user in list(once.items())[: options.people]
    ]


def _person(stack: Stack, user: dict[str, Any], workspace: str, seed: int, pages: Words) -> Person:
    return Person(
        stack,
        user["gid"],
        user["name"],
        f"sandbox-{user['email'].partition('@')[0]}",
        WEEK,
        Random(f"{seed} {user['gid']} {workspace}"),
        workspace,
        Ledger(user["gid"], workspace=workspace),
        pages=pages,
    )


def _fill_last_week(person: Person) -> None:
    """Log some hours in the week before, to be copied."""
    for number, task in enumerate(person.tasks[:2]):
        values = {"duration_minutes": LAST_WEEKS_MINUTES + number, "entered_on": LAST_WEEK}
        path = f"/tasks/{task}/time_tracking_entries"
        person.stack.api("POST", path, person.token, json={"data": values}).raise_for_status()


def _work(
    options: Options, stack: Stack, people: list[Person], lane: BrowserLane, report: Report
) -> None:
    """Let all people make their edits, while requests fail and processes are killed."""
    weeks_of = Counter(person.gid for person in people)
    edits_each = max(options.edits // max(len(weeks_of), 1), 1)

    def share(person: Person) -> float:
        # Asana's limits, and ours, are for a person, however many weeks they fill in.
        return edits_each / weeks_of[person.gid]

    def work(person: Person) -> None:
        while person.done < share(person):
            act(person, options.mostly)

    def progress() -> float:
        return sum(min(person.done / share(person), 1) for person in people) / len(people)

    started_at = time.monotonic()
    stack.set_faults(faults.rules(options.faults, options.seed, options.latest))
    over = threading.Event()
    disruptor = Disruptor(stack, people, Random(f"{options.seed} trouble"))
    plan = options.plan(has_redis=stack.redis is not None)
    disruption = threading.Thread(target=disruptor.run, args=(plan, progress, over))
    disruption.start()
    with lane.working():
        _for_each(people, work)
    over.set()
    disruption.join()
    report.seconds = time.monotonic() - started_at
    report.disruptions = disruptor.done
    stack.note_memory()
    report.faults = stack.fired
    stack.set_faults([])


def _settle(
    options: Options, stack: Stack, people: Sequence[Person], lane: BrowserLane, report: Report
) -> None:
    """Wait until every page says that all is done; people decide about what needs them."""
    started_at = time.monotonic()
    within = options.settles_within + 2 * options.latest

    def settle(person: Person) -> None:
        pressed: dict[str, float] = {}
        while time.monotonic() - started_at < within:
            page, cells = person.see()
            if all(cell.is_settled for cell in cells.values()):
                return
            for cell in cells.values():
                _decide(person, page, cell, pressed)
            time.sleep(LOOKS_EVERY)

    _for_each(people, settle)
    # What is still under way in Asana arrives.
    stack.wait_for_late_writes(2 * options.latest)
    _for_each(people, settle)
    _for_each(people, _see_who_decided)
    lane.settle(options.settles_within)
    report.settled_in = time.monotonic() - started_at


def _decide(person: Person, page: str, cell: Cell, pressed: dict[str, float]) -> None:
    """Press a button of a cell that is not settled: Retry now and then, the others at random."""
    choices = choices_of(page).get(cell.edit)
    if not choices:
        return
    if "retry" in choices:
        if time.monotonic() - pressed.get(cell.edit, 0) > RETRIES_EVERY:
            pressed[cell.edit] = time.monotonic()
            person.press(page, cell, "retry")
        return
    person.press(page, cell, person.random.choice(sorted(choices)))


def _see_who_decided(person: Person) -> None:
    """Look at the week; where the answer to a decision was lost, until the app has found it out."""
    is_unknown = any(ruling.outcome == "unknown" for ruling in person.ledger.rulings)
    until = time.monotonic() + (FINDS_OUT_WITHIN if is_unknown else 0)
    while True:
        page, _cells = person.see()
        week = week_status_of(page)
        if week.by or week.status not in DECIDED or time.monotonic() >= until:
            return
        time.sleep(2)


def _secrets(stack: Stack) -> dict[str, list[str]]:
    """Return every secret that was ever issued or configured, by kind."""
    environment = stack.environment
    stack.note_memory()
    return {
        **{kind: sorted(values) for kind, values in stack.secrets.items()},
        "SECRET_KEY": [environment["SECRET_KEY"]],
        "key in TOKEN_KEYS": environment["TOKEN_KEYS"].split(","),
    }


def _for_each(people: Sequence[Person], act: Callable[[Person], None]) -> None:
    """Call `act` for all people at the same time."""
    with ThreadPoolExecutor(max(len(people), 1)) as pool:
        for _ in pool.map(act, people):
            pass


def _log(message: str) -> None:
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()
