"""`python -m bench.torture`: proves that nothing people ask for is lost, doubled, wrong or stuck,
that nothing they are shown is untrue, and that no token or secret is stored unencrypted in the
app's database, or gets into its logs or pages.

Exits with 1 unless that holds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from bench.torture.actions import ACTIONS
from bench.torture.report import Options, Report
from bench.torture.run import run
from bench.torture.stack import WORKERS

# Cases of a kind that are printed.
MAX_CASES = 10
KINDS = ("lost", "doubled", "wrong", "stuck", "misreported")


def main() -> None:
    """Run with the options of the command line, and print the report."""
    parser = argparse.ArgumentParser(prog="python -m bench.torture", description=__doc__)
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=24)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--faults", type=float, default=0.3, help="the share of requests to Asana")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument(
        "--settling", type=float, default=40, help="how long the app waits for late writes"
    )
    parser.add_argument(
        "--freezes", type=int, default=2, help="how often a process stops for longer than a lease"
    )
    parser.add_argument(
        "--power-failures",
        type=int,
        default=0,
        help="how often all processes are killed as Asana has written",
    )
    parser.add_argument("--mostly", nargs="*", default=[], choices=ACTIONS, help="what people do")
    parser.add_argument(
        "--settles-within", type=float, default=900, help="seconds, before an edit is stuck"
    )
    parser.add_argument("--values", type=int, default=0, help="typed into pages of Chromium")
    parser.add_argument("--prepared", default="", help="a folder of an earlier run to start from")
    parser.add_argument("--page-kills", type=int, default=0, help="of these pages")
    report = run(Options(**vars(parser.parse_args())))
    sys.stdout.write(report_text(report))
    sys.exit(not is_good(report))


def is_good(report: Report) -> bool:
    """Return whether nothing was found."""
    return report.findings.clean and not report.server_errors and not report.leaks.cases


def report_text(report: Report) -> str:
    """Return a report as lines of text."""
    findings, options = report.findings, report.options
    lines = [
        f"database    {options.database}, seed {options.seed}",
        f"processes   {options.webs} web, {WORKERS} workers",
        f"edits       {report.edits} requested by {options.people} people in "
        f"{report.seconds:.0f} s: {_counts(report.actions)}",
        f"decisions   {_counts(report.decisions) or 'none'}, and {report.rules} changes of rules",
        f"browsers    {_counts(report.browsers) or 'none'}",
        f"asana       {report.writes} writes of entries took place, {report.refusals} were refused",
        f"settled in  {report.settled_in:.0f} s",
        f"faults      {report.faults.total()}: {_counts(report.faults)}",
        f"disruptions {report.disruptions.total()}: {_counts(report.disruptions)}",
        f"errors      {len(report.server_errors)} responses had status 500",
    ]
    lines += [f"            {case}" for case in report.server_errors[:MAX_CASES]]
    if report.server_errors:
        lines += [f"            {count} × {end}" for end, count in report.tracebacks.most_common()]
    for name in (*KINDS, "late"):
        cases = getattr(findings, name)
        note = ", later than anybody can wait for" if name == "late" else ""
        lines.append(f"{name:11} {len(cases)}{note}")
        lines += [f"            {case}" for case in cases[:MAX_CASES]]
    leaks = report.leaks
    lines.append(
        f"secrets     {len(leaks.cases)} found of {leaks.secrets}, in {leaks.files} files and "
        f"{leaks.values} values of the database, {leaks.logs} logs and {leaks.pages} responses"
    )
    lines += [f"            {case}" for case in leaks.cases[:MAX_CASES]]
    return "\n".join(lines) + "\n"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


if __name__ == "__main__":
    main()
