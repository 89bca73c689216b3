"""What changed in Asana since a person saw it is shown, mine and theirs, and the person chooses."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from tests.support.pages import messages_of, page
from tests.support.people import BANK_ID
from timesheet.domain.cell import SeenEntry, Write, WriteKind
from timesheet.domain.conflict import Conflict
from timesheet.models import AddedRow, Edit
from timesheet.sheets import rows


@pytest.fixture
def bank_id(entries):
    return next(entry[3] for entry in entries() if entry[0] == BANK_ID)


@pytest.fixture
def in_cell(entries, monday):
    return lambda: sorted(entry[2] for entry in entries() if entry[:2] == (BANK_ID, str(monday)))


@pytest.fixture
def change_in_asana(asana, monday, bank_id):
    def change(minutes=75):
        path = f"/time_tracking_entries/{bank_id}"
        asana.put(path, duration_minutes=minutes, entered_on=str(monday))

    return change


@pytest.fixture
def choose(ada):
    def choose(what):
        return ada.send(f"unsynced/{Edit.objects.latest('pk').edit_id}/{what}/")

    return choose


def test_nothing_is_written_over_what_changed_and_both_are_shown(
    ada, change_in_asana, monday, bank_id, in_cell
):
    change_in_asana(75)
    answer = page(ada.save(BANK_ID, monday, "2", seen=f"{bank_id}=90"))
    assert 'data-state="conflict"' in answer
    assert "Keep Asana’s 1:15" in answer
    assert "Keep my 2:00" in answer
    assert in_cell() == [75]
    html = page(ada.see())
    assert "Keep Asana’s 1:15" in html
    assert 'value="2"' in html


def test_mine_is_written_once_it_is_chosen(ada, change_in_asana, monday, bank_id, in_cell, choose):
    change_in_asana()
    ada.save(BANK_ID, monday, "2", seen=f"{bank_id}=90")
    assert 'data-state="value"' in page(choose("mine"))
    assert in_cell() == [120]
    choose("mine")
    assert in_cell() == [120]


@pytest.mark.parametrize(("first", "minutes"), [("mine", 120), ("discard", 75)])
def test_of_two_choices_at_once_the_first_counts(
    ada, change_in_asana, monday, bank_id, in_cell, choose, monkeypatch, first, minutes
):
    add = rows.add_known_to_week

    def slowly(*given):
        monkeypatch.setattr(rows, "add_known_to_week", add)
        add(*given)
        assert choose(first).status_code == 200

    change_in_asana(75)
    ada.save(BANK_ID, monday, "2", seen=f"{bank_id}=90")
    monkeypatch.setattr(rows, "add_known_to_week", slowly)
    assert choose("mine").status_code == 200
    assert in_cell() == [minutes]


@pytest.mark.parametrize("choice", ["mine", "both"])
def test_a_choice_that_is_sent_again_is_taken_once(
    ada, change_in_asana, monday, bank_id, in_cell, choice
):
    change_in_asana(75)
    ada.save(BANK_ID, monday, "2", seen=f"{bank_id}=90")
    edit = Edit.objects.get()
    path = f"unsynced/{edit.edit_id}/{choice}/"
    seen = page(ada.see())
    (theirs, *_) = re.findall(r'name="theirs" value="([^"]*)"', seen)
    change_in_asana(80)
    # Asana changed once more, so the first one asks again. The second one must not answer that.
    ada.send(path, theirs=theirs)
    ada.send(path, theirs=theirs)
    assert in_cell() == [80]
    assert Edit.objects.get().state == "conflict"


def test_theirs_stays_when_it_is_chosen(ada, change_in_asana, monday, bank_id, in_cell, choose):
    change_in_asana()
    ada.save(BANK_ID, monday, "2", seen=f"{bank_id}=90")
    assert 'data-state="value"' in page(choose("discard"))
    assert in_cell() == [75]


def test_that_theirs_stays_is_said_without_script(ada, change_in_asana, monday, bank_id):
    change_in_asana()
    ada.save(BANK_ID, monday, "2", seen=f"{bank_id}=90")
    answer = ada.send(f"unsynced/{Edit.objects.get().edit_id}/discard/", htmx=False)
    assert messages_of(ada.get(answer.url)) == "Kept Asana’s version."


def test_what_changed_again_before_mine_was_chosen_asks_again(
    ada, change_in_asana, monday, bank_id, in_cell, choose
):
    change_in_asana(75)
    ada.save(BANK_ID, monday, "2", seen=f"{bank_id}=90")
    change_in_asana(80)
    assert "Keep Asana’s 1:20" in page(choose("mine"))
    assert in_cell() == [80]
    choose("mine")
    assert in_cell() == [120]


def test_what_was_deleted_there_and_changed_here_is_a_choice(
    ada, asana, monday, bank_id, in_cell, choose
):
    asana.delete(f"/time_tracking_entries/{bank_id}")
    answer = page(ada.save(BANK_ID, monday, "2", seen=f"{bank_id}=90"))
    assert "Leave it deleted" in answer
    assert in_cell() == []
    choose("mine")
    assert in_cell() == [120]


NO_TASK = {"method": "GET", "path": f"/tasks/{BANK_ID}$", "kind": "status", "status": 503}


@pytest.mark.parametrize("is_remembered", [True, False])
def test_a_task_that_mine_brings_back_keeps_its_project(
    ada, asana, this_week, bank_id, choose, is_remembered
):
    if is_remembered:
        ada.week = this_week.previous
        ada.send("rows/add/", task=BANK_ID)
        ada.week = this_week
    # From now on the name of the task is known.
    ada.see()
    fields = "projects.name,projects.color"
    [project] = asana.get(f"/tasks/{BANK_ID}", opt_fields=fields)["projects"]
    asana.delete(f"/time_tracking_entries/{bank_id}")
    ada.save(BANK_ID, this_week.start, "2", seen=f"{bank_id}=90")
    if is_remembered:
        asana.faults(NO_TASK)
    assert choose("mine").status_code == 200
    row = AddedRow.objects.get(task_gid=BANK_ID, week=str(this_week))
    assert row.projects == [[project["gid"], project["name"], project["color"]]]


def test_a_task_whose_project_asana_does_not_tell_is_brought_back_by_its_name(
    ada, asana, this_week, bank_id, in_cell, choose
):
    ada.see()
    asana.delete(f"/time_tracking_entries/{bank_id}")
    ada.save(BANK_ID, this_week.start, "2", seen=f"{bank_id}=90")
    asana.faults(NO_TASK)
    assert choose("mine").status_code == 200
    assert in_cell() == [120]
    assert AddedRow.objects.get(task_gid=BANK_ID, week=str(this_week)).projects == []


def test_what_was_changed_there_and_deleted_here_is_a_choice(
    ada, change_in_asana, monday, bank_id, in_cell, choose
):
    change_in_asana()
    assert "Delete it anyway" in page(ada.save(BANK_ID, monday, "", seen=f"{bank_id}=90"))
    assert in_cell() == [75]
    choose("mine")
    assert in_cell() == []


def test_an_entry_that_went_to_another_day_is_not_written_twice(
    ada, asana, this_week, bank_id, entries, choose
):
    path = f"/time_tracking_entries/{bank_id}"
    asana.put(path, duration_minutes=90, entered_on=str(this_week.next.start))
    answer = page(ada.save(BANK_ID, this_week.start, "2", seen=f"{bank_id}=90"))
    assert "Leave it as it is in Asana" in answer
    choose("mine")
    assert asana.get(path)["duration_minutes"] == 120
    assert [entry[3] for entry in entries() if entry[0] == BANK_ID] == [bank_id]


def test_hours_that_somebody_added_meanwhile_can_be_kept_beside_mine(
    ada, asana, this_week, entries, choose
):
    saturday = this_week.days[5]
    path = f"/tasks/{BANK_ID}/time_tracking_entries"
    asana.post(path, duration_minutes=30, entered_on=str(saturday))
    assert "Keep both: 0:30 + 2:00" in page(ada.save(BANK_ID, saturday, "2"))
    choose("both")
    assert sorted(entry[2] for entry in entries() if entry[1] == str(saturday)) == [30, 120]


def test_theirs_that_another_edit_in_doubt_may_have_made_is_left_until_that_is_known(
    ada, asana, this_week, entries, choose, settle
):
    """Written over, it would not be known again, and would be made a second time."""
    saturday = this_week.days[5]

    def there():
        return sorted(entry[2] for entry in entries() if entry[1] == str(saturday))

    asana.faults({"method": "POST", "path": "entries$", "kind": "drop_after"})
    added = {"task": BANK_ID, "day": saturday, "text": "0:30", "entry": "new"}
    ada.send("entry/", **added, edit=str(uuid4()))
    asana.faults()
    in_doubt = Edit.objects.get()
    ada.save(BANK_ID, saturday, "2")
    assert "may still reach Asana" in page(ada.save(BANK_ID, saturday, "2"))
    conflict = Edit.objects.create(
        user=ada.user,
        edit_id=uuid4(),
        workspace_gid=in_doubt.workspace_gid,
        task_gid=BANK_ID,
        entered_on=saturday,
        kind="create",
        duration_minutes=120,
        state="conflict",
        theirs={"seen": [[entries()[-1][3], 30]], "fingerprint": ""},
        created_at=in_doubt.created_at,
    )
    assert "may still reach Asana" in page(choose("mine"))
    plain = ada.send(f"unsynced/{conflict.edit_id}/mine/", htmx=False)
    assert "may still reach Asana" in messages_of(ada.get(plain.url))
    assert there() == [30]
    settle(in_doubt)
    ada.send(f"unsynced/{in_doubt.edit_id}/retry/")
    conflict.refresh_from_db()
    assert conflict.state == "conflict"
    assert there() == [30]


def test_the_edit_of_somebody_else_is_not_theirs_to_decide(
    ada, ben, change_in_asana, monday, bank_id, in_cell
):
    change_in_asana()
    ada.save(BANK_ID, monday, "2", seen=f"{bank_id}=90")
    edit = Edit.objects.get().edit_id
    for what in ("mine", "both", "discard"):
        assert ben.send(f"unsynced/{edit}/{what}/").status_code == 404
    assert in_cell() == [75]


UPDATE = Write(WriteKind.UPDATE, "1", 90)
CREATE = Write(WriteKind.CREATE, minutes=30)


@pytest.mark.parametrize(
    ("write", "text", "theirs", "there", "mine"),
    [
        (UPDATE, "1:30", [("1", 75)], True, UPDATE),
        (UPDATE, "+0:30", [("1", 75)], True, Write(WriteKind.UPDATE, "1", 105)),
        (UPDATE, "+0:30", [], False, Write(WriteKind.CREATE, minutes=90)),
        (UPDATE, "1:30", [], True, UPDATE),
        (UPDATE, "1:30", [("2", 10)], False, Write(WriteKind.UPDATE, "2", 90)),
        (UPDATE, "1:30", [("2", 10), ("3", 10)], False, None),
        (UPDATE, "-1:00", [("1", 30)], True, None),
        (CREATE, "0:30", [("2", 10)], False, Write(WriteKind.UPDATE, "2", 30)),
        (CREATE, "0:30", [("2", 30)], False, None),
        (CREATE, "+0:30", [("2", 10), ("3", 10)], False, CREATE),
        (Write(WriteKind.DELETE, "1"), "", [("1", 75)], True, Write(WriteKind.DELETE, "1")),
    ],
)
def test_mine_is_what_typing_it_over_theirs_would_be(write, text, theirs, there, mine):
    seen = tuple(SeenEntry(*entry) for entry in theirs)
    assert Conflict(write, text, seen, there=there).mine == mine


def test_both_is_offered_only_where_there_is_something_beside_which_to_add():
    assert Conflict(CREATE, "", (SeenEntry("2", 10),), there=False).both == CREATE
    assert Conflict(CREATE, "", (), there=False).both is None
    assert Conflict(UPDATE, "", (SeenEntry("1", 10),), there=True).both is None
