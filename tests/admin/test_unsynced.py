"""The open edits of a workspace: admins see why, have them tried again, discard them, and their
people are told."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from msgspec import convert

from accounts.asana.records import Entry
from accounts.models import Action, Connection, Event, User
from tests.support.asana import CLOSED, CREATE
from tests.support.edits import make_edit
from tests.support.pages import page, text_of
from tests.support.people import BANK_ID, HARBOUR, STAND_UP, WORKSPACE, Browser
from timesheet.admin.unsynced import actions, listing, messages
from timesheet.domain.entry import fingerprint
from timesheet.domain.journal import MAX_ATTEMPTS
from timesheet.journal import dispatch
from timesheet.models import DeliveryLock, Edit, Step

# Ada's own task, which Asana shows to no admin.
ADAS_OWN = "1205000000000111"
LIST = reverse("unsynced_changes", args=[WORKSPACE])
DECIDE = reverse("decide_edits", args=[WORKSPACE])


@pytest.fixture
def away(settings, asana):
    """Asana is not there for as long as this goes on."""

    @contextmanager
    def away():
        settings.ASANA_URL = CLOSED
        yield
        settings.ASANA_URL = asana.url

    return away


@pytest.fixture
def queued(ada, saturday) -> Edit:
    """1:30 of Ada's that Asana did not answer."""
    now = timezone.now()
    place = {"workspace_gid": WORKSPACE, "week": str(ada.week)}
    return make_edit(
        ada.user,
        "queued",
        now=now,
        minutes=90,
        step=Step.objects.create(user=ada.user, step_id=uuid4(), created_at=now, **place),
        entered_on=saturday,
        text="1:30",
        attempts=1,
        due_at=now + timedelta(seconds=2),
    )


@pytest.fixture
def in_doubt(ada, asana, saturday) -> Edit:
    """1:30 of Ada's that Asana has, and she does not know."""
    asana.faults({**CREATE, "kind": "drop_after"})
    ada.save(BANK_ID, saturday, "1:30")
    asana.faults()
    return Edit.objects.get()


@pytest.fixture
def conflict(ada, asana, saturday) -> Edit:
    path = f"/tasks/{BANK_ID}/time_tracking_entries"
    asana.post(path, duration_minutes=30, entered_on=str(saturday))
    ada.save(BANK_ID, saturday, "2")
    return Edit.objects.get()


@pytest.fixture
def moved(ada, asana, away, monday, entries) -> list[Edit]:
    """Ada's hours on their way to another task: both halves wait."""
    ada.see()
    ada.send("rows/add/", task=ADAS_OWN)
    gid = next(entry[3] for entry in entries() if entry[0] == BANK_ID)
    entry = asana.get(f"/time_tracking_entries/{gid}")
    place = {"task": BANK_ID, "day": str(monday), "entry": gid, "step": str(uuid4())}
    asana.faults({**CREATE, "kind": "status", "status": 429, "retry_after": 1})
    ada.send("entry/move/", **place, fingerprint=fingerprint(convert(entry, Entry)), to=ADAS_OWN)
    asana.faults()
    return list(Edit.objects.all())


def see(browser: Browser, **query):
    return page(browser.get(LIST, query))


def act(browser: Browser, name: str, *edits: Edit, **values):
    ids = [edit.pk for edit in edits]
    return browser.post(reverse(name, args=[WORKSPACE]), {"edit": ids, **values})


def discard(browser: Browser, *edits: Edit, reason: str = "The project is closed"):
    return act(browser, "discard_edits", *edits, reason=reason)


def add(browser: Browser, day, *, note: str):
    """One more entry, from the side panel."""
    place = {"task": BANK_ID, "day": day, "entry": "new", "edit": str(uuid4())}
    return browser.send("entry/", **place, text="1:30", description=note)


def whys(browser: Browser, **query) -> dict[str, int]:
    listing = browser.get(LIST, query).context["page"]
    return {group.why: group.edits for group in listing.groups}


def deliver(browser: Browser):
    """What the worker does when it is woken for this person."""
    Edit.objects.filter(user=browser.user, state__in=["queued", "in_doubt"]).update(
        due_at=timezone.now()
    )
    dispatch.deliver_due(browser.user.pk, timezone.now)


# Looking


def test_each_edit_is_shown_with_its_person_hours_and_why(omar, queued):
    html = see(omar)
    assert "Asana isn’t responding" in html
    assert "<bdi>Ada</bdi>" in html
    assert "Add 1:30" in html
    assert "no response" in html
    assert "Sign-in with BankID" in html


def test_edits_stand_under_the_reason_why_they_are_open(ada, omar, asana, away, queued):
    assert whys(omar) == {"away": 1}
    Edit.objects.update(asana_status=429)
    assert whys(omar) == {"slow": 1}
    Edit.objects.update(asana_status=401)
    assert whys(omar) == {"blocked": 1}
    Edit.objects.update(asana_status=503)
    assert whys(omar) == {"trouble": 1}
    Edit.objects.update(attempts=0)
    assert whys(omar) == {"under_way": 1}
    Edit.objects.update(due_at=None)
    assert whys(omar) == {"given_up": 1}
    Connection.objects.filter(user=ada.user).update(state="needs_reconnecting")
    assert whys(omar) == {"reconnect": 1}
    Connection.objects.filter(user=ada.user).delete()
    assert whys(omar) == {"reconnect": 1}
    User.objects.filter(pk=ada.user.pk).update(is_active=False)
    assert whys(omar) == {"switched_off": 1}


def test_what_may_have_arrived_and_what_is_in_conflict_stand_apart(omar, in_doubt):
    assert whys(omar) == {"in_doubt": 1}
    Edit.objects.update(state="conflict", due_at=None)
    assert whys(omar) == {"conflict": 1}


def test_what_was_refused_and_is_unread_is_shown_with_nothing_to_do(ada, omar, asana, queued):
    asana.faults({**CREATE, "kind": "status", "status": 403})
    deliver(ada)
    html = see(omar)
    assert "Not saved: not allowed in Asana" in html
    assert 'name="edit"' not in html.partition("<main")[2].partition("</main>")[0]
    ada.send(f"unsynced/{queued.edit_id}/discard/")
    assert "All changes in this workspace are saved to Asana." in see(omar)


def test_asana_is_asked_for_names_with_the_admins_own_token(ada, omar, asana, away, saturday):
    with away():
        for task in (BANK_ID, ADAS_OWN):
            ada.save(task, saturday, "1:30")
    asana.forget_requests()
    html = see(omar)
    assert "Task not visible to you in Asana" in html
    assert "Prepare my talk" not in html
    assert ADAS_OWN not in html
    asked = [request for request in asana.requests() if "/tasks/" in request["path"]]
    assert len(asked) == 2
    see(omar)
    assert len([request for request in asana.requests() if "/tasks/" in request["path"]]) == 2


def test_the_page_is_there_while_asana_is_away(omar, away, queued):
    see(omar)
    Edit.objects.update(task_gid=STAND_UP)
    with away():
        html = see(omar)
    assert "Unknown task" in html
    assert "Add 1:30" in html


def test_notes_are_not_shown(ada, omar, away, saturday):
    with away():
        add(ada, saturday, note="Called the bank about Ms Berg")
    edit = Edit.objects.get()
    answers = [omar.get(LIST), omar.get(DECIDE, {"action": "discard", "edit": edit.pk})]
    answers.append(discard(omar, edit))
    for answer in answers:
        assert "Berg" not in page(answer)
    assert "Berg" in page(ada.get("/waiting/"))


def test_it_is_narrowed_by_why_and_who(ada, ben, omar, away, queued, saturday):
    with away():
        ben.save(BANK_ID, saturday, "2")
    Edit.objects.filter(user=ben.user).update(due_at=None)
    assert whys(omar) == {"given_up": 1, "away": 1}
    assert whys(omar, why="away") == {"away": 1}
    assert whys(omar, who="be") == {"given_up": 1}
    assert whys(omar, who=ada.user.gid) == {"away": 1}
    assert whys(omar, why="nonsense") == {"given_up": 1, "away": 1}
    assert "No matches." in see(omar, who="nobody")


def copies(edit: Edit, number: int) -> None:
    for _ in range(number):
        edit.pk, edit.edit_id = None, uuid4()
        edit.save()


def test_more_than_a_page_is_on_the_next_one(omar, queued):
    copies(queued, 60)
    first = omar.get(LIST).context["page"]
    assert [len(group.lines) for group in first.groups] == [50]
    assert first.edits == first.groups[0].edits == 61
    second = omar.get(LIST, {"after": first.next}).context["page"]
    assert [len(group.lines) for group in second.groups] == [11]
    assert second.next == ""
    shown = {line.edit.pk for listing in (first, second) for line in listing.groups[0].lines}
    assert len(shown) == 61
    assert omar.get(LIST, {"after": "nonsense-1"}).status_code == 200


def test_twenty_edits_ask_no_more_than_ten(omar, queued):
    see(omar)
    counts = []
    for _ in range(2):
        copies(queued, 10)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            see(omar)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# Trying again


def test_retry_says_first_what_it_does(omar, queued):
    text = text_of(omar.get(DECIDE, {"action": "retry", "edit": queued.pk}))
    assert "Retry 1 change" in text
    assert "1 person, 1:30 in total." in text
    assert Edit.objects.get().due_at == queued.due_at


def test_what_is_tried_again_goes_out_by_its_own_person(ada, omar, queued, asana, saturday, here):
    Edit.objects.update(due_at=timezone.now() + timedelta(minutes=9))
    answer = act(omar, "retry_edits", queued)
    assert "Ada 1 being retried" in text_of(answer)
    assert Edit.objects.get().due_at <= timezone.now()
    asana.forget_requests()
    dispatch.deliver_due(ada.user.pk, timezone.now)
    assert (BANK_ID, str(saturday), 90) in here()
    event = Event.objects.get(action=Action.EDIT_RETRIED)
    assert (event.actor_gid, event.subject_gid) == (omar.user.gid, ada.user.gid)
    assert event.workspace_gid == WORKSPACE
    assert event.after["count"] == 1
    assert event.after["minutes"] == 90


def test_the_worker_is_woken_for_the_person_concerned(ada, omar, queued, monkeypatch):
    woken: list[int] = []
    monkeypatch.setattr("timesheet.journal.wakeup.wake_worker", woken.append)
    act(omar, "retry_edits", queued)
    assert woken == [ada.user.pk]


def test_what_was_given_up_is_tried_once_more(ada, omar, queued, saturday, here):
    Edit.objects.update(attempts=MAX_ATTEMPTS, due_at=None)
    act(omar, "retry_edits", queued)
    dispatch.deliver_due(ada.user.pk, timezone.now)
    assert (BANK_ID, str(saturday), 90) in here()


def test_all_of_one_reason_are_retried_at_once(ada, omar, queued, saturday):
    copies(queued, 2)
    Edit.objects.filter(pk=queued.pk).update(due_at=None)
    answer = omar.get(DECIDE, {"action": "retry", "why": "away", "who": "ada"})
    chosen = answer.context["can"].edits
    assert len(chosen) == 2
    assert "Ada 2 being retried" in text_of(act(omar, "retry_edits", *chosen))


def test_who_has_to_reconnect_first_is_said_and_then_it_is_sent(ada, omar, queued, saturday, here):
    Connection.objects.filter(user=ada.user).update(state="needs_reconnecting")
    text = text_of(omar.get(DECIDE, {"action": "retry", "edit": queued.pk}))
    assert "1 will be saved once its owner reconnects to Asana" in text
    answer = act(omar, "retry_edits", queued)
    assert "1 will be saved once they reconnect to Asana" in text_of(answer)
    dispatch.deliver_due(ada.user.pk, timezone.now)
    assert Edit.objects.get().state == "queued"
    Connection.objects.update(state="healthy")
    assert dispatch.users_with_due_edits(timezone.now()) == [ada.user.pk]
    dispatch.deliver_due(ada.user.pk, timezone.now)
    assert (BANK_ID, str(saturday), 90) in here()


def test_a_conflict_waits_for_its_person(omar, conflict):
    text = text_of(omar.get(DECIDE, {"action": "retry", "edit": conflict.pk}))
    assert "1 conflict for them to resolve" in text
    act(omar, "retry_edits", conflict)
    assert Edit.objects.get().state == "conflict"
    assert not Event.objects.filter(action=Action.EDIT_RETRIED).exists()


def test_nothing_chosen_changes_nothing(omar, queued):
    for name in ("retry_edits", "discard_edits"):
        answer = act(omar, name, reason="Why not")
        assert answer.status_code == 422
        assert "Go back and select some." in text_of(answer)
    assert Edit.objects.get().state == "queued"


# Discarding


def test_discarding_says_first_how_many_of_whom_and_how_much(ada, ben, omar, away, saturday):
    with away():
        ada.save(BANK_ID, saturday, "1:30")
        ada.save(STAND_UP, saturday, "1")
        ben.save(BANK_ID, saturday, "2")
    ids = [edit.pk for edit in Edit.objects.all()]
    text = text_of(omar.get(DECIDE, {"action": "discard", "edit": ids}))
    assert "Discard 3 changes" in text
    assert "2 people, 4:30 in total." in text
    assert "Hours already in Asana stay the same." in text
    assert set(Edit.objects.values_list("state", flat=True)) == {"queued"}


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 501])
def test_without_a_reason_nothing_is_discarded_and_the_choice_is_kept(omar, queued, reason):
    answer = discard(omar, queued, reason=reason)
    assert answer.status_code == 422
    assert ("Use up to 500 characters." if reason.strip() else "Enter a reason.") in text_of(answer)
    assert f'name="edit" value="{queued.pk}"' in page(answer)
    assert Edit.objects.get().state == "queued"


def test_what_was_discarded_is_never_delivered(ada, omar, queued, saturday, here):
    assert "Ada 1 discarded" in text_of(discard(omar, queued))
    edit = Edit.objects.get()
    assert (edit.state, edit.discarded_by, edit.acknowledged_at) == ("discarded", "Omar", None)
    Edit.objects.update(due_at=timezone.now())
    dispatch.deliver_due(ada.user.pk, timezone.now)
    ada.send(f"unsynced/{edit.edit_id}/retry/")
    assert Edit.objects.get().state == "discarded"
    assert (BANK_ID, str(saturday), 90) not in here()
    assert whys(omar) == {}


def test_it_is_written_down_without_a_word_of_what_it_was_about(ada, omar, queued):
    discard(omar, queued)
    event = Event.objects.get(action=Action.EDIT_DISCARDED)
    assert (event.actor_name, event.subject_gid) == ("Omar", ada.user.gid)
    assert event.before == {"state": "queued"}
    assert event.after == {
        "state": "discarded",
        "day": str(queued.entered_on),
        "minutes": 90,
        "reason": "The project is closed",
    }
    assert "90" in page(omar.get(reverse("audit_log", args=[WORKSPACE])))


def test_its_person_sees_it_on_every_page_until_they_acknowledge_it(ada, omar, queued, saturday):
    discard(omar, queued)
    for path in ("/preferences/", "/connection/"):
        assert "1 needs you" in text_of(ada.get(path))
    cell = text_of(ada.see())
    told = "Omar, an admin, discarded this: “The project is closed”. It didn’t reach Asana"
    assert told in cell
    assert "You had typed “1:30”." in cell
    assert f'id="cell-{BANK_ID}-{saturday}" data-state="discarded"' in page(ada.see())
    waiting = text_of(ada.get("/waiting/"))
    assert told in waiting
    assert "Add 1:30, you typed “1:30”" in waiting
    assert "OK" in waiting.split()
    ada.send(f"unsynced/{queued.edit_id}/discard/")
    assert "needs you" not in text_of(ada.get("/preferences/"))
    assert "Omar" not in text_of(ada.see())
    assert "Everything you typed is saved in Asana" in text_of(ada.get("/waiting/"))
    assert Edit.objects.get().acknowledged_at


def test_a_page_that_shows_it_learns_it_by_itself(ada, omar, queued, saturday):
    discard(omar, queued)
    status = page(ada.get("/status/", {"waiting": f"{queued.edit_id}:queued"}))
    address = re.search(r'hx-get="([^"]+/unsynced/[^"]+)"', status)[1]
    cell = page(ada.get(address, headers={"HX-Request": "true"}))
    assert f'id="cell-{BANK_ID}-{saturday}" data-state="discarded"' in cell


def test_the_same_edit_sent_again_is_answered_and_not_written(ada, omar, queued, saturday, here):
    discard(omar, queued)
    answer = ada.save(BANK_ID, saturday, "1:30", edit=str(queued.edit_id))
    assert answer.status_code == 422
    assert 'data-state="discarded"' in page(answer)
    assert "1 needs you" in text_of(ada.get("/preferences/"))
    assert (BANK_ID, str(saturday), 90) not in here()


def test_saving_the_page_without_script_does_not_write_it_again(ada, omar, queued, saturday, here):
    discard(omar, queued)
    fields = dict(re.findall(r'name="(hours:[^"]+)" value="([^"]*)"', page(ada.see())))
    ada.send("save/", htmx=False, **fields)
    assert (BANK_ID, str(saturday), 90) not in here()


def test_what_was_typed_can_be_written_again_once(ada, omar, away, asana, saturday, entries):
    with away():
        add(ada, saturday, note="With the bank")
    edit = Edit.objects.get()
    discard(omar, edit)
    for _ in range(2):
        ada.send(f"unsynced/{edit.edit_id}/again/")
    [gid] = [entry[3] for entry in entries() if entry[:3] == (BANK_ID, str(saturday), 90)]
    assert asana.get(f"/time_tracking_entries/{gid}")["description"] == "With the bank"
    assert "needs you" not in text_of(ada.get("/preferences/"))


@pytest.mark.parametrize(("text", "minutes"), [("2", 120), ("+0:30", 120), ("", None)])
def test_a_change_is_written_again_as_it_was_meant(ada, omar, away, monday, entries, text, minutes):
    gid = next(entry[3] for entry in entries() if entry[0] == BANK_ID)
    with away():
        ada.save(BANK_ID, monday, text, seen=f"{gid}=90")
    edit = Edit.objects.get()
    discard(omar, edit)
    answer = ada.send(f"unsynced/{edit.edit_id}/again/")
    there = [entry[2] for entry in entries() if entry[3] == gid]
    assert there == [90 if minutes is None else minutes]
    # What was typed is nothing: emptying the cell does as well.
    assert answer.status_code == (400 if minutes is None else 200)


def test_only_what_another_discarded_can_be_written_again(ada, ben, queued):
    assert ada.send(f"unsynced/{queued.edit_id}/again/").status_code == 400
    assert ben.send(f"unsynced/{queued.edit_id}/again/").status_code == 404
    ada.send(f"unsynced/{queued.edit_id}/discard/")
    assert ada.send(f"unsynced/{queued.edit_id}/again/").status_code == 400


def test_typing_again_shows_the_new_hours_and_still_warns(ada, omar, queued, saturday):
    discard(omar, queued)
    ada.save(BANK_ID, saturday, "2")
    assert f'id="cell-{BANK_ID}-{saturday}" data-state="value"' in page(ada.see())
    assert "Omar, an admin, discarded this" in text_of(ada.get("/waiting/"))


def test_what_is_in_doubt_is_discarded_and_may_be_in_asana(ada, omar, in_doubt, saturday, here):
    text = text_of(omar.get(DECIDE, {"action": "discard", "edit": in_doubt.pk}))
    assert "1 may have reached Asana already." in text
    answer = text_of(discard(omar, in_doubt))
    assert "1 discarded that may have reached Asana already" in answer
    assert "It may have reached Asana anyway" in text_of(ada.get("/waiting/"))
    assert (BANK_ID, str(saturday), 90) in here()


def test_what_is_on_its_way_at_this_moment_stays(ada, omar, in_doubt, away):
    with away():
        ada.save(STAND_UP, ada.week.days[5], "1")
    until = timezone.now() + timedelta(minutes=1)
    DeliveryLock.objects.filter(user=ada.user).update(holder=uuid4(), held_until=until)
    answer = text_of(discard(omar, *Edit.objects.all()))
    assert "Ada 1 discarded, 1 not changed because it’s being saved right now" in answer
    in_doubt.refresh_from_db()
    assert (in_doubt.state, in_doubt.discarded_by, in_doubt.acknowledged_at) == (
        "in_doubt",
        "",
        None,
    )
    assert Event.objects.filter(action=Action.EDIT_DISCARDED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_delivery_under_way_and_a_discard_never_both_win(
    ada, omar, queued, asana, saturday, here
):
    see(omar)
    asana.faults({"kind": "latency", "ms": 150, "path": "time_tracking_entries"})
    Edit.objects.update(due_at=timezone.now())

    def run(task):
        try:
            return task()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        sent = pool.submit(run, lambda: dispatch.deliver_due(ada.user.pk, timezone.now))
        told = pool.submit(run, lambda: text_of(discard(omar, queued)))
        sent.result()
    asana.faults()
    discarded = "Ada 1 discarded" in told.result()
    assert Edit.objects.get().state == ("discarded" if discarded else "confirmed")
    assert ((BANK_ID, str(saturday), 90) in here()) is not discarded


def test_both_halves_of_a_move_go_together(omar, moved):
    first, second = moved
    assert second.follows_id == first.pk
    text = text_of(omar.get(DECIDE, {"action": "discard", "edit": second.pk}))
    assert "Includes 1 that is the other half of a move or split." in text
    assert "Ada 2 discarded" in text_of(discard(omar, second))
    assert {edit.state for edit in Edit.objects.all()} == {"discarded"}


def test_a_half_whose_other_half_is_on_its_way_stays(ada, omar, moved):
    first, second = moved
    Edit.objects.filter(pk=first.pk).update(state="in_doubt", sent_at=timezone.now())
    until = timezone.now() + timedelta(minutes=1)
    DeliveryLock.objects.filter(user=ada.user).update(holder=uuid4(), held_until=until)
    answer = text_of(discard(omar, second))
    assert "1 not changed because it’s being saved right now" in answer
    assert "1 not changed because its other half is being saved" in answer
    assert {edit.state for edit in Edit.objects.all()} == {"in_doubt", "queued"}


def test_a_half_whose_other_half_has_arrived_is_warned_of(ada, omar, asana, moved):
    asana.faults(
        {"method": "DELETE", "path": "time_tracking_entries", "kind": "status", "status": 429}
    )
    deliver(ada)
    asana.faults()
    second = Edit.objects.get(pk=moved[1].pk)
    assert Edit.objects.get(pk=moved[0].pk).state == "confirmed"
    text = text_of(omar.get(DECIDE, {"action": "discard", "edit": second.pk}))
    assert "those hours stay in Asana twice" in text


def test_discarding_ones_own_edit_needs_no_reason_and_notifies_nobody(omar, away, saturday):
    with away():
        omar.save(BANK_ID, saturday, "1:30")
    edit = Edit.objects.get()
    assert "reason" not in page(omar.get(DECIDE, {"action": "discard", "edit": edit.pk}))
    assert "Omar 1 discarded" in text_of(discard(omar, edit, reason=""))
    assert Edit.objects.get().discarded_by == ""
    assert "needs you" not in text_of(omar.get("/preferences/"))


def test_what_was_refused_or_settled_meanwhile_is_reported(ada, omar, queued):
    discard(omar, queued)
    answer = text_of(discard(omar, queued))
    assert "1 of the selected changes is no longer unsynced." in answer
    assert Event.objects.filter(action=Action.EDIT_DISCARDED).count() == 1


def test_no_more_than_can_be_done_at_once_are_chosen(omar, queued, monkeypatch):
    monkeypatch.setattr(actions, "MOST_AT_ONCE", 3)
    copies(queued, 4)
    answer = omar.get(DECIDE, {"action": "discard", "why": "away"})
    assert len(answer.context["can"].edits) == 3
    assert "2 more aren’t included" in text_of(answer)
    named = [edit.pk for edit in Edit.objects.all()]
    assert "2 more aren’t included" in text_of(omar.get(DECIDE, {"action": "retry", "edit": named}))


# Who may


def test_edits_of_another_workspace_are_not_there(omar, queued):
    Edit.objects.update(workspace_gid=HARBOUR)
    assert whys(omar) == {}
    for name in ("retry_edits", "discard_edits"):
        answer = act(omar, name, queued, reason="Why not")
        assert answer.status_code == 422
        assert "1 of the selected changes is no longer unsynced." in text_of(answer)
    assert Edit.objects.get().state == "queued"
    assert not Event.objects.filter(action__startswith="edit_").exists()


def test_an_admin_of_another_workspace_gets_nowhere(connect, this_week, queued):
    kwame = Browser(connect(12, "Kwame"), this_week)
    assert kwame.get(LIST).status_code in (403, 404)
    for name in ("retry_edits", "discard_edits"):
        assert act(kwame, name, queued, reason="Mine").status_code in (403, 404)
    harbour = reverse("discard_edits", args=[HARBOUR])
    kwame.post(harbour, {"edit": queued.pk, "reason": "Mine"})
    assert Edit.objects.get().state == "queued"


@pytest.mark.parametrize("nonsense", ["", "-1", "x", "9" * 30, "é", "1.5"])
def test_odd_numbers_are_not_a_500(omar, nonsense):
    assert omar.get(DECIDE, {"edit": nonsense}).status_code == 200
    for name in ("retry_edits", "discard_edits"):
        place = reverse(name, args=[WORKSPACE])
        assert omar.post(place, {"edit": nonsense, "reason": "x"}).status_code == 422


def test_every_reason_has_words():
    assert set(messages.TITLES) == set(messages.HINTS) == set(listing.OpenReason)
    assert set(messages._RESULTS) == set(actions.EditResult)
