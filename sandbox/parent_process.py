"""Ends processes when their parent has ended, also if the parent was killed.

A program that takes `--parent-pid` calls `end_with`; a parent of other programs uses `watchdog`.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

POLL_SECONDS = 0.5


def end_with(parent_pid: int) -> None:
    """Send this process SIGTERM as soon as the process `parent_pid` has ended."""
    threading.Thread(target=_end_after, args=(parent_pid,), daemon=True).start()


def _end_after(parent_pid: int) -> None:
    _wait_for_end(parent_pid)
    os.kill(os.getpid(), signal.SIGTERM)


def _wait_for_end(pid: int) -> None:
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    except (AttributeError, OSError):
        # Not Linux, or a kernel without it.
        while _is_running(pid):
            time.sleep(POLL_SECONDS)
        return
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    poll.poll()


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextlib.contextmanager
def watchdog() -> Iterator[Callable[[int], None]]:
    """Start a process that sends SIGTERM to others when this process has ended.

    Yields the function that adds the pid of such a process.
    """
    command = [sys.executable, "-m", "sandbox.parent_process"]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        pipe = process.stdin
        assert pipe is not None
        yield lambda pid: print(pid, file=pipe, flush=True)


def main() -> None:
    """Read pids from the standard input, and send them SIGTERM when it is closed."""
    start_times = {int(line): _start_time(int(line)) for line in sys.stdin}
    for pid, start_time in start_times.items():
        # Another process may have got the pid since.
        if _start_time(pid) == start_time:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)


def _start_time(pid: int) -> str:
    """Return when the process started, in clock ticks since the boot; empty if it is unknown.

    https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    """
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


if __name__ == "__main__":
    main()
