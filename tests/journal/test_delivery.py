"""How edits get to Asana when the way there is bad: never lost, never twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections
from django.http import HttpResponse
from django.utils import timezone
from msgspec import convert

from accounts.asana.client import Client
from accounts.asana.records import Entry
from accounts.models import Connection
from tests.support.asana import CLOSED, CREATE, DELETE, READ_ENTRY, UPDATE
from tests.support.pages import page, total_of
from tests.support.people import BANK_ID, STAND_UP, Browser
from timesheet.domain.entry import fingerprint
from timesheet.domain.journal import State
from timesheet.journal import delivery_mark, dispatch, moves
from timesheet.models import DeliveryLock, Edit
from timesheet.sheets import reading


@pytest.fixture
def there(asana, entries):
    """The minutes of a cell in Asana, with faults switched off."""

    def there(task, day):
        asana.faults()
        return [entry[2] for entry in entries() if entry[:2] == (task, str(day))]

    return there


@pytest.fixture
def bank_id(entries):
    gid = next(entry[3] for entry in entries() if entry[0] == BANK_ID)
    return f"{gid}=90"


@pytest.fixture
def others_go_on(monkeypatch):
    """Has another process find an entry that this one has created, and note so first."""
    create = Client.create_entry

    def create_slowly(client: Client, *args):
        entry = create(client, *args)
        moves.close(Edit.objects.get(), State.CONFIRMED, timezone.now(), entry_gid=entry.gid)
        return entry

    monkeypatch.setattr(Client, "create_entry", create_slowly)


def retry(browser: Browser, edit: Edit | None = None):
    edit = edit or Edit.objects.latest("pk")
    return browser.send(f"unsynced/{edit.edit_id}/retry/")


def discard(browser: Browser, edit: Edit | None = None):
    edit = edit or Edit.objects.latest("pk")
    return browser.send(f"unsynced/{edit.edit_id}/discard/")


def state() -> str:
    return Edit.objects.latest("pk").state


# A create


def test_an_entry_whose_answer_was_lost_is_found_again_and_not_made_twice(
    ada, asana, saturday, there
):
    asana.faults({**CREATE, "kind": "drop_after"})
    ada.save(BANK_ID, saturday, "1:30")
    assert state() == "in_doubt"
    asana.faults()
    answer = retry(ada)
    assert state() == "confirmed"
    assert 'value="1:30"' in page(answer)
    assert there(BANK_ID, saturday) == [90]


def test_an_entry_that_may_still_arrive_is_waited_for(ada, asana, saturday, there):
    asana.faults({**CREATE, "kind": "drop_before"})
    ada.save(BANK_ID, saturday, "1:30")
    asana.faults()
    answer = retry(ada)
    assert state() == "in_doubt"
    assert "check again before sending it" in page(answer)
    assert there(BANK_ID, saturday) == []


def test_an_entry_that_never_arrived_is_sent_once_more(ada, asana, saturday, there, settle):
    asana.faults({**CREATE, "kind": "drop_before"})
    ada.save(BANK_ID, saturday, "1:30")
    asana.faults()
    settle()
    retry(ada)
    retry(ada)
    assert state() == "confirmed"
    assert there(BANK_ID, saturday) == [90]


def test_an_entry_that_another_edit_made_is_not_taken_for_ones_own(
    ada, asana, saturday, there, settle
):
    asana.faults({**CREATE, "kind": "drop_before"})
    ada.save(BANK_ID, saturday, "1:30")
    asana.faults()
    discard(ada)
    ada.save(BANK_ID, saturday, "1:30")
    asana.faults({**CREATE, "kind": "drop_before"})
    seen = f"{Edit.objects.latest('pk').entry_gid}=90"
    ada.save(BANK_ID, saturday, "+1:30", seen=f"{seen},1=1")
    assert there(BANK_ID, saturday) == [90]
    assert state() == "conflict"


# An update and a delete


@pytest.mark.parametrize(("method", "text"), [(DELETE, ""), (UPDATE, "2")])
def test_an_entry_that_asana_does_not_find_but_still_shows_is_not_gone(
    ada, asana, monday, there, bank_id, method, text
):
    asana.faults({**method, "kind": "status", "status": 404})
    answer = ada.save(BANK_ID, monday, text, seen=bank_id)
    assert answer.status_code == 422
    assert state() == "refused"
    assert "Asana can’t find this" in page(answer)
    assert there(BANK_ID, monday) == [90]


@pytest.mark.parametrize(("method", "text"), [(DELETE, ""), (UPDATE, "2")])
def test_an_entry_of_which_it_is_not_known_whether_it_is_gone_is_looked_for(
    ada, asana, monday, there, bank_id, settle, method, text
):
    asana.faults(
        {**method, "kind": "status", "status": 404},
        {**READ_ENTRY, "kind": "status", "status": 503},
    )
    ada.save(BANK_ID, monday, text, seen=bank_id)
    assert state() == "in_doubt"
    asana.faults()
    settle()
    retry(ada)
    assert there(BANK_ID, monday) == ([120] if text else [])
    assert state() == "confirmed"


@pytest.mark.parametrize(("kind", "before_retry"), [("drop_after", 120), ("drop_before", 90)])
def test_an_update_in_doubt_is_settled_by_looking(
    ada, asana, monday, bank_id, there, kind, before_retry, settle
):
    asana.faults({**UPDATE, "kind": kind})
    ada.save(BANK_ID, monday, "2:00", seen=bank_id)
    assert state() == "in_doubt"
    assert there(BANK_ID, monday) == [before_retry]
    settle()
    retry(ada)
    assert state() == "confirmed"
    assert there(BANK_ID, monday) == [120]


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_a_delete_in_doubt_is_settled_by_looking(ada, asana, monday, bank_id, there, kind, settle):
    asana.faults({**DELETE, "kind": kind})
    ada.save(BANK_ID, monday, "", seen=bank_id)
    assert state() == "in_doubt"
    asana.faults()
    settle()
    retry(ada)
    assert state() == "confirmed"
    assert there(BANK_ID, monday) == []


# Not sent at all


def test_an_edit_is_kept_while_asana_is_out_of_reach_and_sent_by_retry(
    ada, asana, settings, saturday, there
):
    settings.ASANA_URL = CLOSED
    answer = ada.save(BANK_ID, saturday, "1:30")
    assert state() == "queued"
    assert 'value="1:30"' in page(answer)
    settings.ASANA_URL = asana.url
    retry(ada)
    assert state() == "confirmed"
    assert there(BANK_ID, saturday) == [90]


def test_an_edit_that_came_too_fast_is_kept_and_sent_by_retry(ada, asana, saturday, there):
    asana.faults({**CREATE, "kind": "status", "status": 429, "retry_after": 1})
    ada.save(BANK_ID, saturday, "1:30")
    assert state() == "queued"
    asana.faults()
    retry(ada)
    assert there(BANK_ID, saturday) == [90]


def test_an_open_edit_is_on_the_page_with_what_was_typed(ada, asana, settings, saturday):
    settings.ASANA_URL = CLOSED
    ada.save(BANK_ID, saturday, "90 min")
    settings.ASANA_URL = asana.url
    shown = page(ada.see())
    assert f'id="cell-{BANK_ID}-{saturday}" data-state="queued"' in shown
    assert 'value="90 min"' in shown
    assert total_of(shown, saturday) == "0:00"


def test_typing_again_replaces_what_never_left(ada, asana, settings, saturday, there):
    settings.ASANA_URL = CLOSED
    ada.save(BANK_ID, saturday, "1:30")
    settings.ASANA_URL = asana.url
    ada.save(BANK_ID, saturday, "2:00")
    assert there(BANK_ID, saturday) == [120]
    assert [edit.state for edit in Edit.objects.all()] == ["discarded", "confirmed"]


def test_typing_over_what_may_have_arrived_asks_to_look_first(ada, asana, saturday, there):
    asana.faults({**CREATE, "kind": "drop_after"})
    ada.save(BANK_ID, saturday, "1:30")
    asana.faults()
    answer = ada.save(BANK_ID, saturday, "2:00")
    assert answer.status_code == 422
    assert "may still reach Asana" in page(answer)
    assert there(BANK_ID, saturday) == [90]


def test_an_entry_that_an_edit_in_doubt_may_have_made_is_left_alone_until_that_is_known(
    ada, asana, saturday, there, entries, settle
):
    """Its page shows the entry, so it can be typed over, emptied, moved: all of it would make the
    edit believe that it never arrived."""
    asana.faults({**CREATE, "kind": "drop_after"})
    ada.save(BANK_ID, saturday, "1:30")
    asana.faults()
    [gid] = [entry[3] for entry in entries() if entry[:2] == (BANK_ID, str(saturday))]
    entry = asana.get(f"/time_tracking_entries/{gid}")
    place = {"task": BANK_ID, "day": str(saturday), "entry": gid}
    marked = {**place, "fingerprint": fingerprint(convert(entry, Entry)), "step": str(uuid4())}
    for answer in (
        ada.save(BANK_ID, saturday, "2", seen=f"{gid}=90"),
        ada.save(BANK_ID, saturday, "", seen=f"{gid}=90"),
        ada.send("entry/move/", **marked, to=STAND_UP),
        ada.send("entry/split/", **marked, part="0:30"),
    ):
        assert answer.status_code == 422
        assert "may still reach Asana" in page(answer)
    settle()
    retry(ada)
    assert there(BANK_ID, saturday) == [90]
    assert [edit.state for edit in Edit.objects.all()] == ["confirmed"]


def test_what_was_added_while_asana_was_away_is_added_each_time(
    ada, asana, settings, saturday, there
):
    settings.ASANA_URL = CLOSED
    for text in ("1:30", "0:45"):
        ada.send("entry/", task=BANK_ID, day=saturday, text=text, entry="new", edit=str(uuid4()))
    settings.ASANA_URL = asana.url
    for edit in Edit.objects.all():
        retry(ada, edit)
    assert sorted(there(BANK_ID, saturday)) == [45, 90]


# Closing


def test_discarding_closes_an_edit_and_leaves_asana_alone(ada, asana, settings, saturday, there):
    settings.ASANA_URL = CLOSED
    ada.save(BANK_ID, saturday, "1:30")
    settings.ASANA_URL = asana.url
    asana.forget_requests()
    answer = discard(ada)
    assert state() == "discarded"
    assert 'data-state="empty"' in page(answer)
    assert {request["method"] for request in asana.requests()} == {"GET"}
    assert retry(ada).status_code == 200
    assert there(BANK_ID, saturday) == []


def test_the_edit_of_somebody_else_is_not_found(ada, ben, settings, asana, saturday):
    settings.ASANA_URL = CLOSED
    ada.save(BANK_ID, saturday, "1:30")
    settings.ASANA_URL = asana.url
    assert retry(ben).status_code == 404
    assert discard(ben).status_code == 404
    assert state() == "queued"


@pytest.fixture
def held(ada, monkeypatch):
    """Somebody else holds Ada's delivery lock."""
    monkeypatch.setattr(dispatch, "PATIENCE_SECONDS", 0)
    until = timezone.now() + timedelta(minutes=1)
    lock, _ = DeliveryLock.objects.update_or_create(
        user=ada.user, defaults={"holder": uuid4(), "held_until": until}
    )
    return lock


def test_an_edit_is_left_to_who_is_delivering_until_their_hold_ends(ada, saturday, there, held):
    answer = ada.save(BANK_ID, saturday, "1:30")
    assert "Saving to Asana" in page(answer)
    assert there(BANK_ID, saturday) == []
    DeliveryLock.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    retry(ada)
    assert there(BANK_ID, saturday) == [90]


def test_the_edit_is_committed_before_asana_is_asked(ada, asana, saturday):
    asana.faults({**CREATE, "kind": "status", "status": 500})
    ada.save(STAND_UP, saturday, "1:30")
    edit = Edit.objects.get()
    assert (edit.state, edit.text, edit.duration_minutes) == ("in_doubt", "1:30", 90)
    assert edit.created_at <= edit.sent_at


def test_an_edit_counts_as_in_doubt_before_it_leaves(ada, saturday, there, monkeypatch):
    create = Client.create_entry
    states = []

    def noted(*given, **more):
        states.append(state())
        return create(*given, **more)

    monkeypatch.setattr(Client, "create_entry", noted)
    ada.save(BANK_ID, saturday, "1:30")
    assert states == ["in_doubt"]
    assert there(BANK_ID, saturday) == [90]


def test_an_edit_in_doubt_cannot_be_discarded_while_it_is_being_delivered(
    ada, asana, saturday, held
):
    DeliveryLock.objects.update(held_until=None)
    asana.faults({**CREATE, "kind": "drop_after"})
    ada.save(BANK_ID, saturday, "1:30")
    asana.faults()
    DeliveryLock.objects.update(held_until=timezone.now() + timedelta(minutes=1))
    answer = discard(ada)
    assert state() == "in_doubt"
    assert "Discarded" not in page(answer)
    DeliveryLock.objects.update(held_until=None)
    discard(ada)
    assert state() == "discarded"


def test_an_edit_that_is_discarded_while_asana_is_asked_in_vain_stays_discarded(
    ada, settings, saturday, monkeypatch
):
    settings.ASANA_URL = CLOSED
    ada.save(BANK_ID, saturday, "1:30")
    read = reading.read_entries

    def meanwhile(*given, **more):
        moves.discard(Edit.objects.get(), timezone.now())
        return read(*given, **more)

    monkeypatch.setattr(reading, "read_entries", meanwhile)
    Edit.objects.update(due_at=timezone.now())
    dispatch.deliver_due(ada.user.pk, timezone.now)
    assert state() == "discarded"


def test_an_entry_that_was_moved_into_the_cell_is_not_taken_for_the_one_that_is_looked_for(
    ada, asana, saturday
):
    ada.save(BANK_ID, ada.week.days[6], "1:14")
    made = Edit.objects.get().entry_gid
    asana.faults({**CREATE, "kind": "drop_before"})
    ada.save(BANK_ID, saturday, "1:14")
    asana.faults()
    asana.put(f"/time_tracking_entries/{made}", duration_minutes=74, entered_on=str(saturday))
    retry(ada)
    assert state() == "in_doubt"


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_ends_before_a_batch_is_sent_leaves_it_in_doubt(
    ada, asana, settings, saturday, monkeypatch
):
    settings.ASANA_URL = CLOSED
    ada.save(BANK_ID, saturday, "1:30")
    ada.save(STAND_UP, saturday, "0:30")
    settings.ASANA_URL = asana.url
    asana.forget_requests()
    ended = Connection.objects.all().delete
    monkeypatch.setattr(delivery_mark, "write_file", lambda _mark: ended())
    Edit.objects.update(due_at=timezone.now())
    dispatch.deliver_due(ada.user.pk, timezone.now)
    assert asana.writes() == []
    assert set(Edit.objects.values_list("state", flat=True)) == {"in_doubt"}


@pytest.mark.django_db(transaction=True)
def test_the_same_edit_sent_four_times_at_once_writes_once(ada, asana, saturday, there):
    asana.faults({**CREATE, "kind": "latency", "ms": 100})
    edit = str(uuid4())

    def save(_: int) -> HttpResponse:
        try:
            return Browser(ada.user, ada.week).save(BANK_ID, saturday, "1:30", edit=edit)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(save, range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert there(BANK_ID, saturday) == [90]
    assert Edit.objects.count() == 1
    for answer in answers:
        html = page(answer)
        assert f'id="cell-{BANK_ID}-{saturday}" data-state="value"' in html
        assert total_of(html, "week") == "3:15"


def test_a_process_that_was_held_up_shows_what_another_one_did(ada, saturday, there, others_go_on):
    answer = ada.save(BANK_ID, saturday, "2")
    assert answer.status_code == 200
    assert 'value="2:00"' in page(answer)
    assert there(BANK_ID, saturday) == [120]


def test_what_may_have_arrived_is_not_refused_because_reading_is(ada, asana, saturday, there):
    asana.faults({**CREATE, "kind": "drop_after"})
    ada.save(BANK_ID, saturday, "1:30")
    asana.faults({"kind": "status", "status": 403, "method": "GET", "path": "entries"})
    retry(ada)
    assert state() == "in_doubt"
    assert there(BANK_ID, saturday) == [90]
