"""`python -m bench.export`: what a large export costs, in seconds and in memory.

The entries are made up, and cached as if a report had just read them. What is measured is the
export itself: reading the cache, sorting, and writing the file.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

import django
from django.core.management import call_command

PEOPLE = 100
START = date(2026, 1, 1)
DAYS = 366


def main() -> None:
    """Print the time, the memory and the file size of each format."""
    parser = argparse.ArgumentParser(prog="python -m bench.export", description=__doc__)
    parser.add_argument("--entries", type=int, default=50_000)
    entries = parser.parse_args().entries
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/timesheet.sqlite3"
        os.environ.setdefault("DEBUG", "1")
        os.environ["DJANGO_SETTINGS_MODULE"] = "timesheet.settings"
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        report_request = cache_report(entries)
        for name, export in exports(report_request, Path(folder)).items():
            started_at = time.perf_counter()
            size = export()
            seconds = time.perf_counter() - started_at
            tracemalloc.start()
            export()
            _now, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            sys.stdout.write(
                f"{name}: {entries:,} entries, {seconds:.1f} s, at most {peak / 1e6:.0f} MB more "
                f"memory, a file of {size / 1e6:.1f} MB\n"
            )


def cache_report(entries: int) -> Any:
    """Return a request for a report whose hours, that number of entries, are in the cache."""
    from accounts.asana.records import AsanaUser
    from accounts.connections.reader import Reader
    from accounts.models import User
    from timesheet.domain.report_query import Report
    from timesheet.reports import hours
    from timesheet.reports.loading import ReportRequest

    query = {"from": [f"{START}"], "to": [f"{START + timedelta(days=DAYS - 1)}"]}
    people = tuple(AsanaUser(str(number), f"Person {number}") for number in range(PEOPLE))
    viewer = User.objects.create_user("0", "Person 0")
    reader = Reader(None, viewer, None, viewer.gid)  # type: ignore[arg-type]
    report_request = ReportRequest(reader, "1", Report.read(query, START), people)
    report_entries = cycle(make_entries(entries))
    left, now = entries, datetime.now(UTC)
    chunks = list(report_request.hours_query.chunks)
    for index, (_people, gids) in enumerate(chunks):
        count = left // (len(chunks) - index)
        left -= count
        chunk_entries = [with_person(entry, gids) for entry in islice(report_entries, count)]
        chunk = hours.HoursChunk(now, chunk_entries, names(), [])
        hours.cache_chunk(report_request.hours_query, gids, chunk)
    return report_request


def make_entries(count: int) -> list[Any]:
    """Return made-up entries, always the same, of people whose gids are numbers from 0."""
    from timesheet.domain.report_entry import ReportEntry

    rng = Random(1)
    return [
        ReportEntry(
            f"{1_300_000_000_000_000 + number}",
            f"{number}",
            START + timedelta(days=rng.randrange(DAYS)),
            rng.randrange(5, 480, 5),
            f"{1_205_000_000_000_000 + rng.randrange(5_000)}",
            f"{1_204_000_000_000_000 + rng.randrange(80)}",
            "none",
            rng.choice(("billable", "nonBillable")),
            f"What was done, at some length, on occasion {number}",
        )
        for number in range(count)
    ]


def with_person(entry: Any, gids: tuple[str, ...]) -> Any:
    """Return a copy of an entry for one of the people with the gids `gids`."""
    from msgspec.structs import replace

    return replace(entry, person=gids[int(entry.person) % len(gids)])


def names() -> Any:
    """Return the names of the made-up tasks and projects."""
    from timesheet.domain.report_entry import Grouping

    tasks = {f"{1_205_000_000_000_000 + n}": f"A task of some length, {n}" for n in range(5000)}
    projects = {f"{1_204_000_000_000_000 + n}": f"Project {n}" for n in range(80)}
    return {Grouping.TASK: tasks, Grouping.PROJECT: projects, Grouping.CATEGORY: {}}


def exports(report_request: Any, folder: Path) -> dict[str, Callable[[], int]]:
    """Return a function for each format that exports the report and returns the size in bytes."""
    from timesheet.core.csv_writer import csv_chunks
    from timesheet.core.table import Table
    from timesheet.core.xlsx_writer import write_xlsx
    from timesheet.reports import loading, tables

    def table() -> Table:
        now = datetime.now(UTC)
        report_data = loading.load_report(None, report_request, now)  # type: ignore[arg-type]
        return tables.entries_table(report_data, "https://app.asana.com")  # type: ignore[arg-type]

    def as_csv() -> int:
        return sum(len(chunk) for chunk in csv_chunks(table()))

    def as_xlsx() -> int:
        path = folder / "hours.xlsx"
        with path.open("wb") as file:
            write_xlsx(table(), file)
        return path.stat().st_size

    return {"CSV": as_csv, "XLSX": as_xlsx}


if __name__ == "__main__":
    main()
