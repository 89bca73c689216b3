"""Nothing is lost, doubled, wrong or stuck under faults and kills, and no secret is found: `make
torture`, in short."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bench.child_processes import start_child
from tests.sandbox_process import ROOT

pytestmark = pytest.mark.process

SHORT = ("--edits", "90", "--people", "6", "--kills", "3")
RUNS = {
    "sqlite": ("--database", "sqlite"),
    "postgres": ("--database", "postgres"),
    "without the doubt rule": ("--without-doubt-rule",),
}


@pytest.fixture(scope="module")
def runs() -> Iterator[dict[str, subprocess.Popen[str]]]:
    """All at once: most of the time they wait for answers that do not come."""
    command = [sys.executable, "-m", "bench.torture", *SHORT]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    started = {
        name: start_child([*command, *more], cwd=ROOT, **pipes) for name, more in RUNS.items()
    }
    yield started
    for process in started.values():
        process.terminate()
        process.communicate()


@pytest.fixture
def report(runs):
    def report(name: str) -> tuple[int, str]:
        told, trouble = runs[name].communicate(timeout=400)
        assert "doubled" in told, trouble
        return runs[name].returncode, told

    return report


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_nothing_is_lost_doubled_wrong_or_stuck(report, database):
    code, told = report(database)
    names = ("errors", "lost", "doubled", "wrong", "stuck", "secrets")
    counts = dict(re.findall(rf"^({'|'.join(names)}) +(\d+)", told, re.MULTILINE))
    assert counts == dict.fromkeys(names, "0"), told
    assert re.search(r"^kills +3:", told, re.MULTILINE)
    assert code == 0


def test_without_the_doubt_rule_it_finds_doubles(report):
    code, told = report("without the doubt rule")
    assert int(re.search(r"^doubled +(\d+)", told, re.MULTILINE)[1]) > 0, told
    assert code == 0
