"""Who is in two workspaces reaches the hours of the one through the address of the other by no
hand-made request: there its rules do not hold, and perhaps the one is not served at all."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
from django.utils import timezone

from accounts.asana.records import Entry
from tests.support.people import HARBOUR, HARBOUR_TASK, STAND_UP, WORKSPACE
from timesheet.domain.entry import fingerprint
from timesheet.domain.journal import State
from timesheet.models import AddedRow, Edit, WorkspacePolicy

# In both.
MIA = "sandbox-mia"


@pytest.fixture
def locked(db):
    lock_date = timezone.localdate() + timedelta(days=60)
    return WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, lock_date=lock_date)


def send(browser, path: str, **values):
    return browser.post(browser.at(path, HARBOUR), {"edit": str(uuid4()), **values})


def last() -> Edit:
    return Edit.objects.latest("pk")


@pytest.mark.parametrize("text", ["2", ""])
def test_an_entry_is_not_changed_as_if_it_were_of_a_task_of_the_other(mia, asana, locked, text):
    day = str(mia.week.start)
    place = f"/tasks/{STAND_UP}/time_tracking_entries"
    gid = asana.post(place, MIA, duration_minutes=60, entered_on=day)["gid"]
    found = asana.get(f"/time_tracking_entries/{gid}", MIA)
    seen = {"entry": gid, "fingerprint": fingerprint(msgspec.convert(found, Entry, strict=False))}
    send(mia, "rows/add/", task=HARBOUR_TASK)
    send(mia, "entry/", task=HARBOUR_TASK, day=day, text=text, seen=f"{gid}=60", **seen)
    assert last().state == State.REFUSED
    assert "This task isn’t in your week" in last().reason
    assert asana.get(f"/time_tracking_entries/{gid}", MIA)["duration_minutes"] == 60


def test_insisting_does_not_bring_its_task_in(mia, locked):
    send(mia, "cells/", task=STAND_UP, day=str(mia.week.start), text="2", seen="999=60")
    assert last().state == State.CONFLICT
    mia.get(mia.at(workspace=HARBOUR))
    assert send(mia, f"unsynced/{last().edit_id}/mine/").status_code == 404
    assert last().state == State.CONFLICT
    assert not AddedRow.objects.exists()


def test_deleting_what_is_not_there_does_not_bring_its_task_in(mia, locked):
    day = str(mia.week.start)
    send(mia, "cells/", task=STAND_UP, day=day, text="", seen="999=60")
    assert last().state == State.CONFIRMED
    send(mia, "cells/", task=STAND_UP, day=day, text="2", seen="")
    assert last().state == State.REFUSED
    assert not AddedRow.objects.exists()


def test_copying_the_rows_of_the_week_before_does_not_bring_its_task_in(mia, locked):
    mia.week = mia.week.previous
    send(mia, "cells/", task=STAND_UP, day=str(mia.week.start), text="2", seen="999=60")
    assert last().state == State.CONFLICT
    mia.week = mia.week.next
    send(mia, "rows/copy/")
    assert not AddedRow.objects.filter(task_gid=STAND_UP).exists()
