"""Unsubscribing, by the link in an email or in the preferences."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.support.pages import page
from tests.support.people import BEN, MAXIMILIANA, STUDIO
from tests.support.reminders import mailed, remind
from timesheet.models import SentReminder, Unsubscribed


def link(mail) -> str:
    match = re.fullmatch(r"<http://127.0.0.1:8000(/\S+)>", mail.extra_headers["List-Unsubscribe"])
    return match[1]


@pytest.fixture
def unsubscribe_path(mia, manages, mailoutbox):
    manages(mia)
    remind(mia, BEN)
    return link(mailoutbox[0])


def test_a_mail_program_unsubscribes_with_one_post(unsubscribe_path, mailoutbox, mia):
    program = Client(enforce_csrf_checks=True)
    answer = program.post(unsubscribe_path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    SentReminder.objects.all().delete()
    remind(mia, BEN)
    assert len(mailoutbox) == 1


def test_opening_the_link_changes_nothing_until_the_button_is_pressed(unsubscribe_path):
    stranger = Client()
    assert "Unsubscribe from these emails?" in page(stranger.get(unsubscribe_path))
    assert not Unsubscribed.objects.exists()
    shown = page(stranger.post(unsubscribe_path))
    assert "You’re unsubscribed" in shown
    again = re.search(r'action="(\S+/undo/)"', shown)[1]
    assert "You’re subscribed again" in page(stranger.post(again))
    assert not Unsubscribed.objects.exists()


def test_unsubscribing_affects_nobody_else(unsubscribe_path, mia, mailoutbox):
    Client().post(unsubscribe_path)
    remind(mia, MAXIMILIANA)
    assert mailed(mailoutbox[1:]) == {STUDIO[MAXIMILIANA]}


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_invalid_link_is_rejected(unsubscribe_path, method):
    answer = getattr(Client(), method)(unsubscribe_path[:-3] + "x/")
    assert answer.status_code == 404
    assert "This link is incomplete." in page(answer)
    assert not Unsubscribed.objects.exists()


def test_preferences_turn_reminders_off_and_on_for_all_workspaces(
    ben, unsubscribe_path, mia, mailoutbox
):
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
