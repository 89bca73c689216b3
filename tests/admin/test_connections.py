"""The connections of a workspace, as its admins see and fix them."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import requests
from django.core.cache import cache
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.asana.records import AsanaUser
from accounts.connections.service import revoke
from accounts.models import Connection, ConnectionProblem, Event, RateBudget, User
from tests.support.pages import messages_of, page
from tests.support.people import ADA, BANK_ID, BEN, HARBOUR, OMAR, STAND_UP, WORKSPACE, ZOE, Browser
from timesheet.core import clock
from timesheet.journal import dispatch
from timesheet.models import Edit

ACTIONS = {
    "check_connection_of": "connection_tested",
    "refresh_connection_of": "connection_refreshed",
    "ask_to_reconnect": "reconnect_asked",
    "revoke_connection": "connection_revoked",
    "remove_connection": "connection_removed",
}


def names_in(answer) -> list[str]:
    return [row.person.name for row in answer.context["rows"]]


def row_in(answer, name: str):
    return next(row for row in answer.context["rows"] if row.person.name == name)


def listed(browser: Browser, **query):
    return browser.get(reverse("connections", args=[WORKSPACE]), query)


def of(person: str, name: str = "connection_of", workspace: str = WORKSPACE) -> str:
    return reverse(name, args=[workspace, person])


def act(browser: Browser, name: str, person: str = ADA):
    return browser.post(of(person, name), follow=True)


def open_edit(browser: Browser, *, workspace: str = WORKSPACE) -> Edit:
    return Edit.objects.create(
        user=browser.user,
        edit_id=uuid4(),
        workspace_gid=workspace,
        task_gid=STAND_UP,
        entered_on=browser.week.days[5],
        kind="create",
        duration_minutes=30,
        created_at=timezone.now(),
        due_at=timezone.now() + timedelta(hours=1),
    )


# The list


def test_there_is_a_row_for_each_who_is_connected(omar, ada, ben):
    open_edit(ada)
    open_edit(ada, workspace=HARBOUR)
    ada.see()
    ben.user.connection.usage.create(hour=timezone.now(), status=429, requests=3)
    answer = listed(omar)
    assert names_in(answer) == ["Ada Lindqvist", "Ben Okafor", "Omar Haddad"]
    hers, his = row_in(answer, "Ada Lindqvist"), row_in(answer, "Ben Okafor")
    assert (hers.open_edits, his.open_edits) == (1, 0)
    assert hers.status.day.requests > 3
    assert (his.status.day.requests, his.status.day.slowed) == (3, 3)
    assert hers.connection.succeeded_at
    html = page(answer)
    assert "1 person in this workspace has never connected" not in html
    assert "ada@nordlicht.example" in html
    assert "sandbox-ada" not in html


def test_who_never_connected_is_behind_a_filter(omar, ada):
    never = names_in(listed(omar, state="never_connected"))
    assert "Ben Okafor" in never
    assert "Ada Lindqvist" not in never
    assert {"Ada Lindqvist", "Ben Okafor"} <= set(names_in(listed(omar, state="everybody")))


def test_people_of_other_workspaces_are_not_there(omar, connect):
    connect(5, "Zoe")
    assert names_in(listed(omar, state="everybody", q="zoe")) == []


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"q": "lindq"}, ["Ada Lindqvist"]),
        ({"q": "BEN@nordlicht"}, ["Ben Okafor"]),
        ({"q": "nobody"}, []),
        ({"state": "healthy"}, ["Omar Haddad"]),
        ({"state": "needs_reconnecting"}, ["Ada Lindqvist"]),
        ({"state": "revoked"}, ["Ben Okafor"]),
        ({"state": "no such state"}, ["Ada Lindqvist", "Ben Okafor", "Omar Haddad"]),
        ({"sort": "name"}, ["Ada Lindqvist", "Ben Okafor", "Omar Haddad"]),
        ({"sort": "-name"}, ["Omar Haddad", "Ben Okafor", "Ada Lindqvist"]),
        ({"sort": "-requests"}, ["Ben Okafor", "Ada Lindqvist", "Omar Haddad"]),
        # Who never failed comes last, whichever way.
        ({"sort": "failure"}, ["Ada Lindqvist", "Ben Okafor", "Omar Haddad"]),
        ({"sort": "-failure"}, ["Ben Okafor", "Ada Lindqvist", "Omar Haddad"]),
        ({"sort": "no such column"}, ["Ada Lindqvist", "Ben Okafor", "Omar Haddad"]),
    ],
)
def test_it_is_narrowed_and_ordered(omar, ada, ben, query, shown):
    now = timezone.now()
    hers = Connection.objects.filter(user=ada.user)
    hers.update(state="needs_reconnecting", failed_at=now - timedelta(hours=2))
    Connection.objects.filter(user=ben.user).update(state="revoked", failed_at=now)
    omar.get(of(OMAR))
    for person, number in ((ada, 70), (ben, 80)):
        hour = now.replace(minute=0, second=0, microsecond=0)
        person.user.connection.usage.create(hour=hour, status=200, requests=number)
    assert names_in(listed(omar, **query)) == shown


def test_each_column_says_how_it_is_sorted_and_leads_to_the_other_way(omar):
    html = page(listed(omar, sort="-edits", q="a"))
    assert html.count("aria-sort") == 1
    assert re.search(r'aria-sort="descending"><a href="\?sort=edits&q=a">Unsynced changes', html)
    assert 'href="?sort=-requests&q=a"' in html


@pytest.mark.parametrize(
    ("fields", "kind", "shown"),
    [
        ({}, "", "Connected"),
        ({"state": "needs_reconnecting"}, "", "Reconnect needed"),
        ({"state": "revoked"}, "", "Revoked"),
        ({}, "app_blocked", "Blocked by Asana admin"),
        ({}, "no_time_tracking", "Plan without time tracking"),
        (
            {"method": "oauth", "expires_at": timezone.now() + timedelta(minutes=30)},
            "",
            "Expiring",
        ),
    ],
)
def test_each_state_has_its_word(omar, ada, fields, kind, shown):
    Connection.objects.filter(user=ada.user).update(**fields)
    if kind:
        ConnectionProblem.objects.create(
            connection=ada.user.connection, workspace_gid=WORKSPACE, kind=kind, at=timezone.now()
        )
    answer = listed(omar, q="lindq")
    word = re.search(r'class="condition" data-state="\w+">([^<]+)<', page(answer))
    assert word[1] == shown


def test_ten_people_and_twenty_cost_the_same_number_of_queries(omar):
    asked = []
    for number in (10, 20):
        people = [AsanaUser(f"1299{at:012}", f"Person {at}") for at in range(number)]
        for person in people:
            user, new = User.objects.get_or_create(gid=person.gid, defaults={"name": person.name})
            if new:
                made = Connection.objects.create(user=user, method="token", access_token="none")
                made.usage.create(hour=timezone.now(), status=200, requests=1)
        cache.set(f"directory:{omar.user.pk}:{WORKSPACE}", tuple(people), 60)
        listed(omar)
        with CaptureQueriesContext(
            database,
        ) as queries:
            answer = listed(omar)
        assert len(answer.context["rows"]) == number
        asked.append(len(queries))
    assert asked[0] == asked[1]


# One of them


def test_the_page_of_one_tells_all_that_is_known(omar, ada):
    ada.see()
    act(omar, "check_connection_of")
    html = page(omar.get(of(ADA)))
    for shown in ("Ada Lindqvist", "Personal access token", ADA, "Connection tested", "200: "):
        assert shown in html
    assert "Requests by hour" in html
    assert "sandbox-ada" not in html


def test_the_page_of_who_never_connected_says_so(omar):
    html = page(omar.get(of(BEN)))
    assert "This person hasn’t signed in with Asana yet." in html
    assert "Actions" not in html


def test_what_other_workspaces_did_is_not_in_the_history(omar, ada):
    Event.objects.create(
        at=timezone.now(),
        workspace_gid=HARBOUR,
        actor_name="Kwame Mensah",
        action="connection_tested",
        subject_gid=ADA,
    )
    assert "Kwame Mensah" not in page(omar.get(of(ADA)))


@pytest.mark.parametrize("name", ["connection_of", *ACTIONS])
def test_people_of_other_workspaces_are_neither_seen_nor_acted_on(omar, connect, name, mailoutbox):
    connect(5, "Zoe")
    place = of(ZOE, name)
    answer = omar.get(place) if name == "connection_of" else omar.post(place)
    assert answer.status_code == 404
    assert "This person isn’t in the workspace" in page(answer)
    assert Connection.objects.get(user__gid=ZOE).state == "healthy"
    assert not Event.objects.exists()
    assert mailoutbox == []


@pytest.mark.parametrize("name", ACTIONS)
def test_nothing_is_done_where_there_is_no_connection(omar, name):
    assert "This person isn’t connected." in messages_of(act(omar, name))
    assert not Event.objects.exists()


@pytest.mark.parametrize("name", ACTIONS)
def test_nothing_is_done_by_looking(omar, ada, name):
    assert omar.get(of(ADA, name)).status_code == 405


def test_testing_says_what_came_out(omar, ada, asana):
    assert "The connection works" in messages_of(act(omar, "check_connection_of"))
    asana.faults({"path": "/users/me$", "kind": "drop_before"})
    assert "Asana didn’t respond." in messages_of(act(omar, "check_connection_of"))
    asana.faults({"path": "/users/me$", "kind": "status", "status": 500})
    assert "Asana returned an error: “" in messages_of(act(omar, "check_connection_of"))
    asana.faults({"path": "/users/me$", "kind": "status", "status": 429, "retry_after": 1})
    assert "Asana is limiting requests" in messages_of(act(omar, "check_connection_of"))
    RateBudget.objects.all().delete()
    asana.faults({"path": "/users/me$", "kind": "status", "status": 401})
    answer = act(omar, "check_connection_of")
    assert "The person has to sign in again" in messages_of(answer)
    assert Connection.objects.get(user=ada.user).state == "needs_reconnecting"


def test_a_personal_token_is_not_offered_to_be_refreshed(omar, ada):
    assert "Refresh token" not in page(omar.get(of(ADA)))
    assert "no token to refresh" in messages_of(act(omar, "refresh_connection_of"))


@pytest.mark.parametrize(
    "name", ["check_connection_of", "refresh_connection_of", "ask_to_reconnect"]
)
def test_asana_is_asked_nothing_in_the_name_of_who_is_switched_off(omar, ada, asana, name):
    User.objects.filter(pk=ada.user.pk).update(is_active=False)
    html = page(omar.get(of(ADA)))
    assert "This person is deactivated." in html
    assert "Test connection" not in html
    asana.forget_requests()
    answer = act(omar, name)
    assert "deactivated" in messages_of(answer) or "We didn’t send an email" in messages_of(answer)
    assert not [request for request in asana.requests() if request["path"].endswith("/users/me")]
    assert not Event.objects.exists()


def test_revoking_keeps_the_row_and_the_open_edits(omar, ada):
    edit = open_edit(ada)
    html = page(omar.get(of(ADA)))
    assert "1 unsynced change will be saved once Ada Lindqvist reconnects" in html
    answer = act(omar, "revoke_connection")
    assert "still works in Asana until its owner deletes it" in messages_of(answer)
    edit.refresh_from_db()
    assert edit.is_open
    assert row_in(listed(omar), "Ada Lindqvist").status.state == "revoked"
    assert Event.objects.get().actor_gid == OMAR
    assert "Omar revoked this connection" in page(ada.see())


def test_removing_takes_the_row_and_leaves_the_open_edits(omar, ada):
    edit = open_edit(ada)
    answer = act(omar, "remove_connection")
    assert "Their unsynced changes will be saved" in messages_of(answer)
    edit.refresh_from_db()
    assert edit.is_open
    assert not Connection.objects.filter(user=ada.user).exists()
    assert "1 unsynced change is waiting." in page(answer)


def test_ones_own_connection_is_ended_on_its_own_page(omar):
    html = page(omar.get(of(OMAR)))
    assert "You can disconnect it on its page" in html
    assert "Revoke connection" not in html


# Asking to reconnect


@pytest.fixture
def broken(ada):
    """Ada, whose connection has ended."""
    Connection.objects.filter(user=ada.user).update(state="needs_reconnecting")
    return ada


def test_the_mail_says_who_asks_and_leads_to_the_connection(omar, broken, mailoutbox, settings):
    settings.PUBLIC_URL = "https://timesheet.example"
    open_edit(broken)
    assert "We’ve emailed Ada Lindqvist" in messages_of(act(omar, "ask_to_reconnect"))
    [mail] = mailoutbox
    assert mail.to == ["ada@nordlicht.example"]
    assert mail.reply_to == ["omar@example.com"]
    html, _kind = mail.alternatives[0]
    for body in (mail.body, html):
        assert "Omar asks you to reconnect your timesheet to Asana" in body
        assert "We’ll save 1 change that’s waiting." in body
        assert "https://timesheet.example/connection/" in body
        assert "nsubscribe" not in body
    assert "List-Unsubscribe" not in mail.extra_headers
    event = Event.objects.get()
    assert (event.action, event.subject_gid) == ("reconnect_asked", ADA)


def test_nobody_is_asked_who_need_not_connect_again(omar, ada, mailoutbox):
    assert "reconnecting wouldn’t help" in messages_of(act(omar, "ask_to_reconnect"))
    assert mailoutbox == []


def test_nobody_is_asked_without_an_address(omar, broken, mailoutbox):
    cache.set(f"directory:{omar.user.pk}:{WORKSPACE}", (AsanaUser(ADA, "Ada"),), 60)
    User.objects.filter(pk=broken.user.pk).update(email="")
    assert "doesn’t show this person’s address" in messages_of(act(omar, "ask_to_reconnect"))
    assert not Event.objects.exists()


def test_a_mail_server_that_is_down_is_said(omar, broken, post_is_down):
    assert "The email couldn’t be sent" in messages_of(act(omar, "ask_to_reconnect"))
    assert not Event.objects.exists()


# One's own


def test_ones_own_page_tells_the_same(ada):
    open_edit(ada)
    ada.see()
    html = page(ada.get(reverse("connection")))
    for shown in (
        "Connected",
        "Last successful request",
        "Last failed request",
        "Unsynced changes",
        "Test now",
    ):
        assert shown in html
    assert re.search(r"\d requests", html)
    assert f'href="{reverse("waiting")}"' in html


def test_a_person_tests_their_own(ada, asana):
    answer = ada.post(reverse("check_connection"), follow=True)
    assert "The connection works" in messages_of(answer)
    assert Event.objects.get().actor_gid == ADA
    assert "no token to refresh" in messages_of(
        ada.post(reverse("refresh_connection"), follow=True)
    )


def test_a_person_without_a_connection_tests_none(ada):
    Connection.objects.all().delete()
    for name in ("check_connection", "refresh_connection"):
        assert ada.post(reverse(name)).url == reverse("connection")


def test_what_waits_is_tried_at_once_when_a_test_goes_well(ada):
    Connection.objects.update(state="needs_reconnecting")
    edit = open_edit(ada)
    ada.post(reverse("check_connection"))
    edit.refresh_from_db()
    assert edit.due_at <= timezone.now()
    assert dispatch.users_with_due_edits(clock.now()) == [ada.user.pk]


# Revoked at Asana, and connected again


@pytest.fixture
def sign_in(client, asana, settings):
    """Ada's browser comes in by Asana's own page."""
    settings.PUBLIC_URL = "http://testserver"
    asana.settings(redirect_uris=["http://testserver/sign-in/callback/"])

    def sign_in():
        to = client.get(reverse("start_sign_in"))["Location"]
        form = {"person": "ada", "decision": "allow"}
        back = requests.post(to, data=form, allow_redirects=False, timeout=60).headers["Location"]
        client.get(back.removeprefix("http://testserver"))
        return client

    return sign_in


@pytest.fixture
def woken(monkeypatch):
    """The people for whom the worker was woken."""
    woken: list[int] = []
    monkeypatch.setattr(
        "timesheet.journal.wakeup.wake_worker", lambda person, **_when: woken.append(person)
    )
    return woken


def test_revoked_at_asana_it_waits_and_connecting_again_delivers(
    sign_in, omar, asana, entries, saturday, this_week, woken
):
    hers, week = sign_in(), f"/{WORKSPACE}/week/{this_week}/"
    asana.faults({"path": "/api/", "kind": "drop_before"})
    typed = {"task": BANK_ID, "day": str(saturday), "text": "1:30", "seen": ""}
    hers.post(f"{week}cells/", {**typed, "edit": str(uuid4())}, headers={"HX-Request": "true"})
    asana.faults()
    edit = Edit.objects.get()
    assert edit.state == "queued"

    # The next call is the worker's.
    asana.revoke_tokens(ADA)
    Edit.objects.update(due_at=timezone.now())
    dispatch.deliver_due(edit.user_id, clock.now)
    row = row_in(listed(omar), "Ada Lindqvist")
    assert (row.status.state, row.open_edits) == ("needs_reconnecting", 1)
    assert row.connection.problem
    assert Event.objects.filter(action="connection_failed", subject_gid=ADA).count() == 1
    assert dispatch.users_with_due_edits(clock.now()) == []
    assert "Reconnect" in page(hers.get(week))

    Edit.objects.update(due_at=timezone.now() + timedelta(minutes=10))
    woken.clear()
    sign_in()
    assert woken == [edit.user_id]
    dispatch.deliver_due(edit.user_id, clock.now)
    edit.refresh_from_db()
    assert edit.state == "confirmed"
    assert [entry[:3] for entry in entries() if entry[3] == edit.entry_gid] == [
        (BANK_ID, str(saturday), 90)
    ]
    row = row_in(listed(omar), "Ada Lindqvist")
    assert (row.status.state, row.open_edits) == ("healthy", 0)


def test_a_page_that_finds_out_turns_the_connection_too(sign_in, omar, asana, this_week):
    hers = sign_in()
    asana.revoke_tokens(ADA)
    answer = hers.get(f"/{WORKSPACE}/week/{this_week}/")
    assert answer.status_code == 401
    assert row_in(listed(omar), "Ada Lindqvist").status.state == "needs_reconnecting"


def test_a_personal_token_that_is_good_again_delivers_too(client, broken, asana, woken):
    edit = open_edit(broken)
    client.post(reverse("sign_in_with_token"), {"token": "sandbox-ada"})
    edit.refresh_from_db()
    assert edit.due_at <= timezone.now()
    assert woken == [edit.user_id]


def test_a_sign_in_that_is_refused_delivers_nothing(client, broken, asana, woken):
    edit = open_edit(broken)
    client.post(reverse("sign_in_with_token"), {"token": "not-a-token"})
    edit.refresh_from_db()
    assert edit.due_at > timezone.now()
    assert woken == []


def test_the_worker_notes_a_plan_that_has_no_time_tracking(ada, omar, asana, woken):
    edit = open_edit(ada)
    Edit.objects.update(due_at=timezone.now())
    asana.faults(
        {"method": "GET", "path": "/time_tracking_entries", "kind": "status", "status": 402}
    )
    dispatch.deliver_due(edit.user_id, clock.now)
    assert row_in(listed(omar), "Ada Lindqvist").status.state == "no_time_tracking"
    asana.faults()
    ada.see()
    assert row_in(listed(omar), "Ada Lindqvist").status.state == "healthy"


def test_the_worker_notes_that_the_app_is_blocked_and_keeps_the_edit(sign_in, omar, asana, woken):
    sign_in()
    user = User.objects.get(gid=ADA)
    edit = open_edit(Browser(user, omar.week))
    Edit.objects.update(due_at=timezone.now())
    asana.faults({"path": "/api/", "kind": "status", "status": 401})
    dispatch.deliver_due(user.pk, clock.now)
    asana.faults()
    edit.refresh_from_db()
    assert edit.is_open
    assert row_in(listed(omar), "Ada Lindqvist").status.state == "app_blocked"


@pytest.mark.parametrize("ended", ["revoked", "switched off"])
def test_a_delivery_under_way_ends_with_the_connection(omar, ada, asana, ended):
    weeks = [ada.week, ada.week.next, ada.week.next.next]
    for ada.week in weeks:
        ada.send("rows/add/", task=STAND_UP)
    asana.faults({"path": "/api/", "kind": "drop_before"})
    for ada.week in weeks:
        ada.save(STAND_UP, ada.week.end, "1:30")
    asana.faults()
    Edit.objects.update(due_at=timezone.now())

    def now():
        if Edit.objects.filter(state="confirmed").exists():
            if ended == "revoked":
                revoke(Connection.objects.get(user=ada.user), omar.user)
            else:
                User.objects.filter(pk=ada.user.pk).update(is_active=False)
        return timezone.now()

    dispatch.deliver_due(ada.user.pk, now)
    # The week that was under way is brought to its end, and no other one is begun.
    assert sorted(Edit.objects.values_list("state", flat=True)) == ["confirmed", *["queued"] * 2]
