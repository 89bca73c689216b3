"""The reporting connection: off unless an admin turns it on, and then for managers alone."""

from __future__ import annotations

import logging
import re

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection as database

from accounts.asana.errors import Unauthorized
from accounts.connections import reader
from accounts.connections.service import client_for
from accounts.models import Action, Connection, Event, Manager, User
from accounts.workspaces.membership import Membership
from tests.support.pages import page, person_rows
from tests.support.people import ADA, BEN, HARBOUR, MIA, OMAR, STUDIO, WORKSPACE, YUI, Browser
from tests.support.reminders import mailed, remind
from timesheet.core import clock
from timesheet.models import Decision, WorkspacePolicy
from timesheet.reminders import mail, weekly
from timesheet.sheets import reading

NAMES = {ADA: "Ada Lindqvist", YUI: "Yui Tanaka"}
PAGE = f"/{WORKSPACE}/reporting/"
TOKEN = "sandbox-mia"
# One that Asana does not know any more.
DELETED = "sandbox-deleted"
READ_WITH = "hrough the shared reporting account of <bdi>Mia Hartmann</bdi>"


@pytest.fixture
def turn_on(omar):
    """Omar turns it on, with Mia's token: she may see everybody's time."""

    def turn_on(token: str = TOKEN, account: str = MIA, *, by: Browser = omar):
        by.post(f"{PAGE}check/", {"token": token, "read": "on"})
        return by.post(f"{PAGE}on/", {"account": account}, follow=True)

    return turn_on


@pytest.fixture
def bens(ben) -> Browser:
    """Ben, who manages Ada and Yui, and to whom Asana shows nobody's time but his own."""
    manager = Manager.objects.create(workspace_gid=WORKSPACE, gid=BEN, name="Ben Okafor")
    for gid, name in NAMES.items():
        manager.people.create(gid=gid, name=name)
    ben.week = ben.week.previous
    return ben


def replace_token(token: str) -> None:
    """Behind everybody's back: what is known of the account is not asked again."""
    lending = reader.reporting_connection_of(WORKSPACE)
    lending.access_token = token
    lending.save()


def team(browser: Browser, path: str = "", **query):
    return browser.get(f"/{WORKSPACE}/team/{browser.week}/{path}", query)


def report(browser: Browser, path: str = "", **query):
    return browser.get(f"/{WORKSPACE}/reports/{path}", {"range": "last-week", **query})


def asked_by(asana) -> dict[str, set[str]]:
    """In whose name what was asked of Asana since the list was emptied."""
    found: dict[str, set[str]] = {}
    for request in asana.requests():
        found.setdefault(request["user"], set()).add(request["method"])
    return found


# Whose connection reads


def test_it_is_off_and_managers_see_what_asana_shows_them(bens, asana):
    asana.forget_requests()
    assert "aren’t visible to you in Asana" in page(team(bens))
    assert set(asked_by(asana)) == {BEN}


def test_a_manager_sees_through_it_while_it_is_on_and_no_longer(bens, omar, turn_on):
    assert "Not visible to you" in person_rows(page(team(bens)))[ADA]
    turn_on()
    shown = team(bens)
    assert "40:00" in person_rows(page(shown))[ADA]
    assert READ_WITH in page(shown)
    omar.post(f"{PAGE}off/")
    shown = team(bens)
    assert "Not visible to you" in person_rows(page(shown))[ADA]
    assert READ_WITH not in page(shown)


@pytest.mark.parametrize("path", ["", "entries/"])
def test_reports_are_read_through_it_and_forget_them_at_once(bens, omar, turn_on, path):
    assert "Yui" not in page(report(bens, path)).partition("</form>")[2].partition("<table")[2]
    turn_on()
    shown = page(report(bens, path))
    assert "Yui Tanaka" in shown.partition("<table")[2]
    assert READ_WITH in shown
    omar.post(f"{PAGE}off/")
    assert "Yui Tanaka" not in page(report(bens, path)).partition("<table")[2]


def test_exports_are_read_through_it(bens, turn_on):
    turn_on()
    file = b"".join(report(bens, "export.csv", rows="entries").streaming_content)
    assert b"Ada Lindqvist" in file
    assert b"Read through the shared reporting account of Mia Hartmann." in file
    assert Event.objects.get(action=Action.EXPORTED).after["account"] == "Mia Hartmann"


def test_a_persons_week_is_read_through_it_down_to_the_entries(bens, omar, asana, turn_on):
    asana.settings(strict_list_fields=True)
    turn_on()
    shown = page(team(bens, f"{ADA}/"))
    assert "Design system: buttons and form fields" in shown
    assert READ_WITH in shown
    # Nothing of it is in the memory of his own week.
    assert cache.get(f"entries:{bens.user.pk}:{WORKSPACE}:{bens.week}") is None
    assert reading.cached_names(bens.user, WORKSPACE) == {}
    omar.post(f"{PAGE}off/")
    assert "doesn’t show you this person’s hours" in page(team(bens, f"{ADA}/"))


def test_another_token_begins_with_nothing_remembered(bens, turn_on):
    turn_on()
    assert "40:00" in person_rows(page(team(bens)))[ADA]
    turn_on("sandbox-yui", YUI)
    shown = person_rows(page(team(bens)))
    assert "Not visible to Yui Tanaka" in shown[ADA]
    # What an account is shown of itself does not say that it is shown others.
    assert "40:00" in person_rows(page(team(bens)))[YUI] or "Yui Tanaka" in shown[YUI]


def test_managers_see_only_their_own_people_through_it(bens, turn_on):
    turn_on()
    assert set(person_rows(page(team(bens)))) == {ADA, YUI}
    assert "You don’t manage this person." in page(team(bens, f"{MIA}/"))
    assert "Mia" not in page(report(bens)).partition("<table")[2].partition("</table")[0]


def test_a_member_gets_nothing_of_it(ada, turn_on):
    turn_on()
    assert team(ada).status_code == 403
    assert report(ada).status_code == 403


def test_who_is_not_in_the_workspace_in_asana_sees_nothing_through_it(connect, turn_on, this_week):
    """Asana is asked in their own name whether they are, whatever the other account may see."""
    zoe = Browser(connect(5, "Zoe"), this_week.previous)
    manager = Manager.objects.create(workspace_gid=WORKSPACE, gid=zoe.user.gid)
    manager.people.create(gid=ADA, name="Ada Lindqvist")
    turn_on()
    for shown in (team(zoe), team(zoe, f"{ADA}/"), report(zoe), report(zoe, "export.csv")):
        assert shown.status_code in (403, 404)
        assert "Ada" not in page(shown)


def test_ones_own_week_and_ones_own_hours_in_a_report_are_read_with_ones_own_token(
    bens, asana, turn_on
):
    turn_on()
    asana.forget_requests()
    assert bens.see().status_code == 200
    assert set(asked_by(asana)) == {BEN}
    asana.forget_requests()
    report(bens)
    own = [request for request in asana.requests() if request["query"].get("user") == BEN]
    assert own
    assert {request["user"] for request in own} == {BEN}
    others = [request for request in asana.requests() if request["query"].get("user") in NAMES]
    assert {request["user"] for request in others} == {MIA}


def test_nothing_is_written_with_it(bens, asana, turn_on):
    turn_on()
    asana.forget_requests()
    team(bens)
    team(bens, f"{ADA}/")
    report(bens)
    decide(bens, "approve", ADA)
    assert asked_by(asana)[MIA] == {"GET"}


# Decisions


def decide(browser: Browser, action: str, gid: str, **values):
    preview = page(team(browser, "decide/", action=action, person=gid))
    marks = dict(re.findall(r'name="(fingerprint:\d+)" value="(\w+)"', preview))
    address = f"/{WORKSPACE}/team/{browser.week}/{action}/"
    return browser.post(address, {"person": gid, **marks, **values})


def test_a_decision_goes_out_in_the_managers_own_name(omar, asana, turn_on):
    turn_on()
    omar.week = omar.week.previous.previous
    asana.forget_requests()
    assert "Approved." in page(decide(omar, "approve", ADA))
    written = [request for request in asana.requests() if request["method"] == "PUT"]
    assert [request["user"] for request in written] == [OMAR]
    assert Decision.objects.get().by_gid == OMAR


def test_who_may_not_approve_in_asana_still_may_not(bens, turn_on):
    turn_on()
    bens.week = bens.week.previous
    assert "Asana doesn’t let you do this" in page(decide(bens, "approve", ADA))
    assert not Decision.objects.exists()


def test_where_weeks_are_approved_here_those_that_are_seen_can_be(bens, ada, asana, turn_on):
    asana.settings(plan="time_tracking")
    bens.week = ada.week
    ada.send("submit/", htmx=False)
    turn_on()
    assert "Approved." in page(decide(bens, "approve", ADA))
    assert Decision.objects.get(status="approved").by_gid == BEN


# Mails


def mails_of(monday, time_machine, mailoutbox):
    """What the worker sends on Monday at nine."""
    time_machine.move_to(f"{monday}T09:00:00Z", tick=False)
    with mail.mail_sender() as post:
        weekly.send_due(clock.now, send_message=post)
    return mailoutbox


def test_reminders_by_button_are_read_through_it(bens, asana, mailoutbox, turn_on):
    turn_on()
    bens.week = bens.week.next
    short = list(person_rows(page(team(bens, show="missing"))))
    remind(bens, *short)
    assert mailed(mailoutbox) == {STUDIO[gid] for gid in short} != set()


def test_the_weekly_digest_is_read_through_it_and_says_so(
    bens, mailoutbox, monday, time_machine, turn_on
):
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, reminders_on=False, digest=True)
    turn_on()
    (digest,) = mails_of(monday, time_machine, mailoutbox)
    assert "Read with Mia Hartmann’s shared reporting account." in digest.body
    assert "does not show" not in digest.body


# When it is broken


def test_a_deleted_token_falls_back_to_ones_own_connection_and_says_so(bens, turn_on):
    turn_on()
    assert "40:00" in person_rows(page(team(bens)))[ADA]
    replace_token(DELETED)
    for shown in (team(bens, fresh="1"), team(bens), team(bens, f"{ADA}/"), report(bens)):
        assert shown.status_code == 200
        assert "you see what Asana shows you yourself" in page(shown)
        assert READ_WITH not in page(shown)
    assert "Not visible to you" in person_rows(page(team(bens)))[ADA]
    file = bens.get(f"/{WORKSPACE}/reports/export.csv", {"range": "last-week"})
    text = b"".join(file.streaming_content).decode()
    assert "The shared reporting account isn’t working, so hours may be missing." in text
    # It is not his own connection that has ended.
    assert Connection.objects.get(user=bens.user).problem == ""


def test_a_decision_through_a_token_that_has_just_ended_is_not_made(bens, turn_on):
    turn_on()
    team(bens)
    marks = dict(
        re.findall(
            r'name="(fingerprint:\d+)" value="(\w+)"',
            page(team(bens, "decide/", action="approve", person=ADA)),
        )
    )
    replace_token(DELETED)
    address = f"/{WORKSPACE}/team/{bens.week}/approve/"
    answer = bens.post(address, {"person": ADA, **marks})
    assert answer.status_code == 409
    assert "was saved. Go back and reload" in page(answer)


def test_an_account_that_left_the_workspace_lends_nothing(bens, omar, turn_on):
    turn_on()
    # As if it had been Zoe's, who is not in this workspace.
    replace_token("sandbox-zoe")
    reader.forget_fitness(reader.reporting_connection_of(WORKSPACE))
    shown = page(team(bens))
    assert "you see what Asana shows you yourself" in shown
    assert "aren’t visible to you in Asana" in shown
    shown = page(omar.get(PAGE))
    assert "On, but not working." in shown
    assert "The account is no longer in this workspace" in shown
    assert "is no longer in this workspace" in page(omar.post(f"{PAGE}test/", follow=True))


def test_admins_are_led_to_mending_it(omar, turn_on):
    turn_on()
    replace_token(DELETED)
    omar.week = omar.week.previous
    assert f'href="{PAGE}"' in page(team(omar)).partition("yourself.")[2][:200]
    shown = page(omar.get(PAGE))
    assert "On, but not working." in shown
    assert "Reconnect needed" in shown


@pytest.mark.django_db(transaction=True)
def test_readers_learn_that_it_ended_while_they_read(omar, turn_on):
    turn_on()
    with client_for(Connection.objects.get(user=omar.user)) as asana:
        membership = Membership(asana, omar.user, WORKSPACE)
        with reader.open_reader(asana, omar.user, membership) as opened:
            assert not opened.has_ended
            omar.post(f"{PAGE}off/")
            assert opened.has_ended
            with pytest.raises(Unauthorized):
                opened.asana.get_user()


def test_the_weekly_mails_fall_back_too(bens, mailoutbox, monday, time_machine, turn_on):
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, reminders_on=False, digest=True)
    turn_on()
    replace_token(DELETED)
    (digest,) = mails_of(monday, time_machine, mailoutbox)
    assert "shared reporting account" not in digest.body
    assert "Asana doesn’t show you the hours of these" in digest.body


def test_while_asana_is_away_the_page_says_so_and_nobody_is_blamed(bens, asana, turn_on):
    turn_on()
    team(bens)
    cache.delete(f"reporting:{reader.reporting_connection_of(WORKSPACE).pk}")
    asana.faults({"path": "users/me", "kind": "status", "status": 503})
    shown = page(team(bens))
    assert "40:00" in shown
    assert READ_WITH in shown


# Turning it on and off


def test_the_page_says_what_it_shows_to_whom_before_it_is_on(bens, omar):
    shown = page(omar.get(PAGE))
    assert "Off. Managers only see" in shown
    assert "even if their own accounts can’t" in shown
    assert re.search(r"Ben Okafor</span><small>2 people", shown)


def test_whose_token_it_is_is_said_before_anything_changes(bens, omar):
    shown = page(omar.post(f"{PAGE}check/", {"token": TOKEN, "read": "on"}, follow=True))
    assert "Mia Hartmann" in shown
    assert "mia@nordlicht.example" in shown
    assert "hours of 2 of 2 people" in shown
    assert TOKEN not in shown
    assert reader.reporting_connection_of(WORKSPACE) is None
    assert not Event.objects.filter(action=Action.REPORTING_ON).exists()


def test_an_account_that_sees_nobody_is_said_to(bens, omar):
    shown = page(omar.post(f"{PAGE}check/", {"token": "sandbox-nour", "read": "on"}, follow=True))
    assert "hours of 0 of 2 people" in shown
    assert "This account can’t see anyone else’s hours in Asana" in shown


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"token": "", "read": "on"}, "Paste your token."),
        ({"token": "two words", "read": "on"}, "This isn’t a complete token"),
        ({"token": TOKEN}, "Confirm that you understand who will see what."),
        ({"token": "sandbox-nobody", "read": "on"}, "Asana doesn’t recognize this token."),
        (
            {"token": "sandbox-zoe", "read": "on"},
            "This token belongs to Zoe Castellanos, who isn’t in this workspace.",
        ),
    ],
)
def test_a_token_that_is_no_good_is_refused_in_words_and_not_put_back(omar, values, sentence):
    answer = omar.post(f"{PAGE}check/", values)
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert not values["token"] or values["token"] not in page(answer)
    assert reader.reporting_connection_of(WORKSPACE) is None


def test_without_an_answer_of_asanas_nothing_is_kept(omar, asana):
    omar.get(PAGE)
    asana.faults({"path": "users/me", "kind": "status", "status": 503})
    answer = omar.post(f"{PAGE}check/", {"token": TOKEN, "read": "on"})
    assert answer.status_code == 422
    assert "Asana isn’t working right now" in page(answer)


def test_only_the_account_that_was_shown_is_turned_on(omar, turn_on):
    answer = turn_on(account=OMAR)
    assert "was replaced by another token" in page(answer)
    assert reader.reporting_connection_of(WORKSPACE) is None
    cache.clear()
    assert "This check has expired" in page(omar.get(f"{PAGE}confirm/", follow=True))


def test_the_page_says_whose_it_is_and_who_turned_it_on(turn_on):
    shown = page(turn_on())
    assert "through the account of Mia Hartmann" in shown
    assert "by <bdi>Omar</bdi>" in shown
    assert MIA in shown


def test_turning_it_on_and_off_is_in_the_audit_log_with_whose_it_is(omar, turn_on):
    turn_on()
    turn_on("sandbox-omar", OMAR)
    omar.post(f"{PAGE}off/")
    off, again, on = Event.objects.filter(action__startswith="reporting")
    assert (on.action, on.actor_gid, on.subject_gid) == (Action.REPORTING_ON, OMAR, MIA)
    assert on.after["account"] == f"Mia Hartmann ({MIA})"
    assert again.before["account"] == f"Mia Hartmann ({MIA})"
    assert (off.action, off.subject_name) == (Action.REPORTING_OFF, "Omar Haddad")
    assert "Shared reporting account turned on" in page(omar.get(f"/{WORKSPACE}/audit/"))
    assert "already off" in page(omar.post(f"{PAGE}off/", follow=True))


def test_testing_tells_what_it_sees_and_heals_it(bens, omar, turn_on):
    assert "The shared reporting account is off." in page(omar.post(f"{PAGE}test/", follow=True))
    turn_on()
    assert "It can see hours of 2" in page(omar.post(f"{PAGE}test/", follow=True))
    replace_token(DELETED)
    assert "no longer accepts the token" in page(omar.post(f"{PAGE}test/", follow=True))
    assert not reader.reporting_connection_of(WORKSPACE).healthy
    replace_token(TOKEN)
    omar.post(f"{PAGE}test/")
    assert reader.reporting_connection_of(WORKSPACE).healthy


def test_admins_of_another_workspace_neither_see_nor_use_it(connect, this_week, turn_on):
    kwame = Browser(connect(12, "Kwame"), this_week)
    for answer in (kwame.get(PAGE), turn_on(by=kwame), kwame.post(f"{PAGE}off/")):
        assert answer.status_code in (403, 404)
    turn_on()
    kwame.post(f"{PAGE}off/")
    assert reader.reporting_connection_of(WORKSPACE) is not None
    assert reader.reporting_connection_of(HARBOUR) is None


def test_it_is_nobody_who_could_sign_in(turn_on, client):
    turn_on()
    nobody = User.objects.get(gid=reader.reporting_user_gid(WORKSPACE))
    assert not nobody.is_active
    client.force_login(nobody)
    assert client.get("/connection/").status_code == 302


def test_the_token_is_nowhere_in_clear(bens, omar, turn_on, caplog):
    caplog.set_level(logging.DEBUG)
    pages = [page(turn_on()), page(omar.get(PAGE)), page(omar.post(f"{PAGE}test/", follow=True))]
    pages += [page(team(bens)), page(omar.get(f"/{WORKSPACE}/audit/"))]
    assert all(TOKEN not in html for html in pages)
    assert TOKEN not in caplog.text
    with database.cursor() as cursor:
        for table in database.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            assert TOKEN not in repr(cursor.fetchall()), table


def test_its_token_is_encrypted_again_with_the_others(turn_on):
    turn_on()
    before = reader.reporting_connection_of(WORKSPACE).__dict__["access_token"]
    call_command("rotate_keys")
    after = reader.reporting_connection_of(WORKSPACE).__dict__["access_token"]
    assert before != after


def test_admins_read_in_the_audit_log_that_it_ended(turn_on, bens, omar):
    turn_on()
    replace_token(DELETED)
    cache.clear()
    bens.get(f"/{WORKSPACE}/team/{bens.week}/")
    log = page(omar.get(f"/{WORKSPACE}/audit/", {"action": "connection_failed"}))
    assert "Mia Hartmann" in log.partition("<table")[2]
