"""`python -m bench.torture`: proves that no edit is lost, doubled, wrong or stuck under faults, and
that no token or secret gets into the app's database in clear, its logs or its pages.

Exits with 1 unless that holds. With `--without-doubt-rule` it must not hold: the same is run with
an app that sends again whatever got no answer, and exits with 1 unless doubles are found.
"""

from __future__ import annotations

import argparse
import sys

from bench.torture.run import Options, Report, run

MOST_SHOWN = 10


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.torture", description=__doc__)
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=24)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--faults", type=float, default=0.3, help="the share of requests to Asana")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--without-doubt-rule", action="store_true")
    given = parser.parse_args()
    options = Options(
        edits=given.edits,
        people=given.people,
        kills=given.kills,
        faults=given.faults,
        seed=given.seed,
        database=given.database,
        doubt_rule=not given.without_doubt_rule,
    )
    report = run(options)
    sys.stdout.write(told(report))
    found = report.found
    assert found is not None
    if options.doubt_rule:
        good = found.clean and not report.server_errors and not report.leaks.found
    else:
        good = bool(found.doubled)
    sys.exit(not good)


def told(report: Report) -> str:
    found, options = report.found, report.options
    assert found is not None
    rule = "" if options.doubt_rule else ", WITHOUT THE DOUBT RULE"
    lines = [
        f"database  {options.database}, seed {options.seed}{rule}",
        f"edits     {report.edits} asked for by {options.people} people in {report.seconds:.0f} s: "
        + _counts(report.acts),
        f"journal   {_counts(report.states)}; drained in {report.drained_in:.0f} s",
        f"asana     {report.writes} writes of entries took place",
        f"faults    {sum(report.faults.values())}: {_counts(report.faults)}; "
        f"tokens expired {report.expired}, revoked {report.revoked}",
        f"kills     {report.kills.total()}: {_counts(report.kills)}",
        f"errors    {len(report.server_errors)} answers were a 500",
    ]
    for name in ("lost", "doubled", "wrong", "stuck"):
        cases = getattr(found, name)
        lines.append(f"{name:9} {len(cases)}")
        lines += [f"          {case}" for case in cases[:MOST_SHOWN]]
    leaks = report.leaks
    lines.append(
        f"secrets   {len(leaks.found)} found of {leaks.secrets}, in {leaks.files} files and "
        f"{leaks.values} values of the database, {leaks.logs} logs and {leaks.pages} answers"
    )
    lines += [f"          {case}" for case in leaks.found[:MOST_SHOWN]]
    return "\n".join(lines) + "\n"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


if __name__ == "__main__":
    main()
