"""The manager's button: who gets a reminder of missing hours, and who does not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from accounts.asana.records import AsanaUser
from accounts.models import Event, ManagedPerson, User
from tests.support.asana import minutes_of, short
from tests.support.pages import page, person_rows
from tests.support.people import (
    ADA,
    BEN,
    LEFT,
    MAXIMILIANA,
    MIA,
    OMAR,
    PRIYA,
    STUDIO,
    WORKSPACE,
    Browser,
)
from tests.support.reminders import mailed, next_messages, remind
from timesheet.models import (
    MailKind,
    Preferences,
    SentReminder,
    Unsubscribed,
    WorkspacePolicy,
)


def test_exactly_the_people_with_missing_hours_get_an_email(mia, manages, asana, mailoutbox):
    manages(mia)
    expected = short(asana, mia.week)
    answer = remind(mia, *STUDIO)
    assert answer.url == f"/{WORKSPACE}/team/{mia.week}/"
    assert STUDIO[BEN] in expected
    assert STUDIO[ADA] not in expected
    assert mailed(mailoutbox) == expected
    assert len(mailoutbox) == len(expected)


def test_only_selected_people_get_an_email(mia, manages, mailoutbox):
    manages(mia)
    remind(mia, BEN)
    assert mailed(mailoutbox) == {STUDIO[BEN]}
    assert "Reminder sent to Ben Okafor." in next_messages(mia)


def test_the_email_says_what_is_missing_and_links_to_the_week(mia, manages, asana, mailoutbox):
    manages(mia)
    remind(mia, BEN)
    mail = mailoutbox[0]
    missing = 5 * 480 - minutes_of(asana, mia.week, BEN)
    written = f"{missing // 60}:{missing % 60:02}"
    assert mail.subject.startswith(f"{written} missing in week {mia.week.number}")
    html, kind = mail.alternatives[0]
    assert kind == "text/html"
    for body in (mail.body, html):
        assert f"{written} in week" in body
        assert f"http://127.0.0.1:8000/{WORKSPACE}/week/{mia.week}/" in body
        assert "Mia asks you to fill it in." in body
        assert "/unsubscribe/" in body
    assert mail.reply_to == [mia.user.email]
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.extra_headers["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/unsubscribe/")


def test_names_are_escaped_in_html_only(mia, manages, mailoutbox):
    manages(mia)
    User.objects.filter(gid=MIA).update(name="Mia <b>O'Hara</b>")
    remind(mia, BEN)
    assert "Mia <b>O'Hara</b> asks" in mailoutbox[0].body
    assert "Mia &lt;b&gt;O" in mailoutbox[0].alternatives[0][0]


def test_targets_and_durations_are_those_of_the_recipient(mia, ben, manages, asana, mailoutbox):
    manages(mia)
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, own_targets_may_lower=True)
    logged = minutes_of(asana, mia.week, BEN)
    Preferences.objects.create(
        user=ben.user, targets=[logged + 90, 0, 0, 0, 0, 0, 0], duration_format="decimal"
    )
    remind(mia, BEN)
    assert mailoutbox[0].subject.startswith("1.5 missing")
    hours = (f"{minutes / 60:.2f}".rstrip("0").rstrip(".") for minutes in (logged, logged + 90))
    assert "You’ve logged {} of {}.".format(*hours) in mailoutbox[0].body
    Preferences.objects.update(targets=[logged, 0, 0, 0, 0, 0, 0])
    SentReminder.objects.all().delete()
    remind(mia, BEN)
    assert len(mailoutbox) == 1
    assert "nothing is missing: Ben Okafor." in next_messages(mia)


def test_no_hours_are_missing_on_days_off(mia, manages, mailoutbox):
    manages(mia)
    mia.week = mia.week.previous.previous.previous
    remind(mia, PRIYA)
    assert mailoutbox == []


def test_nobody_gets_two_emails_within_twelve_hours(mia, manages, mailoutbox, time_machine):
    manages(mia)
    at = datetime.now(UTC)
    time_machine.move_to(at)
    remind(mia, BEN)
    time_machine.move_to(at + timedelta(hours=11))
    remind(mia, BEN)
    assert len(mailoutbox) == 1
    assert "Already reminded within the last 12 hours: Ben Okafor." in next_messages(mia)
    time_machine.move_to(at + timedelta(hours=12, minutes=1))
    remind(mia, BEN)
    assert len(mailoutbox) == 2


def test_people_who_unsubscribed_get_no_email(mia, manages, mailoutbox):
    manages(mia)
    Unsubscribed.objects.create(person_gid=BEN, workspace_gid=WORKSPACE, kind=MailKind.SHORT)
    remind(mia, BEN)
    assert mailoutbox == []
    assert "unsubscribed from reminders: Ben Okafor." in next_messages(mia)


def test_people_who_submitted_the_week_get_no_email(mia, ben, manages, mailoutbox):
    manages(mia)
    ben.week = mia.week
    ben.send("submit/", htmx=False)
    remind(mia, BEN)
    assert mailoutbox == []
    assert "the week is submitted: Ben Okafor." in next_messages(mia)


def test_people_who_left_the_workspace_get_no_email(mia, manages, mailoutbox):
    manages(mia, LEFT)
    remind(mia, LEFT)
    assert mailoutbox == []
    assert "no longer in the workspace: Person 99." in next_messages(mia)


def test_people_who_were_switched_off_get_no_email(mia, ben, manages, mailoutbox):
    manages(mia)
    User.objects.filter(gid=BEN).update(is_active=False)
    remind(mia, BEN)
    assert mailoutbox == []


@pytest.mark.parametrize("person", [OMAR, MIA, LEFT, "1 or 1"])
def test_a_request_for_somebody_elses_people_is_refused(mia, manages, mailoutbox, person):
    manages(mia)
    answer = remind(mia, BEN, person)
    assert answer.status_code == 403
    assert "You don’t manage this person." in page(answer)
    assert mailoutbox == []
    assert not SentReminder.objects.exists()


def test_without_a_selection_the_page_says_so(mia, manages, mailoutbox):
    manages(mia)
    remind(mia)
    assert "Select people first." in next_messages(mia)


def test_an_admin_can_remind_everybody_else(connect, this_week, mailoutbox):
    omar = Browser(connect(4, "Omar"), this_week.previous)
    assert remind(omar, OMAR).status_code == 403
    remind(omar, BEN, ADA)
    assert mailed(mailoutbox) == {STUDIO[BEN]}


@pytest.mark.parametrize("address", ["", "ben", "ben@x.example\nBcc: all@x.example"])
def test_people_without_a_valid_address_get_no_email(mia, manages, mailoutbox, address):
    manages(mia)
    members = (AsanaUser(BEN, "Ben Okafor", address),)
    cache.set(f"directory:{mia.user.pk}:{WORKSPACE}", members)
    ManagedPerson.objects.update(email="")
    remind(mia, BEN)
    assert mailoutbox == []
    assert "no email address: Ben Okafor." in next_messages(mia)


def test_a_member_is_refused(ada, mailoutbox):
    assert remind(ada, BEN).status_code == 403
    assert ada.get(f"/{WORKSPACE}/team/{ada.week}/remind/").status_code == 403


def test_a_manager_who_sees_no_hours_reminds_nobody(ada, manages, mailoutbox):
    manages(ada, BEN, MAXIMILIANA)
    remind(ada, BEN, MAXIMILIANA)
    assert mailoutbox == []
    assert "their hours or time off aren’t known" in next_messages(ada)


def test_while_asana_is_down_nobody_gets_an_email(mia, manages, asana, mailoutbox):
    manages(mia)
    mia.get(f"/{WORKSPACE}/team/{mia.week}/")
    asana.faults({"kind": "drop_before", "path": "time_tracking_entries"})
    assert remind(mia, BEN).status_code == 503
    assert mailoutbox == []


def test_an_email_that_cannot_be_sent_is_reported_and_can_be_sent_again(mia, manages, post_is_down):
    manages(mia)
    remind(mia, BEN, MAXIMILIANA)
    assert "couldn’t be sent. Try again later: Ben Okafor, Maximiliana" in next_messages(mia)
    assert not SentReminder.objects.exists()


def preview(browser: Browser, *people: str) -> str:
    """What is shown before anybody is reminded: of these people, or of all who are short."""
    weeks = [f"{gid}:" for gid in people]
    return page(browser.get(f"/{WORKSPACE}/team/{browser.week}/remind/", {"week": weeks}))


def test_the_team_page_leads_to_a_preview_that_sends_nothing(mia, manages, asana, mailoutbox):
    manages(mia)
    number = len(short(asana, mia.week))
    assert f"Remind {number} people…" in page(mia.get(f"/{WORKSPACE}/team/{mia.week}/"))
    shown = preview(mia)
    assert f"Remind {number} people</h1>" in shown
    assert set(re.findall(r'name="person" value="(\d+)" checked', shown)) == {
        gid for gid, address in STUDIO.items() if address in short(asana, mia.week)
    }
    assert "You’re missing" in shown
    assert mailoutbox == []
    assert not SentReminder.objects.exists()


def test_the_preview_says_who_gets_no_email_and_why(mia, ben, manages, mailoutbox):
    manages(mia)
    Unsubscribed.objects.create(person_gid=PRIYA, workspace_gid=WORKSPACE, kind=MailKind.SHORT)
    remind(mia, MAXIMILIANA)
    ben.week = mia.week
    ben.send("submit/", htmx=False)
    shown = preview(mia, ADA, BEN, MAXIMILIANA, PRIYA)
    for reason in (
        "Nothing missing",
        "Week submitted",
        "Reminded within the last 12 hours",
        "Unsubscribed from reminders",
    ):
        assert reason in shown
    assert "Nobody to remind" in shown
    assert "Review who gets an email" not in shown


def test_one_person_is_previewed_and_other_peoples_are_not(mia, manages):
    manages(mia)
    assert "Remind 1 person</h1>" in preview(mia, BEN)
    assert "You don’t manage this person." in preview(mia, OMAR)


def test_a_reminder_is_shown_in_the_row_and_in_the_audit_log(mia, manages, asana, mailoutbox):
    manages(mia)
    before = len(short(asana, mia.week))
    assert "Reminded" not in row_of(mia, BEN)
    remind(mia, BEN, ADA)
    assert "Reminded <time" in row_of(mia, BEN)
    assert f"Remind {before - 1} " in page(mia.get(f"/{WORKSPACE}/team/{mia.week}/"))
    assert "Reminded" not in row_of(mia, ADA)
    event = Event.objects.get(action="reminded")
    assert (event.actor_gid, event.subject_gid) == (MIA, BEN)
    assert event.after == {"week": str(mia.week)}


def row_of(browser: Browser, gid: str) -> str:
    return person_rows(page(browser.get(f"/{WORKSPACE}/team/{browser.week}/")))[gid]
