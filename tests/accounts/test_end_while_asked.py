"""A connection ends at once, also while others ask with it, each with a row of its own to add."""

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


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'timesheet.sqlite3'}"


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_removing_never_fails_and_nor_does_asking(tmp_path, kind):
    with sqlite(tmp_path) if kind == "sqlite" else postgres() as url:
        told = subprocess.run(
            [sys.executable, "-m", "tests.accounts.end_while_asked", "4"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "timesheet.settings"},
            capture_output=True,
            text=True,
            check=True,
        )
    assert told.stdout.strip() == ""
