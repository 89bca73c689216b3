"""A server's clock that jumps forward by an hour: nothing that may still arrive is sent again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.utils import timezone
from msgspec import convert

from accounts.asana.client import Client
from accounts.asana.records import Entry
from tests.support.asana import CREATE, DELETE, UPDATE, count_requests
from tests.support.people import BANK_ID, STAND_UP, Browser
from tests.support.waiting import until
from timesheet.domain.entry import fingerprint
from timesheet.journal import dispatch, lock, settling
from timesheet.journal.settling import Look
from timesheet.models import DeliveryLock, Edit

HOUR = timedelta(hours=1)
LATE = {"kind": "execute_late", "ms": 2500, "times": 1}


class Scene:
    """Ada's free Saturday, her Monday with an entry of 1:30, and what she does with them."""

    def __init__(self, ada: Browser, asana, entries):
        self.ada, self.asana, self.entries = ada, asana, entries
        self.monday, self.saturday = ada.week.start, ada.week.days[5]
        self.gid = next(entry[3] for entry in entries() if entry[0] == BANK_ID)

    def create(self):
        self.ada.save(BANK_ID, self.saturday, "1:14")

    def update(self):
        self.ada.save(BANK_ID, self.monday, "2", seen=f"{self.gid}=90")

    def delete(self):
        self.ada.save(BANK_ID, self.monday, "", seen=f"{self.gid}=90")

    def move(self):
        entry = convert(self.asana.get(f"/time_tracking_entries/{self.gid}"), Entry)
        place = {"task": BANK_ID, "day": str(self.monday), "entry": self.gid}
        marked = {**place, "fingerprint": fingerprint(entry), "step": str(uuid4())}
        self.ada.send("entry/move/", **marked, to=STAND_UP)

    def deliver(self):
        dispatch.deliver_due(self.ada.user.pk, timezone.now)

    def writes(self) -> dict[str, int]:
        """How often Asana was asked to write, by method."""
        counts = {name: count_requests(self.asana, method=name) for name in ("POST", "PUT")}
        counts["DELETE"] = count_requests(self.asana, method="DELETE")
        return {name: count for name, count in counts.items() if count}

    def cells(self) -> list[tuple[str, str, int]]:
        return sorted(entry[:3] for entry in self.entries())

    def states(self) -> list[str]:
        return [edit.state for edit in Edit.objects.all()]

    def due_at(self):
        return min(edit.due_at for edit in Edit.objects.all() if edit.due_at)


@pytest.fixture
def scene(ada, asana, entries) -> Scene:
    scene = Scene(ada, asana, entries)
    asana.forget_requests()
    return scene


# What is done, which of its writes gets no response in time, and how often each is sent.
ACTS = [
    ("create", CREATE, {"POST": 1}),
    ("update", UPDATE, {"PUT": 1}),
    ("delete", DELETE, {"DELETE": 1}),
    ("move", CREATE, {"POST": 1, "DELETE": 1}),
    ("move", DELETE, {"POST": 1, "DELETE": 1}),
]


def after(act: str, scene: Scene) -> list[tuple[str, str, int]]:
    """The entries of the week once the act has taken place once."""
    cells, old = scene.cells(), (BANK_ID, str(scene.monday), 90)
    if act != "create":
        cells.remove(old)
    made = {
        "create": [(BANK_ID, str(scene.saturday), 74)],
        "update": [(BANK_ID, str(scene.monday), 120)],
        "delete": [],
        "move": [(STAND_UP, str(scene.monday), 90)],
    }
    return sorted([*cells, *made[act]])


@pytest.mark.parametrize(("act", "lost", "writes"), ACTS)
def test_what_asana_executes_late_is_waited_for_and_found(
    scene, asana, time_machine, move_clocks, act, lost, writes
):
    expected = after(act, scene)
    asana.faults({**lost, **LATE})
    getattr(scene, act)()
    assert "in_doubt" in scene.states()
    sent = scene.writes()
    time_machine.move_to(timezone.now() + HOUR)
    scene.deliver()
    assert scene.writes() == sent
    assert "in_doubt" in scene.states()
    assert timezone.now() < scene.due_at() < timezone.now() + timedelta(minutes=2)
    until(lambda: not asana.pending())
    # The halves of a move: what follows is looked at when it is due itself.
    while "in_doubt" in scene.states() or "queued" in scene.states():
        move_clocks(scene.due_at())
        scene.deliver()
    assert set(scene.states()) == {"confirmed"}
    assert scene.cells() == expected
    assert scene.writes() == writes


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("act", "lost", "writes"), [ACTS[0], ACTS[2], ACTS[4]])
def test_a_write_under_way_is_not_sent_by_who_takes_the_lease_that_seems_to_have_ended(
    scene, asana, time_machine, act, lost, writes
):
    expected = after(act, scene)
    asana.faults({**lost, "kind": "latency", "ms": 2000, "times": 1})

    def send():
        try:
            getattr(scene, act)()
        finally:
            connections.close_all()

    thread = Thread(target=send)
    thread.start()
    try:
        until(lambda: count_requests(asana, method=lost["method"]))
        sent = scene.writes()
        time_machine.move_to(timezone.now() + HOUR)
        assert DeliveryLock.objects.get().held_until < timezone.now()
        scene.deliver()
        assert "in_doubt" in scene.states()
        assert scene.writes() == sent
    finally:
        thread.join()
    while set(scene.states()) != {"confirmed"}:
        time_machine.move_to(scene.due_at())
        scene.deliver()
    assert scene.cells() == expected
    assert scene.writes() == writes


def test_what_never_arrived_is_sent_once_more_as_soon_as_it_would_be_without_the_jump(
    scene, asana, time_machine, move_clocks
):
    asana.faults({**CREATE, "kind": "drop_before"})
    scene.create()
    asana.faults()
    start = Edit.objects.get().sent_at
    usual = settling.settles_at(Edit.objects.get()) - start
    time_machine.move_to(timezone.now() + HOUR)
    scene.deliver()
    assert scene.states() == ["in_doubt"]
    move_clocks(scene.due_at())
    scene.deliver()
    assert scene.states() == ["confirmed"]
    assert scene.writes() == {"POST": 2}
    assert timezone.now() - HOUR - start < usual + timedelta(seconds=5)


def test_a_clock_that_is_set_during_the_write_changes_nothing(
    scene, asana, time_machine, move_clocks, monkeypatch
):
    send = Client.create_entry

    def set_meanwhile(*given):
        time_machine.move_to(timezone.now() + HOUR)
        return send(*given)

    asana.faults({**CREATE, "kind": "drop_before", "times": 1})
    with monkeypatch.context() as patched:
        patched.setattr(Client, "create_entry", set_meanwhile)
        scene.create()
    usual = timedelta(seconds=settings.SETTLING_SECONDS) + lock.request_time()
    for _ in range(2):
        move_clocks(scene.due_at())
        scene.deliver()
    assert scene.states() == ["confirmed"]
    assert scene.writes() == {"POST": 2}
    waited = Edit.objects.get().sent_at - 3 * lock.request_time() - Edit.objects.get().created_at
    assert waited - HOUR < usual + timedelta(seconds=5)


def test_nothing_waits_for_ever_for_a_clock_of_asanas_that_stands_still(scene, asana, time_machine):
    asana.faults({**CREATE, "kind": "drop_before", "times": 1})
    expected, start, looks = after("create", scene), timezone.now(), 0
    scene.create()
    while scene.states() == ["in_doubt"]:
        time_machine.move_to(scene.due_at())
        scene.deliver()
        looks += 1
    usual = settling.settles_at(Edit(sent_at=start)) - start
    assert scene.states() == ["confirmed"]
    assert scene.cells() == expected
    assert 4 * usual <= timezone.now() - start < 5 * usual
    assert looks < 10


NOON = datetime(2027, 1, 13, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def usual(db) -> timedelta:
    """How long a write without a response is waited for."""
    cache.clear()
    return settling.settles_at(Edit(sent_at=NOON)) - NOON


def in_doubt(asana_sent_until=NOON + HOUR / 2, since=None) -> Edit:
    """An edit whose write failed at noon, half past twelve by Asana's clock."""
    return Edit(
        state="in_doubt",
        sent_at=NOON,
        asana_sent_until=asana_sent_until,
        clocks_differ_since=since,
    )


def look(ours: timedelta, asanas: timedelta | None) -> Look:
    """A look so long after the write by our clock, and by Asana's."""
    return Look(NOON + ours, None if asanas is None else NOON + HOUR / 2 + asanas)


def test_it_settles_once_both_clocks_say_so(usual):
    for ours, asanas in [(0, 0), (-1, 1), (1, -1)]:
        seen = look(usual + ours * SECOND, usual + asanas * SECOND)
        assert settling.progress(in_doubt(), seen).is_settled == (ours == asanas == 0)


@pytest.mark.parametrize("asanas", [timedelta(0), -HOUR, HOUR, None])
def test_without_asanas_time_of_the_send_our_clock_decides_alone(usual, asanas):
    edit = in_doubt(asana_sent_until=None)
    early = settling.progress(edit, look(usual - SECOND, asanas))
    assert (early.is_settled, early.due_at) == (False, NOON + usual)
    assert settling.progress(edit, look(usual, asanas)).is_settled


@pytest.mark.parametrize("asanas", [timedelta(0), -HOUR, None])
def test_the_next_look_is_soon_whatever_asanas_clock_shows(usual, asanas):
    for ours in (MINUTE / 60, usual - SECOND, usual, HOUR, 24 * HOUR):
        seen = look(ours, asanas)
        found = settling.progress(in_doubt(), seen)
        assert not found.is_settled
        assert seen.at < found.due_at <= seen.at + settling.PATIENCE * usual


def test_without_a_date_our_clock_decides_after_a_longer_time(usual):
    first = settling.progress(in_doubt(), look(usual, None))
    assert first.clocks_differ_since == NOON + usual
    assert first.due_at == NOON + 4 * usual
    edit = in_doubt(since=first.clocks_differ_since)
    assert not settling.progress(edit, look(4 * usual - SECOND, None)).is_settled
    assert settling.progress(edit, look(4 * usual, None)).is_settled


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_second_jump_does_not_count_as_time_that_passed(usual, jump):
    edit = in_doubt(since=NOON + 2 * HOUR)
    found = settling.progress(edit, look(2 * HOUR + jump, MINUTE / 2))
    assert not found.is_settled
    assert found.clocks_differ_since == NOON + 2 * HOUR + jump
    # In whole seconds, as Asana's dates are.
    left = usual - MINUTE / 2
    assert left <= found.due_at - found.clocks_differ_since < left + SECOND
