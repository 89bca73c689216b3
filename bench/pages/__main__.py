"""`python -m bench.pages`: what pages and edits cost, beside references measured in the same run.

Real processes: gunicorn as in production, and the sandbox behind it, without and with latency. A
week has 20 rows of 7 filled days.
"""

from __future__ import annotations

import argparse
import gzip
import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median

import requests

from bench.pages import team
from bench.pages.browser import (
    ADAS_TOKEN,
    BenchBrowser,
    Cost,
    memory_of_largest,
    set_latency,
)
from bench.pages.shape import DAYS, ROWS
from bench.torture.people import WORKSPACE
from bench.torture.postgres import postgres
from bench.torture.stack import Stack, started

TABLE = Path(__file__).parents[1] / "README.md"
DATABASE_NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
DATABASES = tuple(DATABASE_NAMES)
LATENCY_MS = 150
ROUNDS = 2
FIRST_TASK = 1205000000000001


@dataclass(frozen=True)
class Line:
    """A line of the table."""

    measure: str
    now: str
    reference: str
    target: str


@dataclass(frozen=True)
class Effort:
    """How often and how long to measure."""

    times: int
    # Seconds of each load.
    seconds: float
    # Pages between the two measurements of memory.
    pages: int
    # The size of the sandbox's company for the pages of a team.
    company: str


FULL, SHORT = Effort(30, 6, 1000, "large"), Effort(3, 0.5, 5, "small")


def main() -> None:
    """Measure, and write the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument("--short", action="store_true", help="only show that it runs")
    parser.add_argument("--output", type=Path, default=TABLE)
    options = parser.parse_args()
    text, effort = INTRODUCTION, SHORT if options.short else FULL
    for database in options.database or DATABASES:
        with _site(database, "small") as stack:
            lines = list(measure(stack, effort))
        with _site(database, effort.company) as stack:
            lines += [Line(*columns) for columns in team.measure(stack, effort.times, LATENCY_MS)]
        text += table(lines, database)
    options.output.write_text(text)
    sys.stdout.write(text)


@contextmanager
def _site(database: str, company: str) -> Iterator[Stack]:
    with (
        tempfile.TemporaryDirectory(prefix="pages-") as folder,
        _stack(Path(folder), database, company) as stack,
    ):
        yield stack


@contextmanager
def _stack(folder: Path, database: str, company: str) -> Iterator[Stack]:
    settings = {
        "BENCH_READY_PAGE": str(folder / "ready.html"),
        "WEB_CONCURRENCY": str(len(os.sched_getaffinity(0))),
        "LOG_LEVEL": "WARNING",
    }

    @contextmanager
    def address() -> Iterator[str]:
        if database == "postgres":
            with postgres() as url:
                yield url
        else:
            yield f"sqlite:///{folder / 'timesheet.sqlite3'}"

    with (
        address() as url,
        started(
            folder, url, company, module="bench.pages.site", webs=1, workers=0, settings=settings
        ) as stack,
    ):
        yield stack


def measure(stack: Stack, effort: Effort) -> Iterator[Line]:
    """Yield the lines of the table."""
    monday = date.today() - timedelta(days=date.today().weekday() + 7)  # noqa: DTZ011
    year, number, _day = monday.isocalendar()
    fill_week(stack, monday)
    browser = BenchBrowser(stack, f"{year}-W{number:02}")
    browser.open(browser.week_path)
    page = browser.open(browser.week_path).text
    (stack.folder / "ready.html").write_text(page)
    browser.last_page = page
    numbers = count()
    requests_of: dict[str, Callable[[], requests.Response]] = {
        "week": lambda: browser.open(browser.week_path),
        # An address that the page was not shown at before.
        "rendered": lambda: browser.open(f"{browser.week_path}?{next(numbers)}"),
        "ready": lambda: browser.open("/bench/ready/"),
        "template": lambda: browser.open("/bench/template/"),
        "edit": browser.save_cell,
        "write": lambda: browser.post("/bench/write/", {}),
    }
    costs = _costs(browser, requests_of, effort)
    set_latency(stack, LATENCY_MS)
    slow = _costs(browser, {"week": requests_of["week"], "edit": requests_of["edit"]}, effort)
    set_latency(stack, 0)
    yield from _page_lines(costs, slow)
    yield from _load_lines(browser, effort)
    yield from _edit_lines(costs, slow)
    yield from _size_lines(browser, page)
    yield _memory_line(browser, effort)


def fill_week(stack: Stack, monday: date) -> None:
    """Give Ada a week of `ROWS` tasks with an entry on each day, and nothing else."""
    week = {"workspace": WORKSPACE, "user": "me", "limit": 100}
    week |= {
        "entered_on_start_date": str(monday),
        "entered_on_end_date": str(monday + timedelta(days=6)),
    }
    entries = stack.api("GET", "/time_tracking_entries", ADAS_TOKEN, params=week).json()["data"]
    for entry in entries:
        stack.api("DELETE", f"/time_tracking_entries/{entry['gid']}", ADAS_TOKEN)
    filled, task = 0, FIRST_TASK
    while filled < ROWS:
        added = [
            stack.api(
                "POST",
                f"/tasks/{task}/time_tracking_entries",
                ADAS_TOKEN,
                json={"data": {"duration_minutes": 15, "entered_on": str(day)}},
            ).ok
            for day in (monday + timedelta(days=number) for number in range(DAYS))
        ]
        filled, task = filled + all(added), task + 1


def _costs(
    browser: BenchBrowser, requests_of: dict[str, Callable[[], requests.Response]], effort: Effort
) -> dict[str, Cost]:
    """Measure each request in interleaved rounds, and return the medians over the rounds."""
    rounds = [
        {name: browser.cost(request, effort.times) for name, request in requests_of.items()}
        for _ in range(ROUNDS)
    ]
    return {
        name: Cost(
            median(costs[name].wall for costs in rounds),
            median(costs[name].cpu for costs in rounds),
            rounds[-1][name].queries,
            median(costs[name].asana for costs in rounds),
        )
        for name in requests_of
    }


def _page_lines(costs: dict[str, Cost], slow: dict[str, Cost]) -> Iterator[Line]:
    week, ready, template = costs["week"], costs["ready"], costs["template"]
    rendered = costs["rendered"]
    yield Line(
        "warm week page, wait, median",
        f"{week.wall:.1f} ms = {week.wall / ready.wall:.1f} × ready-made",
        f"ready-made {ready.wall:.1f} ms, template {template.wall:.1f} ms",
        "at most 3 × ready-made",
    )
    yield Line(
        "the same, CPU of the server",
        f"{week.cpu:.1f} ms = {week.cpu / template.cpu:.2f} × template",
        f"ready-made {ready.cpu:.1f} ms, template {template.cpu:.1f} ms",
        "below template",
    )
    yield Line(
        "the same where it has to be rendered, because something on it has changed",
        f"{rendered.cpu:.1f} ms = {rendered.cpu / template.cpu:.2f} × template",
        f"ready-made {ready.cpu:.1f} ms, template {template.cpu:.1f} ms",
        "–",
    )
    yield Line(
        f"the warm page with {LATENCY_MS} ms of Asana latency",
        f"{slow['week'].wall:.1f} ms",
        f"without latency {week.wall:.1f} ms",
        "as without latency",
    )
    yield Line(
        "Asana requests a warm page waits for; queries",
        f"{week.asana:.0f}; {week.queries}",
        f"ready-made 0; {ready.queries}",
        "0; 8",
    )


def _load_lines(browser: BenchBrowser, effort: Effort) -> Iterator[Line]:
    pages, _p95 = browser.load(browser.week_path, 8, effort.seconds)
    ready, _p95 = browser.load("/bench/ready/", 8, effort.seconds)
    _pages, p95 = browser.load(browser.week_path, 32, effort.seconds)
    _pages, ready_p95 = browser.load("/bench/ready/", 32, effort.seconds)
    yield Line(
        "week pages per second with 8 clients; p95 with 32",
        f"{pages:.0f}; {p95:.2f} s",
        f"ready-made {ready:.0f}; {ready_p95:.2f} s (the clients share the machine)",
        "half of ready-made; 0.4 s",
    )


def _edit_lines(costs: dict[str, Cost], slow: dict[str, Cost]) -> Iterator[Line]:
    edit, write = costs["edit"], costs["write"]
    yield Line(
        "one edit: CPU of the server; queries",
        f"{edit.cpu:.1f} ms = {edit.cpu / write.cpu:.1f} × one UPDATE; {edit.queries}",
        f"POST with one UPDATE {write.cpu:.1f} ms; {write.queries}",
        "20 ms; 20",
    )
    yield Line(
        f"Asana requests per edit; wait with {LATENCY_MS} ms of latency",
        f"{edit.asana:.1f}; {slow['edit'].wall:.0f} ms",
        "look, write: 2",
        f"2; {2 * LATENCY_MS} ms and its own time",
    )


def _size_lines(browser: BenchBrowser, page: str) -> Iterator[Line]:
    compressed, nodes = len(gzip.compress(page.encode(), 6)), len(re.findall(r"<[a-z]", page))
    size, files = browser.first_visit(page)
    yield Line("HTML gzip; elements", f"{compressed / 1000:.1f} KB; {nodes:,}", "–", "9 KB; 900")
    yield Line("first visit: bytes; requests", f"{size / 1000:.0f} KB; {files}", "–", "45 KB; 8")


def _memory_line(browser: BenchBrowser, effort: Effort) -> Line:
    before = memory_of_largest(browser.stack.killable[0])
    for _ in range(effort.pages):
        browser.open(browser.week_path)
    after = memory_of_largest(browser.stack.killable[0])
    return Line(
        f"memory of the largest web process after {effort.pages:,} more pages",
        f"{after:.0f} MB = {after / before:.2f} × before",
        f"before {before:.0f} MB",
        "at most 1.1 ×",
    )


INTRODUCTION = f"""# What pages cost

`make bench` writes this page. It starts gunicorn as in production and the sandbox behind it; a week
has {ROWS} rows of {DAYS} filled days. *Ready-made* is a Django view that returns the same bytes,
*template* a plain Django template of that size for the signed-in person; both pass through all our
middleware. Compare the ratios, not the milliseconds of other machines.
[pages/targets.md](pages/targets.md) says what is not at its target, and why.

"""


def table(lines: list[Line], database: str) -> str:
    """Return the section with the table of one database, and where it was measured."""
    cores = len(os.sched_getaffinity(0))
    machine = f"{cores} cores ({platform.machine()}), Python {platform.python_version()}"
    rows = [f"| {line.measure} | {line.now} | {line.reference} | {line.target} |" for line in lines]
    heading = [
        f"## {DATABASE_NAMES[database]}",
        "",
        f"Measured on {datetime.now(UTC):%Y-%m-%d}, {machine}.",
        "",
        "| measure | now | reference in the same run | target |",
        "|---|---|---|---|",
    ]
    return "\n".join([*heading, *rows, "", ""])


if __name__ == "__main__":
    main()
