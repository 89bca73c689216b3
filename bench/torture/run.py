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
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import django

from bench.torture import faults, write_log
from bench.torture.actions import act
from bench.torture.browsers import BrowserLane
from bench.torture.disruptions import Disruptor
from bench.torture.leaks import Leaks, Words, find_leaks
from bench.torture.ledger import Ledger
from bench.torture.oracle import Findings, Oracle
from bench.torture.people import Person
from bench.torture.postgres import postgres_server
from bench.torture.session import WORKSPACE, Session
from bench.torture.stack import (
    ASANA_TIMEOUT,
    CONNECT_TIMEOUT,
    HOST,
    WEBS,
    Service,
    Stack,
    has_redis,
    redis,
    started,
)
from bench.torture.typist import DAYS as TYPIST_DAYS
from bench.torture.week_page import Cell, choices_of

HARBOUR = "1200000000000002"
# In both workspaces.
IN_BOTH = "mia"
WEEK = "2027-W02"
DAYS = ("2027-01-11", "2027-01-17")
LAST_WEEK = "2027-01-04"
# How far Asana's clock is ahead of ours, or behind, in seconds.
SKEW = 600
# Seconds between two presses of the same Retry.
RETRIES_EVERY = 10.0
# The minutes that last week's entries have: more than anybody types.
LAST_WEEKS_MINUTES = 100


@dataclass(frozen=True)
class Options:
    """The options of a run."""

    # Edits of all people together.
    edits: int
    people: int
    kills: int
    # The share of requests to Asana that fail, from 0 to 1.
    faults: float
    seed: int
    # "sqlite" or "postgres".
    database: str
    # How long the app waits for late writes, in seconds.
    settling: float = 40.0
    # How often a process is stopped for longer than a lease.
    freezes: int = 2
    # How long everything may take to settle in the end, in seconds.
    settles_within: float = 900.0
    # Values that people type into pages of Chromium, and how often these are killed or offline.
    values: int = 0
    page_kills: int = 0

    @property
    def webs(self) -> int:
        """How many web processes there are: SQLite is for one machine, PostgreSQL for several."""
        return 3 if self.database == "postgres" else WEBS

    @property
    def latest(self) -> float:
        """How many seconds after its request the app expects a write at the latest."""
        return CONNECT_TIMEOUT + ASANA_TIMEOUT + self.settling

    def plan(self, *, has_redis: bool) -> list[str]:
        """Return what happens during the work, in order."""
        rare = max(self.kills // 5, 1) if self.kills else 0
        counts = {
            "kill": self.kills,
            "kill_asana": rare,
            "freeze": self.freezes,
            "expire": self.kills // 2,
            "revoke": self.kills // 4,
        }
        if self.database == "postgres":
            counts["restart_database"] = rare
        if has_redis:
            counts["redis_down"] = rare
        else:
            counts["cache_down"] = rare
            counts["queue_down"] = rare if self.database == "sqlite" else 0
        plan = [name for name, count in counts.items() for _ in range(count)]
        Random(f"{self.seed} disruptions").shuffle(plan)
        return plan


@dataclass
class Report:
    """What happened in a run, and what was found."""

    options: Options
    edits: int = 0
    seconds: float = 0
    # Seconds.
    settled_in: float = 0
    actions: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    disruptions: Counter[str] = field(default_factory=Counter)
    # Number of writes, and of refusals, in Asana.
    writes: int = 0
    refusals: int = 0
    # What people typed into pages of Chromium, and what happened to these.
    browsers: Counter[str] = field(default_factory=Counter)
    # The requests that were answered with status 500.
    server_errors: list[str] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    leaks: Leaks = field(default_factory=Leaks)


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
        with started(folder, database, size, settings=settings) as stack:
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
    _for_each(people, _fill_last_week)
    stack.write_log.write_text("")
    lane = BrowserLane(options.values, options.page_kills, options.seed, stack)
    lane.settle_in(people)
    _log(f"{len(people)} people are in, {len(people[0].tasks)} tasks each")
    _work(options, stack, people, lane, report)
    _log(f"the work is done after {report.seconds:.0f} s; settling")
    _settle(options, people, lane, report)
    _for_each(people, Person.look_around)
    _judge(options, stack, people, lane, report)
    report.leaks = find_leaks(_secrets(stack), stack.folder, people[0].pages)
    return report


def _judge(
    options: Options, stack: Stack, people: Sequence[Person], lane: BrowserLane, report: Report
) -> None:
    writes, refusals = write_log.read(stack.write_log)
    ours = [write for write in writes if DAYS[0] <= write.day <= DAYS[1]]
    entries: dict[str, int] = {}
    for person in people:
        entries |= _entries(stack, person, DAYS)
    ledgers = [person.ledger for person in people]
    oracle = Oracle(ledgers, ours, refusals, entries, latest=options.latest)
    report.findings = oracle.verdict()
    theirs: dict[str, int] = {}
    for typist in lane.typists:
        theirs |= _entries(stack, typist.person, (TYPIST_DAYS[0], TYPIST_DAYS[-1]))
    lane.judge(writes, theirs, report.findings, options.latest)
    report.browsers = lane.counts
    report.writes, report.refusals = len(writes), len(refusals)
    report.edits = sum(person.done for person in people)
    for person in people:
        report.actions.update(person.counts)
        report.server_errors += person.server_errors


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
        Ledger(user["gid"]),
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
            act(person)

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


def _settle(options: Options, people: Sequence[Person], lane: BrowserLane, report: Report) -> None:
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
            time.sleep(0.5)

    _for_each(people, settle)
    # What is still under way in Asana arrives.
    time.sleep(options.latest * 1.6 if options.faults else 0)
    _for_each(people, settle)
    for person in people:
        person.see()
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


def _entries(stack: Stack, person: Session, days: tuple[str, str]) -> dict[str, int]:
    """Return the minutes of all entries that a person has in Asana on some days, by gid."""
    minutes: dict[str, int] = {}
    query: dict[str, str] = {
        "workspace": person.workspace,
        "user": person.gid,
        "entered_on_start_date": days[0],
        "entered_on_end_date": days[1],
        "limit": "100",
        "opt_fields": "duration_minutes",
    }
    while True:
        page = stack.api("GET", "/time_tracking_entries", person.token, params=query).json()
        minutes |= {entry["gid"]: entry["duration_minutes"] for entry in page["data"]}
        if not page.get("next_page"):
            return minutes
        query["offset"] = page["next_page"]["offset"]


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
