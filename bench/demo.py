"""A new demo for a measurement, in a folder and on ports of its own."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.child_processes import start_child
from bench.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
READY = re.compile(rb"Timesheet is on (\S+) .*local Asana on ([^\s)]+)")


@dataclass(frozen=True)
class Demo:
    """The addresses of a running demo: of the timesheet and of its Asana."""

    address: str
    asana: str


@contextlib.contextmanager
def demo() -> Iterator[Demo]:
    """Run a new demo."""
    with tempfile.TemporaryDirectory() as folder:
        ports = ["--port", str(free_port()), "--sandbox-port", str(free_port())]
        command = [sys.executable, "-m", "sandbox.demo", *ports, "--folder", folder]
        process = start_child(command, cwd=ROOT, stdout=subprocess.PIPE)
        try:
            for line in process.stdout or ():
                if found := READY.search(line):
                    break
            else:
                sys.exit("The demo did not start.")
            yield Demo(*(address.decode() for address in found.groups()))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
