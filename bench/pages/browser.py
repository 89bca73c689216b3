"""A signed-in browser without a screen: it opens pages, saves cells, and notes what that takes."""

from __future__ import annotations

import gzip
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

import requests

from bench.pages.shape import QUERIES
from bench.ports import HOST
from bench.torture.people import WORKSPACE, Person
from bench.torture.stack import Service, Stack
from bench.torture.week_page import cells_of

ADA = "1201000000000001"
ADAS_TOKEN = "sandbox-ada"  # noqa: S105
TICKS = os.sysconf("SC_CLK_TCK")
PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")
ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@dataclass(frozen=True)
class Cost:
    """What one request takes, as the median of many."""

    # Milliseconds, as the browser waits.
    wall: float
    # Milliseconds of CPU of the web server's processes, as the mean.
    cpu: float
    queries: int
    # Requests to Asana.
    asana: float


@dataclass
class BenchBrowser:
    """Somebody's browser at one week, by default Ada's."""

    stack: Stack
    week: str
    gid: str = ADA
    name: str = "Ada"
    token: str = ADAS_TOKEN

    def __post_init__(self) -> None:
        person = Person(self.stack, self.gid, self.name, self.token, self.week, Random(1))
        person.sign_in()
        self.cookies = {**person.cookies, "zone": "UTC"}
        self.session = self._session()
        self.minutes = 30

    @property
    def web(self) -> str:
        """The address of the web server."""
        return self.stack.webs[0]

    @property
    def week_path(self) -> str:
        """The path of the week."""
        return f"/{WORKSPACE}/week/{self.week}/"

    def open(
        self, path: str, session: requests.Session | None = None, *, htmx: bool = False
    ) -> requests.Response:
        """Open a page, which must work; with `htmx` what our scripts ask for."""
        headers = {"HX-Request": "true"} if htmx else {}
        browser = session or self.session
        response = browser.get(f"{self.web}{path}", headers=headers, timeout=120)
        response.raise_for_status()
        return response

    def save_cell(self) -> requests.Response:
        """Type other hours into the first cell of the week."""
        cell = next(cells_of(self.last_page))
        self.minutes = 30 + (self.minutes + 1) % 29
        values = {
            "task": cell.task,
            "day": cell.day,
            "seen": cell.seen,
            "edit": str(uuid4()),
            "text": f"0:{self.minutes}",
        }
        response = self.post(f"{self.week_path}cells/", values)
        self.last_page = response.text
        return response

    def post(self, path: str, values: dict[str, str]) -> requests.Response:
        """Send a form as our scripts do."""
        headers = {"HX-Request": "true", "X-CSRFToken": self.session.cookies["csrftoken"]}
        response = self.session.post(f"{self.web}{path}", values, headers=headers, timeout=120)
        response.raise_for_status()
        return response

    def cost(self, request: Any, times: int) -> Cost:
        """Make a request many times, one after the other, and return what it takes.

        The first time is not measured: another kind of request came before it.
        """
        request()
        self.stack.ask("DELETE", "requests")
        waits, queries, cpu = [], [], cpu_seconds(self.stack.killable[0])
        for _ in range(times):
            began = time.perf_counter()
            response = request()
            waits.append((time.perf_counter() - began) * 1000)
            queries.append(int(response.headers[QUERIES]))
        cpu = (cpu_seconds(self.stack.killable[0]) - cpu) * 1000 / times
        asana = len(self.stack.ask("GET", "requests")) / times
        return Cost(median(waits), cpu, round(median(queries)), asana)

    def load(self, path: str, clients: int, seconds: float) -> tuple[float, float]:
        """Let clients open a page again and again; return pages per second and the p95 in s."""

        def client(_number: int) -> list[float]:
            session, waits = self._session(), []
            while time.perf_counter() < end:
                began = time.perf_counter()
                self.open(path, session)
                waits.append(time.perf_counter() - began)
            return waits

        end = time.perf_counter() + seconds
        with ThreadPoolExecutor(clients) as pool:
            waits = [wait for part in pool.map(client, range(clients)) for wait in part]
        return len(waits) / seconds, quantiles(waits, n=20)[-1] if len(waits) > 1 else waits[0]

    def first_visit(self, html: str) -> tuple[int, int]:
        """Return the bytes of a page and its static files, as sent, and the number of requests."""
        sizes = [len(gzip.compress(html.encode(), 6))]
        for path in dict.fromkeys(ASSET.findall(html)):
            headers = {"Accept-Encoding": "br, gzip"}
            with self.session.get(f"{self.web}{path}", headers=headers, stream=True) as response:
                sizes.append(len(response.raw.read()))
        return sum(sizes), len(sizes)

    def _session(self) -> requests.Session:
        session = requests.Session()
        for name, value in self.cookies.items():
            session.cookies.set(name, value, domain=HOST, path="/")
        return session


def set_latency(stack: Stack, milliseconds: int) -> None:
    """Let each request to Asana take so long."""
    rules = [{"kind": "latency", "ms": milliseconds}] if milliseconds else []
    stack.ask("PUT", "faults", json=rules)


def _processes(service: Service) -> list[Path]:
    """Return the folders in /proc of all processes of a service."""
    group = service.process.pid if service.process else 0
    folders = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            folders.append(stat.parent)
    return folders


def cpu_seconds(service: Service) -> float:
    """Return the CPU time that all processes of a service have taken, in seconds."""
    seconds = 0.0
    for folder in _processes(service):
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        seconds += (int(fields[11]) + int(fields[12])) / TICKS
    return seconds


def memory_of_largest(service: Service) -> float:
    """Return the resident memory of the largest process of a service, in MB."""
    pages = (int((folder / "statm").read_text().split()[1]) for folder in _processes(service))
    return max(pages) * PAGE_SIZE / 1e6
