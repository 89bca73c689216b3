"""The way out: by the link in a mail, or by the preferences."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.support.pages import page
from tests.support.people import BEN, MAXIMILIANA, STUDIO
from tests.support.reminders import mailed, remind
from timesheet.models import SentReminder, Unsubscribed


def link(mail) -> str:
    found = re.fullmatch(r"<http://127.0.0.1:8000(/\S+)>", mail.extra_headers["List-Unsubscribe"])
    return found[1]


@pytest.fixture
def way_out(mia, manages, mailoutbox):
    manages(mia)
    remind(mia, BEN)
    return link(mailoutbox[0])


def test_a_mail_program_unsubscribes_with_one_post(way_out, mailoutbox, mia):
    program = Client(enforce_csrf_checks=True)
    answer = program.post(way_out, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    SentReminder.objects.all().delete()
    remind(mia, BEN)
    assert len(mailoutbox) == 1


def test_opening_the_link_changes_nothing_until_the_button_is_pressed(way_out):
    stranger = Client()
    assert "No more of these mails?" in page(stranger.get(way_out))
    assert not Unsubscribed.objects.exists()
    shown = page(stranger.post(way_out))
    assert "You are unsubscribed" in shown
    again = re.search(r'action="(\S+/undo/)"', shown)[1]
    assert "You get these mails again" in page(stranger.post(again))
    assert not Unsubscribed.objects.exists()


def test_unsubscribing_ends_nobody_elses_mails(way_out, mia, mailoutbox):
    Client().post(way_out)
    remind(mia, MAXIMILIANA)
    assert mailed(mailoutbox[1:]) == {STUDIO[MAXIMILIANA]}


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_not_ours_is_rejected(way_out, method):
    answer = getattr(Client(), method)(way_out[:-3] + "x/")
    assert answer.status_code == 404
    assert "This link is not whole." in page(answer)
    assert not Unsubscribed.objects.exists()


def test_preferences_end_reminders_everywhere_and_begin_them_again(ben, way_out, mia, mailoutbox):
    hours = {f"target_{place}": "8" for place in range(5)}
    fields = {"weekends": "shown", "order": "project", **hours}
    assert (
        "checked"
        in re.search(r"<input[^>]*name=.reminders[^>]*>", page(ben.get("/preferences/")))[0]
    )
    assert ben.post("/preferences/", fields).status_code == 302
    SentReminder.objects.all().delete()
    remind(mia, BEN)
    assert len(mailoutbox) == 1
    ben.post("/preferences/", {**fields, "reminders": "on"})
    remind(mia, BEN)
    assert len(mailoutbox) == 2
