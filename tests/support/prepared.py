"""What a new installation begins with, made once in a run and used by all its workers."""

from __future__ import annotations

import fcntl
import os
from functools import cache
from pathlib import Path

from django.conf import settings

from bench.torture import stack


@cache
def prepared() -> Path:
    """A folder with the static files, as production has them, and an empty database."""
    folder = _folder_of_run() / "prepared"
    folder.parent.mkdir(exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = folder.with_suffix(".new")
            unfinished.mkdir(exist_ok=True)
            stack.prepare(unfinished)
            unfinished.rename(folder)
    return folder


def _folder_of_run() -> Path:
    """The folder of the process that started the workers, or of this one if there are none."""
    own = Path(settings.DELIVERY_MARK).parent
    if "PYTEST_XDIST_WORKER" in os.environ:
        return own.with_name(f"test-main-{os.getppid()}")
    return own
