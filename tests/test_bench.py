"""The commands that print what something costs, with little of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process


def test_the_price_of_an_export_is_printed():
    command = [sys.executable, "-m", "bench.export", "--entries", "500"]
    told = subprocess.run(
        command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True
    )
    csv, xlsx = told.stdout.splitlines()
    assert csv.startswith("CSV: 500 entries")
    assert xlsx.startswith("XLSX: 500 entries")


def test_the_measurement_of_pages_runs(tmp_path):
    table = tmp_path / "table.md"
    options = ["--short", "--database", "sqlite", "--output", str(table)]
    command = [sys.executable, "-m", "bench.pages", *options]
    subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, check=True)
    rows = [line for line in table.read_text().splitlines() if line.startswith("| ")]
    measures = [row.split("|")[1].strip() for row in rows]
    assert "warm week page, wait, median" in measures
    assert "one edit: CPU of the server; queries" in measures
    assert "the same, cached; HTML" in measures


def test_the_team_page_reports_and_projects_agree_with_the_api():
    command = [sys.executable, "-m", "bench.figures", "--weeks", "4"]
    result = subprocess.run(
        command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout
    assert result.stdout.count("same: ") == 12 + 3 * 8
