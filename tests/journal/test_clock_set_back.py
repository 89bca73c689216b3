"""A server's clock that is set back by an hour: edits wait for no longer than that hour."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.support.asana import CREATE
from tests.support.clocks import SETTLED
from tests.support.people import BANK_ID
from timesheet.journal import dispatch, lock, settling
from timesheet.models import DeliveryLock, Edit

HOUR = timedelta(hours=1)


@pytest.fixture
def minutes(entries, saturday):
    """Reads the minutes of Saturday's entries in Asana."""
    return lambda: [entry[2] for entry in entries() if entry[1] == str(saturday)]


@pytest.fixture
def deliver_at(ada, time_machine):
    """Sets the clock, and delivers what is due then."""

    def deliver_at(moment):
        time_machine.move_to(moment, tick=False)
        dispatch.deliver_due(ada.user.pk, timezone.now)

    return deliver_at


def test_an_edit_that_failed_is_tried_again_when_it_is_due(
    ada, asana, saturday, minutes, time_machine, move_clocks, deliver_at
):
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    asana.faults({**CREATE, "kind": "status", "status": 503})
    ada.save(BANK_ID, saturday, "1:30")
    asana.faults()
    deliver_at(start - HOUR)
    due_at = max(Edit.objects.get().due_at, settling.settles_at(Edit.objects.get()))
    assert due_at - start < timedelta(minutes=10)
    # That hour passes for Asana, too.
    move_clocks(due_at + SETTLED, tick=False)
    deliver_at(timezone.now())
    deliver_at(due_at - HOUR)
    assert minutes() == [90]
    assert Edit.objects.get().state == "confirmed"


def test_an_entry_whose_answer_was_lost_is_written_once(
    ada, asana, saturday, minutes, time_machine, deliver_at
):
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    asana.faults({**CREATE, "kind": "drop_after"})
    ada.save(BANK_ID, saturday, "1:30")
    asana.faults()
    for moment in (start - HOUR, start, start + HOUR, start, start + HOUR):
        deliver_at(moment)
    assert minutes() == [90]
    assert Edit.objects.get().state == "confirmed"


def test_the_lease_of_a_process_that_died_ends_when_its_time_has_come(
    ada, saturday, minutes, time_machine, deliver_at
):
    start = timezone.now()
    until = start + 4 * lock.request_time()
    DeliveryLock.objects.update_or_create(
        user=ada.user, defaults={"holder": uuid4(), "held_until": until}
    )
    time_machine.move_to(start - HOUR, tick=False)
    ada.save(BANK_ID, saturday, "1:30")
    assert minutes() == []
    deliver_at(until + timedelta(seconds=1))
    assert minutes() == [90]
