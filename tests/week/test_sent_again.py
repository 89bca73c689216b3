"""A saved change that is sent again: its cell shows the current value, with newer changes."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.support.asana import CREATE, UPDATE
from tests.support.edits import make_edit
from tests.support.people import BANK_ID, WORKSPACE
from timesheet.models import Edit
from timesheet.sheets.sheet import Sheet
from timesheet.week.results import KnownCells

DOWN = {"kind": "status", "status": 503, "path": "/api/"}


@pytest.fixture
def cell(saturday):
    """Reads the attributes of Saturday's cell, and what its field says."""

    def cell(answer) -> tuple[str, str, str]:
        html = answer.content.decode()
        found = re.search(
            rf'id="cell-{BANK_ID}-{saturday}"[^>]*data-state="(\w+)"[^>]*data-seen="([^"]*)"'
            r'.*?value="([^"]*)"',
            html,
            re.DOTALL,
        )
        assert found, html
        return found[1], found[2], found[3]

    return cell


@pytest.fixture
def hour(ada, saturday, entries):
    """An hour that was saved: its edit id, and the cell as the page has it now."""
    edit = str(uuid4())
    ada.save(BANK_ID, saturday, "1", edit=edit)
    (gid,) = [entry[3] for entry in entries() if entry[:2] == (BANK_ID, str(saturday))]
    return edit, gid


def test_a_later_change_that_is_not_saved_yet_is_still_shown(ada, asana, saturday, hour, cell):
    edit, gid = hour
    asana.faults({"kind": "status", "status": 503, **UPDATE})
    ada.save(BANK_ID, saturday, "2", seen=f"{gid}=60")
    state, _seen, text = cell(ada.save(BANK_ID, saturday, "1", edit=edit))
    assert (state, text) == ("in_doubt", "2")


def test_a_later_change_is_shown_while_asana_is_down(ada, asana, saturday, hour, cell):
    edit, gid = hour
    ada.save(BANK_ID, saturday, "2", seen=f"{gid}=60")
    asana.faults(DOWN)
    state, seen, text = cell(ada.save(BANK_ID, saturday, "1", edit=edit))
    assert (state, seen, text) == ("value", f"{gid}=120", "2:00")


def test_a_later_deletion_is_shown_while_asana_is_down(ada, asana, saturday, hour, cell):
    edit, gid = hour
    ada.save(BANK_ID, saturday, "", seen=f"{gid}=60")
    asana.faults(DOWN)
    state, seen, _text = cell(ada.save(BANK_ID, saturday, "1", edit=edit))
    assert (state, seen) == ("empty", "")


def test_what_a_page_read_since_is_shown_while_asana_is_down(ada, asana, saturday, hour, cell):
    edit, gid = hour
    asana.call("PUT", f"/time_tracking_entries/{gid}", json={"data": {"duration_minutes": 75}})
    ada.see()
    asana.faults(DOWN)
    state, seen, text = cell(ada.save(BANK_ID, saturday, "1", edit=edit))
    assert (state, seen, text) == ("value", f"{gid}=75", "1:15")


def test_an_entry_in_doubt_is_still_shown_after_another_was_refused_while_asana_is_down(
    ada, asana, saturday
):
    """Where no stored week says what the cell has."""
    asana.faults({**CREATE, "kind": "drop_before"})
    place = {"task": BANK_ID, "day": str(saturday), "entry": "new"}
    ada.send("entry/", **place, text="0:06", edit=str(uuid4()))
    now = timezone.now()
    make_edit(ada.user, "refused", now=now, entered_on=saturday, acknowledged_at=now, closed_at=now)
    cell = KnownCells(Sheet(ada.user, WORKSPACE, ada.week), None).cell(BANK_ID, saturday)
    assert cell.pending
    assert cell.pending.edit == Edit.objects.get(state="in_doubt").edit_id
