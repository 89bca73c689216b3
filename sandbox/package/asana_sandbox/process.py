"""Starts the sandbox as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from asana_sandbox.client import Asana

READY = "Sandbox Asana on "
COMMAND = Path(__file__).with_name("__main__.py")


class StartFailed(Exception):
    """The sandbox did not start; it has written why to standard error."""


@contextmanager
def start(arguments: Sequence[str] = ()) -> Iterator[Asana]:
    """Run a sandbox on a free port with these command-line arguments; raises `StartFailed`.

    It ends with the block, and with this process if that is killed.
    """
    # With -P nothing in the current folder is taken for a module of the server.
    command = [sys.executable, "-P", str(COMMAND), "--port", "0"]
    command += ["--parent-pid", str(os.getpid()), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line.startswith(READY):
                raise StartFailed(f"The sandbox did not start with {' '.join(arguments)}")
            asana = Asana(line.removeprefix(READY).strip())
            yield asana
            asana.close()
        finally:
            process.terminate()
