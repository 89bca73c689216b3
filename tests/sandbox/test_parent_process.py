"""Children end with their parent, however that ends: no sandbox and no demo is left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from bench.ports import free_port
from tests.sandbox_process import ROOT
from tests.support.waiting import until

pytestmark = pytest.mark.process

# A test run that has started its sandbox and does not come to its end.
TEST_RUN = """
import time
from tests.sandbox_process import start_sandbox
with start_sandbox() as sandbox:
    print(sandbox.url, flush=True)
    time.sleep(600)
"""


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
        # The children have sessions of their own only in the demo.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def is_open(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


def wait_until_closed(*ports: int) -> None:
    until(lambda: not any(is_open(port) for port in ports))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_sandbox_ends_with_the_tests_that_started_it(number):
    with running("-c", TEST_RUN) as tests:
        port = int(tests.stdout.readline().rpartition(":")[2])
        assert is_open(port)
        tests.send_signal(number)
        wait_until_closed(port)


def test_the_sandbox_ends_if_its_parent_has_ended_already(tmp_path):
    with running("-c", "") as parent:
        parent.wait()
        arguments = ("--port", "0", "--db", str(tmp_path / "db"))
        with running("-m", "sandbox", *arguments, "--parent-pid", str(parent.pid)) as sandbox:
            assert sandbox.wait(60) == 0


def test_all_of_the_demo_ends_with_it(tmp_path: Path):
    app, asana = free_port(), free_port()
    options = ("--folder", str(tmp_path), "--port", str(app), "--sandbox-port", str(asana))
    with running("-m", "sandbox.demo", *options) as demo:
        assert any("Timesheet is on" in line for line in iter(demo.stdout.readline, ""))
        worker = worker_of(demo.pid)
        demo.kill()
        wait_until_closed(app, asana)
        until(lambda: not is_running(worker))


def worker_of(demo_pid: int) -> Path:
    """Return the /proc folder of the demo's worker."""
    return next(
        folder
        for folder in Path("/proc").glob("[0-9]*")
        if f"PPid:\t{demo_pid}\n" in read(folder / "status")
        and "manage.py\0worker" in read(folder / "cmdline")
    )


def read(path: Path) -> str:
    """Return the text of a file in /proc, empty if the process has ended meanwhile."""
    try:
        return path.read_text()
    except OSError:
        return ""


def is_running(process: Path) -> bool:
    """A process that nobody waits for stays as a zombie."""
    status = read(process / "status")
    return bool(status) and "State:\tZ" not in status
