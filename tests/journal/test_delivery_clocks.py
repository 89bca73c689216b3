"""Lost answers while Asana's clock and ours differ, and looking before every second send."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accounts.models import RateBudget
from tests.support.people import BANK_ID
from timesheet.models import Edit

CREATE = {"method": "POST", "path": "/time_tracking_entries$"}
# By how many seconds Asana's clock is ahead of ours.
OFFSETS = [-600, -150, 0, 600]


@pytest.fixture
def minutes(entries, saturday):
    """Reads the minutes of Saturday's entries in Asana."""
    return lambda: sorted(entry[2] for entry in entries() if entry[1] == str(saturday))


@pytest.fixture
def add(ada, saturday):
    """Adds one more entry to Saturday's cell, as the panel does."""

    def add(text: str):
        place = {"task": BANK_ID, "day": saturday, "entry": "new"}
        return ada.send("entry/", **place, text=text, edit=str(uuid4()))

    return add


@pytest.fixture
def retry_settled(ada, asana, settle):
    """Retries the last edit without faults, when it cannot turn up any more."""

    def retry_settled():
        asana.faults()
        settle()
        return ada.send(f"unsynced/{Edit.objects.latest('pk').edit_id}/retry/")

    return retry_settled


@pytest.mark.parametrize("offset", OFFSETS)
def test_an_added_entry_whose_answer_was_lost_is_written_once_by_any_clock(
    asana, add, retry_settled, minutes, offset
):
    asana.settings(clock_offset_seconds=offset)
    asana.faults({**CREATE, "kind": "drop_after"})
    add("0:35")
    retry_settled()
    assert minutes() == [35]
    assert Edit.objects.get().state == "confirmed"


@pytest.mark.parametrize("offset", OFFSETS)
def test_a_cell_whose_answer_was_lost_is_no_conflict_with_its_own_entry(
    ada, asana, saturday, retry_settled, minutes, offset
):
    asana.settings(clock_offset_seconds=offset)
    asana.faults({**CREATE, "kind": "drop_after"})
    ada.save(BANK_ID, saturday, "1:16")
    retry_settled()
    assert minutes() == [76]
    assert Edit.objects.get().state == "confirmed"


def test_an_older_entry_that_was_moved_into_the_cell_is_not_taken_for_ones_own(
    ada, asana, add, saturday, entries, retry_settled, minutes
):
    asana.settings(clock_offset_seconds=-600)
    asana.faults({**CREATE, "kind": "drop_before"})
    add("1:30")
    asana.faults()
    monday = next(entry[3] for entry in entries() if entry[0] == BANK_ID)
    asana.put(f"/time_tracking_entries/{monday}", duration_minutes=90, entered_on=str(saturday))
    retry_settled()
    assert minutes() == [90, 90]


@pytest.mark.parametrize("status", [401, 429])
def test_an_entry_that_was_made_all_the_same_is_found_before_it_is_added_again(
    asana, add, retry_settled, minutes, status
):
    asana.faults({**CREATE, "kind": "status_after", "status": status})
    add("0:35")
    retry_settled()
    assert minutes() == [35]
    assert Edit.objects.get().state == "confirmed"


def test_what_is_added_twice_is_there_twice_though_both_were_too_fast(ada, asana, add, minutes):
    asana.faults({**CREATE, "kind": "status", "status": 429})
    for _ in range(2):
        add("0:35")
        # Our own limiter would keep the next one back.
        RateBudget.objects.all().delete()
    asana.faults()
    for edit in Edit.objects.all():
        ada.send(f"unsynced/{edit.edit_id}/retry/")
    assert minutes() == [35, 35]
