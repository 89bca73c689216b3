"""The weekly mails: when, to whom, and never twice."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.cache import cache

from accounts.asana.records import AsanaUser
from accounts.models import AllowedWorkspace, Connection, ManagedPerson, Manager
from accounts.workspaces import membership
from tests.support.asana import short
from tests.support.mail_server import mail_server
from tests.support.people import BEN, MIA, STUDIO, WORKSPACE
from tests.support.reminders import mailed, remind
from timesheet import worker
from timesheet.core import clock
from timesheet.models import ReminderRun, SentReminder, WorkspacePolicy
from timesheet.reminders import mail, weekly


def tick() -> None:
    """The worker's minute."""
    with mail.mail_sender() as post:
        weekly.send_due(clock.now, post=post)


@pytest.fixture
def workspace_policy(manages, mia):
    """Mails on Monday at nine about the week before, to all of Mia's people."""
    manages(mia)
    return WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, reminders_on=True, digest=False)


@pytest.fixture
def monday_at_nine(monday, time_machine):
    """Moves the clock to so long after it."""
    start = datetime.combine(monday, time(9), UTC)

    def monday_at_nine(**later: float) -> datetime:
        at = start + timedelta(**later)
        time_machine.move_to(at, tick=False)
        return at

    return monday_at_nine


def test_on_a_schedule_exactly_the_short_are_mailed_once(
    workspace_policy, mia, asana, mailoutbox, monday_at_nine
):
    expected = short(asana, mia.week)
    monday_at_nine(minutes=-1)
    tick()
    assert mailoutbox == []
    for minute in range(3):
        monday_at_nine(minutes=minute)
        tick()
    assert mailed(mailoutbox) == expected
    assert len(mailoutbox) == len(expected)
    assert "asks you" not in mailoutbox[0].body


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_the_round_in_its_minute(
    workspace_policy, asana, mia, mailoutbox, monday_at_nine
):
    monday_at_nine()
    worker._minute()
    assert mailed(mailoutbox) == short(asana, mia.week)


def test_nothing_is_mailed_again_when_the_round_is_made_twice(
    workspace_policy, mailoutbox, monday_at_nine
):
    monday_at_nine()
    tick()
    sent = len(mailoutbox)
    ReminderRun.objects.update(done=False)
    monday_at_nine(hours=3)
    tick()
    assert len(mailoutbox) == sent > 0


def test_the_round_is_read_in_the_managers_name_alone(workspace_policy, asana, ben, monday_at_nine):
    monday_at_nine()
    asana.forget_requests()
    tick()
    assert {request["user"] for request in asana.requests()} == {MIA}


@pytest.mark.parametrize(("hours", "comes"), [(11.9, True), (12.1, False)])
def test_a_worker_that_was_away_catches_up_for_twelve_hours(
    workspace_policy, mailoutbox, monday_at_nine, hours, comes
):
    monday_at_nine(hours=hours)
    tick()
    assert bool(mailoutbox) is comes


def test_the_time_is_that_of_the_workspace(workspace_policy, mailoutbox, monday_at_nine):
    WorkspacePolicy.objects.update(time_zone="America/New_York")
    monday_at_nine()
    tick()
    assert mailoutbox == []
    monday_at_nine(hours=5)
    tick()
    assert mailoutbox


def test_a_schedule_that_was_just_set_does_not_mail_for_the_past(
    workspace_policy, mailoutbox, monday_at_nine
):
    at = monday_at_nine(hours=1)
    WorkspacePolicy.objects.update(since=at)
    tick()
    assert mailoutbox == []


def test_nothing_is_mailed_while_it_is_off(workspace_policy, mailoutbox, monday_at_nine):
    WorkspacePolicy.objects.update(reminders_on=False)
    monday_at_nine()
    tick()
    assert mailoutbox == []


def test_a_later_weekday_is_about_the_week_that_runs(
    workspace_policy, mia, mailoutbox, monday_at_nine
):
    WorkspacePolicy.objects.update(remind_weekday=WorkspacePolicy.Weekday.THURSDAY)
    monday_at_nine(days=3)
    tick()
    assert mailoutbox
    assert {reminder.week for reminder in SentReminder.objects.all()} == {str(mia.week.next)}


def test_who_was_just_reminded_by_the_button_is_left_alone(
    workspace_policy, mia, mailoutbox, monday_at_nine
):
    monday_at_nine(hours=-2)
    remind(mia, BEN)
    for minutes in (0, 11 * 60):
        monday_at_nine(minutes=minutes)
        tick()
    assert [mail.to for mail in mailoutbox].count([STUDIO[BEN]]) == 1
    assert len(mailoutbox) > 1


def test_without_a_healthy_connection_nobody_is_mailed_until_there_is_one(
    workspace_policy, mailoutbox, monday_at_nine, caplog
):
    Connection.objects.update(state=Connection.State.NEEDS_RECONNECTING)
    monday_at_nine()
    tick()
    assert mailoutbox == []
    assert "no healthy connection" in caplog.text
    Connection.objects.update(state=Connection.State.HEALTHY)
    monday_at_nine(minutes=1)
    tick()
    assert mailoutbox


def test_when_asana_is_down_the_round_is_made_later(
    workspace_policy, asana, mailoutbox, monday_at_nine
):
    asana.faults({"kind": "drop_before", "path": "/api/"})
    for minute in range(3):
        monday_at_nine(minutes=minute)
        tick()
    assert mailoutbox == []
    assert ReminderRun.objects.get().tries == 2
    asana.faults()
    monday_at_nine(hours=2)
    tick()
    assert mailoutbox
    assert ReminderRun.objects.get().done


def test_what_cannot_be_sent_is_tried_three_times(
    workspace_policy, post_is_down, monday_at_nine, settings
):
    for hours in range(6):
        monday_at_nine(hours=hours)
        tick()
    row = ReminderRun.objects.get()
    assert (row.tries, row.unsent, row.done) == (3, 3, True)
    assert not SentReminder.objects.exists()


def test_a_mail_that_could_not_be_sent_goes_out_the_next_minute(
    workspace_policy, asana, mia, post_is_down, monday_at_nine, settings, mailoutbox
):
    expected = short(asana, mia.week)
    monday_at_nine()
    tick()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monday_at_nine(minutes=1)
    tick()
    assert mailed(mailoutbox) == expected


def test_of_two_managers_of_one_person_only_one_writes(
    workspace_policy, connect, this_week, mailoutbox, monday_at_nine
):
    omar = Manager.objects.create(workspace_gid=WORKSPACE, gid=connect(4, "Omar").gid)
    omar.people.create(gid=BEN, name="Ben")
    monday_at_nine()
    tick()
    assert [mail.to for mail in mailoutbox].count([STUDIO[BEN]]) == 1


def test_a_manager_gets_a_digest(workspace_policy, mia, ada, asana, mailoutbox, monday_at_nine):
    WorkspacePolicy.objects.update(reminders_on=False, digest=True)
    ada.week = mia.week
    ada.send("submit/", htmx=False)
    mailoutbox.clear()
    for minute in range(2):
        monday_at_nine(minutes=minute)
        tick()
    (digest,) = mailoutbox
    assert digest.to == [mia.user.email]
    for body in (digest.body, digest.alternatives[0][0]):
        assert f"http://127.0.0.1:8000/{WORKSPACE}/team/{mia.week}/" in body
        assert "Ben Okafor" in body.partition("waiting for you")[0]
        assert "Ada Lindqvist" in body.partition("waiting for you")[2]
    assert "List-Unsubscribe" in digest.extra_headers


def test_the_digest_says_of_whom_nothing_is_known(ada, manages, mailoutbox, monday_at_nine):
    manages(ada, BEN)
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, reminders_on=True, digest=True)
    monday_at_nine()
    tick()
    (digest,) = mailoutbox
    assert digest.to == [ada.user.email]
    assert "Ben Okafor" in digest.body.partition("Asana does not show you")[2]


def test_where_days_off_cannot_be_read_nobody_is_forgotten(
    workspace_policy, asana, mia, mailoutbox, monday_at_nine
):
    WorkspacePolicy.objects.update(digest=True)
    expected = short(asana, mia.week)
    asana.faults({"kind": "drop_before", "path": "/api/1.0/ooo_entries"})
    monday_at_nine()
    tick()
    assert mailoutbox == []
    asana.faults()
    monday_at_nine(minutes=10)
    tick()
    assert mailed(mailoutbox) == {*expected, "mia@example.com"}


def test_a_schedule_that_was_moved_has_a_round_of_its_own(
    workspace_policy, asana, mailoutbox, monday_at_nine
):
    monday_at_nine()
    tick()
    before = len(mailoutbox)
    WorkspacePolicy.objects.update(remind_weekday=1)
    monday_at_nine(days=1)
    tick()
    assert len(mailoutbox) == 2 * before > 0


def test_a_server_that_takes_one_mail_by_a_connection_gets_them_all(
    workspace_policy, asana, mia, settings, monday_at_nine
):
    expected = short(asana, mia.week)
    with mail_server(settings, most=1) as server:
        monday_at_nine()
        tick()
    assert set(server.got) == expected


def test_a_mail_that_may_have_left_is_not_sent_again(
    workspace_policy, asana, mia, settings, monday_at_nine
):
    settings.EMAIL_TIMEOUT = 0.3
    with mail_server(settings, late=0.6) as server:
        for hour in range(3):
            monday_at_nine(hours=hour)
            tick()
        remind(mia, *STUDIO)
    assert len(server.got) == len(set(server.got)) > 0


def test_nobody_is_mailed_whose_week_may_be_submitted_here(
    workspace_policy, asana, ben, mia, mailoutbox, monday_at_nine
):
    asana.settings(plan="time_tracking")
    ben.week = mia.week
    ben.see()
    ben.send("submit/", htmx=False)
    monday_at_nine()
    cache.clear()
    asana.faults({"method": "POST", "path": "timesheet", "kind": "status", "status": 503})
    tick()
    assert STUDIO[BEN] not in mailed(mailoutbox)
    asana.faults()
    monday_at_nine(minutes=10)
    tick()
    assert mailoutbox
    assert STUDIO[BEN] not in mailed(mailoutbox)


def test_an_address_that_asana_hides_from_somebody_is_not_forgotten(workspace_policy):
    ManagedPerson.objects.filter(gid=BEN).update(email="ben@nordlicht.example")
    membership._keep_names(WORKSPACE, {BEN: AsanaUser(BEN, "Ben", None)})
    assert ManagedPerson.objects.get(gid=BEN).email == "ben@nordlicht.example"


def test_nobody_is_reminded_of_a_workspace_that_is_not_served(
    workspace_policy, mailoutbox, monday_at_nine
):
    AllowedWorkspace.objects.create(workspace_gid="1200000000000002")
    monday_at_nine()
    tick()
    assert mailoutbox == []
    AllowedWorkspace.objects.update(workspace_gid=WORKSPACE)
    tick()
    assert mailoutbox
