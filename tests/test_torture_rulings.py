"""What the verdict of the torture run finds about approvals and rules, played by hand."""

from __future__ import annotations

import re

import pytest

from bench.torture.approvals import DECIDER, SAYINGS
from bench.torture.claims import CHANGED, DAY_FULL, IN_DOUBT, OTHER_HALF, RULED_OUT
from bench.torture.ledger import Ledger, Outcome, RuleChange, Ruling, WeekSight
from bench.torture.locks import Locks
from bench.torture.oracle import Findings, Oracle
from bench.torture.people import ASKS_WHICH, LEFT_OUT
from bench.torture.rulings import Rulings
from bench.torture.week_page import week_status_of
from bench.torture.write_log import Refusal, StatusWrite
from tests.source_code import ROOT
from tests.test_torture_oracle import ADA, DAY, TASK, Play, counts
from timesheet.team.messages import _DECIDED_BY, _NOT_POSSIBLE
from timesheet.week.messages import STATUS_CHANGED

STUDIO, MIA, BEN = "100", "3", "4"
NAMES = {ADA: "Ada Lindqvist", MIA: "Mia Hartmann", BEN: "Ben Okafor"}
STATUSES = {"submit": "SUBMITTED", "recall": "DRAFT", "approve": "APPROVED", "return": "REJECTED"}


class WeekPlay(Play):
    """Ada's week, as it was decided about, and as Asana had it."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger.workspace = STUDIO
        self.statuses: list[StatusWrite] = []
        self.rules: list[RuleChange] = []

    def status(self, at: float, action: str, by: str = ADA) -> None:
        was = self.statuses[-1].status if self.statuses else "DRAFT"
        new = STATUSES[action]
        self.statuses.append(StatusWrite(ADA, STUDIO, DAY, was, new, by, at, at))

    def told(self, at: float, action: str, outcome: Outcome, *, by: str = ADA, **more: str) -> None:
        self.ledger.rulings.append(
            Ruling(by, ADA, STUDIO, action, at, at + 1, outcome, outcome, **more)
        )

    def see(self, at: float, status: str, name: str = "") -> None:
        self.ledger.weeks.append(WeekSight(at, at + 0.2, status, name))

    def rule(self, at: float, lock_date: str) -> None:
        self.rules.append(RuleChange(STUDIO, lock_date, at, at + 0.2))

    def findings(self, **entries: int) -> Findings:
        in_asana = {gid.removeprefix("gid_"): minutes for gid, minutes in entries.items()}
        locks = Locks(self.statuses, self.rules, {TASK: STUDIO})
        ledgers: list[Ledger] = [self.ledger]
        oracle = Oracle(ledgers, self.writes, self.refusals, in_asana, latest=10, locks=locks)
        oracle.verdict()
        Rulings(oracle, ledgers, NAMES).check()
        return oracle.findings


@pytest.fixture
def play() -> WeekPlay:
    return WeekPlay()


def test_what_was_decided_and_said_is_fine(play):
    play.status(1.5, "submit")
    play.told(1, "submit", "done")
    play.status(3.5, "approve", MIA)
    play.told(3, "approve", "done", by=MIA)
    play.told(3.1, "return", "changed", by=BEN, status="APPROVED", name="Mia Hartmann")
    play.see(5, "APPROVED", "Mia Hartmann")
    assert counts(play.findings()) == {}


@pytest.mark.parametrize(
    ("outcome", "more"),
    [
        ("done", {}),
        ("changed", {"status": "APPROVED"}),
        ("changed", {"status": "SUBMITTED", "name": "Mia Hartmann"}),
        ("unsaved", {}),
        ("hours", {}),
        ("", {}),
    ],
)
def test_what_is_said_about_a_decision_must_be_so(play, outcome, more):
    if more.get("name"):
        play.status(1.5, "submit")
    play.told(1, "approve", outcome, by=BEN, **more)
    if outcome == "":
        play.ledger.rulings[-1] = Ruling(BEN, ADA, STUDIO, "approve", 1, 2, "Hello.", "")
    assert counts(play.findings()) == {"misreported": 1}


@pytest.mark.parametrize(
    ("outcome", "expected"), [("unknown", {}), ("refused", {"misreported": 2})]
)
def test_of_two_who_asked_for_the_same_one_without_an_answer_may_be_named(play, outcome, expected):
    play.status(0.5, "submit")
    play.status(1.5, "approve", MIA)
    play.told(1, "approve", "done", by=MIA)
    play.told(1.1, "approve", outcome, by=BEN)
    play.see(5, "APPROVED", "Ben Okafor")
    assert counts(play.findings()) == expected


def test_a_refused_decision_may_not_take_place(play):
    play.told(1, "submit", "refused")
    play.status(1.5, "submit")
    assert counts(play.findings()) == {"misreported": 1}


def test_a_week_is_not_submitted_while_an_earlier_change_is_open(play):
    play.type(1, "0:30")
    play.status(3, "submit")
    play.told(2.5, "submit", "done")
    play.write(5, "create", 30)
    found = counts(play.findings(gid_90=30))
    assert found["misreported"] == 1


def test_a_change_that_comes_too_late_after_a_week_was_submitted_is_a_case_of_its_own(play):
    play.type(1, "0:30")
    play.status(3, "submit")
    play.told(2.5, "submit", "done")
    play.write(15, "create", 30, sent_at=1.2)
    assert counts(play.findings(gid_90=30)) == {"late": 1}


def test_a_week_that_shows_a_refusal_need_not_be_submitted(play):
    play.type(1, "0:30")
    play.refusals.append(Refusal("POST", f"/api/1.0/tasks/{TASK}/time_tracking_entries", 403, 1.2))
    play.show(2, "refused", edit="edit 1", why="Asana does not want this.")
    play.told(10, "submit", "unsaved")
    play.show(12, "empty")
    assert counts(play.findings()) == {}


@pytest.mark.parametrize(
    ("status", "name"),
    [("DRAFT", ""), ("APPROVED", "Ben Okafor"), ("APPROVED", "")],
    ids=["another status", "another name", "no name in the end"],
)
def test_pages_show_the_status_and_who_gave_it(play, status, name):
    play.status(1, "submit")
    play.status(2, "approve", MIA)
    play.see(5, status, name)
    assert counts(play.findings())["misreported"] >= 1


def test_a_locked_week_takes_no_hours(play):
    play.type(1, "0:30")
    play.write(1.2, "create", 30)
    play.status(2, "submit")
    play.type(3, "0:31", seen="90=30")
    play.write(3.2, "update", 31, was=30)
    assert counts(play.findings(gid_90=31)) == {"wrong": 1}


@pytest.mark.parametrize(("unlocked", "expected"), [(True, {}), (False, {"wrong": 1})])
def test_a_day_that_a_rule_locks_takes_no_hours(play, unlocked, expected):
    play.rule(1, DAY)
    if unlocked:
        play.rule(2.1, "")
    play.type(2, "0:30")
    play.write(2.3, "create", 30)
    assert counts(play.findings(gid_90=30)) == expected


@pytest.mark.parametrize(
    ("reason", "at", "expected"),
    [
        ("Submitted for approval. Recall the week to make changes.", 3, {}),
        ("Submitted for approval. Recall the week to make changes.", 1, {"misreported": 1}),
        ("Your manager approved this week.", 3, {"misreported": 1}),
        ("Hours through Monday are locked.", 3, {}),
        ("Hours through Monday are locked.", 1, {"misreported": 1}),
    ],
)
def test_that_hours_are_locked_must_be_so(play, reason, at, expected):
    play.status(2, "submit")
    play.rule(2, DAY)
    play.type(at, "0:30", accepted=False, reason=reason)
    assert counts(play.findings()) == expected


def test_the_status_of_a_week_is_read_from_its_page():
    chip = '<span class="chip" data-status="approved">approved</span>'
    lock = '<p class="lock" id="locked"><span>Approved by Mia Hartmann. Ask them to</span></p>'
    week = week_status_of(chip + lock)
    assert (week.status, week.by) == ("APPROVED", "Mia Hartmann")
    form = '<form action="/1/week/2027-W02/submit/"></form>'
    assert week_status_of(form).status == "DRAFT"
    assert week_status_of(f"Hours as of 9:00 {chip}").status == ""


@pytest.mark.parametrize(
    ("sayings", "is_named"),
    [(STATUS_CHANGED, False), (_NOT_POSSIBLE, False), (_DECIDED_BY, True)],
    ids=["own", "not possible", "by another manager"],
)
def test_what_the_app_says_about_a_status_is_understood(sayings, is_named):
    for status, words in sayings.items():
        said = str(words) % {"name": "Mia Hartmann"}
        found = [saying for saying in SAYINGS if re.search(saying[0], said)]
        assert {(outcome, name) for _words, outcome, name in found} == {("changed", status.upper())}
        if is_named:
            decider = DECIDER.match(said)
            assert decider is not None
            assert decider[1] == "Mia Hartmann"


@pytest.mark.parametrize(
    "words", [ASKS_WHICH, *LEFT_OUT, IN_DOUBT, CHANGED, OTHER_HALF, DAY_FULL, RULED_OUT], ids=str
)
def test_the_app_says_what_the_verdict_reads(words):
    assert any(words in text.replace('"\n        "', "") for text in product_texts())


def product_texts() -> list[str]:
    """What the product's modules and templates say, without the ends of lines."""
    return [
        re.sub(r'"\n\s+"', "", path.read_text())
        for folder in ("timesheet", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".html", ".jinja")
    ]


def test_every_saying_has_a_meaning():
    outcomes = {outcome for _words, outcome, _status in SAYINGS}
    assert outcomes == {"done", "changed", "hours", "unknown", "unsaved", "refused"}
