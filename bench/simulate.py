"""`python -m bench.simulate`: what a company of 10,000 people needs for a week, and for a year.

What one action costs is measured with real processes and a local Asana: requests to Asana, time of
a core, rows in the database. The week of many people is then calculated from that, with the
product's own pauses between attempts.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from uuid import uuid4

import django

from accounts.asana.rate_limit import FREE, PAID
from bench.simulated_week import Costs, Load, Outage, load, outage, week_of
from bench.torture.people import Person
from bench.torture.postgres import NotInstalled, postgres
from bench.torture.run import WEEK
from bench.torture.stack import Service, Stack, started
from timesheet.domain.journal import retry_delay

TICKS = os.sysconf("SC_CLK_TCK")
WEEKS = 52
# The threads of one worker, and how many workers the outage is calculated for.
THREADS, WORKERS = 4, 2
# Rows of each table that are written to measure their size.
SAMPLE = 5_000


def main() -> None:
    """Measure, calculate, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.simulate", description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--actions", type=int, default=40, help="measured, of each kind")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="simulate-") as folder,
        _database(Path(folder)) as url,
        started(Path(folder), url, "small", webs=1, workers=1) as stack,
    ):
        _say(f"Measuring {options.actions} pages and {options.actions} saved cells")
        costs = _measure(stack, options.actions)
        os.environ.update(stack.environment, DJANGO_SETTINGS_MODULE="timesheet.settings")
        django.setup()
        _say(f"Measuring the size of {SAMPLE:,} changes")
        bytes_an_edit = _size_of_an_edit()
    random = Random(options.seed)
    actions = week_of(options.people, random)
    edits = sum(action.saves for action in actions)
    _say("Calculating an hour without Asana")
    lost_hour = outage(actions, costs, THREADS * WORKERS, retry_delay, random)
    rows = [
        *_rows(options.people, load(actions, costs, FREE), costs, edits),
        *_outage_rows(lost_hour),
        (
            "database after a year",
            f"{edits * WEEKS * bytes_an_edit / 1e9:.1f} GB, "
            f"{bytes_an_edit:.0f} bytes for each change with its indexes",
        ),
    ]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {url.partition(':')[0]}"
    lines = [f"{options.people:,} people for a week, {edits:,} changes ({machine})", ""]
    lines += [
        "| measure | value |",
        "| --- | --- |",
        *(f"| {name} | {value} |" for name, value in rows),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def _rows(people: int, busiest: Load, costs: Costs, edits: int) -> Iterator[tuple[str, str]]:
    yield (
        "Asana requests of a page; of a saved cell",
        (f"{costs.open_requests:.1f}; {costs.save_requests:.1f}"),
    )
    yield (
        "time of a core for a page; for a saved cell",
        (f"{costs.open_cpu * 1000:.0f} ms; {costs.save_cpu * 1000:.0f} ms"),
    )
    yield "changes of a person in a week", f"{edits / people:.0f}"
    yield (
        f"most requests of one token in a minute (limits {FREE} and {PAID:,})",
        (f"{busiest.most_requests}"),
    )
    yield f"minutes of a token above {FREE}", f"{busiest.over_free} of {busiest.minutes:,}"
    yield "cores that the busiest minute needs", f"{busiest.cores:.1f}"
    yield "people for each core", f"{people / busiest.cores:,.0f}"


def _outage_rows(lost_hour: Outage) -> Iterator[tuple[str, str]]:
    yield (
        "queue after the busiest hour without Asana",
        (f"{lost_hour.edits:,} changes of {lost_hour.people:,} people"),
    )
    yield "attempts in vain meanwhile", f"{lost_hour.attempts:,}"
    yield (
        f"until half, and until all of it is saved, with {WORKERS} workers",
        (f"{lost_hour.half / 60:.0f} and {lost_hour.all / 60:.0f} minutes"),
    )


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    """Return the address of an empty database: of PostgreSQL where it is installed."""
    try:
        with postgres() as address:
            yield address
    except NotInstalled:
        yield f"sqlite:///{folder / 'timesheet.sqlite3'}"


def _measure(stack: Stack, number: int) -> Costs:
    ada = Person(stack, "1201000000000001", "Ada", "sandbox-ada", WEEK, Random(1))
    ada.settle_in()
    web = next(one for one in stack.killable if one.name.startswith("web"))
    _page, cells = ada.see()
    # Each cell once: a second save would need what the page shows then.
    chosen = list(cells.values())[:number]

    def save(place: int) -> None:
        ada.save([(chosen[place], f"0:{place + 10}")])

    open_requests, open_cpu, _seconds = _each(stack, web, number, lambda _place: ada.see())
    save_requests, save_cpu, seconds = _each(stack, web, len(chosen), save)
    return Costs(
        open_requests=open_requests,
        save_requests=save_requests,
        open_cpu=open_cpu,
        save_cpu=save_cpu,
        delivery=seconds,
        timeout=float(stack.environment["ASANA_TIMEOUT"]),
    )


def _each(
    stack: Stack, web: Service, number: int, act: Callable[[int], object]
) -> tuple[float, float, float]:
    """Return the requests to Asana, the time of a core and the seconds of each of `number` acts."""
    stack.ask("DELETE", "requests")
    cpu, began = _cpu(web), time.perf_counter()
    for place in range(number):
        act(place)
    seconds = (time.perf_counter() - began) / number
    return len(stack.ask("GET", "requests")) / number, (_cpu(web) - cpu) / number, seconds


def _cpu(service: Service) -> float:
    """Return the seconds of a core that a service and its processes have used."""
    assert service.process is not None
    group, total = service.process.pid, 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) == group:
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


def _size_of_an_edit() -> float:
    """Return the bytes that a confirmed change adds to the database, with its step and indexes."""
    from django.db import connection

    from timesheet.admin.health.service import _size
    from timesheet.models import Edit, Step

    real = list(Edit.objects.filter(state="confirmed").select_related("step")[:100])
    before = _size().database or 0
    for start in range(0, SAMPLE, 500):
        steps = [_copy(real[place % len(real)].step) for place in range(start, start + 500)]
        for step in steps:
            step.step_id = uuid4()
        saved = Step.objects.bulk_create(steps)
        edits = [_copy(real[place % len(real)]) for place in range(start, start + 500)]
        for place, (edit, step) in enumerate(zip(edits, saved, strict=True), start=start):
            edit.step, edit.edit_id, edit.entry_gid = step, uuid4(), f"{10**15 + place}"
        Edit.objects.bulk_create(edits)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return ((_size().database or 0) - before) / SAMPLE


def _copy(row: object) -> object:
    """Return a new, unsaved row with the same values."""
    copy = type(row)(
        **{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    )
    copy.pk = None
    return copy


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    main()
