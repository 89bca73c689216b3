"""The queue that wakes the worker."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_command_that_wakes_nobody_opens_no_queue(tmp_path):
    queue = tmp_path / "queue.sqlite3"
    environment = {**os.environ, "QUEUE_URL": f"sqlite:///{queue}"}
    command = [sys.executable, "manage.py", "check"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    assert not queue.exists()
