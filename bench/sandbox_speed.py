"""Measures the sandbox of a checkout: `python -m bench.sandbox_speed [CHECKOUT...]`.

For the five operations of time entries: requests a second over one connection, and CPU time a
request; the start, and the memory after it. For both sizes of the made-up company.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

READY = "Sandbox Asana on "
REQUESTS = 200
TASK = "/tasks/1205000000000001/time_tracking_entries"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Running:
    """A sandbox that was started, with the seconds and the CPU seconds of the start."""

    pid: int
    url: str
    seconds: float
    cpu: float

    def cpu_seconds(self) -> float:
        """Return how long the process has worked so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def megabytes(self) -> float:
        """Return the memory of the process."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


@contextmanager
def running(checkout: Path, size: str) -> Iterator[Running]:
    """Start the sandbox of a checkout with a new database."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--size", size]
        command += ["--db", f"{folder}/sandbox.sqlite3"]
        started = time.perf_counter()
        with subprocess.Popen(command, cwd=checkout, stdout=subprocess.PIPE, text=True) as process:
            line = process.stdout.readline() if process.stdout else ""
            sandbox = Running(process.pid, line.removeprefix(READY).strip(), 0, 0)
            sandbox.seconds, sandbox.cpu = time.perf_counter() - started, sandbox.cpu_seconds()
            try:
                yield sandbox
            finally:
                process.terminate()


def operations(sandbox: Running, session: requests.Session) -> dict[str, Callable[[int], Any]]:
    """Return the five operations, each as a function of the number of the request."""
    root, gids = f"{sandbox.url}/api/1.0", list[str]()

    def send(method: str, path: str, **values: Any) -> Any:
        sent = {"json": {"data": values}} if values else {}
        response = session.request(method, root + path, timeout=30, **sent)
        response.raise_for_status()
        return response.json()["data"]

    def create(number: int) -> None:
        gids.append(send("POST", TASK, duration_minutes=number + 1, entered_on="2020-01-06")["gid"])

    return {
        "create": create,
        "show": lambda number: send("GET", f"/time_tracking_entries/{gids[number]}"),
        "list of a task": lambda _number: send("GET", f"{TASK}?limit=100"),
        "update": lambda number: send(
            "PUT", f"/time_tracking_entries/{gids[number]}", duration_minutes=7
        ),
        "delete": lambda number: send("DELETE", f"/time_tracking_entries/{gids[number]}"),
    }


def measure(checkout: Path, size: str) -> None:
    """Print what was measured, a line for each."""
    for attempt in ("first", "second"):
        with running(checkout, size) as sandbox:
            words = f"{size}: {attempt} start {sandbox.seconds:.2f} s, CPU {sandbox.cpu:.2f} s"
            _say(f"{words}, memory {sandbox.megabytes():.0f} MB")
            if attempt == "first":
                continue
            session = requests.Session()
            session.headers["Authorization"] = "Bearer sandbox-ada"
            for name, send in operations(sandbox, session).items():
                cpu, started = sandbox.cpu_seconds(), time.perf_counter()
                for number in range(REQUESTS):
                    send(number)
                seconds = time.perf_counter() - started
                milliseconds = (sandbox.cpu_seconds() - cpu) / REQUESTS * 1000
                _say(f"{size}: {name}: {REQUESTS / seconds:.0f}/s, CPU {milliseconds:.2f} ms")
            _say(f"{size}: memory at the end {sandbox.megabytes():.0f} MB")
            session.close()


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> None:
    """Measure each checkout, or this one."""
    for checkout in sys.argv[1:] or [str(Path(__file__).parents[1])]:
        _say(checkout)
        for size in ("small", "large"):
            measure(Path(checkout), size)


if __name__ == "__main__":
    main()
