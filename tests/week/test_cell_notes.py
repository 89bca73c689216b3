"""A note that is typed into a cell, after the hours."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from tests.support.pages import raw_page
from tests.support.people import BANK_ID, STAND_UP, WORKSPACE
from timesheet.models import Edit, WorkspacePolicy
from timesheet.week.forms import LONGEST_NOTE


@pytest.fixture
def notes(asana, this_week):
    """Hours and notes of a task on a day."""

    def notes(task: str, day) -> list[tuple[int, str]]:
        fields = "duration_minutes,description,entered_on"
        return sorted(
            (one["duration_minutes"], one["description"] or "")
            for one in asana.get(f"/tasks/{task}/time_tracking_entries", opt_fields=fields)
            if one["entered_on"] == str(day)
        )

    return notes


@pytest.fixture
def seen(entries):
    """What the page has seen of a task's cell."""

    def seen(task: str, day, weeks_back: int = 0) -> str:
        found = [one for one in entries(weeks_back) if one[:2] == (task, str(day))]
        return ",".join(f"{one[3]}={one[2]}" for one in found)

    return seen


def test_hours_and_note_are_saved_together(ada, saturday, notes):
    assert ada.save(BANK_ID, saturday, "1:30 call with the bank").status_code == 200
    assert notes(BANK_ID, saturday) == [(90, "call with the bank")]


def test_a_note_replaces_the_note_of_the_entry_and_no_note_leaves_it(ada, saturday, notes, seen):
    ada.save(BANK_ID, saturday, "1:30 call")
    ada.save(BANK_ID, saturday, "2", seen=seen(BANK_ID, saturday))
    assert notes(BANK_ID, saturday) == [(120, "call")]
    ada.save(BANK_ID, saturday, "2:00 meeting", seen=seen(BANK_ID, saturday))
    assert notes(BANK_ID, saturday) == [(120, "meeting")]
    ada.save(BANK_ID, saturday, "+0:30 long meeting", seen=seen(BANK_ID, saturday))
    assert notes(BANK_ID, saturday) == [(150, "long meeting")]


def test_an_entry_beside_several_has_its_own_note(ada, this_week, notes, seen):
    ada.week = this_week.previous
    day = ada.week.days[1]
    before = notes(BANK_ID, day)
    assert len(before) == 2
    ada.save(BANK_ID, day, "+0:25 call", seen=seen(BANK_ID, day, 1))
    assert notes(BANK_ID, day) == sorted([*before, (25, "call")])


def test_which_of_several_is_meant_is_asked_with_all_that_was_typed(ada, this_week, notes, seen):
    ada.week = this_week.previous
    day = ada.week.days[1]
    before = notes(BANK_ID, day)
    cell = {"task": BANK_ID, "day": str(day), "seen": seen(BANK_ID, day, 1)}
    answer = ada.send("cells/", **cell, edit=str(uuid4()), text="3 call")
    assert answer.status_code == 422
    assert 'value="3 call"' in raw_page(answer)
    assert notes(BANK_ID, day) == before


def test_the_panel_takes_the_note_from_the_field_of_the_hours_too(ada, saturday, notes):
    cell = {"task": BANK_ID, "day": str(saturday), "seen": "", "entry": "new"}
    assert ada.send("entry/", **cell, edit=str(uuid4()), text="1 call").status_code == 200
    assert notes(BANK_ID, saturday) == [(60, "call")]


def test_two_notes_for_one_entry_are_refused(ada, saturday, notes):
    cell = {"task": BANK_ID, "day": str(saturday), "seen": "", "entry": "new"}
    answer = ada.send("entry/", **cell, edit=str(uuid4()), text="1 call", description="Meeting")
    assert answer.status_code == 422
    assert "We can’t read that as a time." in raw_page(answer)
    assert notes(BANK_ID, saturday) == []


def test_a_note_in_a_pasted_block_is_saved(ada, this_week, notes):
    days = [str(day) for day in this_week.days[5:]]
    cells = {"task": [BANK_ID] * 2, "day": days, "seen": [""] * 2, "columns": 2}
    shown = raw_page(ada.send("cells/paste/", block="1:30 call\t2", **cells))
    assert '<small dir="auto">call</small>' in shown
    found = re.findall(r'name="(task|day|seen|edit|step|text)" value="([^"]*)"', shown)
    values: dict[str, list[str]] = {}
    for name, value in found:
        values.setdefault(name, []).append(value)
    assert ada.send("cells/", **values).status_code == 200
    assert notes(BANK_ID, days[0]) == [(90, "call")]
    assert notes(BANK_ID, days[1]) == [(120, "")]


def test_the_rounded_time_that_is_offered_keeps_the_note(ada, saturday, notes):
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, rounding_minutes=15)
    answer = raw_page(ada.save(BANK_ID, saturday, "1:32 call"))
    assert 'data-instead="1:30 call"' in answer
    assert 'value="1:32 call"' in answer
    ada.save(BANK_ID, saturday, "1:30 call")
    assert notes(BANK_ID, saturday) == [(90, "call")]


def test_where_a_note_is_needed_one_in_the_cell_is_enough(ada, saturday, notes):
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, note_required=True)
    assert ada.save(BANK_ID, saturday, "1:30 call").status_code == 200
    assert notes(BANK_ID, saturday) == [(90, "call")]


def test_what_waits_shows_its_note(ada, asana, saturday):
    asana.faults({"kind": "status", "status": 503, "path": "entries"})
    assert 'value="1:30 call"' in raw_page(ada.save(BANK_ID, saturday, "1:30 call"))
    assert Edit.objects.get().text == "1:30"


def test_a_note_that_is_too_long_is_refused(ada, saturday, entries):
    before = entries()
    answer = ada.save(BANK_ID, saturday, f"1:30 c{'a' * LONGEST_NOTE}")
    assert answer.status_code == 422
    assert f"at most {LONGEST_NOTE} characters" in raw_page(answer)
    assert entries() == before


def test_undo_brings_back_the_note_before(ada, saturday, notes, seen):
    ada.save(BANK_ID, saturday, "1:30 call")
    step = str(uuid4())
    cell = {"task": BANK_ID, "day": str(saturday), "seen": seen(BANK_ID, saturday)}
    ada.send("cells/", **cell, edit=str(uuid4()), step=step, text="2 meeting")
    assert notes(BANK_ID, saturday) == [(120, "meeting")]
    assert ada.send("undo/", step=step, undo_count=0).status_code == 200
    assert notes(BANK_ID, saturday) == [(90, "call")]


def test_a_page_without_script_saves_the_note(ada, saturday, notes):
    values = {"step": str(uuid4()), f"hours:{STAND_UP}:{saturday}": "0:15 stand-up in Kiel"}
    ada.send("save/", htmx=False, **values)
    assert notes(STAND_UP, saturday) == [(15, "stand-up in Kiel")]
