"""`python -m bench.team_speed`: how long the team page of 200 people takes on a cold cache.

Real processes: gunicorn as in production, and the sandbox's large company behind it with latency.
Opens the week before last, refreshes it as the page does by itself until everything is known, and
clicks on a person meanwhile. Then the slow case: each answer takes two seconds, and another week is
opened while one is being read. Prints seconds, requests, their depth, who was read twice, and what
was rejected; and the processor time of both sides, because the sandbox shares the machine.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import requests

from bench.torture.people import WORKSPACE, Person
from bench.torture.stack import Stack, started

OMAR, OMARS_TOKEN = "1201000000000004", "sandbox-omar"
# What a page says while the timesheet's own limit is in the way.
SLOW_DOWN = "Asana is limiting our requests"
# Of whom the hours are known when a page is complete.
EVERYBODY = "everybody"
# How long a click may take while a team is read.
CLICK_SECONDS = 1.0
# The refreshes of a page that never becomes complete.
MOST_REFRESHES = 30


@dataclass
class Clicks:
    """What a person waits for while a team is read."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    rejected: int = 0

    def add(self, answer: requests.Response, seconds: float) -> None:
        """Note one answer."""
        self.seconds.append(seconds)
        self.statuses[answer.status_code] += 1
        self.rejected += answer.status_code == 429 or SLOW_DOWN in answer.text


class TeamBrowser:
    """The browser of an admin whose team is everybody."""

    def __init__(self, stack: Stack, week: str) -> None:
        admin = Person(stack, OMAR, "Omar", OMARS_TOKEN, week, Random(1))
        admin.sign_in()
        self.web, self.cookies = stack.webs[0], {**admin.cookies, "zone": "UTC"}
        self.path = f"/{WORKSPACE}/team/{week}/"

    def get(self, path: str, query: dict[str, str] | None = None) -> requests.Response:
        """Open a page; with a query, as htmx does."""
        headers = {"HX-Request": "true"} if query else {}
        return requests.get(
            f"{self.web}{path}", query, headers=headers, cookies=self.cookies, timeout=120
        )


def main() -> int:
    """Measure; return 1 if anything was rejected or did not become complete."""
    parser = argparse.ArgumentParser(prog="python -m bench.team_speed", description=__doc__)
    parser.add_argument("--latency", type=int, default=150, help="milliseconds of each request")
    parser.add_argument("--size", choices=("small", "large"), default="large")
    options = parser.parse_args()
    monday = date.today() - timedelta(days=date.today().weekday(), weeks=2)  # noqa: DTZ011
    week, other = f"{monday:%G-W%V}", f"{monday - timedelta(weeks=2):%G-W%V}"
    with tempfile.TemporaryDirectory(prefix="team-speed-") as name:
        folder = Path(name)
        settings = {
            "WEB_CONCURRENCY": str(len(os.sched_getaffinity(0))),
            # As in production; the torture run has less patience.
            "ASANA_TIMEOUT": "10",
            "LOG_LEVEL": "WARNING",
        }
        database = f"sqlite:///{folder / 'timesheet.sqlite3'}"
        with started(folder, database, options.size, webs=1, workers=0, settings=settings) as stack:
            browser = TeamBrowser(stack, week)
            is_fine = cold_week(stack, browser, options.latency)
            return int(not (slow_week(stack, browser, other) and is_fine))


def cold_week(stack: Stack, browser: TeamBrowser, latency: int) -> bool:
    """Read a week that was never read, with clicks meanwhile; return whether all went well."""
    stack.ask("PUT", "faults", json=[{"kind": "latency", "ms": latency, "path": "/api/"}])
    stack.ask("DELETE", "requests")
    began = time.perf_counter()
    answer = browser.get(browser.path)
    first = time.perf_counter() - began
    say(f"first page: {first:.2f} s, {len(answer.content) / 1024:.0f} KB, {progress(answer.text)}")
    busy = processor_seconds(stack)
    gid = re.findall(r'id="person-(\d+)"', answer.text)[0]
    clicks, done = Clicks(), threading.Event()
    clicker = threading.Thread(target=click_on, args=(browser, gid, clicks, done))
    clicker.start()
    waits, answer = refresh_until_complete(browser, answer)
    complete = time.perf_counter() - began
    done.set()
    clicker.join()
    busy = [after - before for before, after in zip(busy, processor_seconds(stack), strict=True)]
    asked = stack.ask("GET", "requests")
    paths = Counter(str(one["path"]).rpartition("/")[2] for one in asked)
    final = browser.get(browser.path).text
    say(f"complete: {complete:.2f} s after {len(waits)} refreshes of {listed(waits)} s")
    say(f"processor time of the timesheet: {busy[0]:.1f} s, of the sandbox: {busy[1]:.1f} s")
    say(f"requests to Asana: {len(asked)}, {depth(asked)} deep; {dict(paths.most_common(6))}")
    say(f"read twice, but for the person clicked on: {read_twice(asked) - {gid} or 'nobody'}")
    say(f"at last: {progress(final)}, {submitted(final)} submitted; offered: {offered(final)}")
    worst = max(clicks.seconds, default=0)
    say(f"{len(clicks.seconds)} clicks meanwhile: {listed(clicks.seconds)} s, worst {worst:.2f} s")
    slow = sum(seconds > CLICK_SECONDS for seconds in clicks.seconds)
    say(f"first click: {clicks.seconds[0]:.2f} s; {slow} took longer than {CLICK_SECONDS:.0f} s")
    say(f"statuses {dict(clicks.statuses)}, rejected by our own limit: {clicks.rejected}")
    return not clicks.rejected and progress(final) == EVERYBODY


def refresh_until_complete(
    browser: TeamBrowser, answer: requests.Response
) -> tuple[list[float], requests.Response]:
    """Refresh a page as it does by itself; return how long each refresh took, and the last one."""
    waits: list[float] = []
    shown = ""
    while progress(answer.text) != EVERYBODY and len(waits) < MOST_REFRESHES:
        query = refresh_query(answer.text)
        if query is None:
            break
        shown = query.setdefault("shown", shown)
        time.sleep(delay(answer.text))
        began = time.perf_counter()
        answer = browser.get(browser.path, query)
        waits.append(time.perf_counter() - began)
    return waits, answer


def click_on(browser: TeamBrowser, gid: str, clicks: Clicks, done: threading.Event) -> None:
    """Open a person's week again and again until the team is complete."""
    while not done.wait(0.3):
        began = time.perf_counter()
        answer = browser.get(f"{browser.path}{gid}/")
        clicks.add(answer, time.perf_counter() - began)


def slow_week(stack: Stack, browser: TeamBrowser, other: str) -> bool:
    """Open a week while another one is read by an Asana that takes two seconds for each answer."""
    stack.ask("PUT", "faults", json=[{"kind": "latency", "ms": 2000, "path": "/api/"}])
    behind = threading.Thread(
        target=browser.get,
        args=(browser.path.replace(browser.path.split("/")[3], earlier(other)),),
        kwargs={"query": {"fresh": "1", "again": "1"}},
    )
    behind.start()
    # Now the reads of that week are under way.
    time.sleep(1.5)
    began, clicks = time.perf_counter(), Clicks()
    answer = browser.get(f"/{WORKSPACE}/team/{other}/")
    clicks.add(answer, time.perf_counter() - began)
    behind.join()
    stack.ask("PUT", "faults", json=[])
    say(
        f"another week while one is read, 2 s of latency: status {answer.status_code} after "
        f"{clicks.seconds[0]:.1f} s, {progress(answer.text)}"
    )
    return answer.status_code == 200 and not clicks.rejected


def earlier(week: str) -> str:
    """Return the week before."""
    monday = datetime.strptime(f"{week}-1", "%G-W%V-%u").replace(tzinfo=UTC)
    return f"{monday - timedelta(weeks=1):%G-W%V}"


def refresh_query(html: str) -> dict[str, str] | None:
    """Return what the page sends when it refreshes itself; None when it does not."""
    form = re.search(r'<form[^>]*id="team-status"(.*?)</form>', html, re.DOTALL)
    if form is None or "hx-trigger" not in form[1]:
        return None
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[1])
    shown = re.search(r'id="shown"\s+name="shown"\s+value="([^"]*)"', html)
    return {**dict(fields), **({"shown": shown[1]} if shown else {})}


def delay(html: str) -> float:
    """Return for how many seconds the page waits before it refreshes itself."""
    found = re.search(r'hx-trigger="load delay:(\d+)(ms|s)"', html)
    assert found
    return int(found[1]) / (1000 if found[2] == "ms" else 1)


def read_twice(asked: list[dict[str, Any]]) -> set[str]:
    """Return the gids of people whose week or time off was read more than once."""
    lists = Counter(
        (str(one["path"]), one["query"]["user"])
        for one in asked
        if "user" in one["query"] and one["query"].get("limit") == "100"
        if "offset" not in one["query"]
    )
    return {gid for (_path, gid), number in lists.items() if number > 1}


def processor_seconds(stack: Stack) -> list[float]:
    """Return the processor time of the web server with its processes, and of the sandbox."""
    assert stack.sandbox
    services = (stack.killable[0], stack.sandbox)
    return [processor_seconds_of(service.process.pid) for service in services if service.process]


def processor_seconds_of(group: int) -> float:
    """Return the processor time of all processes of a group so far."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            fields = path.read_text().rpartition(")")[2].split()
            # The third field of the file is the first after the name: proc(5).
            ticks += int(fields[11]) + int(fields[12]) if int(fields[2]) == group else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def progress(html: str) -> str:
    """Return of how many people the page knows the hours."""
    found = re.search(r"Reading from Asana: (\d+) of (\d+) people", html)
    return f"{found[1]} of {found[2]} people" if found else EVERYBODY


def submitted(html: str) -> str:
    """Return how many weeks are submitted, as the page's first card has it."""
    found = re.search(r"<b>(\d+)</b> of (\d+)", html)
    return f"{found[1]} of {found[2]}" if found else "nobody"


def offered(html: str) -> str:
    """Return what the page offers to approve at once."""
    found = re.search(r"Approve \d+ weeks? without flags", html)
    return found[0] if found else "nothing"


def depth(asked: list[dict[str, object]]) -> int:
    """Return how many requests had to wait for each other."""
    spans = []
    for one in asked:
        start = datetime.fromisoformat(str(one["started_at"]))
        took = timedelta(milliseconds=float(str(one["milliseconds"])))
        spans.append((start + took, start))
    number, free = 0, datetime.min.replace(tzinfo=UTC)
    for end, start in sorted(spans):
        if start >= free:
            number, free = number + 1, end
    return number


def listed(seconds: list[float]) -> str:
    """Write seconds in a row."""
    return ", ".join(f"{one:.2f}" for one in seconds) or "-"


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
