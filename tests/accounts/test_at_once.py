"""What several do at the same moment, on either database: each has a row of its own to add or to
take away."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.torture.postgres import postgres
from tests.sandbox_process import ROOT

pytestmark = pytest.mark.process


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'timesheet.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgres"])
def run(request, tmp_path):
    """Runs a script of this folder over an empty database, and tells what it prints."""

    def run(script: str, *given: str) -> str:
        with sqlite(tmp_path) if request.param == "sqlite" else postgres() as url:
            told = subprocess.run(
                [sys.executable, "-m", f"tests.accounts.{script}", *given],
                cwd=ROOT,
                env={
                    **os.environ,
                    "DATABASE_URL": url,
                    "DJANGO_SETTINGS_MODULE": "timesheet.settings",
                },
                capture_output=True,
                text=True,
                check=True,
            )
        return told.stdout

    return run


def test_removing_a_connection_never_fails_and_nor_does_asking_with_it(run):
    assert run("end_while_asked", "4") == ""


def test_two_admins_cannot_remove_the_last_workspaces_together(run):
    assert run("choose_at_once") == "0"
