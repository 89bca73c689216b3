"""Delegates stand in for a manager for a period: they see and approve the same weeks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Delegate, Event, Manager
from tests.support.asana import week_statuses
from tests.support.pages import page, person_rows
from tests.support.people import ADA, MIA, WORKSPACE, YUI, Browser, ManagerBrowser

OMAR = "1201000000000004"
PEOPLE = f"/{WORKSPACE}/people/"


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def omar(connect, submitted) -> ManagerBrowser:
    """An admin, who sees everybody's hours in Asana."""
    return ManagerBrowser(connect(4, "Omar"), submitted.week)


@pytest.fixture
def yui(connect, submitted) -> ManagerBrowser:
    return ManagerBrowser(connect(10, "Yui"), submitted.week)


def name(browser: Browser, person: str, start, end):
    values = {"person": person, "starts_on": str(start), "ends_on": str(end)}
    return browser.post(f"{PEOPLE}{MIA}/delegates/add/", values, follow=True)


def test_a_manager_names_a_delegate_who_sees_the_team_and_approves(submitted, yui, today, asana):
    assert yui.team().status_code == 403
    assert "is a delegate for that period." in page(name(submitted, YUI, today, today))
    rows = person_rows(page(yui.team()))
    assert ADA in rows
    assert YUI not in rows
    assert f"/{WORKSPACE}/team/" in page(yui.get(f"/{WORKSPACE}/week/{yui.week}/"))
    event = Event.objects.get(action="delegate_named")
    assert (event.actor_gid, event.subject_gid) == (MIA, YUI)
    Manager.objects.filter(gid=MIA).first().delegates.update(gid=OMAR)
    assert yui.team().status_code == 403


def test_a_delegate_approves_and_a_stranger_does_not(submitted, omar, connect, today, asana):
    ben = ManagerBrowser(connect(2, "Ben"), submitted.week)
    assert (
        ben.post(f"/{WORKSPACE}/team/{ben.week}/approve/", {"week": f"{ADA}:"}).status_code == 403
    )
    name(submitted, OMAR, today, today)
    assert set(person_rows(page(omar.team()))) >= {ADA}
    assert "Approved." in page(omar.decide("approve", ADA))
    assert week_statuses(asana, submitted.week)[ADA] == "APPROVED"


@pytest.mark.parametrize(("start", "end"), [(-3, -1), (1, 9)])
def test_before_and_after_the_period_a_delegate_sees_nothing(submitted, yui, today, start, end):
    name(submitted, YUI, today + timedelta(days=start), today + timedelta(days=end))
    assert yui.team().status_code == 403


def test_an_admin_names_one_for_anybody_and_takes_them_back(submitted, omar, yui, today):
    name(omar, YUI, today, today)
    assert yui.team().status_code == 200
    key = Delegate.objects.get().pk
    omar.post(f"{PEOPLE}{MIA}/delegates/remove/", {"delegate": key})
    assert yui.team().status_code == 403
    assert Event.objects.filter(action="delegate_removed").count() == 1


@pytest.mark.parametrize(
    ("person", "start", "end", "sentence"),
    [
        ("", 0, 0, "Choose who stands in."),
        (YUI, 1, 0, "The last day is before the first."),
    ],
)
def test_what_cannot_be_is_said(submitted, today, person, start, end, sentence):
    """Under the form, which keeps what was chosen."""
    days = today + timedelta(days=start), today + timedelta(days=end)
    answer = name(submitted, person, *days)
    assert answer.status_code == 422
    html = page(answer)
    assert sentence in html
    assert all(f'value="{day}"' in html for day in days)
    assert not person or f'<option value="{person}" selected>' in html
    assert not Delegate.objects.exists()


def test_nobody_stands_in_for_themself_or_from_elsewhere(submitted, today):
    assert name(submitted, MIA, today, today).status_code in (403, 422)
    assert name(submitted, "1", today, today).status_code in (400, 403, 404)
    assert not Delegate.objects.exists()


def test_a_manager_is_led_from_the_list_of_managers_to_their_own_people(submitted, yui, today):
    assert submitted.get(PEOPLE)["Location"] == f"{PEOPLE}{MIA}/"
    name(submitted, YUI, today, today)
    assert yui.get(PEOPLE).status_code == 403
