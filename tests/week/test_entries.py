"""The entries of one cell, each on its own."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils import timezone

from tests.support.asana import CREATE, LIST
from tests.support.pages import page
from tests.support.people import BANK_ID, STAND_UP, WORKSPACE
from timesheet.journal import dispatch
from timesheet.models import Edit
from timesheet.week.forms import LONGEST_NOTE


@pytest.fixture
def day(ada, this_week):
    """A Tuesday with two entries on one task, in the week before."""
    ada.week = this_week.previous
    return ada.week.days[1]


@pytest.fixture
def two(entries, day):
    return [entry for entry in entries(1) if entry[:2] == (BANK_ID, str(day))]


@pytest.fixture
def change(ada, day, two):
    """Types into the field of one entry in the list."""

    def change(entry: str, text: str, *, htmx: bool = True, **values):
        seen = ",".join(f"{entry[3]}={entry[2]}" for entry in two)
        values |= {"task": BANK_ID, "day": str(day), "seen": seen, "edit": str(uuid4())}
        return ada.send("entry/", htmx=htmx, entry=entry, text=text, **values)

    return change


@pytest.fixture
def minutes(entries, day):
    def minutes() -> list[int]:
        return sorted(entry[2] for entry in entries(1) if entry[:2] == (BANK_ID, str(day)))

    return minutes


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no script"])
def test_every_entry_of_the_cell_has_a_field(ada, day, two, htmx):
    listed = page(ada.see("entries/", htmx=htmx, task=BANK_ID, day=str(day)))
    assert all(f'id="entry-{entry[3]}" name="text"' in listed for entry in two)
    assert 'id="entry-new"' in listed
    assert "Sign-in with BankID: flow and prototype" in listed
    assert ("<html" in listed) is not htmx


@pytest.mark.parametrize(
    ("path", "values", "sentence"),
    [
        ("entry/", {"category": "x"}, "Asana doesn’t know this category."),
        ("entry/", {"project": "x"}, "Asana doesn’t know this project."),
        ("entry/move/", {"entry": "x"}, "We can’t tell which entry this is."),
        ("entry/move/", {"entry": ""}, "We can’t tell which entry this is."),
        ("entry/move/", {"fingerprint": ""}, "We can’t tell which entry this is."),
        ("entry/move/", {"fingerprint": "0" * 17}, "We can’t tell which entry this is."),
        ("entry/move/", {"step": "x"}, "Your change arrived incomplete"),
        ("entry/move/", {"to": "x"}, "That isn’t an Asana task."),
        ("entry/move/", {"to": ""}, "The task is missing."),
    ],
)
def test_what_is_wrong_is_called_by_its_name(ada, day, two, path, values, sentence):
    usual = {"task": BANK_ID, "day": str(day), "entry": two[0][3], "to": STAND_UP}
    ids = {"edit": str(uuid4()), "step": str(uuid4()), "fingerprint": "0"}
    answer = ada.send(path, **{**usual, **ids, "text": "1", **values})
    assert answer.status_code == 400
    shown = page(answer)
    assert sentence in shown
    assert "Asana task" not in shown or "task" in sentence


def test_what_was_typed_into_the_cell_is_said_again(ada, day):
    listed = page(ada.see("entries/", htmx=True, task=BANK_ID, day=str(day), typed="3"))
    assert "You typed “3”." in listed


def test_emptying_a_cell_of_several_is_asked_about(ada, day):
    shown = page(ada.see("entries/", htmx=True, task=BANK_ID, day=str(day), typed=""))
    assert "This cell has several entries. Which do you want to delete?" in shown


def test_one_entry_is_changed_and_the_other_is_not(change, two, minutes):
    answer = change(two[0][3], "1:11")
    assert "Saved in Asana." in page(answer)
    assert minutes() == sorted([71, two[1][2]])


def test_one_entry_is_deleted_and_the_other_is_not(change, two, minutes):
    change(two[0][3], "")
    assert minutes() == [two[1][2]]


def test_one_more_entry_is_added(change, two, minutes):
    change("new", "0:20")
    assert minutes() == sorted([20, *(entry[2] for entry in two)])


def test_the_cell_and_the_totals_come_along(change, two, day):
    answer = page(change("new", "0:20"))
    total = sum(entry[2] for entry in two) + 20
    assert f'value="{total // 60}:{total % 60:02}"' in answer
    assert f'id="total-{day}" hx-swap-oob="true"' in answer


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no script"])
def test_a_text_that_is_no_duration_stays_in_its_field(change, two, minutes, htmx):
    before = minutes()
    answer = change(two[1][3], "soon", htmx=htmx)
    assert answer.status_code == 422
    assert 'value="soon"' in page(answer)
    assert "We can’t read that as a time." in page(answer)
    assert minutes() == before


def test_without_script_a_change_leads_back_to_the_week(ada, change, two):
    assert change(two[0][3], "1:11", htmx=False).url == ada.at()


def test_an_entry_that_is_not_in_the_cell_is_not_touched(change, entries):
    before = entries(), entries(1)
    answer = change(before[0][0][3], "5:00")
    assert answer.status_code == 422
    assert (entries(), entries(1)) == before


@pytest.mark.parametrize(
    "place", [{"day": "2020-01-01"}, {"day": "x"}, {"task": "x"}, {"task": ""}]
)
def test_a_place_that_does_not_fit_is_rejected(ada, day, place):
    answer = ada.see("entries/", htmx=True, **{"task": BANK_ID, "day": str(day), **place})
    assert answer.status_code == 400
    assert 'id="problem"' in page(answer)


def test_entries_are_saved_by_a_post_only(ada, day):
    assert ada.see("entry/", task=BANK_ID, day=str(day)).status_code == 405


# All that an entry says


@pytest.fixture
def details(asana):
    """Entries of Ada's cells with all that Asana has of them."""

    def details(task: str, day) -> list[dict]:
        found = asana.get(
            "/time_tracking_entries",
            workspace=WORKSPACE,
            user="me",
            entered_on_start_date=day,
            entered_on_end_date=day,
            opt_fields="duration_minutes,entered_on,task.gid,description,billable_status,"
            "categories.gid,attributable_to.gid",
        )
        return [entry for entry in found if entry["task"]["gid"] == task]

    return details


def listed(ada, task, day) -> str:
    return page(ada.see("entries/", htmx=True, task=task, day=str(day)))


def fingerprint_of(html: str, gid: str) -> str:
    form = html.partition(f'name="entry" value="{gid}"')[2]
    return re.search(r'name="fingerprint" value="([0-9a-f]+)"', form)[1]


def refuse_later(ada, asana, **request):
    """Lets the worker deliver, while Asana refuses this request."""
    asana.faults({**request, "kind": "status", "status": 403})
    Edit.objects.filter(state="queued").update(due_at=timezone.now())
    dispatch.deliver_due(ada.user.pk, timezone.now)
    asana.faults()


def cell_of(html: str, day) -> str:
    return html.partition(f'id="cell-{BANK_ID}-{day}"')[2].partition('id="cell-')[0]


def test_a_refused_entry_stays_in_its_cell_after_another_one_was_saved(
    ada, asana, day, two, change, minutes
):
    html = listed(ada, BANK_ID, day)
    first, second = ({"fingerprint": fingerprint_of(html, entry[3])} for entry in two)
    asana.faults({**LIST, "kind": "status", "status": 503})
    assert change(two[0][3], "9", **first).status_code == 200
    asana.faults()
    refuse_later(ada, asana, method="PUT", path=f"/time_tracking_entries/{two[0][3]}")
    answer = change(two[1][3], "0:05", **second)
    assert answer.status_code == 200
    assert 5 in minutes()
    for html in (page(answer), page(ada.see())):
        assert 'data-state="refused"' in cell_of(html, day)
        assert "Asana doesn’t let you do this" in cell_of(html, day)
    change(two[0][3], "2", **first)
    assert 'data-state="several"' in cell_of(page(ada.see()), day)


def test_an_entry_that_was_refused_after_the_cell_was_typed_over_is_shown(
    ada, asana, monday, entries
):
    gid = next(entry[3] for entry in entries() if entry[:2] == (BANK_ID, str(monday)))
    asana.faults({**CREATE, "kind": "status", "status": 429, "retry_after": 0})
    added = {"task": BANK_ID, "day": str(monday), "text": "1", "entry": "new"}
    ada.send("entry/", **added, edit=str(uuid4()))
    asana.faults()
    Edit.objects.update(due_at=timezone.now() + timedelta(hours=1))
    ada.save(BANK_ID, monday, "2", seen=f"{gid}=90")
    assert Edit.objects.latest("pk").state == "confirmed"
    refuse_later(ada, asana, **CREATE)
    assert "Asana doesn’t let you do this" in cell_of(page(ada.see()), monday)


def test_what_is_wrong_with_a_part_is_said_while_asana_is_down(ada, asana, monday, mine):
    asana.faults({**LIST, "kind": "status", "status": 503})
    answer = ada.send("entry/split/", **mine, step=str(uuid4()), part="soon")
    assert answer.status_code == 422
    assert "We can’t read that as a time." in page(answer)


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no script"])
def test_a_note_that_is_too_long_is_refused_in_the_panel_and_kept(ada, mine, here, htmx):
    before, note = here(), "n" * (LONGEST_NOTE + 1)
    answer = save(ada, mine, description=note, htmx=htmx)
    assert answer.status_code == 422
    assert f"at most {LONGEST_NOTE} characters" in page(answer)
    assert note in page(answer)
    assert here() == before


def test_a_line_break_counts_as_one_character(ada, asana, mine):
    note = "a\n" * (LONGEST_NOTE // 2 - 1) + "ab"
    assert save(ada, mine, description=note.replace("\n", "\r\n")).status_code == 200
    assert asana.get(f"/time_tracking_entries/{mine['entry']}")["description"] == note


@pytest.fixture
def mine(ada, entries, monday):
    """Ada's 90 minutes of Monday: what the panel sends back about it."""
    gid = next(entry[3] for entry in entries() if entry[0] == BANK_ID)
    fingerprint = fingerprint_of(listed(ada, BANK_ID, monday), gid)
    return {"task": BANK_ID, "day": str(monday), "entry": gid, "fingerprint": fingerprint}


def save(ada, mine, **values):
    given = {"seen": f"{mine['entry']}=90", "edit": str(uuid4()), "text": "1:30", **mine, **values}
    return ada.send("entry/", **given)


def category(asana) -> str:
    return asana.get("/time_tracking_categories", workspace=WORKSPACE)[0]["gid"]


def test_a_note_a_category_and_billable_are_saved(ada, asana, mine, monday, details):
    given = {"description": "Called the bank", "billable": "billable", "category": category(asana)}
    assert save(ada, mine, **given).status_code == 200
    [entry] = details(BANK_ID, monday)
    assert entry["duration_minutes"] == 90
    assert entry["description"] == "Called the bank"
    assert entry["billable_status"] == "billable"
    assert [category["gid"] for category in entry["categories"]] == [given["category"]]


def test_only_what_was_changed_is_sent(ada, asana, mine, monday, details):
    """A plan that refuses the rest takes the hours alone."""
    asana.settings(plan="time_tracking")
    kept = {"billable": "notApplicable", "was_billable": "notApplicable", "project": "1"}
    assert save(ada, mine, text="2", was_project="1", **kept).status_code == 200
    assert [entry["duration_minutes"] for entry in details(BANK_ID, monday)] == [120]


@pytest.mark.parametrize("status", [402, 500])
def test_a_workspace_without_categories_saves_all_the_same(
    ada, asana, mine, monday, details, status
):
    cache.clear()
    asana.faults({"kind": "status", "status": status, "path": "time_tracking_categories"})
    answer = save(ada, mine, text="2")
    assert answer.status_code == 200
    assert "Saved in Asana." in page(answer)
    assert [entry["duration_minutes"] for entry in details(BANK_ID, monday)] == [120]


def test_line_ends_of_a_form_are_no_change_and_do_not_reach_asana(ada, mine, monday, details):
    save(ada, mine, description="One\r\nTwo")
    [entry] = details(BANK_ID, monday)
    assert entry["description"] == "One\nTwo"
    mine["fingerprint"] = fingerprint_of(listed(ada, BANK_ID, monday), mine["entry"])
    save(ada, mine, description="One\r\nTwo", was_description="One\nTwo", text="2")
    assert [entry["duration_minutes"] for entry in details(BANK_ID, monday)] == [120]


def test_an_entry_moves_to_another_day_of_the_week(ada, mine, monday, details, this_week):
    answer = page(save(ada, mine, to_day=str(this_week.days[2])))
    assert details(BANK_ID, monday) == []
    assert [entry["gid"] for entry in details(BANK_ID, this_week.days[2])] == [mine["entry"]]
    assert f'id="cell-{BANK_ID}-{this_week.days[2]}"' in answer


def test_a_field_that_the_plan_refuses_is_offered_again_without_it(
    ada, asana, mine, monday, details
):
    asana.settings(plan="time_tracking")
    answer = page(save(ada, mine, text="2", description="Called"))
    assert "plan doesn’t include this" in answer
    assert "Save only the hours" in answer
    assert ">Called</textarea>" in answer
    assert save(ada, mine, text="2", description="Called", plain="1").status_code == 200
    assert [entry["duration_minutes"] for entry in details(BANK_ID, monday)] == [120]


def test_an_entry_whose_note_changed_in_asana_is_not_overwritten(ada, asana, mine, monday, details):
    asana.put(
        f"/time_tracking_entries/{mine['entry']}", description="Theirs", entered_on=str(monday)
    )
    answer = page(save(ada, mine, description="Mine"))
    assert "changed this to" in answer
    assert [entry["description"] for entry in details(BANK_ID, monday)] == ["Theirs"]


def test_a_saved_note_is_shown_where_lists_leave_it_out(ada, asana, mine, monday):
    asana.settings(strict_list_fields=True)
    ada.see()
    save(ada, mine, description="Called the bank")
    assert ">Called the bank</textarea>" in listed(ada, BANK_ID, monday)


def test_an_entry_moves_to_another_task_with_all_that_it_says(ada, asana, mine, monday, details):
    gid = mine["entry"]
    asana.put(f"/time_tracking_entries/{gid}", description="Note", entered_on=str(monday))
    mine["fingerprint"] = fingerprint_of(listed(ada, BANK_ID, monday), gid)
    answer = ada.send("entry/move/", **mine, to=STAND_UP, step=str(uuid4()))
    assert answer.status_code == 200
    assert details(BANK_ID, monday) == []
    moved = [entry for entry in details(STAND_UP, monday) if entry["duration_minutes"] == 90]
    assert [entry["description"] for entry in moved] == ["Note"]
    assert f'id="cell-{STAND_UP}-{monday}"' in page(answer)


def test_moving_deletes_nothing_when_the_other_task_takes_no_time(
    ada, asana, mine, monday, details
):
    asana.faults(
        {"kind": "status", "status": 403, "method": "POST", "path": "time_tracking_entries$"}
    )
    answer = ada.send("entry/move/", **mine, to=STAND_UP, step=str(uuid4()))
    asana.faults()
    assert answer.status_code == 422
    assert [entry["duration_minutes"] for entry in details(BANK_ID, monday)] == [90]


@pytest.mark.parametrize(
    ("path", "more", "method"),
    [
        ("entry/move/", {"to": STAND_UP}, "DELETE"),
        ("entry/split/", {"part": "0:20"}, "PUT"),
    ],
)
@pytest.mark.parametrize("status", [400, 402, 403])
def test_half_of_a_change_is_not_called_nothing(
    ada, asana, mine, entries, path, more, method, status
):
    before = len(entries())
    asana.faults({"kind": "status", "status": status, "method": method, "path": "entries/"})
    answer = ada.send(path, **mine, **more, step=str(uuid4()))
    asana.faults()
    assert answer.status_code == 422
    assert len(entries()) == before + 1
    text = page(answer)
    assert "Nothing was saved" not in text
    assert "try again" not in text
    assert "The new entry is saved, but the old one is unchanged." in text


def test_half_of_a_change_is_undone(ada, asana, mine, entries):
    before, step = sorted(entry[:3] for entry in entries()), str(uuid4())
    asana.faults({"kind": "status", "status": 403, "method": "DELETE", "path": "entries/"})
    ada.send("entry/move/", **mine, to=STAND_UP, step=step)
    asana.faults()
    ada.send("undo/", step=step, undo_count=0)
    assert sorted(entry[:3] for entry in entries()) == before


def test_an_entry_is_split_in_two(ada, mine, monday, details):
    ada.send("entry/split/", **mine, part="0:20", step=str(uuid4()))
    assert sorted(entry["duration_minutes"] for entry in details(BANK_ID, monday)) == [20, 70]


@pytest.mark.parametrize("part", ["1:30", "2", "", "soon", "+0:10"])
def test_a_part_that_cannot_be_split_off_is_rejected(ada, mine, monday, details, part):
    answer = ada.send("entry/split/", **mine, part=part, step=str(uuid4()))
    assert answer.status_code == 422
    assert [entry["duration_minutes"] for entry in details(BANK_ID, monday)] == [90]


@pytest.mark.parametrize(
    ("path", "more"), [("entry/split/", {"part": "0:20"}), ("entry/move/", {"to": STAND_UP})]
)
def test_the_same_step_twice_is_done_once(ada, mine, entries, path, more):
    step = str(uuid4())
    before = len(entries())
    for _ in range(2):
        assert ada.send(path, **mine, **more, step=step).status_code == 200
    assert len(entries()) == before + (path == "entry/split/")


@pytest.mark.parametrize(
    ("path", "more", "reads"),
    [("entry/split/", {"part": "0:20"}, 1), ("entry/move/", {"to": STAND_UP}, 2)],
)
def test_typing_over_a_cell_replaces_both_halves_of_what_waits_there(
    ada, asana, mine, monday, entries, path, more, reads
):
    others = [entry for entry in entries() if entry[3] != mine["entry"]]
    # The weeks can be read to write both halves down, but not to deliver them.
    asana.faults({"kind": "status", "status": 503, **LIST, "skip": reads})
    ada.send(path, **mine, **more, step=str(uuid4()))
    assert {edit.state for edit in Edit.objects.all()} == {"queued"}
    asana.faults()
    ada.save(BANK_ID, monday, "3", seen=f"{mine['entry']}=90")
    *halves, typed = Edit.objects.order_by("pk")
    assert {edit.state for edit in halves} == {"discarded"}
    assert typed.state == "confirmed"
    changed = (BANK_ID, str(monday), 180, mine["entry"])
    assert sorted(entries()) == sorted([*others, changed])


@pytest.mark.parametrize(
    ("path", "more"), [("entry/split/", {"part": "0:20"}), ("entry/move/", {"to": STAND_UP})]
)
def test_typing_that_is_refused_replaces_neither_half(ada, asana, mine, monday, path, more):
    asana.faults({"kind": "drop_before", **CREATE})
    ada.send(path, **mine, **more, step=str(uuid4()))
    asana.faults()
    waiting = [edit.state for edit in Edit.objects.order_by("pk")]
    answer = ada.save(BANK_ID, monday, "3", seen=f"{mine['entry']}=90")
    assert "may still reach Asana" in page(answer)
    assert waiting == ["in_doubt", "queued"]
    assert [edit.state for edit in Edit.objects.order_by("pk")] == waiting


def test_the_category_of_an_entry_is_listed_once(ada, asana, mine, monday):
    gid = category(asana)
    save(ada, mine, category=gid)
    form = page(ada.see("entries/", task=BANK_ID, day=str(monday)))
    options = form.partition('name="category"')[2].partition("</select>")[0]
    assert options.count(f'value="{gid}"') == 1
