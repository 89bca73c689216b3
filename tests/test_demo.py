"""`make demo`: its processes come up, keep what was done, and end together."""

from __future__ import annotations

import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from django.utils import timezone

from bench.child_processes import start_child
from bench.ports import free_port
from tests.support.waiting import until

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[1]
TASK = "/api/1.0/tasks/1205000000000001/time_tracking_entries"
ADA = {"Authorization": "Bearer sandbox-ada"}


@pytest.fixture
def ports() -> tuple[int, int]:
    return free_port(), free_port()


@contextmanager
def demo(ports: tuple[int, int], folder: Path) -> Iterator[subprocess.Popen[str]]:
    app, asana = ports
    command = [sys.executable, "-m", "sandbox.demo", "--folder", str(folder)]
    command += ["--port", str(app), "--sandbox-port", str(asana)]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with start_child(command, cwd=ROOT, **pipes) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def people_of_mia(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "timesheet.sqlite3")) as database:
        return int(database.execute("SELECT count(*) FROM accounts_managedperson").fetchone()[0])


def weeks_to_approve(asana: str) -> int:
    """The weeks that ended within the last seven days and wait for Mia."""
    query = {
        "workspace": "1200000000000001",
        "from_date": str(timezone.localdate() - timedelta(days=13)),
        "approval_statuses": "SUBMITTED",
    }
    mia = {"Authorization": "Bearer sandbox-mia"}
    path = f"{asana}/api/1.0/timesheet_approval_statuses"
    return len(requests.get(path, query, headers=mia, timeout=60).json()["data"])


def test_all_come_up_and_end_together_and_the_hours_are_kept(ports, tmp_path):
    app, asana = (f"http://127.0.0.1:{port}" for port in ports)
    hours = {"data": {"duration_minutes": 7, "entered_on": "2026-01-05"}}
    with demo(ports, tmp_path) as process:
        said = [process.stdout.readline() for _ in range(3)]
        assert "Preparing the database" in said[0]
        assert "Starting the timesheet" in said[1]
        assert f"Timesheet is on {app}" in said[2]
        assert "Sign in with Asana" in requests.get(f"{app}/sign-in/", timeout=60).text
        # Nobody waits for the worker, so it may be ready after all else is.
        until(lambda: "consumer started" in (tmp_path / "worker.log").read_text())
        assert people_of_mia(tmp_path) == 8
        assert weeks_to_approve(asana) == 3
        made = requests.post(asana + TASK, json=hours, headers=ADA, timeout=60).json()["data"]
    assert process.returncode == 0
    for address in (app, asana):
        with pytest.raises(requests.ConnectionError):
            requests.get(address, timeout=60)
    with demo(ports, tmp_path) as process:
        until(lambda: "Timesheet is on" in process.stdout.readline())
        assert people_of_mia(tmp_path) == 8
        kept = requests.get(asana + TASK, headers=ADA, timeout=60).json()["data"]
    assert made["gid"] in [entry["gid"] for entry in kept]


@pytest.mark.parametrize(("taken", "variable"), [(0, "PORT="), (1, "SANDBOX_PORT=")])
def test_a_port_that_is_taken_is_told(ports, tmp_path, taken, variable):
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", ports[taken]))
        listening.listen()
        with demo(ports, tmp_path) as process:
            _, told = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"Port {ports[taken]} is in use." in told
    assert variable in told
