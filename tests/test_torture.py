"""Nothing is lost, doubled, wrong, stuck or misreported under faults and kills, and no secret is
found: `make torture`, in short."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping

import pytest

from bench.child_processes import start_child
from tests.sandbox_process import ROOT

pytestmark = pytest.mark.process

SHORT = ("--people", "6", "--settling", "3", "--settles-within", "120")
RUNS = {
    "sqlite": ("bench.torture", *SHORT, "--edits", "90", "--kills", "3", "--freezes", "0"),
    "postgres": (
        *("bench.torture", *SHORT, "--edits", "90", "--kills", "3", "--freezes", "1"),
        *("--database", "postgres", "--values", "12", "--page-kills", "4"),
    ),
    "a planted bug": (
        *("bench.torture.mutants", "--only", "treat a 5xx as rejected"),
        *("--skip", "tests", "control"),
    ),
}


@pytest.fixture(scope="module")
def runs() -> Iterator[Mapping[str, subprocess.Popen[str]]]:
    """All at once: most of the time they wait for answers that do not come."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    started = {
        name: start_child([sys.executable, "-X", "faulthandler", "-m", *command], cwd=ROOT, **pipes)
        for name, command in RUNS.items()
    }
    yield started
    for process in started.values():
        process.terminate()
        process.communicate()


@pytest.fixture
def report(runs):
    def report(name: str) -> tuple[int, str]:
        try:
            told, trouble = runs[name].communicate(timeout=600)
        except subprocess.TimeoutExpired:
            # It prints where each of its threads is.
            runs[name].send_signal(signal.SIGABRT)
            told, trouble = runs[name].communicate()
        assert told, trouble
        return runs[name].returncode, told

    return report


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_nothing_is_lost_doubled_wrong_stuck_or_misreported(report, database):
    code, told = report(database)
    names = ("errors", "lost", "doubled", "wrong", "stuck", "misreported", "secrets")
    counts = dict(re.findall(rf"^({'|'.join(names)}) +(\d+)", told, re.MULTILINE))
    assert counts == dict.fromkeys(names, "0"), told
    assert re.search(r"^disruptions .*\bkill 3\b", told, re.MULTILINE)
    assert re.search(r"^decisions .*\bsubmit ", told, re.MULTILINE)
    assert code == 0


def test_a_planted_bug_is_found(report):
    code, told = report("a planted bug")
    assert "1 bugs: 1 found by the torture run" in told
    assert code == 0
