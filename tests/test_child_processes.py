"""What a test run starts ends with it, even where the run is ended or killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.sandbox_process import ROOT
from tests.support.waiting import until

pytestmark = pytest.mark.process

STARTS_A_CHILD = """
import time
from bench.child_processes import start_child
print(start_child(["sleep", "60"]).pid, flush=True)
time.sleep(60)
"""


def parents() -> dict[int, int]:
    """The parent of each process that runs; the dead that nobody has fetched are left out."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            found[int(path.parent.name)] = int(parent)
    return found


def descendants(process: int) -> set[int]:
    known = parents()
    found, new = set(), {process}
    while new:
        new = {child for child, parent in known.items() if parent in new}
        found |= new
    return found


def names(processes: set[int]) -> str:
    """The commands of those that still run."""
    commands = []
    for process in processes:
        with suppress(FileNotFoundError, ProcessLookupError):
            commands.append(Path(f"/proc/{process}/cmdline").read_text())
    return " ".join(commands).replace("\0", " ")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_process_ends_with_the_one_that_started_it(how):
    command = [sys.executable, "-c", STARTS_A_CHILD]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        assert child in parents()
        process.send_signal(how)
    until(lambda: child not in parents())


@pytest.mark.parametrize(
    ("how", "options"), [(signal.SIGTERM, ["-n", "1"]), (signal.SIGKILL, [])], ids=["term", "kill"]
)
def test_all_that_a_test_starts_ends_with_the_run(tmp_path, how, options):
    hangs = tmp_path / "hangs"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    started: set[int] = set()
    with subprocess.Popen(
        [*command, "tests/browser/hanging.py"],
        cwd=ROOT,
        env={**os.environ, "HANGS": str(hangs)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as run:
        try:
            until(lambda: hangs.exists() or run.poll() is not None, 90)
            started = descendants(run.pid)
            for name in ("sandbox", "manage.py worker", "chromium", "renderer"):
                assert name in names(started)
        finally:
            run.send_signal(how)
    until(lambda: not started & parents().keys())
