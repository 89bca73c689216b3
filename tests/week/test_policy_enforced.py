"""Each rule refuses, whatever the way in: with its sentence, nothing written, nothing lost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from django.utils import timezone

from accounts.asana.records import Entry
from accounts.models import Manager
from tests.sandbox_process import Sandbox
from tests.support.asana import entries_of
from tests.support.pages import raw_page
from tests.support.people import BANK_ID, STAND_UP, WORKSPACE
from timesheet.domain.entry import fingerprint
from timesheet.domain.journal import State
from timesheet.domain.week import Week
from timesheet.models import AddedRow, Edit, WorkspacePolicy

CLOSED = "http://127.0.0.1:9"
# What is refused is 1:07, or changes or brings back an entry of 1:07 without a note.
RULES: dict[str, dict[str, Any]] = {
    "locked": {"lock_date": timezone.localdate() + timedelta(days=60)},
    "future": {"no_future": True},
    "too_old": {"back_days_members": 0},
    "rounding": {"rounding_minutes": 15, "rounding": "up"},
    "note": {"note_required": True},
    "most": {"most_minutes": 30},
}
SAYS = {
    "locked": "are locked. Ask an admin",
    "future": "That day is in the future",
    "too_old": "You can only log hours on the day itself.",
    "rounding": "Use multiples of 15 minutes. 1:07 would be 1:15.",
    "note": "Every entry needs a note. Type it after the hours",
    "most": "The limit is 0:30.",
}


SNAPSHOT = "one-entry-of-1-07"


@pytest.fixture(scope="module")
def starting_states() -> dict[str, dict[Week, str]]:
    """The states that were saved, by the address of their sandbox."""
    return {}


@pytest.fixture
def starting_state(sandbox: Sandbox, this_week: Week, starting_states) -> dict[Week, str]:
    """Saves a state of Asana: in Ada's last week and in her next one nothing but an entry of 1:07
    on Tuesday. Returns the gid of that entry by week."""
    if sandbox.url not in starting_states:
        gids = {}
        for week in (this_week.previous, this_week.next):
            for entry in entries_of(sandbox, week):
                sandbox.delete(f"/time_tracking_entries/{entry['gid']}")
            path = f"/tasks/{BANK_ID}/time_tracking_entries"
            day = str(week.days[1])
            gids[week] = sandbox.post(path, duration_minutes=67, entered_on=day)["gid"]
        sandbox.save_snapshot(SNAPSHOT)
        starting_states[sandbox.url] = gids
    return starting_states[sandbox.url]


class Scene:
    """Ada's week with one entry of 1:07 on its Tuesday, and a Thursday with nothing."""

    def __init__(self, ada, asana, settings, gid: str):
        self.ada, self.asana, self.settings, self.gid = ada, asana, settings, gid
        self.day, self.free = str(ada.week.days[1]), str(ada.week.days[3])
        # The tasks stay in the week, whatever becomes of their entries.
        for task in (STAND_UP, BANK_ID):
            AddedRow.objects.create(
                user=ada.user,
                workspace_gid=WORKSPACE,
                week=str(ada.week),
                task_gid=task,
                task_name=task,
            )

    def entries(self) -> list[dict]:
        fields = "duration_minutes,entered_on,task.gid"
        return entries_of(self.asana, self.ada.week, opt_fields=fields)

    @property
    def seen(self) -> str:
        return f"{self.gid}=67"

    @property
    def meant(self) -> dict[str, str]:
        """The entry as its panel names it."""
        told = self.asana.get(f"/time_tracking_entries/{self.gid}")
        found = fingerprint(msgspec.convert(told, Entry, strict=False))
        return {"task": BANK_ID, "day": self.day, "entry": self.gid, "fingerprint": found}

    def new(self, text="1:07", **values):
        return self.ada.save(STAND_UP, self.free, text, **values)

    def change(self, text="1:07", **values):
        return self.ada.save(BANK_ID, self.day, text, seen=self.seen, **values)

    def panel(self, text: str, **values):
        given = {**self.meant, "seen": self.seen, "edit": str(uuid4()), **values}
        return self.ada.send("entry/", text=text, **given)

    def turn(self, key: str):
        shown = self.ada.see().content.decode()
        form = shown.partition(f'data-turn="{key}"')[2].partition("</form>")[0]
        values = dict(re.findall(r'name="(step|undo_count)" value="([^"]+)"', form))
        return self.ada.send("undo/", **values)

    def press(self, button: str):
        return self.ada.send(f"unsynced/{Edit.objects.latest('pk').edit_id}/{button}/")


# What a person does. What comes before `yield` they did before there was the rule.


def cell(scene):
    yield
    return scene.new()


def change_of_a_cell(scene):
    scene.asana.put(
        f"/time_tracking_entries/{scene.gid}",
        duration_minutes=20,
        entered_on=scene.day,
    )
    yield
    return scene.ada.save(BANK_ID, scene.day, "1:07", seen=f"{scene.gid}=20")


def page_without_script(scene):
    yield
    return scene.ada.send(
        "save/",
        htmx=False,
        step=str(uuid4()),
        **{f"hours:{STAND_UP}:{scene.free}": "1:07"},
    )


def paste(scene):
    yield
    return scene.ada.send(
        "cells/",
        task=[STAND_UP, BANK_ID],
        day=[scene.free] * 2,
        edit=[str(uuid4()), str(uuid4())],
        step=[str(uuid4())] * 2,
        seen=["", ""],
        text=["1:07", "1:07"],
    )


def undo(scene):
    scene.change("")
    yield
    return scene.turn("undo")


def redo(scene):
    scene.new()
    scene.turn("undo")
    yield
    return scene.turn("redo")


def panel(scene):
    yield
    return scene.panel("1:07", entry="new", task=STAND_UP, day=scene.free, seen="", fingerprint="")


def change_in_the_panel(scene):
    scene.asana.put(
        f"/time_tracking_entries/{scene.gid}",
        duration_minutes=20,
        entered_on=scene.day,
    )
    yield
    return scene.panel("1:07", seen=f"{scene.gid}=20")


def move(scene):
    yield
    return scene.ada.send("entry/move/", **scene.meant, to=STAND_UP, step=str(uuid4()))


def split(scene):
    scene.asana.put(
        f"/time_tracking_entries/{scene.gid}",
        duration_minutes=120,
        entered_on=scene.day,
    )
    yield
    return scene.ada.send("entry/split/", **scene.meant, part="1:07", step=str(uuid4()))


def quick_add(scene):
    yield
    line = f"1:07 stand-up {scene.free}"
    return scene.ada.send("quick/add/", line=line, task=STAND_UP, edit=str(uuid4()))


def copy_of_hours(scene):
    yield
    return scene.ada.send(
        "hours/copy/",
        htmx=False,
        task=STAND_UP,
        day=scene.free,
        edit=str(uuid4()),
        step=str(uuid4()),
        text="1:07",
    )


def conflict(scene):
    scene.asana.put(
        f"/time_tracking_entries/{scene.gid}",
        duration_minutes=20,
        entered_on=scene.day,
    )
    scene.ada.save(BANK_ID, scene.day, "1:07", seen=f"{scene.gid}=22")
    assert Edit.objects.get().state == State.CONFLICT
    yield
    return scene.press("mine")


def waiting(scene):
    scene.settings.ASANA_URL = CLOSED
    scene.new()
    assert Edit.objects.get().state == State.QUEUED
    scene.settings.ASANA_URL = scene.asana.url
    yield
    return scene.press("retry")


def clearing(scene):
    yield
    return scene.change("")


def deleting(scene):
    yield
    return scene.panel("")


def undoing_a_new_one(scene):
    scene.new()
    yield
    return scene.turn("undo")


# Each rule by three ways, and each way at least once: all ways meet in one place, and what a rule
# says to which edit stands in test_policy.py.
MATRIX = {
    "locked": (cell, undo, deleting),
    "future": (panel, page_without_script, clearing),
    "too_old": (redo, move, undoing_a_new_one),
    "rounding": (change_of_a_cell, split, copy_of_hours),
    "note": (paste, change_in_the_panel, conflict),
    "most": (quick_add, waiting, cell),
}
CASES = [(rule, way) for rule, ways in MATRIX.items() for way in ways]
REMOVING = {"rounding": clearing, "note": deleting, "most": undoing_a_new_one}
# A day does not grow when what it has is moved or split.
SAME_DAY = [move, split]
KEPT = [cell, change_of_a_cell, page_without_script, paste, panel, change_in_the_panel, split]
KEPT += [quick_add, copy_of_hours, conflict, waiting]


@pytest.fixture
def scene(ada, asana, settings, starting_state):
    def scene(rule: str) -> Scene:
        ada.week = ada.week.next if rule == "future" else ada.week.previous
        asana.restore_snapshot(SNAPSHOT)
        return Scene(ada, asana, settings, starting_state[ada.week])

    return scene


def act(scene: Scene, way, **rules):
    """Answers what the timesheet says to it once there are these rules, and what Asana wrote."""
    going = way(scene)
    next(going)
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, **rules)
    written = len(scene.asana.writes())
    try:
        next(going)
    except StopIteration as ended:
        return ended.value, scene.asana.writes()[written:]
    raise AssertionError("a way goes on once")


@pytest.mark.parametrize(("rule", "way"), CASES, ids=[f"{r}-{w.__name__}" for r, w in CASES])
def test_a_rule_refuses_whatever_the_way_in(scene, rule, way):
    answer, written = act(scene(rule), way, **RULES[rule])
    shown = raw_page(answer)
    assert written == []
    assert answer.status_code == 422
    assert SAYS[rule] in shown
    assert {(edit.state, edit.rule) for edit in Edit.objects.filter(state=State.REFUSED)} == {
        (State.REFUSED, rule)
    }
    if way in KEPT:
        assert "1:07" in re.sub(r"\S+ would be", "", shown)


@pytest.mark.parametrize("way", SAME_DAY)
def test_a_full_day_is_no_reason_not_to_move_or_split_what_it_has(scene, way):
    answer, written = act(scene("most"), way, most_minutes=67)
    assert answer.status_code == 200
    assert len(written) == 2


@pytest.mark.parametrize(("rule", "way"), REMOVING.items(), ids=REMOVING)
def test_hours_can_always_be_taken_away(scene, rule, way):
    answer, written = act(scene(rule), way, **RULES[rule])
    assert answer.status_code == 200
    assert [one["act"] for one in written] == ["delete"]


@pytest.mark.parametrize("way", [cell, panel, quick_add])
def test_the_admins_own_words_are_said(scene, way):
    own = {"custom_messages": {"locked": "The books are closed."}}
    answer, written = act(scene("locked"), way, **RULES["locked"], **own)
    assert written == []
    assert "The books are closed." in raw_page(answer)


def test_an_edit_that_may_have_arrived_is_found_and_not_refused(scene):
    there = scene("locked")
    there.asana.faults({"kind": "drop_after", "method": "POST", "path": "time_tracking_entries$"})
    there.new()
    there.asana.faults()
    assert Edit.objects.get().state == State.IN_DOUBT
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, **RULES["locked"])
    there.press("retry")
    assert Edit.objects.get().state == State.CONFIRMED


def test_the_other_half_of_what_is_in_asana_already_is_not_held_back(scene, time_machine):
    there = scene("locked")
    away = {"kind": "status", "status": 429, "retry_after": 1}
    there.asana.faults({**away, "method": "DELETE", "path": "entries/"})
    there.ada.send("entry/move/", **there.meant, to=STAND_UP, step=str(uuid4()))
    there.asana.faults()
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, **RULES["locked"])
    time_machine.move_to(timezone.now() + timedelta(seconds=1))
    there.press("retry")
    assert [(one["task"]["gid"], one["duration_minutes"]) for one in there.entries()] == [
        (STAND_UP, 67)
    ]


@pytest.mark.parametrize(("rule", "part"), [("rounding", "1:00"), ("note", "1:00")])
def test_half_a_change_is_not_done_where_the_other_half_is_refused(scene, rule, part):
    there = scene(rule)
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, **RULES[rule])
    before = len(there.asana.writes())
    answer = there.ada.send("entry/split/", **there.meant, part=part, step=str(uuid4()))
    assert answer.status_code == 422
    assert len(there.asana.writes()) == before
    assert Edit.objects.filter(state=State.REFUSED).count() == 2


# What no page of ours sends


def test_a_day_that_is_not_the_entrys_does_not_get_round_a_lock(scene):
    there = scene("locked")
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, lock_date=there.day)
    answer = there.panel("2", day=there.free, seen=there.seen)
    assert SAYS["locked"] in raw_page(answer)
    assert [one["duration_minutes"] for one in there.entries()] == [67]


def test_another_week_does_not_get_round_a_lock(scene):
    there = scene("locked")
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, lock_date=there.free)
    meant = there.meant
    there.ada.week = there.ada.week.next
    there.ada.send("rows/add/", task=BANK_ID)
    meant["day"] = str(there.ada.week.days[1])
    values = {**meant, "seen": there.seen, "edit": str(uuid4()), "text": "2"}
    assert SAYS["locked"] in raw_page(there.ada.send("entry/", **values))
    assert there.asana.get(f"/time_tracking_entries/{there.gid}")["duration_minutes"] == 67


def test_a_move_to_a_day_that_is_locked_is_refused(scene):
    there = scene("locked")
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, lock_date=there.ada.week.start)
    answer = there.panel("1:07", to_day=str(there.ada.week.start))
    assert SAYS["locked"] in raw_page(answer)
    assert [one["entered_on"] for one in there.entries()] == [there.day]


def test_minutes_that_were_never_seen_do_not_get_round_the_steps(scene):
    there = scene("rounding")
    there.asana.put(
        f"/time_tracking_entries/{there.gid}", duration_minutes=60, entered_on=there.day
    )
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, **RULES["rounding"])
    answer = there.panel("1:07", seen=f"{there.gid}=67", description="Call", was_description="")
    assert "1:07 would be 1:15" in raw_page(answer)
    assert [one["duration_minutes"] for one in there.entries()] == [60]


@pytest.mark.parametrize("note", ["", "  "])
def test_a_note_that_is_needed_cannot_be_taken_away(scene, note):
    there = scene("note")
    path = f"/time_tracking_entries/{there.gid}"
    there.asana.put(path, description="Call", entered_on=there.day)
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, note_required=True)
    answer = there.panel("1:07", description=note, was_description="Call")
    assert SAYS["note"] in raw_page(answer)
    assert there.asana.get(path)["description"] == "Call"


def test_with_a_note_it_is_saved(scene):
    there = scene("note")
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, note_required=True)
    assert there.panel("2", description="Call", was_description="").status_code == 200
    assert there.panel("1", entry="new", description="Mail").status_code == 200
    line = f"0:20 stand-up {there.free}"
    values = {"line": line, "task": STAND_UP, "edit": str(uuid4())}
    there.ada.send("quick/add/", **values, note="Stand-up, all of us")
    assert sorted(one["duration_minutes"] for one in there.entries()) == [20, 60, 120]


# Who may reach how far back


@pytest.mark.parametrize("manages", [True, False])
def test_managers_may_reach_further_back(ada, scene, manages):
    if manages:
        Manager.objects.create(workspace_gid=WORKSPACE, gid=ada.user.gid)
    there = scene("too_old")
    WorkspacePolicy.objects.create(
        workspace_gid=WORKSPACE, back_days_members=0, back_days_managers=30
    )
    assert (there.new("1").status_code == 200) is manages


# What is offered


def test_the_rounded_time_is_offered_and_written_without_script(scene):
    there = scene("rounding")
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, **RULES["rounding"])
    shown = raw_page(there.new())
    assert "Save 1:15" in shown
    assert 'value="1:07"' in shown
    note = shown.partition('class="why"')[2].partition("</form>")[0]
    values = dict(re.findall(r'name="(task|day|seen|edit|text)" value="([^"]*)"', note))
    assert there.ada.send("cells/", htmx=False, **values).status_code == 302
    assert (STAND_UP, 75) in [
        (one["task"]["gid"], one["duration_minutes"]) for one in there.entries()
    ]


def test_what_is_added_to_several_is_offered_as_an_addition(scene):
    there = scene("rounding")
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, **RULES["rounding"])
    path = f"/tasks/{BANK_ID}/time_tracking_entries"
    other = there.asana.post(path, duration_minutes=60, entered_on=there.day)["gid"]
    seen = f"{there.gid}=67,{other}=60"
    assert "Save +0:15" in raw_page(there.ada.save(BANK_ID, there.day, "+0:07", seen=seen))


def test_the_panel_and_the_line_offer_it_too(scene):
    there = scene("rounding")
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, **RULES["rounding"])
    assert "Save 1:15" in raw_page(there.panel("1:07", entry="new", description="Call"))
    answer = there.panel("1:07", entry="new", instead="1:15", description="Call")
    assert answer.status_code == 200
    values = {"line": f"1:07 stand-up {there.free}", "task": STAND_UP}
    answer = there.ada.send("quick/add/", **values, edit=str(uuid4()))
    assert "Add 1:15" in raw_page(answer)
    there.ada.send("quick/add/", **values, edit=str(uuid4()), instead="1:15")
    assert sorted(one["duration_minutes"] for one in there.entries()) == [67, 75, 75]


def test_a_part_is_offered_rounded(scene):
    there = scene("rounding")
    path = f"/time_tracking_entries/{there.gid}"
    there.asana.put(path, duration_minutes=120, entered_on=there.day)
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, **RULES["rounding"])
    part = {"part": "1:07"}
    shown = raw_page(there.ada.send("entry/split/", **there.meant, **part, step=str(uuid4())))
    assert "Split off 1:15" in shown
    assert 'name="part" value="1:07"' in shown
    part["instead"] = "1:15"
    there.ada.send("entry/split/", **there.meant, **part, step=str(uuid4()))
    assert sorted(one["duration_minutes"] for one in there.entries()) == [45, 75]


def test_a_cell_without_its_note_leads_to_where_it_is_written(scene):
    there = scene("note")
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, note_required=True)
    shown = raw_page(there.new())
    assert "Add a note…" in shown
    listed = raw_page(there.ada.see("entries/", task=STAND_UP, day=there.free, typed="1:07"))
    assert "You typed “1:07”. Add a note to save it." in listed
    assert 'id="entry-new" name="text" value="1:07"' in listed


# What is seen before


def test_days_that_are_shut_look_it_and_say_why(scene):
    there = scene("locked")
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, lock_date=there.day)
    shown = raw_page(there.ada.see())
    assert f'id="cell-{BANK_ID}-{there.day}" data-state="value"' in shown
    field = shown.partition(f'name="hours:{BANK_ID}:{there.day}"')[2].partition(">")[0]
    assert 'readonly aria-describedby="shut-0"' in field
    free = shown.partition(f'name="hours:{BANK_ID}:{there.free}"')[2].partition(">")[0]
    assert "readonly" not in free
    assert "are locked." in shown.partition('id="shut-0"')[2].partition("</li>")[0]
    listed = raw_page(there.ada.see("entries/", task=BANK_ID, day=there.day))
    assert "are locked." in listed
    assert 'id="entry-new"' not in listed


def test_a_paste_shows_what_would_be_refused_and_what_is_rounded(scene):
    there = scene("locked")
    WorkspacePolicy.objects.create(
        workspace_gid=WORKSPACE, lock_date=there.day, most_minutes=120, **RULES["rounding"]
    )
    days = [str(day) for day in there.ada.week.days]
    cells = {"task": [STAND_UP] * 7, "day": days, "seen": [""] * 7, "columns": 7}
    shown = raw_page(there.ada.send("cells/paste/", block="1\t1\t1:07\t3\t0:45", **cells))
    assert "3 left out" in shown
    assert "are locked. Ask an admin" in shown
    assert "The limit is 2:00." in shown
    assert "1:07 → <b>1:15</b>" in shown
    assert re.findall(r'name="text" value="([^"]*)"', shown) == ["1:15", "0:45"]


def test_a_paste_shows_what_lacks_its_note(scene):
    there = scene("note")
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, note_required=True)
    cells = {"task": [BANK_ID], "day": [there.day], "seen": [there.seen], "columns": 1}
    shown = raw_page(there.ada.send("cells/paste/", block="2", **cells))
    assert "Every entry needs a note." in shown
    assert "There’s nothing to change." in shown


def test_a_copy_of_hours_shows_what_is_rounded(scene):
    there = scene("rounding")
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, **RULES["rounding"])
    there.ada.week = there.ada.week.next
    shown = raw_page(there.ada.see("hours/", htmx=True))
    assert "1:07 → <b>1:15</b>" in shown
    assert 'name="text" value="1:15"' in shown


def test_members_can_read_which_rules_there_are(ada):
    assert "Rules" not in raw_page(ada.see())
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, most_minutes=600, note_required=True)
    shown = raw_page(ada.see())
    assert "Rules" in shown
    assert "You can log at most 10:00 a day." in shown


def test_other_workspaces_have_rules_of_their_own(scene):
    WorkspacePolicy.objects.create(workspace_gid="1200000000000002", **RULES["locked"])
    assert scene("locked").new("1").status_code == 200
