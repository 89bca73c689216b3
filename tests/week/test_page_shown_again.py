"""A page of a week that was rendered before is shown again while it would be the same."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import cache
from django.http import HttpResponse
from django.utils import timezone

from accounts.models import User
from tests.support.pages import page
from tests.support.people import ADA, BANK_ID, MIA, STAND_UP, WORKSPACE, Browser, make_manager
from timesheet.core import clock, page_cache
from timesheet.core.sessions import LAST_WORKSPACE, ZONE_COOKIE
from timesheet.models import (
    CapacityChange,
    Edit,
    PinnedTask,
    Preferences,
    SentBackWeek,
    StoredWeek,
    Timer,
    WorkspacePolicy,
)

ONCE = re.compile(r'(name="(?:csrfmiddlewaretoken|step|edit)" value=)"[^"]+"')


@pytest.fixture
def ada(ada) -> Browser:
    """She has opened her week before, and its page is in the cache."""
    ada.cookies[ZONE_COOKIE] = "UTC"
    ada.see()
    ada.see()
    return ada


def was_shown_again(response: Any) -> bool:
    return not response.templates


def without_once(response: HttpResponse) -> str:
    """The page without the values that are new on each."""
    return ONCE.sub(r"\1", page(response))


def test_it_is_the_same_page_with_a_token_of_its_own(ada):
    again, other = ada.see(), ada.see()
    assert was_shown_again(again)
    assert was_shown_again(other)
    cache.clear()
    rendered = ada.see()
    assert not was_shown_again(rendered)
    assert without_once(again) == without_once(other) == without_once(rendered)
    values = [{match[0] for match in ONCE.finditer(page(shown))} for shown in (again, other)]
    assert len(values[0]) == 3
    assert not values[0] & values[1]
    assert again.headers["Cache-Control"] == "private, no-store"


def test_whatever_it_reads_from_the_cache_is_compared(ada):
    cached = cache.get(page_cache.key_of(f"week:{ada.user.pk}"))
    assert len(cached.cached) == 4
    assert not [query for query in cached.queries if '"cache"' in query.sql]


def prefer(browser: Browser) -> None:
    Preferences.objects.create(user=browser.user, duration_format="decimal", theme="dark")


def rename(browser: Browser) -> None:
    User.objects.update(name="Ada Byron")


def pin(browser: Browser) -> None:
    browser.send("rows/pin/", task=STAND_UP)


def lock(browser: Browser) -> None:
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, lock_date=browser.week.end)


def expect_less(browser: Browser) -> None:
    CapacityChange.objects.create(
        workspace_gid=WORKSPACE,
        person_gid=ADA,
        starts_on=browser.week.start,
        minutes=[120] * 5 + [0, 0],
        at=timezone.now(),
    )


def become_manager(_browser: Browser) -> None:
    make_manager(ADA, {MIA: "Mia"})


def send_back(browser: Browser) -> None:
    SentBackWeek.objects.create(
        workspace_gid=WORKSPACE,
        person_gid=ADA,
        week=str(browser.week),
        found_at=timezone.now(),
    )


def start_timer(browser: Browser) -> None:
    now = timezone.now()
    Timer.objects.create(
        user=browser.user, workspace_gid=WORKSPACE, started_at=now, started_on=now.date()
    )


def save(browser: Browser) -> None:
    browser.save(STAND_UP, browser.week.days[5], "1:10")


def hear_from_asana(_browser: Browser) -> None:
    stored = StoredWeek.objects.get()
    stored.entries = stored.entries.replace('"duration_minutes":90', '"duration_minutes":95')
    stored.save()


@pytest.mark.parametrize(
    "change",
    [
        *(prefer, rename, pin, lock, expect_less, become_manager, send_back, start_timer, save),
        hear_from_asana,
    ],
)
def test_what_changed_since_is_on_it(ada, change, time_machine):
    # A running timer shows its seconds.
    time_machine.move_to(timezone.now(), tick=False)
    before = ada.see()
    change(ada)
    after = ada.see()
    assert without_once(after) != without_once(before)
    cache.delete(page_cache.key_of(f"week:{ada.user.pk}"))
    assert without_once(after) == without_once(ada.see())


def test_it_is_not_shown_again_while_an_edit_waits(ada, asana):
    asana.faults({"kind": "status", "status": 503})
    ada.save(BANK_ID, ada.week.days[5], "2")
    assert Edit.objects.get().state == "queued"
    ada.see()
    assert not was_shown_again(ada.see())


def test_a_new_day_has_a_page_of_its_own(ada, monkeypatch):
    tomorrow = clock.today() + timedelta(days=1)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    assert not was_shown_again(ada.see())


def test_a_message_is_shown_once(ada):
    storage: Any = CookieStorage(None)
    ada.cookies["messages"] = storage._encode([Message(constants.INFO, "Week recalled")])
    assert "Week recalled" in page(ada.see())
    assert "Week recalled" not in page(ada.see())


def test_nobody_is_shown_the_page_of_somebody_else(ada, ben):
    ben.cookies[ZONE_COOKIE] = "UTC"
    ben.see()
    assert not was_shown_again(ben.see())
    assert was_shown_again(ben.see())
    assert was_shown_again(ada.see())
    assert ADA not in page(ben.see())


def test_signed_out_people_and_other_sessions_get_no_page(ada):
    ada.logout()
    assert ada.see().status_code == 302


def test_the_workspace_of_the_page_is_the_last_one(ada):
    session = ada.session
    session[LAST_WORKSPACE] = "1200000000000002"
    session.save()
    assert was_shown_again(ada.see())
    assert ada.session[LAST_WORKSPACE] == WORKSPACE


def test_a_pin_of_another_browser_is_on_it(ada):
    PinnedTask.objects.create(
        user=ada.user, workspace_gid=WORKSPACE, task_gid="1205000000000044", task_name="Museum"
    )
    assert 'data-row="1205000000000044"' in page(ada.see())
