"""Many threads of several processes that need a new token at once ask Asana once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

pytestmark = pytest.mark.process

SCRIPT = Path(__file__).with_name("renew_together.py")
PROCESSES, THREADS = 3, 10


@pytest.fixture
def start(tmp_path, odd_asana):
    """Starts the script over a database file of its own."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(SCRIPT.parent.parent.parent),
        "DJANGO_SETTINGS_MODULE": "timesheet.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'shared.sqlite3'}",
        "TOKEN_KEYS": Fernet.generate_key().decode(),
        "ASANA_URL": odd_asana.url,
        "LOG_LEVEL": "WARNING",
    }

    def started(argument):
        command = [sys.executable, str(SCRIPT), str(argument)]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        return subprocess.Popen(command, env=environment, text=True, **pipes)

    return started


def test_threads_and_processes_renew_once_between_them(start, odd_asana):
    odd_asana.answers({"access_token": "new", "refresh_token": "next", "expires_in": 3600})
    odd_asana.pause = 0.3
    assert start("prepare").wait() == 0
    processes = [start(THREADS) for _ in range(PROCESSES)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=20)[0] for process in processes]
    assert [answer.split() for answer in answers] == [["new"] * THREADS] * PROCESSES
    assert [form["refresh_token"] for form in odd_asana.forms] == ["old-refresh"]
