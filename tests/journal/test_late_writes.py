"""Creates that Asana executes late: waited for, and shown with a way out if sent again."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.asana.records import Entry
from tests.support.asana import CREATE
from tests.support.pages import page
from tests.support.people import BANK_ID, WORKSPACE
from timesheet.domain.journal import DUPLICATE_WATCH, MAX_SETTLING
from timesheet.journal import duplicates, late_writes
from timesheet.models import Edit, WorkspacePolicy

LOST = {**CREATE, "kind": "drop_before", "times": 1}


@pytest.fixture
def minutes(entries, saturday):
    """Reads the minutes of Saturday's entries in Asana."""

    def minutes() -> list[int]:
        return sorted(entry[2] for entry in entries() if entry[1] == str(saturday))

    return minutes


@pytest.fixture
def retry(ada):
    def retry():
        return ada.send(f"unsynced/{Edit.objects.earliest('pk').edit_id}/retry/")

    return retry


@pytest.fixture
def late(ada, asana, saturday) -> Edit:
    """An entry without an answer, which Asana makes later."""
    asana.faults(LOST)
    ada.save(BANK_ID, saturday, "1:14")
    edit = Edit.objects.get()
    assert edit.state == "in_doubt"
    return edit


@pytest.fixture
def arrive(late, asana):
    """Has Asana make the late entry: a moment of its own, that no slow machine can miss."""

    def arrive() -> None:
        path = f"/tasks/{BANK_ID}/time_tracking_entries"
        asana.post(path, duration_minutes=74, entered_on=str(late.entered_on))

    return arrive


def test_an_entry_made_forty_seconds_late_is_waited_for(
    late, retry, arrive, asana, minutes, move_clocks
):
    move_clocks(late.sent_at + timedelta(seconds=40))
    retry()
    assert Edit.objects.get().state == "in_doubt"
    arrive()
    assert minutes() == [74]
    retry()
    assert Edit.objects.get().state == "confirmed"
    assert len(asana.writes()) == 1


@pytest.fixture
def twice(late, retry, arrive, minutes, settle) -> Edit:
    """An entry that was sent again, and of which the first came after all."""
    settle(late)
    retry()
    assert Edit.objects.get().state == "confirmed"
    arrive()
    assert minutes() == [74, 74]
    return Edit.objects.get()


def look() -> Edit:
    duplicates.look(timezone.now)
    return Edit.objects.earliest("pk")


def test_a_duplicate_is_found_logged_and_shown(twice, ada, caplog):
    assert look().duplicate_gid not in ("", twice.entry_gid)
    assert "is a duplicate of it" in caplog.text
    for shown in (page(ada.see()), page(ada.get("/waiting/"))):
        assert "Asana seems to have this entry twice" in shown
        assert "Remove the duplicate" in shown
    assert "1 needs you" in page(ada.see())


def test_a_duplicate_is_never_removed_by_itself(twice, minutes):
    look()
    look()
    assert minutes() == [74, 74]


@pytest.mark.parametrize("htmx", [True, False])
def test_one_click_removes_it(twice, ada, minutes, htmx):
    edit = look()
    for _ in range(2):
        ada.send(f"unsynced/{edit.edit_id}/remove-duplicate/", htmx=htmx)
    assert minutes() == [74]
    removal = Edit.objects.latest("pk")
    assert (removal.kind, removal.state, removal.entry_gid) == (
        "delete",
        "confirmed",
        edit.duplicate_gid,
    )
    assert "twice" not in page(ada.see())


def test_both_can_be_kept(twice, ada, minutes):
    edit = look()
    ada.send(f"unsynced/{edit.edit_id}/discard/")
    assert look().duplicate_gid == ""
    assert minutes() == [74, 74]
    assert "Remove the duplicate" not in page(ada.see())


@pytest.fixture(params=["refused by Asana", "refused by a rule", "discarded", "discarded at once"])
def given_up(late, retry, arrive, asana, ada, settle, request) -> Edit:
    """An entry that came after it was refused or discarded."""
    if request.param == "refused by a rule":
        WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, rounding_minutes=15)
    elif request.param == "refused by Asana":
        asana.faults({**LOST, "kind": "status", "status": 403})
    elif request.param == "discarded":
        asana.faults(LOST)
    if request.param != "discarded at once":
        settle(late)
        retry()
    if request.param.startswith("discarded"):
        ada.send(f"unsynced/{late.edit_id}/discard/")
    arrive()
    edit = Edit.objects.get()
    assert edit.state in ("refused", "discarded")
    return edit


def test_an_entry_that_came_though_it_was_given_up_is_shown_and_can_be_kept(given_up, ada, minutes):
    assert look().duplicate_gid
    for shown in (page(ada.see()), page(ada.get("/waiting/"))):
        assert "This reached Asana after all" in shown
        assert "Remove the entry" in shown
    ada.send(f"unsynced/{given_up.edit_id}/discard/")
    assert minutes() == [74]
    assert not Edit.objects.unsynced().exists()


def test_an_entry_that_came_though_it_was_given_up_is_removed_by_a_click(given_up, ada, minutes):
    look()
    ada.send(f"unsynced/{given_up.edit_id}/remove-duplicate/")
    assert minutes() == []
    assert not Edit.objects.unsynced().exists()


@pytest.mark.parametrize("htmx", [True, False])
def test_a_duplicate_that_was_changed_since_is_left_alone_and_that_is_said(
    twice, ada, asana, minutes, saturday, htmx
):
    edit = look()
    path = f"/time_tracking_entries/{edit.duplicate_gid}"
    asana.put(path, duration_minutes=20, entered_on=str(saturday))
    answer = ada.send(f"unsynced/{edit.edit_id}/remove-duplicate/", htmx=htmx)
    shown = page(answer if htmx else ada.get(answer.url))
    assert "The duplicate was changed in Asana, so it wasn’t removed." in shown
    assert minutes() == [20, 74]


def test_what_was_added_on_purpose_is_no_duplicate(
    late, retry, arrive, ada, asana, minutes, settle
):
    ada.send(f"unsynced/{late.edit_id}/discard/")
    arrive()
    asana.faults(LOST)
    Edit.objects.all().delete()
    saturday = ada.week.days[5]
    place = {"task": BANK_ID, "day": saturday, "entry": "new"}
    ada.send("entry/", **place, text="0:35", edit=str(uuid4()))
    settle()
    retry()
    ada.send("entry/", **place, text="0:35", edit=str(uuid4()))
    assert minutes() == [35, 35, 74]
    assert look().duplicate_gid == ""


def test_after_some_minutes_nobody_looks_any_more(twice, time_machine):
    # None is found: the second one in Asana has other minutes.
    Edit.objects.update(duration_minutes=1)
    assert look().watch_until is not None
    time_machine.shift(DUPLICATE_WATCH + timedelta(minutes=1))
    assert look().watch_until is None


def test_an_entry_that_was_sent_once_is_not_watched(ada, saturday):
    ada.save(BANK_ID, saturday, "1:14")
    assert Edit.objects.get().watch_until is None


def test_after_a_late_write_the_next_ones_are_waited_for_longer(late, settings):
    def observe(seconds: int) -> None:
        created_at = late.asana_sent_at + timedelta(seconds=seconds)
        entry = Entry("1", 74, late.entered_on, created_at=created_at)
        late_writes.observe(late, entry)

    assert late_writes.settling() == timedelta(seconds=settings.SETTLING_SECONDS)
    observe(60)
    assert late_writes.settling() == timedelta(seconds=120)
    observe(3600)
    assert late_writes.settling() == MAX_SETTLING


def test_an_entry_of_a_second_send_does_not_count_as_late(late, retry, arrive, settings):
    sent_at = late.asana_sent_at - timedelta(minutes=5)
    Edit.objects.update(asana_sent_at=sent_at, watch_until=timezone.now() + DUPLICATE_WATCH)
    arrive()
    retry()
    assert Edit.objects.get().state == "confirmed"
    assert late_writes.settling() == timedelta(seconds=settings.SETTLING_SECONDS)
