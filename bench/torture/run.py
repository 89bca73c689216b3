"""One run: people at work under faults and kills, then quiet, then the reckoning."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import django

from bench.torture.leaks import Leaks, Words, look
from bench.torture.people import WORKSPACE, Person
from bench.torture.postgres import postgres
from bench.torture.stack import Stack, started

if TYPE_CHECKING:
    from bench.torture.check import Found

DRAINS_WITHIN = 900.0
WEEK = "2027-W02"
DAYS = ("2027-01-11", "2027-01-17")

# In how many of a hundred faults each kind comes. A hang is longer than the app waits.
KINDS: dict[str, tuple[int, dict[str, object]]] = {
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
    edits: int
    people: int
    kills: int
    faults: float
    seed: int
    database: str
    doubt_rule: bool = True


@dataclass
class Report:
    options: Options
    edits: int = 0
    seconds: float = 0
    drained_in: float = 0
    acts: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    faults: dict[str, int] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    expired: int = 0
    revoked: int = 0
    writes: int = 0
    server_errors: list[str] = field(default_factory=list)
    found: Found | None = None
    leaks: Leaks = field(default_factory=Leaks)


def run(options: Options) -> Report:
    with (
        tempfile.TemporaryDirectory(prefix="torture-") as folder,
        _database(options, Path(folder)) as database,
    ):
        module = "" if options.doubt_rule else "bench.torture.blind"
        size = "large" if options.people > 6 else "small"
        with started(Path(folder), database, size, module=module) as stack:
            return _run(options, stack)


@contextmanager
def _database(options: Options, folder: Path) -> Iterator[str]:
    if options.database == "sqlite":
        yield f"sqlite:///{folder / 'timesheet.sqlite3'}"
        return
    with postgres() as address:
        # Its user may not look into a folder of ours, nor need to.
        yield address


def _run(options: Options, stack: Stack) -> Report:
    os.environ.update(stack.environment, DJANGO_SETTINGS_MODULE="timesheet.settings")
    django.setup()
    from bench.torture.check import check

    report = Report(options)
    people = _people(options, stack)
    _side_by_side(people, Person.settle_in)
    stack.ask("DELETE", "writes")
    _say(f"{len(people)} people are in, {len(people[0].tasks)} tasks each")
    started_at = time.monotonic()
    stack.ask("PUT", "faults", json=_rules(options))
    over = threading.Event()
    trouble = threading.Thread(target=_make_trouble, args=(options, stack, people, report, over))
    trouble.start()
    _side_by_side(people, lambda person: _work(person, options.edits // options.people))
    over.set()
    trouble.join()
    report.seconds = time.monotonic() - started_at
    report.faults = stack.ask("GET", "faults/fired")
    stack.ask("DELETE", "faults")
    _say(f"the work is done after {report.seconds:.0f} s; draining")
    _drain(options, people, report)
    _side_by_side(people, Person.look_around)
    writes = stack.ask("GET", "writes")
    report.found = check(people, writes, _entries(stack, people))
    report.leaks = look(_secrets(stack), stack.folder, people[0].pages)
    _count(report, people, writes)
    return report


def _people(options: Options, stack: Stack) -> list[Person]:
    asked = {"workspace": WORKSPACE, "limit": "100", "opt_fields": "name,email"}
    users = stack.api("GET", "/users", "sandbox-ada", params=asked).json()["data"]
    # In the large company the first ones are the small one's; few of them have many tasks.
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


def _work(person: Person, edits: int) -> None:
    while person.done < edits:
        person.act()


def _rules(options: Options) -> list[dict[str, object]]:
    """Of the rules the first that fires counts, so each later one needs a greater share."""
    rules, left = [], 1.0
    for kind, (percent, more) in KINDS.items():
        share = options.faults * percent / 100
        seed = Random(f"{options.seed} {kind}").getrandbits(32)
        rules.append({"kind": kind, **more, "probability": min(share / left, 1), "seed": seed})
        left -= share
    return rules if options.faults else []


def _make_trouble(
    options: Options, stack: Stack, people: list[Person], report: Report, over: threading.Event
) -> None:
    """Kills processes, and expires and revokes tokens, evenly over the work."""
    random = Random(f"{options.seed} trouble")
    wanted = sum(options.edits // options.people for _ in people)
    kinds = ["kill"] * options.kills + ["expire"] * 10 + ["revoke"] * 5
    random.shuffle(kinds)
    for place, kind in enumerate(kinds, start=1):
        while sum(person.done for person in people) < wanted * place / (len(kinds) + 1):
            if over.wait(0.05):
                break
        if kind == "kill":
            killed = stack.kill(random.randrange(len(stack.killable)), random.uniform(0.1, 1.5))
            report.kills[killed.split()[0]] += 1
        elif kind == "expire":
            report.expired += stack.ask("POST", "expire_tokens")["expired"]
        else:
            user = random.choice(people).gid
            report.revoked += stack.ask("POST", "revoke_tokens", json={"user": user})["revoked"]


def _drain(options: Options, people: list[Person], report: Report) -> None:
    """Waits until the journal is empty; what waits for a person is decided, as people do."""
    from timesheet.models import Edit
    from timesheet.sheets.pending import conflict_of

    started_at = time.monotonic()
    random = Random(f"{options.seed} drain")
    by_gid = {person.gid: person for person in people}
    while time.monotonic() - started_at < DRAINS_WITHIN:
        unsettled = Edit.objects.unsynced().select_related("user")
        waiting = [(edit.user.gid, edit) for edit in unsettled]
        if not waiting:
            break
        for gid in {gid for gid, _edit in waiting}:
            by_gid[gid].see()
        for gid, edit in waiting:
            if conflict := conflict_of(edit):
                choices = ["discard"]
                choices += ["mine"] if conflict.mine else []
                choices += ["both"] if conflict.both else []
                by_gid[gid].choose(str(edit.edit_id), random.choice(choices))
            elif edit.state == "refused":
                by_gid[gid].choose(str(edit.edit_id), "discard")
            elif edit.due_at is None:
                by_gid[gid].choose(str(edit.edit_id), "retry")
        time.sleep(0.5)
    report.drained_in = time.monotonic() - started_at


def _entries(stack: Stack, people: list[Person]) -> dict[str, int]:
    found: dict[str, int] = {}
    for person in people:
        asked: dict[str, str] = {
            "workspace": WORKSPACE,
            "user": person.gid,
            "entered_on_start_date": DAYS[0],
            "entered_on_end_date": DAYS[1],
            "limit": "100",
            "opt_fields": "duration_minutes",
        }
        while True:
            page = stack.api("GET", "/time_tracking_entries", person.token, params=asked).json()
            found |= {entry["gid"]: entry["duration_minutes"] for entry in page["data"]}
            if not page.get("next_page"):
                break
            asked["offset"] = page["next_page"]["offset"]
    return found


def _secrets(stack: Stack) -> dict[str, list[str]]:
    """All that there ever were, by kind."""
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
        report.acts.update(person.counts)
        report.server_errors += person.server_errors


def _side_by_side(people: list[Person], act: object) -> None:
    with ThreadPoolExecutor(len(people)) as pool:
        for _ in pool.map(act, people):  # type: ignore[arg-type]
            pass


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
