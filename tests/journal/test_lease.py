"""Nothing is sent by a process whose right to deliver has ended: another one may be sending it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.asana.client import Client
from accounts.asana.errors import Unreachable
from tests.support.asana import CREATE
from tests.support.clocks import SETTLED
from tests.support.pages import page
from tests.support.people import BANK_ID
from tests.support.waiting import until
from timesheet.journal import delivery, delivery_mark, dispatch, lock
from timesheet.models import DeliveryLock, Edit
from timesheet.sheets import reading


@pytest.fixture
def writes(asana):
    """The methods of the writes that Asana was asked for."""

    def writes():
        return [request["method"] for request in asana.requests() if request["method"] != "GET"]

    asana.forget_requests()
    return writes


def test_who_loses_the_lease_while_reading_sends_nothing(
    ada, saturday, writes, monkeypatch, time_machine
):
    read = reading.read_entries

    def slowly(*given, **more):
        entries = read(*given, **more)
        time_machine.move_to(timezone.now() + timedelta(minutes=5))
        DeliveryLock.objects.update(
            holder=uuid4(), held_until=timezone.now() + timedelta(minutes=1)
        )
        return entries

    monkeypatch.setattr(reading, "read_entries", slowly)
    ada.save(BANK_ID, saturday, "1:30")
    assert writes() == []
    assert (Edit.objects.get().state, Edit.objects.get().sent_at) == ("queued", None)


class Killed(BaseException):
    """What a process would not live to see."""


def test_a_write_that_left_late_has_all_its_time_to_take_place(
    ada, saturday, writes, monkeypatch, time_machine, move_clocks
):
    def die(*_given):
        raise Killed

    start = timezone.now()
    time_machine.move_to(start, tick=False)
    with monkeypatch.context() as patched:
        patched.setattr(Client, "create_entry", die)
        with pytest.raises(Killed):
            ada.save(BANK_ID, saturday, "1:30")
    # It may have been sent as long as it would have ended before the lease, of four requests.
    settled = start + 4 * lock.request_time() + timedelta(seconds=settings.SETTLING_SECONDS)
    move_clocks(settled - timedelta(seconds=1), tick=False)
    dispatch.deliver_due(ada.user.pk, timezone.now)
    assert (writes(), Edit.objects.get().state) == ([], "in_doubt")
    move_clocks(settled + SETTLED, tick=False)
    dispatch.deliver_due(ada.user.pk, timezone.now)
    assert (writes(), Edit.objects.get().state) == (["POST"], "confirmed")


def test_who_stands_still_before_sending_does_not_send_later(
    ada, saturday, writes, monkeypatch, time_machine
):
    write_file = delivery_mark.write_file

    def slowly(*given):
        write_file(*given)
        time_machine.move_to(timezone.now() + timedelta(minutes=5))

    monkeypatch.setattr(delivery_mark, "write_file", slowly)
    ada.save(BANK_ID, saturday, "1:30")
    assert writes() == []
    assert Edit.objects.get().state == "queued"


def test_who_stands_still_while_sending_does_not_decide_about_what_was_sent_since(
    ada, asana, saturday, entries, monkeypatch, settle
):
    send_write = delivery.send_write

    def slowly(*_given):
        monkeypatch.setattr(delivery, "send_write", send_write)
        settle()
        asana.faults({**CREATE, "kind": "execute_late", "ms": 1500, "times": 1})
        dispatch.deliver_due(ada.user.pk, timezone.now)
        raise Unreachable("no connection", sent=False)

    monkeypatch.setattr(delivery, "send_write", slowly)
    before = len(entries())
    ada.save(BANK_ID, saturday, "1:30")
    edit = Edit.objects.get()
    assert edit.state == "in_doubt"
    undone = ada.send("undo/", step=edit.step.step_id, undo_count=0)
    assert "may still reach Asana" in page(undone)
    until(lambda: len(entries()) > before)
    settle()
    dispatch.deliver_due(ada.user.pk, timezone.now)
    assert Edit.objects.get().state == "confirmed"
    assert len(entries()) == before + 1
