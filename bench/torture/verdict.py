"""Puts together what people noted and what Asana logged, and lets the oracle judge it."""

from __future__ import annotations

from collections.abc import Sequence

from bench.torture import write_log
from bench.torture.browsers import BrowserLane
from bench.torture.journal import journal_of
from bench.torture.locks import Locks
from bench.torture.oracle import Oracle
from bench.torture.people import Person
from bench.torture.report import Options, Report
from bench.torture.rulings import Rulings
from bench.torture.session import Session
from bench.torture.stack import Stack
from bench.torture.typist import DAYS as TYPIST_DAYS

# The days of the week that people fill in.
DAYS = ("2027-01-11", "2027-01-17")


def judge(
    options: Options, stack: Stack, people: Sequence[Person], lane: BrowserLane, report: Report
) -> None:
    """Judge a run, and put what was found and counted into its report."""
    log = write_log.read(stack.write_log)
    writes, refusals = log.writes, log.refusals
    ours = [write for write in writes if DAYS[0] <= write.day <= DAYS[1]]
    entries: dict[str, int] = {}
    for person in people:
        entries |= _entries(stack, person, DAYS)
    ledgers = [person.ledger for person in people]
    companies = {person.company.workspace: person.company for person in people if person.company}
    rules = [change for company in companies.values() for change in company.rules]
    workspaces = {task: person.workspace for person in people for task in person.tasks}
    statuses = [status for status in log.statuses if status.start == DAYS[0]]
    locks = Locks(statuses, rules, workspaces)
    oracle = Oracle(
        ledgers,
        ours,
        refusals,
        entries,
        latest=options.latest,
        locks=locks,
        explain=journal_of,
    )
    report.findings = oracle.verdict()
    managers = [manager for company in companies.values() for manager in company.managers]
    names = {session.gid: session.name for session in (*people, *managers)}
    Rulings(oracle, ledgers, names).check()
    theirs: dict[str, int] = {}
    for typist in lane.typists:
        theirs |= _entries(stack, typist.person, (TYPIST_DAYS[0], TYPIST_DAYS[-1]))
    lane.judge(writes, theirs, report.findings, options.latest)
    report.writes, report.refusals, report.rules = len(writes), len(refusals), len(rules)
    _count(people, managers, lane, report)


def _count(
    people: Sequence[Person], managers: Sequence[Session], lane: BrowserLane, report: Report
) -> None:
    """Put what people did into a report."""
    report.browsers = lane.counts
    report.edits = sum(person.done for person in people)
    for person in people:
        report.actions.update(person.counts)
        report.decisions.update(
            f"{ruling.action} {ruling.outcome or 'unanswered'}" for ruling in person.ledger.rulings
        )
    for session in (*people, *managers):
        report.server_errors += session.server_errors


def _entries(stack: Stack, person: Session, days: tuple[str, str]) -> dict[str, int]:
    """Return the minutes of all entries that a person has in Asana on some days, by gid."""
    minutes: dict[str, int] = {}
    query: dict[str, str] = {
        "workspace": person.workspace,
        "user": person.gid,
        "entered_on_start_date": days[0],
        "entered_on_end_date": days[1],
        "limit": "100",
        "opt_fields": "duration_minutes",
    }
    while True:
        page = stack.api("GET", "/time_tracking_entries", person.token, params=query).json()
        minutes |= {entry["gid"]: entry["duration_minutes"] for entry in page["data"]}
        if not page.get("next_page"):
            return minutes
        query["offset"] = page["next_page"]["offset"]
