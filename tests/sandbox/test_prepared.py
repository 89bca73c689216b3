"""The large company is made once a day, and then copied."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.sandbox_process import start_sandbox

pytestmark = pytest.mark.process

ARGUMENTS = ("--size", "large", "--weeks", "1", "--now", "2026-11-25")


def rows_of(file):
    with closing(sqlite3.connect(file)) as database:
        return [line for line in database.iterdump() if "oauthclient" not in line]


def test_the_copy_is_what_was_made(tmp_path, monkeypatch):
    monkeypatch.setenv("ASANA_SANDBOX_CACHE", str(tmp_path / "cache"))
    for name in ("made", "copied"):
        with start_sandbox(*ARGUMENTS, "--db", str(tmp_path / name)) as sandbox:
            sandbox.post("/tasks/1205000000000001/time_tracking_entries", duration_minutes=1)
            sandbox.reset()
            assert len(sandbox.writes()) == 0
    [prepared] = (tmp_path / "cache").iterdir()
    assert prepared.name.startswith("large-2026-11-25-1-")
    assert len(rows_of(tmp_path / "made")) > 1000
    assert rows_of(tmp_path / "made") == rows_of(tmp_path / "copied") == rows_of(prepared)


def test_without_a_place_to_keep_it_the_start_goes_on(tmp_path, monkeypatch, capfd):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ASANA_SANDBOX_CACHE", str(tmp_path / "file" / "cache"))
    with start_sandbox(*ARGUMENTS) as sandbox:
        assert sandbox.get("/users/me")["name"] == "Ada Lindqvist"
    assert "The next start will be as slow" in capfd.readouterr().err
