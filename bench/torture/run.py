"""One run: people work under faults and kills, the journal drains, and everything is checked."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import django

from bench.torture.leaks import Leaks, Words, find_leaks
from bench.torture.people import WORKSPACE, Person
from bench.torture.postgres import postgres
from bench.torture.stack import Stack, started

if TYPE_CHECKING:
    from bench.torture.check import Findings
    from timesheet.models import Edit

# Seconds that the journal may take to drain.
DRAINS_WITHIN = 900.0
WEEK = "2027-W02"
DAYS = ("2027-01-11", "2027-01-17")
# How often tokens expire, and how often those of a person are revoked, during a run.
EXPIRATIONS, REVOCATIONS = 10, 5

# The kinds of faults, each with its share in percent. A hang is longer than the app waits.
FAULT_KINDS: dict[str, tuple[int, dict[str, object]]] = {
    "drop_before": (17, {}),
    "drop_after": (20, {}),
    "hang_before": (3, {"ms": 3000}),
    "hang_after": (3, {"ms": 3000}),
    "429": (14, {"kind": "status", "status": 429, "retry_after": 1}),
    "500": (14, {"kind": "status", "status": 500}),
    "503": (14, {"kind": "status", "status": 503}),
    "truncate": (15, {}),
}


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
    doubt_rule: bool = True


@dataclass
class Report:
    """What happened in a run, and what was found."""

    options: Options
    edits: int = 0
    seconds: float = 0
    # Seconds.
    drained_in: float = 0
    actions: Counter[str] = field(default_factory=Counter)
    # Number of edits by their state in the journal.
    states: Counter[str] = field(default_factory=Counter)
    faults: dict[str, int] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    # Number of tokens.
    expired: int = 0
    revoked: int = 0
    # Number of writes in Asana.
    writes: int = 0
    # The requests that were answered with status 500.
    server_errors: list[str] = field(default_factory=list)
    findings: Findings | None = None
    leaks: Leaks = field(default_factory=Leaks)


def run(options: Options) -> Report:
    """Start all processes, let people work, and check the result."""
    with (
        tempfile.TemporaryDirectory(prefix="torture-") as folder,
        _database(options, Path(folder)) as database,
    ):
        module = "" if options.doubt_rule else "bench.torture.without_doubt_rule"
        size = "large" if options.people > 6 else "small"
        with started(Path(folder), database, size, module=module) as stack:
            return _run(options, stack)


@contextmanager
def _database(options: Options, folder: Path) -> Iterator[str]:
    if options.database == "sqlite":
        yield f"sqlite:///{folder / 'timesheet.sqlite3'}"
        return
    with postgres() as address:
        yield address


def _run(options: Options, stack: Stack) -> Report:
    os.environ.update(stack.environment, DJANGO_SETTINGS_MODULE="timesheet.settings")
    django.setup()
    from bench.torture.check import check

    report = Report(options)
    people = _people(options, stack)
    _for_each(people, Person.settle_in)
    stack.ask("DELETE", "writes")
    _log(f"{len(people)} people are in, {len(people[0].tasks)} tasks each")
    _work(options, stack, people, report)
    _log(f"the work is done after {report.seconds:.0f} s; draining")
    _drain(options, people, report)
    _for_each(people, Person.look_around)
    writes = stack.ask("GET", "writes")
    report.findings = check(people, writes, _entries(stack, people))
    report.leaks = find_leaks(_secrets(stack), stack.folder, people[0].pages)
    _count(report, people, writes)
    return report


def _people(options: Options, stack: Stack) -> list[Person]:
    query = {"workspace": WORKSPACE, "limit": "100", "opt_fields": "name,email"}
    users = stack.api("GET", "/users", "sandbox-ada", params=query).json()["data"]
    # The first people of the large company are those of the small one, and few have many tasks.
    pages = Words()
    users = users[10:] if options.people > 6 else [users[0], users[4], users[5], *users[1:4]]
    return [
        Person(
            stack,
            user["gid"],
            user["name"],
            f"sandbox-{user['email'].partition('@')[0]}",
            WEEK,
            Random(f"{options.seed} {user['gid']}"),
            pages=pages,
        )
        for user in users[: options.people]
    ]


def _work(options: Options, stack: Stack, people: list[Person], report: Report) -> None:
    """Let all people make their edits, while requests fail and processes are killed."""
    edits_each = options.edits // options.people

    def work(person: Person) -> None:
        while person.done < edits_each:
            person.act()

    started_at = time.monotonic()
    stack.ask("PUT", "faults", json=_fault_rules(options))
    finished = threading.Event()
    disruption = threading.Thread(target=_disrupt, args=(options, stack, people, report, finished))
    disruption.start()
    _for_each(people, work)
    finished.set()
    disruption.join()
    report.seconds = time.monotonic() - started_at
    report.faults = stack.ask("GET", "faults/fired")
    stack.ask("DELETE", "faults")


def _fault_rules(options: Options) -> list[dict[str, object]]:
    """Return a rule for each kind of fault.

    Only the first rule that fires applies, so each later one needs a higher probability.
    """
    rules, left = [], 1.0
    for kind, (percent, details) in FAULT_KINDS.items():
        share = options.faults * percent / 100
        seed = Random(f"{options.seed} {kind}").getrandbits(32)
        rules.append({"kind": kind, **details, "probability": min(share / left, 1), "seed": seed})
        left -= share
    return rules if options.faults else []


def _disrupt(
    options: Options,
    stack: Stack,
    people: list[Person],
    report: Report,
    finished: threading.Event,
) -> None:
    """Kill processes, and expire and revoke tokens, evenly spread over the work."""
    random = Random(f"{options.seed} trouble")
    edits = sum(options.edits // options.people for _ in people)
    disruptions = ["kill"] * options.kills + ["expire"] * EXPIRATIONS + ["revoke"] * REVOCATIONS
    random.shuffle(disruptions)
    for number, disruption in enumerate(disruptions, start=1):
        begins_at = edits * number / (len(disruptions) + 1)
        while sum(person.done for person in people) < begins_at:
            if finished.wait(0.05):
                break
        if disruption == "kill":
            killed = stack.kill(random.randrange(len(stack.killable)), random.uniform(0.1, 1.5))
            report.kills[killed.split()[0]] += 1
        elif disruption == "expire":
            report.expired += stack.ask("POST", "expire_tokens")["expired"]
        else:
            user = random.choice(people).gid
            report.revoked += stack.ask("POST", "revoke_tokens", json={"user": user})["revoked"]


def _drain(options: Options, people: list[Person], report: Report) -> None:
    """Wait until the journal is empty; edits that need their person are decided at random."""
    from timesheet.models import Edit

    started_at = time.monotonic()
    random = Random(f"{options.seed} drain")
    by_gid = {person.gid: person for person in people}
    while time.monotonic() - started_at < DRAINS_WITHIN:
        edits = list(Edit.objects.unsynced().select_related("user"))
        if not edits:
            break
        for gid in {edit.user.gid for edit in edits}:
            by_gid[gid].see()
        for edit in edits:
            if choices := _choices(edit):
                by_gid[edit.user.gid].choose(str(edit.edit_id), random.choice(choices))
        time.sleep(0.5)
    report.drained_in = time.monotonic() - started_at


def _choices(edit: Edit) -> list[str]:
    """Return what the person can choose for an edit; nothing while delivery has it."""
    from timesheet.sheets.pending import conflict_of

    if conflict := conflict_of(edit):
        choices = ["discard"]
        choices += ["mine"] if conflict.mine else []
        choices += ["both"] if conflict.both else []
        return choices
    if edit.state == "refused":
        return ["discard"]
    return ["retry"] if edit.due_at is None else []


def _entries(stack: Stack, people: list[Person]) -> dict[str, int]:
    """Return the minutes of all entries of the week in Asana, by gid."""
    minutes: dict[str, int] = {}
    for person in people:
        query: dict[str, str] = {
            "workspace": WORKSPACE,
            "user": person.gid,
            "entered_on_start_date": DAYS[0],
            "entered_on_end_date": DAYS[1],
            "limit": "100",
            "opt_fields": "duration_minutes",
        }
        while True:
            page = stack.api("GET", "/time_tracking_entries", person.token, params=query).json()
            minutes |= {entry["gid"]: entry["duration_minutes"] for entry in page["data"]}
            if not page.get("next_page"):
                break
            query["offset"] = page["next_page"]["offset"]
    return minutes


def _secrets(stack: Stack) -> dict[str, list[str]]:
    """Return every secret that was ever issued or configured, by kind."""
    environment = stack.environment
    return {
        **stack.ask("GET", "secrets"),
        "SECRET_KEY": [environment["SECRET_KEY"]],
        "key in TOKEN_KEYS": environment["TOKEN_KEYS"].split(","),
    }


def _count(report: Report, people: list[Person], writes: list[object]) -> None:
    from timesheet.models import Edit

    report.edits = sum(person.done for person in people)
    report.writes = len(writes)
    report.states = Counter(Edit.objects.values_list("state", flat=True))
    for person in people:
        report.actions.update(person.counts)
        report.server_errors += person.server_errors


def _for_each(people: list[Person], act: Callable[[Person], None]) -> None:
    """Call `act` for all people at the same time."""
    with ThreadPoolExecutor(len(people)) as pool:
        for _ in pool.map(act, people):
            pass


def _log(message: str) -> None:
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()
