"""`python -m bench.torture`: proves that no edit is lost, doubled, wrong or stuck under faults, and
that no token or secret is stored unencrypted in the app's database, or gets into its logs or pages.

Exits with 1 unless that holds. With `--without-doubt-rule` it must not hold: the app then sends
everything again that got no response, and the run exits with 1 unless doubles are found.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from bench.torture.run import Options, Report, run

# Cases of a kind that are printed.
MAX_CASES = 10


def main() -> None:
    """Run with the options of the command line, and print the report."""
    parser = argparse.ArgumentParser(prog="python -m bench.torture", description=__doc__)
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=24)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--faults", type=float, default=0.3, help="the share of requests to Asana")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--without-doubt-rule", action="store_true")
    arguments = parser.parse_args()
    options = Options(
        edits=arguments.edits,
        people=arguments.people,
        kills=arguments.kills,
        faults=arguments.faults,
        seed=arguments.seed,
        database=arguments.database,
        doubt_rule=not arguments.without_doubt_rule,
    )
    report = run(options)
    sys.stdout.write(report_text(report))
    findings = report.findings
    assert findings is not None
    if options.doubt_rule:
        is_good = findings.clean and not report.server_errors and not report.leaks.cases
    else:
        is_good = bool(findings.doubled)
    sys.exit(not is_good)


def report_text(report: Report) -> str:
    """Return a report as lines of text."""
    findings, options = report.findings, report.options
    assert findings is not None
    rule = "" if options.doubt_rule else ", WITHOUT THE DOUBT RULE"
    lines = [
        f"database  {options.database}, seed {options.seed}{rule}",
        f"edits     {report.edits} requested by {options.people} people in {report.seconds:.0f} s: "
        + _counts(report.actions),
        f"journal   {_counts(report.states)}; drained in {report.drained_in:.0f} s",
        f"asana     {report.writes} writes of entries took place",
        f"faults    {sum(report.faults.values())}: {_counts(report.faults)}; "
        f"tokens expired {report.expired}, revoked {report.revoked}",
        f"kills     {report.kills.total()}: {_counts(report.kills)}",
        f"errors    {len(report.server_errors)} responses had status 500",
    ]
    for name in ("lost", "doubled", "wrong", "stuck"):
        cases = getattr(findings, name)
        lines.append(f"{name:9} {len(cases)}")
        lines += [f"          {case}" for case in cases[:MAX_CASES]]
    leaks = report.leaks
    lines.append(
        f"secrets   {len(leaks.cases)} found of {leaks.secrets}, in {leaks.files} files and "
        f"{leaks.values} values of the database, {leaks.logs} logs and {leaks.pages} responses"
    )
    lines += [f"          {case}" for case in leaks.cases[:MAX_CASES]]
    return "\n".join(lines) + "\n"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


if __name__ == "__main__":
    main()
