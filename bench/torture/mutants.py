"""`python -m bench.torture.mutants`: plants bugs, one at a time, in a copy of the code, and reports
which of them the torture run finds, and which the tests.

Exits with 1 unless the unchanged code passes both, every bug is found by at least one of them, and
two thirds by the torture run alone.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.child_processes import start_child
from bench.torture.planted_bugs import BUGS, OWN_OPTIONS, Bug
from bench.torture.stack import ROOT, prepare

TORTURE = (
    *("--people", "4", "--faults", "0.35", "--freezes", "0"),
    *("--settling", "3", "--settles-within", "45"),
)
# Most bugs are found in the first run; the second one has more edits, and other ones.
RUNS = (("--edits", "30", "--kills", "1"), ("--edits", "160", "--kills", "5"))
# Seconds.
TORTURE_TAKES = 600
TESTS_TAKE = 600
KINDS = re.compile(r"^(lost|doubled|wrong|stuck|misreported|errors) +([1-9]\d*)", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """What found a bug."""

    bug: Bug | None
    # What the torture run reported, such as "lost 3"; empty if it reported nothing.
    torture: str
    # The first test that failed; empty if none did.
    test: str
    seconds: float

    @property
    def line(self) -> str:
        """The outcome as a line of text."""
        name = self.bug.name if self.bug else "no bug at all"
        torture, test = self.torture or "nothing", self.test or "nothing"
        return f"{name:48} torture: {torture:40} tests: {test} ({self.seconds:.0f} s)\n"


def main() -> None:
    """Try the bugs of the command line, by default all."""
    parser = argparse.ArgumentParser(prog="python -m bench.torture.mutants", description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="parts of the names of bugs")
    parser.add_argument("--jobs", type=int, default=1, help="how many are tried at the same time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=len(RUNS), help="the most runs for each bug")
    parser.add_argument("--skip", choices=("tests", "torture", "control"), nargs="*", default=[])
    options = parser.parse_args()
    bugs: list[Bug | None] = [
        bug for bug in BUGS if not options.only or any(part in bug.name for part in options.only)
    ]
    if "control" not in options.skip:
        bugs.insert(0, None)
    outcomes = []
    with (
        tempfile.TemporaryDirectory(prefix="prepared-") as name,
        ThreadPoolExecutor(options.jobs) as pool,
    ):
        prepared = Path(name)
        prepare(prepared)
        for outcome in pool.map(lambda bug: _try(bug, options, prepared), bugs):
            sys.stdout.write(outcome.line)
            sys.stdout.flush()
            outcomes.append(outcome)
    sys.exit(not _is_good(outcomes))


def _is_good(outcomes: Sequence[Outcome]) -> bool:
    """Print the sums, and return whether they are as they must be."""
    planted = [outcome for outcome in outcomes if outcome.bug]
    by_torture = sum(bool(outcome.torture) for outcome in planted)
    by_tests = sum(bool(outcome.test) for outcome in planted)
    found = sum(bool(outcome.torture or outcome.test) for outcome in planted)
    sys.stdout.write(
        f"{len(planted)} bugs: {by_torture} found by the torture run, {by_tests} by tests, "
        f"{len(planted) - found} by neither\n"
    )
    is_clean = not any(outcome.torture or outcome.test for outcome in outcomes if not outcome.bug)
    return is_clean and found == len(planted) and 3 * by_torture >= 2 * len(planted)


def _try(bug: Bug | None, options: argparse.Namespace, prepared: Path) -> Outcome:
    started_at = time.monotonic()
    with _copy() as folder:
        if bug:
            plant(bug, folder)
        torture = "" if "torture" in options.skip else _torture(bug, folder, options, prepared)
        test = "" if "tests" in options.skip else _tests(bug, folder)
    return Outcome(bug, torture, test, time.monotonic() - started_at)


@contextmanager
def _copy() -> Iterator[Path]:
    """Copy the code, with what is not committed yet, to a folder of its own."""
    listed = ["git", "ls-files", "-co", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    with tempfile.TemporaryDirectory(prefix="mutant-") as name:
        folder = Path(name)
        for path in names.splitlines():
            if (ROOT / path).is_file():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / path, folder / path)
        yield folder


def plant(bug: Bug, folder: Path) -> None:
    """Plant a bug in the code in `folder`. Raises `ValueError` where the code is not known."""
    for change in bug.changes:
        path = folder / change.file
        code = path.read_text()
        if code.count(change.old) != 1:
            raise ValueError(f"{bug.name}: {change.file} has no single {change.old!r}")
        path.write_text(code.replace(change.old, change.new))


def _torture(bug: Bug | None, folder: Path, options: argparse.Namespace, prepared: Path) -> str:
    """Return what the torture runs report, up to the first that reports something."""
    if bug is None:
        runs = [*RUNS, *(RUNS[0] + more for more in OWN_OPTIONS)]
    else:
        runs = [RUNS[0] + bug.torture] * 2 if bug.torture else [*RUNS]
        runs = runs[: options.runs]
    common = [sys.executable, "-m", "bench.torture", *TORTURE]
    if bug is None or not any(change.file.startswith("static/") for change in bug.changes):
        common += ["--prepared", str(prepared)]
    for number, run in enumerate(runs):
        command = [*common, *run, "--seed", str(options.seed + number)]
        code, output = _run(command, folder, TORTURE_TAKES)
        if found := " ".join(f"{kind} {count}" for kind, count in KINDS.findall(output)):
            return found
        if code:
            # It could not finish, because the app does not work any more.
            return output.strip().splitlines()[-1][:40] if output.strip() else "no end"
    return ""


def _tests(bug: Bug | None, folder: Path) -> str:
    tests = bug.tests if bug else sorted({test for bug in BUGS for test in bug.tests})
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    code, output = _run(command, folder, TESTS_TAKE)
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", output, re.MULTILINE)
    return (failed[1].rpartition("/")[2] if failed else f"exit {code}") if code else ""


def _run(command: Sequence[str], folder: Path, seconds: float) -> tuple[int, str]:
    """Run a command in a folder; return its exit code, 1 if it took too long, and its output."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = start_child(command, cwd=folder, env=environment, **options)
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.terminate()
        output, _ = process.communicate(timeout=60)
        return 1, f"{output}\nit took longer than {seconds:.0f} s"
    return process.returncode, output


if __name__ == "__main__":
    main()
