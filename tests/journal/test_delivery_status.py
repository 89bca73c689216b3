"""How edits stand, at the top of every page; the list of those that wait."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Connection
from tests.support import clocks
from tests.support.asana import CLOSED, CREATE
from tests.support.pages import page, status_of
from tests.support.people import BANK_ID, STAND_UP
from timesheet.domain.journal import MAX_ATTEMPTS
from timesheet.journal import dispatch, views
from timesheet.journal.status import delivery_status_of
from timesheet.models import Edit


@pytest.fixture
def away(settings, asana):
    """Asana is not there until it is called back."""
    settings.ASANA_URL = CLOSED

    def back():
        settings.ASANA_URL = asana.url

    return back


def shown(ada, **query) -> str:
    return status_of(page(ada.get("/status/", query)))


def test_who_never_wrote_anything_reads_nothing(ada):
    assert status_of(page(ada.see())) == ""


def test_all_that_is_saved_is_said_with_the_time(ada, saturday):
    answer = page(ada.save(BANK_ID, saturday, "1:30"))
    assert status_of(answer).startswith("✓ All saved in Asana")
    assert 'hx-trigger="every' not in answer


def test_what_waits_is_counted_with_why_and_until_when(ada, away, saturday):
    ada.save(BANK_ID, saturday, "1:30")
    ada.save(STAND_UP, saturday, "1:30")
    assert re.match(r"↻ 2 waiting, Asana isn’t responding, retrying", shown(ada))


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ({"kind": "status", "status": 429, "retry_after": 1}, "Asana is limiting our requests"),
        ({"kind": "status", "status": 503}, "Asana isn’t working right now"),
        ({"kind": "drop_after"}, "Asana isn’t responding"),
    ],
)
def test_the_reason_is_asanas(ada, asana, saturday, fault, why):
    asana.faults({**CREATE, **fault})
    ada.save(BANK_ID, saturday, "1:30")
    assert why in shown(ada)


def test_what_needs_the_person_is_counted_separately(ada, asana, saturday):
    path = f"/tasks/{BANK_ID}/time_tracking_entries"
    asana.post(path, duration_minutes=30, entered_on=str(saturday))
    ada.save(BANK_ID, saturday, "2")
    assert shown(ada) == "! 1 needs you"


def test_a_connection_that_ended_is_said_and_everything_is_kept(ada, asana, saturday):
    asana.faults({"kind": "status", "status": 401, "path": "/api/"})
    ada.save(BANK_ID, saturday, "1:30")
    asana.faults()
    assert "connect to Asana again" in shown(ada)
    assert Edit.objects.get().state == "queued"
    dispatch.deliver_due(ada.user.pk, timezone.now)
    assert Edit.objects.get().state == "queued"


def test_after_reconnecting_everything_is_delivered(ada, asana, saturday, here):
    asana.faults({"kind": "status", "status": 401, "path": "/api/"})
    ada.save(BANK_ID, saturday, "1:30")
    asana.faults()
    Connection.objects.update(state=Connection.TokenState.HEALTHY)
    ada.see()
    dispatch.deliver_due(ada.user.pk, timezone.now)
    assert (BANK_ID, str(saturday), 90) in here()


def test_the_list_has_each_edit_with_its_reason_and_what_can_be_done(ada, away, saturday):
    ada.save(BANK_ID, saturday, "90 min")
    html = page(ada.get("/waiting/"))
    assert "Add 1:30, you typed “90 min”" in html
    assert "Asana isn’t responding. We’ll keep trying." in html
    assert "1 attempt" in html
    assert html.count("/retry/") == html.count("/discard/") == 2


def test_the_list_knows_the_names_of_tasks_while_asana_is_away(ada, settings, asana, saturday):
    ada.see()
    settings.ASANA_URL = CLOSED
    ada.save(BANK_ID, saturday, "1:30")
    assert "Sign-in with BankID" in page(ada.get("/waiting/"))


def test_the_list_is_for_ones_own_edits_only(ada, ben, away, saturday):
    ada.save(BANK_ID, saturday, "1:30")
    assert "Everything you typed is saved in Asana" in page(ben.get("/waiting/"))
    edit = Edit.objects.get()
    answer = ben.get("/status/", {"waiting": f"{edit.edit_id}:confirmed"})
    assert str(edit.edit_id) not in page(answer)


def test_the_page_learns_which_of_its_edits_went_on(ada, away, saturday):
    ada.save(BANK_ID, saturday, "1:30")
    edit = Edit.objects.get()
    waiting = {"waiting": f"{edit.edit_id}:queued"}
    assert "/unsynced/" not in page(ada.get("/status/", waiting))
    away()
    Edit.objects.update(due_at=timezone.now())
    dispatch.deliver_due(ada.user.pk, timezone.now)
    told = page(ada.get("/status/", waiting))
    address = re.search(r'hx-get="([^"]+/unsynced/[^"]+)"', told)[1]
    cell = page(ada.get(address, headers={"HX-Request": "true"}))
    assert f'id="cell-{BANK_ID}-{saturday}" data-state="value"' in cell


def test_what_went_on_while_the_page_asks_is_not_taken_for_shown(ada, away, saturday, monkeypatch):
    ada.save(BANK_ID, saturday, "1:30")
    edit = Edit.objects.get()
    away()

    def meanwhile(user):
        Edit.objects.update(due_at=timezone.now())
        dispatch.deliver_due(user.pk, timezone.now)
        return delivery_status_of(user)

    monkeypatch.setattr(views, "delivery_status_of", meanwhile)
    told = page(ada.get("/status/", {"waiting": f"{edit.edit_id}:queued"}))
    assert status_of(told).startswith("✓ All saved in Asana")
    assert "/unsynced/" in told


@pytest.mark.parametrize("nonsense", ["", ":", "x:y", "12", "é:queued", f"{'A' * 32}:queued"])
def test_odd_questions_are_not_a_500(ada, nonsense):
    assert ada.get("/status/", {"waiting": nonsense}).status_code == 200
    assert ada.see("unsynced/", htmx=True, edit=nonsense).status_code == 200


def test_an_edit_may_be_named_in_any_way_that_a_uuid_is_written(ada, away, saturday):
    ada.save(BANK_ID, saturday, "1:30")
    named = Edit.objects.get().edit_id.hex.upper()
    assert "/unsynced/" in page(ada.get("/status/", {"waiting": f"{named}:confirmed"}))


def test_what_is_refused_later_stays_until_it_is_acknowledged(ada, asana, away, saturday, here):
    ada.save(BANK_ID, saturday, "1:30")
    away()
    asana.faults({**CREATE, "kind": "status", "status": 403})
    Edit.objects.update(due_at=timezone.now())
    dispatch.deliver_due(ada.user.pk, timezone.now)
    asana.faults()
    assert Edit.objects.get().state == "refused"
    assert shown(ada) == "! 1 needs you"
    html = page(ada.see())
    assert "Asana doesn’t let you do this" in html
    assert 'value="1:30"' in html
    ada.send(f"unsynced/{Edit.objects.get().edit_id}/discard/")
    assert shown(ada) == ""
    assert Edit.objects.get().acknowledged_at
    assert (BANK_ID, str(saturday), 90) not in here()


def test_what_was_saved_after_a_refusal_is_what_the_cell_shows(ada, asana, away, saturday):
    ada.save(BANK_ID, saturday, "1:30")
    away()
    asana.faults({**CREATE, "kind": "status", "status": 403})
    Edit.objects.update(due_at=timezone.now())
    dispatch.deliver_due(ada.user.pk, timezone.now)
    asana.faults()
    ada.save(BANK_ID, saturday, "2")
    assert f'id="cell-{BANK_ID}-{saturday}" data-state="value"' in page(ada.see())
    assert shown(ada) == "! 1 needs you"


def test_what_was_refused_at_once_needs_no_acknowledgement(ada, asana, saturday):
    asana.faults({**CREATE, "kind": "status", "status": 403})
    ada.save(BANK_ID, saturday, "1:30")
    assert shown(ada) == ""


def test_after_too_many_attempts_the_person_decides(ada, away, saturday, here):
    ada.save(BANK_ID, saturday, "1:30")
    Edit.objects.update(attempts=MAX_ATTEMPTS - 1, due_at=timezone.now())
    dispatch.deliver_due(ada.user.pk, timezone.now)
    assert Edit.objects.get().due_at is None
    assert shown(ada) == "! 1 needs you"
    assert "We’ve stopped trying" in page(ada.get("/waiting/"))
    away()
    dispatch.deliver_due(ada.user.pk, timezone.now)
    assert Edit.objects.get().state == "queued"
    ada.send(f"unsynced/{Edit.objects.get().edit_id}/retry/")
    assert (BANK_ID, str(saturday), 90) in here()


def test_a_page_that_asana_answers_has_the_rest_tried_at_once(ada, away, saturday):
    ada.save(BANK_ID, saturday, "1:30")
    Edit.objects.update(due_at=timezone.now() + timedelta(minutes=9))
    away()
    ada.see()
    assert Edit.objects.get().due_at <= timezone.now()


def test_the_first_that_is_saved_has_the_rest_tried_at_once(ada, away, this_week, here):
    for day in this_week.days[3:6]:
        ada.save(BANK_ID, day, "1:30")
    later = timezone.now() + timedelta(minutes=9)
    Edit.objects.exclude(pk=Edit.objects.latest("pk").pk).update(due_at=later)
    Edit.objects.filter(pk=Edit.objects.latest("pk").pk).update(due_at=timezone.now())
    away()
    dispatch.deliver_due(ada.user.pk, timezone.now)
    dispatch.deliver_due(ada.user.pk, timezone.now)
    assert set(Edit.objects.values_list("state", flat=True)) == {"confirmed"}
    assert [entry[2] for entry in here() if entry[0] == BANK_ID] == [90, 90, 90, 90]


def test_what_fails_while_all_else_can_be_read_keeps_its_pauses(ada, asana, saturday):
    asana.faults({**CREATE, "kind": "status", "status": 503})
    ada.save(BANK_ID, saturday, "1:30")
    Edit.objects.update(due_at=timezone.now())
    clocks.sent_an_hour_ago()
    dispatch.deliver_due(ada.user.pk, timezone.now)
    assert Edit.objects.get().attempts == 2
    assert Edit.objects.get().due_at > timezone.now()


def test_the_waits_between_attempts_follow_retry_after(ada, asana, saturday):
    asana.faults({**CREATE, "kind": "status", "status": 429, "retry_after": 40})
    before = timezone.now()
    ada.save(BANK_ID, saturday, "1:30")
    assert Edit.objects.get().due_at >= before + timedelta(seconds=40)


def test_one_persons_trouble_holds_up_nobody_else(ada, ben, asana, saturday):
    asana.faults({**CREATE, "kind": "status", "status": 503, "times": 1})
    ada.save(BANK_ID, saturday, "1:30")
    ben.send("rows/add/", task=BANK_ID)
    ben.save(BANK_ID, saturday, "2:00")
    assert list(Edit.objects.values_list("user__name", "state")) == [
        ("Ada", "in_doubt"),
        ("Ben", "confirmed"),
    ]
