"""Emails about approved weeks, to their people, and about submitted weeks, to their managers."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import AllowedWorkspace
from tests.support.mail_server import mail_server
from tests.support.pages import page
from tests.support.people import ADA, BEN, HARBOUR, MIA, WORKSPACE, ManagerBrowser, make_manager
from timesheet.core import clock
from timesheet.domain import mail_schedule
from timesheet.domain.approval import Status
from timesheet.models import DecisionMail, MailKind, Unsubscribed
from timesheet.reminders import decisions, mail
from timesheet.reminders.subscriptions import Subscription
from timesheet.sheets.approvals import record_decision

COMMENT = "Two days were <b>trips</b>."


def send_due_emails() -> None:
    with mail.mail_sender() as send_message:
        decisions.send_due(clock.now, send_message=send_message)


@pytest.fixture
def boss(mia, manages, this_week) -> ManagerBrowser:
    manages(mia)
    return ManagerBrowser(mia.user, this_week.previous)


@pytest.fixture
def later(time_machine):
    """Moves the clock to this time after now, and sends what is due."""
    start = timezone.now()

    def later(**delay: float) -> None:
        time_machine.move_to(start + timedelta(**delay), tick=False)
        send_due_emails()

    return later


@pytest.fixture
def submitted(ada, boss):
    """Ada has submitted last week."""
    ada.week = boss.week
    ada.see()
    ada.send("submit/", htmx=False, comment=COMMENT)
    return boss


@pytest.mark.parametrize(
    ("now", "zone", "expected"),
    [
        (datetime(2026, 11, 26, 8, tzinfo=UTC), "UTC", date(2026, 11, 26)),
        (datetime(2026, 11, 26, 15, tzinfo=UTC), "UTC", date(2026, 11, 27)),
        (datetime(2026, 11, 27, 9, tzinfo=UTC), "UTC", date(2026, 11, 30)),
        (datetime(2026, 11, 28, 8, tzinfo=UTC), "UTC", date(2026, 11, 30)),
        (datetime(2026, 11, 26, 8, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 11, 27)),
    ],
)
def test_the_next_morning_is_that_of_a_working_day(now, zone, expected):
    local = ZoneInfo(zone)
    due = mail_schedule.next_working_time(now, time(9), local).astimezone(local)
    assert (due.date(), due.hour, due.weekday() < 5, due > now) == (expected, 9, True, True)


def test_a_person_is_told_of_an_approval_once_and_after_ten_minutes(
    submitted, later, mailoutbox, this_week
):
    assert "Approved." in page(submitted.decide("approve", ADA))
    later(minutes=9)
    assert mailoutbox == []
    later(minutes=11)
    later(minutes=12)
    later(days=4)
    [email] = mailoutbox
    last = this_week.previous
    assert (email.to, email.reply_to) == (["ada@example.com"], ["mia@example.com"])
    assert email.subject.startswith(f"Week {last.number}, from ")
    assert email.subject.endswith("was approved")
    for body in (email.body, email.alternatives[0][0]):
        assert f"Mia approved your week {last.number}" in body
        assert f"http://127.0.0.1:8000/{WORKSPACE}/week/{last}/" in body
    assert "List-Unsubscribe" in email.extra_headers


def test_an_approval_that_was_taken_back_is_not_told(submitted, later, mailoutbox):
    submitted.decide("approve", ADA)
    submitted.decide("reopen", ADA)
    later(days=4)
    assert mailoutbox == []
    submitted.decide("approve", ADA)
    send_due_emails()
    later(days=4, minutes=11)
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(("days", "is_told"), [(20, True), (60, False)])
def test_nobody_is_told_that_an_old_week_was_approved(boss, days, is_told):
    at, week = timezone.now() + timedelta(days=days), boss.week
    record_decision(boss.user, WORKSPACE, week, Status.APPROVED, at, was=Status.DRAFT, person=ADA)
    assert DecisionMail.objects.exists() is is_told


@pytest.fixture
def on_thursday(this_week, time_machine):
    """Moves the clock to Thursday at 15:00, or to so much later."""
    thursday = datetime.combine(this_week.days[3], time(15), UTC)

    def on_thursday(**delay: float) -> None:
        time_machine.move_to(thursday + timedelta(**delay), tick=False)

    on_thursday()
    return on_thursday


@pytest.fixture
def two_submitted(on_thursday, ada, ben, manages, mia):
    """Ada and Ben have submitted last week on Thursday at 15:00, to Mia."""
    manages(mia)
    for browser in (ada, ben):
        browser.week = mia.week
        browser.see()
        browser.send("submit/", htmx=False, comment=COMMENT if browser is ada else "")
    return on_thursday


def test_a_manager_gets_one_email_the_next_morning(two_submitted, mia, mailoutbox):
    two_submitted(hours=17.9)
    send_due_emails()
    assert mailoutbox == []
    for hours in (18, 18.1, 42, 90):
        two_submitted(hours=hours)
        send_due_emails()
    [email] = mailoutbox
    assert email.to == ["mia@example.com"]
    assert email.subject == "2 weeks were submitted to you"
    number = mia.week.number
    assert f"- Ada: week {number} (" in email.body
    assert f"“{COMMENT}”" in email.body
    html = email.alternatives[0][0]
    assert "trips&lt;/b&gt;" in html
    for body in (email.body, html):
        assert f"Ben: week {number}" in body
        assert f"http://127.0.0.1:8000/{WORKSPACE}/team/{mia.week}/" in body


def test_a_week_that_was_decided_or_recalled_is_not_told(two_submitted, mia, ben, mailoutbox):
    ManagerBrowser(mia.user, mia.week).decide("approve", ADA)
    DecisionMail.objects.filter(status="approved").delete()
    ben.send("recall/", htmx=False)
    two_submitted(hours=18)
    send_due_emails()
    assert mailoutbox == []


def test_who_stands_in_for_the_manager_is_told_too(two_submitted, this_week, mailoutbox):
    manager = make_manager("1201000000000099", {ADA: "Ada"})
    friday = this_week.days[4]
    manager.delegates.create(gid=BEN, starts_on=friday, ends_on=friday)
    two_submitted(hours=18)
    send_due_emails()
    by_address = {email.to[0]: email for email in mailoutbox}
    assert by_address.keys() == {"mia@example.com", "ben@example.com"}
    assert "Ada: week" in by_address["ben@example.com"].body
    assert "- Ben: week" not in by_address["ben@example.com"].body


def test_a_manager_who_got_theirs_gets_no_second_one_when_another_is_tried_again(
    two_submitted, mia, omar, settings, mailoutbox
):
    make_manager(omar.user.gid, {ADA: "Ada"}, "Omar")
    two_submitted(hours=18)
    with mail_server(settings) as server:
        server.refused.add("omar@example.com")
        send_due_emails()
        send_due_emails()
        assert server.got == ["mia@example.com"]
        server.refused.clear()
        two_submitted(hours=18.5)
        send_due_emails()
        assert server.got == ["mia@example.com", "omar@example.com"]
    assert not DecisionMail.objects.exists()


@pytest.mark.usefixtures("post_is_down")
def test_an_email_that_cannot_be_sent_is_given_up_before_the_next_morning(two_submitted):
    two_submitted(hours=18)
    send_due_emails()
    assert all(row.next_try_at > clock.now() for row in DecisionMail.objects.all())
    two_submitted(hours=30.5)
    send_due_emails()
    assert not DecisionMail.objects.exists()


def test_each_email_can_be_turned_off_and_managers_are_offered_theirs(
    two_submitted, ada, mia, mailoutbox
):
    assert "Email me each morning" not in page(ada.get("/preferences/"))
    form = mia.get("/preferences/").context["form"]
    values = {field.name: field.value() for field in form if field.value() not in (None, False)}
    mia.post("/preferences/", {**values, "whose_targets": "theirs", "submitted": ""})
    assert Unsubscribed.objects.get().kind == MailKind.SUBMITTED
    two_submitted(hours=18)
    send_due_emails()
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("kind", "asked", "done"),
    [
        (MailKind.APPROVED, "approves one of your weeks", "approved weeks"),
        (MailKind.SUBMITTED, "people submitted to you", "submitted weeks"),
    ],
)
def test_the_link_in_an_email_unsubscribes(mia, kind, asked, done):
    path = f"/unsubscribe/{Subscription(MIA, WORKSPACE, kind).token}/"
    assert asked in page(mia.get(path))
    assert done in page(mia.post(path))
    assert Unsubscribed.objects.get().kind == kind


def test_nothing_is_sent_for_a_workspace_that_is_no_longer_used(two_submitted, mailoutbox):
    AllowedWorkspace.objects.create(workspace_gid=HARBOUR)
    two_submitted(hours=18)
    send_due_emails()
    assert mailoutbox == []
    assert not DecisionMail.objects.exists()
