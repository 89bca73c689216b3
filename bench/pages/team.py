"""What the pages of a team of 200 cost a manager, who sees everybody."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from statistics import median

from bench.pages.browser import BenchBrowser, set_latency
from bench.team_speed import delay
from bench.torture.people import WORKSPACE
from bench.torture.stack import Stack

OMAR, OMARS_TOKEN = "1201000000000004", "sandbox-omar"
# The form with which a page of a team refreshes itself.
STATUS = re.compile(r'<form\s+id="team-status".*?</form>', re.DOTALL)
FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="(\w+)"')
MOST_STEPS = 40


def measure(stack: Stack, times: int, latency: int) -> Iterator[tuple[str, str, str, str]]:
    """Yield what was measured, what it is now, its reference and its target."""
    monday = date.today() - timedelta(days=date.today().weekday() + 7)  # noqa: DTZ011
    year, number, _day = monday.isocalendar()
    browser = BenchBrowser(stack, f"{year}-W{number:02}", OMAR, "Omar", OMARS_TOKEN)
    path = f"/{WORKSPACE}/team/{browser.week}/"
    set_latency(stack, latency)
    first, complete = read_cold_team(browser, path)
    set_latency(stack, 0)
    page = browser.open(path).text
    people = _number_of_people(page)
    yield (
        f"team page of {people} people, cold, {latency} ms of Asana latency: first rows; complete",
        f"{first:.1f} s; {complete:.1f} s",
        "–",
        "0.5 s; 3 s",
    )
    yield (
        "the same, cached; HTML",
        f"{_wait(browser, path, times):.2f} s; {len(page.encode()) / 1000:.0f} KB",
        "–",
        "0.15 s; 120 KB",
    )
    start = monday - timedelta(days=21)
    report = f"/{WORKSPACE}/reports/?from={start}&to={monday + timedelta(days=6)}&by=person"
    read_report(browser, report)
    yield (
        f"month report of {people} people, cached",
        f"{_wait(browser, report, times):.2f} s",
        "–",
        "0.2 s",
    )


def read_cold_team(browser: BenchBrowser, path: str) -> tuple[float, float]:
    """Open a page that was never read, and refresh it as its browser does until all is read.

    Returns the seconds until its first rows, and until it is complete.
    """
    began = time.perf_counter()
    shown = browser.open(path).text
    first = time.perf_counter() - began
    for _ in range(MOST_STEPS):
        form = STATUS.search(shown)
        if form is None or 'name="cold"' not in form[0]:
            return first, time.perf_counter() - began
        time.sleep(delay(form[0]))
        query = "&".join(f"{name}={value}" for name, value in FIELD.findall(form[0]))
        shown = browser.open(f"{path}?{query}", htmx=True).text
    raise TimeoutError(f"the team was not read in {MOST_STEPS} steps")


def read_report(browser: BenchBrowser, path: str) -> None:
    """Open a report until all of it was read from Asana."""
    for _ in range(MOST_STEPS):
        if 'hx-trigger="load, again"' not in browser.open(path).text:
            return
    raise TimeoutError(f"the report was not read in {MOST_STEPS} steps")


def _wait(browser: BenchBrowser, path: str, times: int) -> float:
    """Return how many seconds a page takes, as the median."""
    waits = []
    for _ in range(times):
        began = time.perf_counter()
        browser.open(path)
        waits.append(time.perf_counter() - began)
    return median(waits)


def _number_of_people(page: str) -> int:
    """Return of how many people the page is: its summary says so."""
    submitted = re.search(r"<b>\d+</b>\s+of\s+(\d+)", unescape(page))
    assert submitted is not None
    return int(submitted[1])
