"""Undo and redo: what was done in a week is taken back in Asana, step by step, and done again."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.support.asana import CREATE, DELETE, LIST, UPDATE
from tests.support.pages import messages_of, page
from tests.support.people import BANK_ID, STAND_UP, WORKSPACE
from timesheet.journal import dispatch
from timesheet.models import Edit, Step
from timesheet.sheets import reading
from timesheet.sheets.sheet import Sheet
from timesheet.week import undo


@pytest.fixture
def turn(ada):
    """Presses Undo or Redo as they stand on the page after a reload."""

    def turn(key: str):
        html = page(ada.see())
        form = html.partition(f'data-turn="{key}"')[2].partition("</form>")[0]
        values = dict(re.findall(r'name="(step|undo_count)" value="([^"]+)"', form))
        return ada.send("undo/", **values) if values else None

    return turn


@pytest.fixture
def bank_id(entries):
    return next(entry[3] for entry in entries() if entry[0] == BANK_ID)


def test_a_fresh_week_has_nothing_to_undo(turn):
    assert turn("undo") is None
    assert turn("redo") is None


def test_what_was_created_is_deleted_and_created_again(ada, turn, here, this_week):
    before = here()
    ada.save(BANK_ID, this_week.days[5], "2")
    after = here()
    assert turn("undo").status_code == 200
    assert here() == before
    turn("redo")
    assert here() == after
    turn("undo")
    assert here() == before


def test_what_was_changed_is_changed_back(ada, turn, here, monday, bank_id):
    before = here()
    ada.save(BANK_ID, monday, "2", seen=f"{bank_id}=90")
    turn("undo")
    assert here() == before


def test_a_deleted_entry_comes_back_with_all_that_it_said(ada, asana, turn, monday, bank_id):
    label = asana.get("/time_tracking_categories", workspace=WORKSPACE)[0]["gid"]
    asana.put(
        f"/time_tracking_entries/{bank_id}",
        entered_on=str(monday),
        description="Call",
        categories=[label],
        billable_status="billable",
    )
    ada.save(BANK_ID, monday, "", seen=f"{bank_id}=90")
    assert asana.call("GET", f"/time_tracking_entries/{bank_id}").status_code == 404
    turn("undo")
    [entry] = [
        entry
        for entry in asana.get(f"/tasks/{BANK_ID}/time_tracking_entries")
        if entry["entered_on"] == str(monday)
    ]
    back = asana.get(f"/time_tracking_entries/{entry['gid']}")
    assert (back["duration_minutes"], back["description"]) == (90, "Call")
    assert back["billable_status"] == "billable"
    assert [category["gid"] for category in back["categories"]] == [label]


def test_a_deleted_entry_of_a_strict_list_comes_back_with_its_note(
    ada, asana, turn, monday, bank_id
):
    asana.settings(strict_list_fields=True)
    ada.see()
    asana.put(f"/time_tracking_entries/{bank_id}", entered_on=str(monday), description="New")
    ada.save(BANK_ID, monday, "", seen=f"{bank_id}=90")
    turn("undo")
    found = [
        asana.get(f"/time_tracking_entries/{entry['gid']}")
        for entry in asana.get(f"/tasks/{BANK_ID}/time_tracking_entries")
        if entry["entered_on"] == str(monday)
    ]
    assert [entry["description"] for entry in found] == ["New"]


def test_an_entry_that_was_deleted_from_two_tabs_comes_back_once(ada, turn, here, monday, bank_id):
    before = here()
    ada.save(BANK_ID, monday, "", seen=f"{bank_id}=90")
    ada.save(BANK_ID, monday, "", seen=f"{bank_id}=90")
    while turn("undo"):
        pass
    assert here() == before


def test_many_steps_are_undone_through_an_entry_that_was_deleted_and_came_back(
    ada, turn, here, monday, bank_id
):
    before = here()
    ada.save(BANK_ID, monday, "2", seen=f"{bank_id}=90")
    ada.save(BANK_ID, monday, "", seen=f"{bank_id}=120")
    turn("undo")
    turn("undo")
    assert here() == before
    turn("redo")
    assert (BANK_ID, str(monday), 120) in here()
    turn("redo")
    assert [entry for entry in here() if entry[0] == BANK_ID] == []


def test_something_new_ends_what_could_be_done_again(ada, turn, this_week):
    ada.save(BANK_ID, this_week.days[5], "2")
    turn("undo")
    ada.save(BANK_ID, this_week.days[6], "1")
    assert turn("redo") is None


def test_cells_of_one_step_are_undone_together(ada, turn, here, this_week):
    before = here()
    step = str(uuid4())
    days = [str(day) for day in this_week.days[1:5]]
    ada.send(
        "cells/",
        task=[BANK_ID] * 4,
        day=days,
        text=["1", "2", "3", "4"],
        edit=[str(uuid4()) for _ in days],
        step=[step] * 4,
    )
    assert len(here()) == len(before) + 4
    turn("undo")
    assert here() == before
    turn("redo")
    assert len(here()) == len(before) + 4


def test_the_same_undo_twice_undoes_once(ada, here, this_week):
    ada.save(BANK_ID, this_week.days[5], "2")
    ada.save(BANK_ID, this_week.days[6], "1")
    step = Step.objects.latest("pk")
    before = here()
    for _ in range(2):
        ada.send("undo/", step=str(step.step_id), undo_count="0")
    assert len(here()) == len(before) - 1


def test_what_changed_in_asana_since_is_left_alone_and_reported(ada, asana, turn, here, this_week):
    ada.save(BANK_ID, this_week.days[5], "2")
    gid = Step.objects.latest("pk").edits.get().entry_gid
    asana.put(
        f"/time_tracking_entries/{gid}", duration_minutes=200, entered_on=str(this_week.days[5])
    )
    answer = page(turn("undo"))
    assert "1 entry was left alone, because someone changed it in Asana." in answer
    assert "Undone." not in answer
    assert (BANK_ID, str(this_week.days[5]), 200) in here()


def test_an_undo_that_asana_refuses_says_why_and_can_be_tried_again(
    ada, asana, turn, here, monday, bank_id
):
    before = here()
    ada.save(BANK_ID, monday, "2", seen=f"{bank_id}=90")
    asana.faults({**UPDATE, "kind": "status", "status": 403})
    answer = turn("undo")
    assert answer.status_code == 422
    assert "Asana doesn’t let you do this" in page(answer)
    asana.faults()
    assert turn("undo").status_code == 200
    assert here() == before


def test_an_undo_whose_answer_was_lost_is_not_done_twice(ada, asana, turn, here, monday, bank_id):
    ada.save(BANK_ID, monday, "", seen=f"{bank_id}=90")
    asana.faults({"method": "POST", "path": "/time_tracking_entries$", "kind": "drop_after"})
    turn("undo")
    asana.faults()
    edit = Step.objects.latest("pk").edits.latest("pk")
    assert edit.state == "in_doubt"
    ada.send(f"unsynced/{edit.edit_id}/retry/")
    assert [entry for entry in here() if entry[0] == BANK_ID] == [(BANK_ID, str(monday), 90)]


def test_an_undo_waits_for_what_may_still_arrive(ada, asana, turn, this_week):
    asana.faults({"method": "POST", "path": "/time_tracking_entries$", "kind": "drop_before"})
    ada.save(BANK_ID, this_week.days[5], "2")
    asana.faults()
    assert "may still reach Asana" in page(turn("undo"))
    assert Step.objects.latest("pk").undo_count == 0
    form = {"step": str(Step.objects.latest("pk").step_id), "undo_count": "0"}
    answer = ada.send("undo/", htmx=False, **form)
    assert "may still reach Asana" in messages_of(ada.get(answer.url))


def test_why_an_undo_has_to_wait_is_said_while_asana_is_down(ada, asana, this_week):
    asana.faults({**CREATE, "kind": "drop_before"})
    ada.save(BANK_ID, this_week.days[5], "2")
    # The undo reads the week once; what is read for its answer fails.
    asana.faults({**LIST, "kind": "status", "status": 503, "skip": 1})
    step = Step.objects.latest("pk").step_id
    answer = ada.send("undo/", step=str(step), undo_count="0")
    assert answer.status_code == 200
    assert "may still reach Asana" in page(answer)


def test_what_is_saved_while_an_undo_reads_the_week_is_taken_back(
    ada, asana, turn, here, this_week, monkeypatch
):
    before = here()
    asana.faults({"kind": "status", "status": 503, **LIST})
    ada.save(BANK_ID, this_week.days[5], "2")
    asana.faults()
    read = reading.read_entries

    def read_and_let_the_worker_save(*args):
        monkeypatch.setattr(reading, "read_entries", read)
        entries = read(*args)
        dispatch.deliver_due(ada.user.pk, lambda: timezone.now() + timedelta(minutes=5))
        return entries

    monkeypatch.setattr(reading, "read_entries", read_and_let_the_worker_save)
    assert turn("undo").status_code == 200
    assert here() == before


def test_an_undo_while_more_is_saved_each_time_asks_to_try_again(
    ada, asana, turn, this_week, monkeypatch
):
    asana.faults({**LIST, "kind": "status", "status": 503})
    step = str(uuid4())
    days = [str(day) for day in this_week.days]
    ada.send(
        "cells/",
        task=[BANK_ID] * 7,
        day=days,
        text=["1"] * 7,
        edit=[str(uuid4()) for _ in days],
        step=[step] * 7,
    )
    asana.faults()
    read = reading.read_entries

    def read_while_one_more_is_saved(*args):
        entries = read(*args)
        one = Edit.objects.filter(step__step_id=step, state="queued").first()
        if one:
            Edit.objects.filter(pk=one.pk).update(state="confirmed", entry_gid=f"99{one.pk}")
        return entries

    monkeypatch.setattr(reading, "read_entries", read_while_one_more_is_saved)
    assert "being saved to Asana right now. Try again in a moment." in page(turn("undo"))
    assert Step.objects.get(step_id=step).undo_count == 0
    assert Edit.objects.filter(step__step_id=step, state="queued").exists()


def test_an_undo_that_another_process_delivered_shows_what_asana_has_then(
    ada, turn, here, saturday, monkeypatch
):
    before = here()
    ada.save(BANK_ID, saturday, "2")
    deliver_now = dispatch.deliver_now

    def let_the_worker_be_first(asana, sheet, clock):
        dispatch.deliver_due(ada.user.pk, clock)
        return deliver_now(asana, sheet, clock)

    monkeypatch.setattr(dispatch, "deliver_now", let_the_worker_be_first)
    answer = page(turn("undo"))
    assert here() == before
    assert f'id="cell-{BANK_ID}-{saturday}" data-state="empty"' in answer
    assert "Undone." in answer


BUSY = {"kind": "status", "status": 429, "retry_after": 0}


def test_redo_before_an_undo_was_sent_changes_nothing(ada, asana, turn, here, monday, bank_id):
    before = here()
    ada.save(BANK_ID, monday, "", seen=f"{bank_id}=90")
    deleted = here()
    asana.faults({**BUSY, **CREATE})
    answer = page(turn("undo"))
    assert 'data-state="queued"' in answer
    assert "Undone. 1 cell is still being saved to Asana." in answer
    asana.faults()
    answer = page(turn("redo"))
    assert f'id="cell-{BANK_ID}-{monday}"' in answer
    assert 'data-state="queued"' not in answer
    assert here() == deleted
    turn("undo")
    assert here() == before


def test_undo_before_a_redo_was_sent_changes_nothing(ada, asana, turn, here, monday, bank_id):
    before = here()
    ada.save(BANK_ID, monday, "2", seen=f"{bank_id}=90")
    turn("undo")
    asana.faults({**BUSY, **UPDATE})
    turn("redo")
    asana.faults()
    turn("undo")
    assert here() == before


def test_what_an_undo_left_is_not_done_again_and_undone_the_next_time(
    ada, asana, turn, here, this_week
):
    before = here()
    days = [str(day) for day in this_week.days[1:3]]
    ids = [str(uuid4()) for _ in days]
    ada.send("cells/", task=[BANK_ID] * 2, day=days, text=["1", "2"], edit=ids, step=[ids[0]] * 2)
    done = here()
    asana.faults({**BUSY, **DELETE, "times": 1})
    turn("undo")
    asana.faults()
    assert len(here()) == len(before) + 1
    turn("redo")
    assert here() == done
    turn("undo")
    assert here() == before


def test_undo_of_what_was_not_sent_yet_shows_its_cell(ada, asana, turn, here, this_week):
    before, day = here(), this_week.days[5]
    asana.faults({**BUSY, **CREATE})
    ada.save(BANK_ID, day, "2")
    asana.faults()
    answer = page(turn("undo"))
    assert f'id="cell-{BANK_ID}-{day}"' in answer
    assert 'data-state="queued"' not in answer
    assert here() == before


def test_after_a_day_nothing_is_undone(ada, turn, this_week, time_machine):
    ada.save(BANK_ID, this_week.days[5], "2")
    time_machine.move_to(timezone.now() + timedelta(hours=25))
    assert turn("undo") is None


def test_another_persons_step_is_not_undone(ada, ben, this_week):
    ada.save(BANK_ID, this_week.days[5], "2")
    step = Step.objects.latest("pk")
    answer = ben.send("undo/", step=str(step.step_id), undo_count="0")
    assert answer.status_code == 400
    assert Step.objects.latest("pk").undo_count == 0


@pytest.mark.parametrize(
    "values", [{}, {"step": "x", "turn": "0"}, {"step": str(uuid4()), "turn": "x"}]
)
def test_nonsense_is_rejected_with_a_sentence(ada, values):
    assert ada.send("undo/", **values).status_code == 400


def test_a_move_to_another_task_is_undone_as_one(ada, turn, here, monday, bank_id):
    before = here()
    listed = page(ada.see("entries/", htmx=True, task=BANK_ID, day=str(monday)))
    fingerprint = re.search(r'name="fingerprint" value="([0-9a-f]+)"', listed)[1]
    ada.send(
        "entry/move/",
        task=BANK_ID,
        day=str(monday),
        entry=bank_id,
        fingerprint=fingerprint,
        to=STAND_UP,
        step=str(uuid4()),
    )
    assert here() != before
    turn("undo")
    assert here() == before


def test_an_answer_that_was_slower_than_the_next_one_offers_to_undo_the_newest(ada, saturday):
    for task in (BANK_ID, STAND_UP):
        ada.save(task, saturday, "1")
    first, second = Edit.objects.order_by("pk")
    sheet, now = Sheet(ada.user, WORKSPACE, ada.week), timezone.now()
    for written in (first, second):
        history = undo.history_after(sheet, [written], now)
        assert (history.undo, history.redo) == (second.step, None)
