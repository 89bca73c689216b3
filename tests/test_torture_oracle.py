"""What the verdict of the torture run finds: each way in which hours go wrong, played by hand."""

from __future__ import annotations

import pytest

from bench.torture.claims import OTHER_HALF
from bench.torture.ledger import Decision, Effect, Ledger, Option, Request
from bench.torture.mutants import plant
from bench.torture.oracle import Findings, Oracle
from bench.torture.people import option_of
from bench.torture.planted_bugs import BUGS
from bench.torture.week_page import Cell
from bench.torture.write_log import Refusal, Write
from tests.source_code import ROOT

ADA, TASK, DAY = "1", "7", "2027-01-11"
PLACE = (TASK, DAY)
LATEST = 10.0
KINDS = ("lost", "doubled", "wrong", "stuck", "misreported", "late")


class Play:
    """Ada's cell, as she typed in it and saw it, and as Asana had it."""

    def __init__(self) -> None:
        self.ledger = Ledger(ADA)
        self.writes: list[Write] = []
        self.refusals: list[Refusal] = []

    def type(
        self,
        at: float,
        text: str,
        *,
        seen: str = "",
        over: Request | None = None,
        version: str = "",
        accepted: bool = True,
        reason: str = "",
    ) -> Request:
        edit = over.edits[0] if over else ""
        cell = Cell(TASK, DAY, "value", seen, version=version, edit=edit)
        option = option_of(cell, text)
        assert option is not None
        effect = Effect([option], cell, text)
        request = Request(ADA, text, [effect], [f"edit {at}"], f"edit {at}", at, at + 0.5)
        request.accepted = accepted
        request.reasons += [reason] if reason else []
        self.ledger.add(request)
        return request

    def undo(self, at: float, of: Request, *, accepted: bool = True, count: int = 0) -> None:
        request = Request(ADA, "undo", [], [], of.step, at, at + 0.5, undo_count=count)
        request.accepted = accepted
        self.ledger.add(request)

    def show(self, at: float, state: str, seen: str = "", *, edit: str = "", why: str = "") -> None:
        self.ledger.show([Cell(TASK, DAY, state, seen, edit=edit, reason=why)], at, at + 0.2)

    def write(
        self, at: float, act: str, minutes: int | None, gid: str = "90", was: int | None = None,
        *, sent_at: float | None = None,
    ) -> None:  # fmt: skip
        arrived_at = at if sent_at is None else sent_at
        self.writes.append(Write(act, gid, ADA, TASK, DAY, minutes, was, "", at, arrived_at))

    def findings(self, **entries: int) -> Findings:
        in_asana = {gid.removeprefix("gid_"): minutes for gid, minutes in entries.items()}
        oracle = Oracle([self.ledger], self.writes, self.refusals, in_asana, latest=LATEST)
        return oracle.verdict()


def counts(findings: Findings) -> dict[str, int]:
    return {kind: len(cases) for kind in KINDS if (cases := getattr(findings, kind))}


@pytest.fixture
def play() -> Play:
    return Play()


def test_what_was_typed_and_arrived_is_fine(play):
    play.type(1, "0:30")
    play.write(1.2, "create", 30)
    play.show(2, "value", "90=30")
    assert counts(play.findings(gid_90=30)) == {}


def test_a_cell_can_be_cleared_whose_entry_was_deleted_in_asana(play):
    play.type(1, "0:30")
    play.write(1.2, "create", 30)
    play.write(2, "delete", None, was=30)
    play.ledger.direct.append(("delete", "90", None))
    play.type(3, "", seen="90=30")
    play.show(4, "empty")
    assert counts(play.findings()) == {}


def test_what_is_typed_over_an_edit_that_was_still_open_changes_what_that_created(play):
    first = play.type(1, "0:30")
    play.type(2, "0:45", over=first)
    play.write(1.8, "create", 30)
    play.write(2.2, "update", 45, was=30)
    assert counts(play.findings(gid_90=45)) == {}


def test_what_is_typed_where_something_was_refused_changes_what_was_open_then(play):
    first = play.type(1, "0:30")
    play.type(2, "0:45", version=first.edits[0])
    play.write(1.8, "create", 30)
    play.write(2.2, "update", 45, was=30)
    assert counts(play.findings(gid_90=45)) == {}


def test_what_is_typed_over_a_cell_does_not_change_what_it_did_not_show(play):
    play.type(1, "0:30")
    play.type(2, "0:45")
    play.write(1.8, "create", 30)
    play.write(2.2, "update", 45, was=30)
    assert "wrong" in counts(play.findings(gid_90=45))


def test_what_the_app_drops_without_a_word_is_lost(play):
    play.type(1, "0:30")
    play.show(2, "empty")
    assert counts(play.findings()) == {"lost": 1}


def test_what_was_shown_as_saved_before_it_was_is_misreported(play):
    play.type(1, "0:30")
    play.show(2, "empty")
    play.write(5, "create", 30)
    play.show(6, "value", "90=30")
    assert counts(play.findings(gid_90=30)) == {"misreported": 1}


def test_a_rejection_needs_a_true_reason(play):
    play.type(1, "0:30", accepted=False, reason="Asana does not want this.")
    assert counts(play.findings()) == {"misreported": 1}


def test_a_rejection_of_asanas_own_is_one(play):
    play.type(1, "0:30", accepted=False, reason="Asana does not want this.")
    play.refusals.append(Refusal("POST", f"/api/1.0/tasks/{TASK}/time_tracking_entries", 400, 1.2))
    assert counts(play.findings()) == {}


def test_a_question_which_entry_is_meant_is_true_where_there_are_several(play):
    asked = "This cell has several entries. Open it to choose which one to change."
    play.type(1, "0:30")
    play.write(1.2, "create", 30)
    play.write(2.2, "create", 10, gid="91")
    play.ledger.direct.append(("create", "91", 10))
    play.type(3, "", seen="90=30", accepted=False, reason=asked)
    assert counts(play.findings(gid_90=30, gid_91=10)) == {}


def test_a_question_which_entry_is_meant_is_untrue_where_there_is_one(play):
    asked = "This cell has several entries. Open it to choose which one to change."
    play.type(1, "0:30")
    play.write(1.2, "create", 30)
    play.type(3, "", seen="90=30", accepted=False, reason=asked)
    assert counts(play.findings(gid_90=30)) == {"misreported": 1}


def test_what_was_shown_as_rejected_may_not_arrive(play):
    play.type(1, "0:30", accepted=False, reason="Asana does not want this.")
    play.refusals.append(Refusal("POST", f"/api/1.0/tasks/{TASK}/time_tracking_entries", 400, 1.2))
    play.write(1.3, "create", 30)
    play.show(3, "value", "90=30")
    assert counts(play.findings(gid_90=30)) == {"misreported": 1}


def test_other_minutes_are_wrong_and_the_typed_ones_lost(play):
    play.type(1, "1:30")
    play.write(1.2, "create", 9)
    play.show(2, "value", "90=9")
    assert counts(play.findings(gid_90=9)) == {"lost": 1, "wrong": 1}


def test_one_request_makes_one_entry(play):
    play.type(1, "0:30")
    play.write(1.2, "create", 30)
    play.write(4, "create", 30, "91")
    play.show(5, "several", "90=30,91=30")
    assert counts(play.findings(gid_90=30, gid_91=30)) == {"doubled": 1}


def test_a_write_later_than_anybody_waits_for_is_a_case_of_its_own(play):
    play.type(1, "0:30")
    play.write(12, "create", 30)
    play.write(15, "create", 30, "91", sent_at=1.1)
    play.show(14, "value", "90=30")
    play.show(20, "duplicate", "90=30,91=30", edit="edit 1")
    play.show(30, "several", "90=30,91=30")
    found = play.findings(gid_90=30, gid_91=30)
    assert counts(found) == {"late": 1}
    assert "shown: duplicate, several" in found.late[0]


def test_a_value_in_doubt_that_is_dropped_and_typed_over_is_wrong_once_both_are_there(play):
    play.type(1, "0:30")
    play.show(1.5, "in_doubt", edit="edit 1")
    play.type(2, "0:31")
    play.write(3, "create", 31, "91")
    play.write(4, "create", 30)
    play.show(6, "several", "90=30,91=31")
    found = counts(play.findings(gid_90=30, gid_91=31))
    assert found["wrong"] + found.get("misreported", 0) >= 1


def test_what_was_typed_over_before_it_was_sent_need_not_arrive(play):
    play.type(1, "0:30")
    play.show(1.5, "queued", edit="edit 1")
    play.type(2, "0:31")
    play.write(3, "create", 31)
    play.show(4, "value", "90=31")
    assert counts(play.findings(gid_90=31)) == {}


def test_what_was_typed_over_may_not_arrive_later(play):
    play.type(1, "0:30")
    play.type(2, "0:31")
    play.write(3, "create", 31)
    play.write(5, "update", 30, "90", 31)
    play.show(6, "value", "90=30")
    assert counts(play.findings(gid_90=30)).keys() & {"wrong", "misreported", "lost"}


def test_nothing_is_written_over_what_nobody_saw(play):
    play.type(1, "0:30")
    play.write(1.2, "create", 30)
    play.show(2, "value", "90=30")
    play.ledger.direct.append(("update", "90", 45))
    play.write(3, "update", 45, "90", 30)
    play.type(4, "0:50", seen="90=30")
    play.write(4.2, "update", 50, "90", 45)
    play.show(5, "value", "90=50")
    assert counts(play.findings(gid_90=50)) == {"wrong": 1}


def test_what_is_discarded_by_its_person_need_not_arrive(play):
    play.type(1, "0:30")
    cell = Cell(TASK, DAY, "queued", "", edit="edit 1")
    play.ledger.decisions.append(Decision(ADA, PLACE, "edit 1", "discard", 2, 2, cell))
    play.show(3, "empty")
    assert counts(play.findings()) == {}


def test_an_undo_takes_the_entry_away(play):
    typed = play.type(1, "0:30")
    play.write(1.2, "create", 30)
    play.show(2, "value", "90=30")
    play.undo(3, typed)
    play.write(3.2, "delete", None, "90", 30)
    play.show(4, "empty")
    assert counts(play.findings()) == {}


def test_a_deletion_that_was_undone_is_not_the_one_that_is_asked_for_later(play):
    play.type(1, "0:30")
    play.write(1.2, "create", 30)
    play.show(2, "value", "90=30")
    cleared = play.type(3, "", seen="90=30")
    play.undo(4, cleared)
    play.show(5, "value", "90=30")
    play.type(6, "", seen="90=30")
    play.write(6.2, "delete", None, was=30)
    play.show(7, "empty")
    assert counts(play.findings()) == {}


def test_a_late_deletion_is_not_what_was_asked_for_after_it_arrived(play):
    typed = play.type(1, "0:30")
    play.write(1.2, "create", 30)
    play.show(2, "value", "90=30")
    play.undo(3, typed)
    play.show(3.4, "in_doubt", "90=30", edit="of the undo")
    cell = Cell(TASK, DAY, "in_doubt", "90=30", edit="of the undo")
    play.ledger.decisions.append(Decision(ADA, PLACE, "of the undo", "discard", 4, 4, cell))
    cleared = play.type(5, "", seen="90=30")
    play.undo(6, cleared)
    play.write(9, "delete", None, was=30, sent_at=3.1)
    play.show(10, "empty")
    assert counts(play.findings()) == {}


def test_an_undo_that_was_refused_is_not_the_one_that_is_done(play):
    typed = play.type(1, "0:30")
    play.write(1.2, "create", 30)
    play.undo(3, typed, accepted=False)
    play.undo(5, typed)
    play.write(5.2, "delete", None, "90", 30)
    play.show(6, "empty")
    assert counts(play.findings()) == {}


def test_an_undo_deletes_what_a_deletion_that_was_refused_did_not(play):
    typed = play.type(1, "0:30")
    play.write(1.2, "create", 30)
    play.show(2, "value", "90=30")
    cleared = play.type(3, "", seen="90=30")
    play.refusals.append(Refusal("DELETE", "/time_tracking_entries/90", 403, 3.1))
    play.show(3.2, "refused", "90=30", edit=cleared.edits[0], why="Asana doesn’t let you do this.")
    play.undo(5, typed)
    play.write(5.2, "delete", None, was=30)
    play.show(6, "empty")
    assert counts(play.findings()) == {}


def test_what_is_typed_over_an_open_undo_means_what_that_leads_to(play):
    play.type(1, "0:30")
    play.write(1.2, "create", 30)
    changed = play.type(2, "0:40", seen="90=30")
    play.write(2.2, "update", 40, was=30)
    play.undo(3, changed)
    undo = Request(ADA, "shown", [], ["of the undo"], "", 3, 3)
    play.type(4, "0:50", seen="90=40", over=undo)
    play.write(4.1, "update", 30, was=40)
    play.write(4.3, "update", 50, was=30)
    play.show(6, "value", "90=50")
    assert counts(play.findings(gid_90=50)) == {}


def test_a_redo_before_its_undo_was_sent_has_nothing_to_do(play):
    typed = play.type(1, "0:30")
    play.write(1.2, "create", 30)
    play.undo(3, typed)
    play.undo(4, typed, count=1)
    play.show(5, "value", "90=30")
    assert counts(play.findings(gid_90=30)) == {}


def test_a_redo_reverses_what_its_undo_wrote(play):
    typed = play.type(1, "0:30")
    play.write(1.2, "create", 30)
    play.undo(3, typed)
    play.write(3.2, "delete", None, was=30)
    play.undo(4, typed, count=1)
    assert counts(play.findings()) == {"lost": 1}
    play.write(4.2, "create", 30, gid="91")
    play.show(5, "value", "91=30")
    assert counts(play.findings(gid_91=30)) == {}


def test_an_undo_that_does_nothing_is_lost(play):
    typed = play.type(1, "0:30")
    play.write(1.2, "create", 30)
    play.undo(3, typed)
    play.show(4, "value", "90=30")
    assert counts(play.findings(gid_90=30)) == {"lost": 1}


def test_what_is_never_settled_is_stuck(play):
    play.type(1, "0:30")
    play.show(1.5, "queued", edit="edit 1")
    found = counts(play.findings())
    assert found["stuck"] == 1


def test_hours_that_asana_never_had_are_misreported(play):
    play.show(1, "value", "90=30")
    assert counts(play.findings()) == {"misreported": 1}


def test_the_header_may_not_say_that_all_is_saved_too_early(play):
    play.type(1, "0:30")
    play.show(1.5, "queued", edit="edit 1")
    play.ledger.all_saved.append((2, 2.1))
    play.write(4, "create", 30)
    play.show(5, "value", "90=30")
    assert counts(play.findings(gid_90=30)) == {"misreported": 1}


def test_that_all_is_saved_before_a_write_that_came_too_late_is_a_case_of_its_own(play):
    play.type(1, "0:30")
    play.show(1.5, "queued", edit="edit 1")
    play.ledger.all_saved.append((2, 2.1))
    play.write(15, "create", 30, sent_at=1.2)
    play.show(16, "value", "90=30")
    found = play.findings(gid_90=30)
    assert counts(found) == {"late": 1}


def test_a_log_that_differs_from_asana_proves_nothing(play):
    play.type(1, "0:30")
    play.write(1.2, "create", 30)
    play.show(2, "value", "90=30")
    assert counts(play.findings(gid_90=31)) == {"wrong": 1}


@pytest.mark.parametrize(
    ("seen", "text", "option"),
    [
        ("", "0:30", Option("create", PLACE, 30, cell=())),
        ("", "", None),
        ("90=20", "0:30", Option("update", PLACE, 30, "90", cell=(("90", 20),), was=20)),
        ("90=20", "+0:30", Option("update", PLACE, 50, "90", cell=(("90", 20),), was=20)),
        ("90=20", "", Option("delete", PLACE, None, "90", cell=(("90", 20),), was=20)),
        ("90=20,91=5", "0:30", None),
        ("90=20,91=5", "+0:30", Option("create", PLACE, 30, cell=(("90", 20), ("91", 5)))),
    ],
)
def test_what_typing_into_a_cell_asks_for(seen, text, option):
    assert option_of(Cell(TASK, DAY, "value", seen), text) == option


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_every_bug_can_be_planted(bug, tmp_path):
    for change in bug.changes:
        copy = tmp_path / change.file
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((ROOT / change.file).read_bytes())
    plant(bug, tmp_path)
    for test in bug.tests:
        assert (ROOT / test).exists()


def test_enough_bugs_are_planted():
    assert len(BUGS) >= 24


def move(play: Play) -> Request:
    """Ada moves an entry of 30 minutes, and makes it 20: a creation, and a deletion after it."""
    play.type(1, "0:30")
    play.write(1.2, "create", 30)
    options = [Option("create", PLACE, 20), Option("delete", PLACE, None, "90", was=30)]
    effects = [Effect([option]) for option in options]
    request = Request(ADA, "entry/move/", effects, ["a", "b"], "a", 3, 3.5, accepted=True)
    play.ledger.add(request)
    return request


@pytest.mark.parametrize(("written", "expected"), [(True, {}), (False, {"lost": 1})])
def test_of_a_change_whose_rest_was_refused_the_first_half_must_be_there(play, written, expected):
    move(play).half_saved = True
    in_asana = {"gid_90": 30}
    if written:
        play.write(3.2, "create", 20, "91")
        in_asana["gid_91"] = 20
    assert counts(play.findings(**in_asana)) == expected


@pytest.mark.parametrize(("written", "expected"), [(False, {}), (True, {"misreported": 1})])
def test_a_second_half_that_failed_with_the_first_says_so_of_both(play, written, expected):
    move(play)
    in_asana = {"gid_90": 30}
    if written:
        play.write(3.2, "create", 20, "91")
        in_asana["gid_91"] = 20
    play.show(4, "refused", "90=30", edit="b", why=f"The {OTHER_HALF} didn’t reach Asana.")
    play.show(5, "several" if written else "value", "90=30,91=20" if written else "90=30")
    assert counts(play.findings(**in_asana)) == expected


def test_a_deletion_that_was_refused_is_not_the_one_that_is_asked_for_later(play):
    play.type(1, "0:30")
    play.write(1.2, "create", 30)
    play.show(2, "value", "90=30")
    play.type(3, "", seen="90=30")
    play.refusals.append(Refusal("DELETE", "/api/1.0/time_tracking_entries/90", 403, 3.2))
    play.show(4, "refused", "90=30", edit="edit 3", why="Asana does not want this.")
    play.show(5, "value", "90=30")
    play.type(6, "", seen="90=30")
    play.write(6.2, "delete", None, was=30)
    play.show(7, "empty")
    assert counts(play.findings()) == {}
