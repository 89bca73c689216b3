"""The weekly emails: when they are sent, to whom, and never twice."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.cache import cache

from accounts.asana.records import AsanaUser
from accounts.models import AllowedWorkspace, Connection, ManagedPerson, Manager
from accounts.workspaces import membership
from tests.support.asana import short
from tests.support.mail_server import mail_server
from tests.support.people import BEN, MIA, STUDIO, WORKSPACE, make_manager
from tests.support.reminders import mailed, remind
from timesheet import worker
from timesheet.core import clock
from timesheet.models import ReminderRun, SentReminder, WorkspacePolicy
from timesheet.reminders import mail, weekly


def tick() -> None:
    """Send what is due, as the worker does each minute."""
    with mail.mail_sender() as send_message:
        weekly.send_due(clock.now, send_message=send_message)


@pytest.fixture
def workspace_policy(manages, mia):
    """Reminders on Monday at nine about the week before, for all of Mia's people."""
    manages(mia)
    return WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, reminders_on=True, digest=False)


@pytest.fixture
def monday_at_nine(monday, time_machine):
    """Move the clock to a time after Monday at nine."""
    start = datetime.combine(monday, time(9), UTC)

    def monday_at_nine(**later: float) -> datetime:
        at = start + timedelta(**later)
        time_machine.move_to(at, tick=False)
        return at

    return monday_at_nine


def test_people_with_missing_hours_get_one_email_on_schedule(
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
def test_the_worker_sends_what_is_due_each_minute(
    workspace_policy, asana, mia, mailoutbox, monday_at_nine
):
    monday_at_nine()
    worker._each_minute()
    assert mailed(mailoutbox) == short(asana, mia.week)


def test_a_repeated_run_sends_no_second_email(workspace_policy, mailoutbox, monday_at_nine):
    monday_at_nine()
    tick()
    sent = len(mailoutbox)
    ReminderRun.objects.update(done=False)
    monday_at_nine(hours=3)
    tick()
    assert len(mailoutbox) == sent > 0


def test_a_clock_that_is_set_back_sends_no_second_email(
    workspace_policy, asana, mia, mailoutbox, monday_at_nine
):
    for minutes in (1, -59, 0, 1, 61):
        monday_at_nine(minutes=minutes)
        tick()
    assert len(mailoutbox) == len(mailed(mailoutbox)) > 0


def test_hours_are_read_with_the_managers_token_only(workspace_policy, asana, ben, monday_at_nine):
    monday_at_nine()
    asana.forget_requests()
    tick()
    assert {request["user"] for request in asana.requests()} == {MIA}


@pytest.mark.parametrize(("hours", "is_sent"), [(11.9, True), (12.1, False)])
def test_after_an_outage_the_worker_catches_up_for_twelve_hours(
    workspace_policy, mailoutbox, monday_at_nine, hours, is_sent
):
    monday_at_nine(hours=hours)
    tick()
    assert bool(mailoutbox) is is_sent


def test_the_schedule_is_in_the_time_zone_of_the_workspace(
    workspace_policy, mailoutbox, monday_at_nine
):
    WorkspacePolicy.objects.update(time_zone="America/New_York")
    monday_at_nine()
    tick()
    assert mailoutbox == []
    monday_at_nine(hours=5)
    tick()
    assert mailoutbox


def test_who_stands_in_for_a_manager_does_so_by_the_date_of_the_workspace(
    workspace_policy, monday, mailoutbox, monday_at_nine
):
    """On Monday morning in Auckland it is still Sunday for the worker."""
    WorkspacePolicy.objects.update(time_zone="Pacific/Auckland")
    ManagedPerson.objects.filter(gid=BEN).delete()
    manager = make_manager("1201000000000099", {BEN: "Ben"})
    manager.delegates.create(gid=MIA, starts_on=monday, ends_on=monday)
    monday_at_nine(hours=-12)
    tick()
    assert STUDIO[BEN] in mailed(mailoutbox)


def test_a_new_schedule_sends_nothing_for_the_past(workspace_policy, mailoutbox, monday_at_nine):
    at = monday_at_nine(hours=1)
    WorkspacePolicy.objects.update(schedule_changed_at=at)
    tick()
    assert mailoutbox == []


def test_nothing_is_sent_while_reminders_are_off(workspace_policy, mailoutbox, monday_at_nine):
    WorkspacePolicy.objects.update(reminders_on=False)
    monday_at_nine()
    tick()
    assert mailoutbox == []


def test_after_wednesday_reminders_are_about_the_current_week(
    workspace_policy, mia, mailoutbox, monday_at_nine
):
    WorkspacePolicy.objects.update(remind_weekday=WorkspacePolicy.Weekday.THURSDAY)
    monday_at_nine(days=3)
    tick()
    assert mailoutbox
    assert {reminder.week for reminder in SentReminder.objects.all()} == {str(mia.week.next)}


def test_people_who_were_just_reminded_by_the_manager_get_no_second_email(
    workspace_policy, mia, mailoutbox, monday_at_nine
):
    monday_at_nine(hours=-2)
    remind(mia, BEN)
    for minutes in (0, 11 * 60):
        monday_at_nine(minutes=minutes)
        tick()
    assert [mail.to for mail in mailoutbox].count([STUDIO[BEN]]) == 1
    assert len(mailoutbox) > 1


def test_nothing_is_sent_until_the_manager_has_a_healthy_connection(
    workspace_policy, mailoutbox, monday_at_nine, caplog
):
    Connection.objects.update(state=Connection.TokenState.NEEDS_RECONNECTING)
    monday_at_nine()
    tick()
    assert mailoutbox == []
    assert "no healthy connection" in caplog.text
    Connection.objects.update(state=Connection.TokenState.HEALTHY)
    monday_at_nine(minutes=1)
    tick()
    assert mailoutbox


def test_while_asana_is_down_the_run_is_tried_again_later(
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


def test_an_email_that_cannot_be_sent_is_tried_three_times(
    workspace_policy, post_is_down, monday_at_nine, settings
):
    for hours in range(6):
        monday_at_nine(hours=hours)
        tick()
    row = ReminderRun.objects.get()
    assert (row.tries, row.failures, row.done) == (3, 3, True)
    assert not SentReminder.objects.exists()


def test_an_email_that_could_not_be_sent_is_sent_the_next_minute(
    workspace_policy, asana, mia, post_is_down, monday_at_nine, settings, mailoutbox
):
    expected = short(asana, mia.week)
    monday_at_nine()
    tick()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monday_at_nine(minutes=1)
    tick()
    assert mailed(mailoutbox) == expected


def test_a_person_with_two_managers_gets_one_email(
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
        assert "Ben Okafor" in body.partition("Waiting for your approval")[0]
        assert "Ada Lindqvist" in body.partition("Waiting for your approval")[2]
    assert "List-Unsubscribe" in digest.extra_headers


def test_the_digest_names_people_whose_hours_are_hidden(ada, manages, mailoutbox, monday_at_nine):
    manages(ada, BEN)
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, reminders_on=True, digest=True)
    monday_at_nine()
    tick()
    (digest,) = mailoutbox
    assert digest.to == [ada.user.email]
    assert "Ben Okafor" in digest.body.partition("Asana doesn’t show you")[2]


def test_while_days_off_cannot_be_read_emails_wait(
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


def test_a_changed_weekday_has_a_run_of_its_own(
    workspace_policy, asana, mailoutbox, monday_at_nine
):
    monday_at_nine()
    tick()
    before = len(mailoutbox)
    WorkspacePolicy.objects.update(remind_weekday=1)
    monday_at_nine(days=1)
    tick()
    assert len(mailoutbox) == 2 * before > 0


def test_a_mail_server_that_takes_one_email_per_connection_gets_them_all(
    workspace_policy, asana, mia, settings, monday_at_nine
):
    expected = short(asana, mia.week)
    with mail_server(settings, most=1) as server:
        monday_at_nine()
        tick()
    assert set(server.got) == expected


def test_an_email_that_may_have_been_sent_is_not_sent_again(
    workspace_policy, asana, mia, settings, monday_at_nine
):
    settings.EMAIL_TIMEOUT = 0.3
    with mail_server(settings, late=0.6) as server:
        for hour in range(3):
            monday_at_nine(hours=hour)
            tick()
        remind(mia, *STUDIO)
    assert len(server.got) == len(set(server.got)) > 0


def test_people_whose_week_may_be_submitted_here_get_no_email(
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


def test_an_address_that_asana_hides_from_some_people_is_kept(workspace_policy):
    ManagedPerson.objects.filter(gid=BEN).update(email="ben@nordlicht.example")
    membership._update_names(WORKSPACE, {BEN: AsanaUser(BEN, "Ben", None)})
    assert ManagedPerson.objects.get(gid=BEN).email == "ben@nordlicht.example"


def test_nothing_is_sent_for_a_workspace_that_is_not_allowed(
    workspace_policy, mailoutbox, monday_at_nine
):
    AllowedWorkspace.objects.create(workspace_gid="1200000000000002")
    monday_at_nine()
    tick()
    assert mailoutbox == []
    AllowedWorkspace.objects.update(workspace_gid=WORKSPACE)
    tick()
    assert mailoutbox
