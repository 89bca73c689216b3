"""An approved week stays as it is, also for a request that names its entry in another week."""

from __future__ import annotations

from uuid import uuid4

import msgspec
import pytest
from django.utils import timezone

from accounts.asana.records import Entry
from accounts.models import User
from tests.support.people import BANK_ID, WORKSPACE
from timesheet.domain.approval import Status
from timesheet.domain.entry import fingerprint
from timesheet.domain.journal import State
from timesheet.models import Edit
from timesheet.sheets import approvals
from timesheet.sheets.approvals import WeekStatus


@pytest.mark.parametrize("text", ["2", ""])
def test_an_entry_of_a_week_that_was_approved_here_stays(ada, asana, text):
    asana.settings(plan="time_tracking")
    last, by = ada.week.previous, User.objects.create_user("1201000000000003", "Mia Hartmann")
    place = f"/tasks/{BANK_ID}/time_tracking_entries"
    gid = asana.post(place, duration_minutes=67, entered_on=str(last.start))["gid"]
    was = Status.SUBMITTED
    approvals.cache_plan_has_approvals(ada.user, WORKSPACE, offered=False)
    approvals.record_decision(
        by,
        WORKSPACE,
        last,
        Status.APPROVED,
        timezone.now(),
        was=was,
        person=ada.user.gid,
        after=WeekStatus(was, number=1),
    )
    found = msgspec.convert(asana.get(f"/time_tracking_entries/{gid}"), Entry, strict=False)
    ada.send("rows/add/", task=BANK_ID)
    ada.send(
        "entry/",
        task=BANK_ID,
        day=str(ada.week.start),
        entry=gid,
        fingerprint=fingerprint(found),
        seen=f"{gid}=67",
        text=text,
        edit=str(uuid4()),
    )
    assert Edit.objects.get().state == State.REFUSED
    assert "Your manager approved this week" in Edit.objects.get().reason
    assert asana.get(f"/time_tracking_entries/{gid}")["duration_minutes"] == 67
