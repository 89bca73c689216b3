"""Starts processes that end with this one, even where it is killed."""

from __future__ import annotations

import atexit
import functools
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

from sandbox.parent_process import watchdog

_lock = threading.Lock()


class ChildProcess(subprocess.Popen[Any]):
    """A process whose `with` block kills it on an exception, where Popen waits for its end."""

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        """Leave the block; called by `with`."""
        if kind is not None:
            self.kill()
        super().__exit__(kind, value, traceback)


def start_child(command: Sequence[str], **options: Any) -> ChildProcess:
    """Start a process in a session of its own, with the options of `subprocess.Popen`."""
    child = ChildProcess(command, start_new_session=True, **options)
    with _lock:
        _watch()(child.pid)
    return child


@functools.cache
def _watch() -> Callable[[int], None]:
    """Return the function that tells this process's watchdog of a child."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(watchdog())
