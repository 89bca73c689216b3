"""The manager's button: who gets a reminder of missing hours, and who does not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from accounts.asana.records import AsanaUser
from accounts.models import ManagedPerson, User
from tests.support.asana import minutes_of, short
from tests.support.pages import page
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
from timesheet.models import MailKind, Preferences, SentReminder, Unsubscribed


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
    assert "Reminded by mail: Ben Okafor." in next_messages(mia)


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
    logged = minutes_of(asana, mia.week, BEN)
    Preferences.objects.create(
        user=ben.user, targets=[logged + 90, 0, 0, 0, 0, 0, 0], duration_format="decimal"
    )
    remind(mia, BEN)
    assert mailoutbox[0].subject.startswith("1.5 missing")
    Preferences.objects.update(targets=[logged, 0, 0, 0, 0, 0, 0])
    SentReminder.objects.all().delete()
    remind(mia, BEN)
    assert len(mailoutbox) == 1
    assert "nothing is missing by now: Ben Okafor." in next_messages(mia)


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
    assert "reminded less than 12 hours ago: Ben Okafor." in next_messages(mia)
    time_machine.move_to(at + timedelta(hours=12, minutes=1))
    remind(mia, BEN)
    assert len(mailoutbox) == 2


def test_people_who_unsubscribed_get_no_email(mia, manages, mailoutbox):
    manages(mia)
    Unsubscribed.objects.create(person_gid=BEN, workspace_gid=WORKSPACE, kind=MailKind.SHORT)
    remind(mia, BEN)
    assert mailoutbox == []
    assert "wants no reminders: Ben Okafor." in next_messages(mia)


def test_people_who_submitted_the_week_get_no_email(mia, ben, manages, mailoutbox):
    manages(mia)
    ben.week = mia.week
    ben.send("submit/", htmx=False)
    remind(mia, BEN)
    assert mailoutbox == []
    assert "the week is submitted already: Ben Okafor." in next_messages(mia)


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
    assert "You do not look after this person’s weeks." in page(answer)
    assert mailoutbox == []
    assert not SentReminder.objects.exists()


def test_without_a_selection_the_page_says_so(mia, manages, mailoutbox):
    manages(mia)
    remind(mia)
    assert "Nobody was chosen" in next_messages(mia)


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
    assert "no mail address is known: Ben Okafor." in next_messages(mia)


def test_a_member_is_refused(ada, mailoutbox):
    assert remind(ada, BEN).status_code == 403
    assert ada.get(f"/{WORKSPACE}/team/{ada.week}/remind/").status_code == 405


def test_a_manager_who_sees_no_hours_reminds_nobody(ada, manages, mailoutbox):
    manages(ada, BEN, MAXIMILIANA)
    remind(ada, BEN, MAXIMILIANA)
    assert mailoutbox == []
    assert "Asana does not tell you enough" in next_messages(ada)


def test_while_asana_is_down_nobody_gets_an_email(mia, manages, asana, mailoutbox):
    manages(mia)
    mia.get(f"/{WORKSPACE}/team/{mia.week}/")
    asana.faults({"kind": "drop_before", "path": "time_tracking_entries"})
    assert remind(mia, BEN).status_code == 503
    assert mailoutbox == []


def test_an_email_that_cannot_be_sent_is_reported_and_can_be_sent_again(mia, manages, post_is_down):
    manages(mia)
    remind(mia, BEN, MAXIMILIANA)
    assert "could not be sent, try again later: Ben Okafor, Maximiliana" in next_messages(mia)
    assert not SentReminder.objects.exists()


def test_the_team_page_has_the_button(mia, manages, asana):
    manages(mia)
    number = len(short(asana, mia.week))
    shown = page(mia.get(f"/{WORKSPACE}/team/{mia.week}/"))
    assert f"Remind the {number} people who are short" in shown
    form = re.search(r'<form id="remind".*?</form>', shown, re.DOTALL)[0]
    assert f'name="person" value="{BEN}"' in form
    assert ADA not in form
