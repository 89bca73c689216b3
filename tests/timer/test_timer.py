"""The timer: on the server, one at a time, and nothing in Asana before it is confirmed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.support.asana import CLOSED, clear_today
from tests.support.pages import page, text_of
from tests.support.people import BANK_ID, HARBOUR_TASK, STAND_UP, WORKSPACE
from timesheet.models import Edit, Timer, WorkspacePolicy

START = f"/{WORKSPACE}/timer/start/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ada(ada, asana):
    """Ada, without hours of today."""
    clear_today(asana)
    return ada


def start(browser, task=BANK_ID, *, ago=timedelta(), days_ago=0):
    """Starts a timer, as if it had been started `ago`."""
    answer = browser.post(START, {"task": task})
    assert answer.status_code == 302
    timer = Timer.objects.get(user=browser.user, stopped_at=None)
    timer.started_at -= ago
    timer.started_on -= timedelta(days=days_ago)
    timer.save()
    return timer


def stop(browser) -> str:
    return page(browser.post("/timer/stop/", headers=HTMX))


def add(browser, timer, *, hours="1:30", day=None, htmx=True, **values):
    day = day or timezone.localdate()
    address = f"/{WORKSPACE}/timer/{timer.timer_id}/add/"
    headers = HTMX if htmx else {}
    return browser.post(address, {"hours": hours, "day": str(day), **values}, headers=headers)


def today_in_asana(entries, task=BANK_ID) -> list[int]:
    today = str(timezone.localdate())
    return [minutes for gid, day, minutes, _ in entries() if (gid, day) == (task, today)]


def test_it_runs_on_every_page_and_device_until_it_is_stopped(ada):
    ada.see()
    start(ada, ago=timedelta(minutes=90))
    other = Client()
    other.force_login(ada.user)
    for browser in (ada, other):
        for path in ("/preferences/", f"/{WORKSPACE}/me/"):
            bar = re.search(r'<div id="timer".*?</div>', page(browser.get(path)))[0]
            assert "Sign-in with BankID" in bar
            assert "1:30" in bar


def test_stopping_asks_and_writes_nothing(ada, entries):
    ada.see()
    start(ada, ago=timedelta(minutes=90))
    before = entries()
    panel = stop(ada)
    assert 'value="1:30"' in panel
    assert "Add to today" in panel
    assert entries() == before
    assert not Edit.objects.exists()
    assert "1 timer to add" in page(ada.get("/preferences/"))


def test_confirming_adds_one_entry_for_today(ada, entries):
    ada.see()
    timer = start(ada, ago=timedelta(minutes=90))
    stop(ada)
    answer = add(ada, timer, note="Called the bank")
    assert "Added 1:30 to Sign-in with BankID: flow and prototype today." in page(answer)
    assert today_in_asana(entries) == [90]
    assert not Timer.objects.exists()
    edit = Edit.objects.get()
    assert edit.fields == {"description": "Called the bank"}


def test_confirming_twice_adds_one_entry(ada, entries):
    ada.see()
    timer = start(ada, ago=timedelta(minutes=90))
    stop(ada)
    add(ada, timer)
    again = add(ada, timer)
    assert "This timer was already added." in page(again)
    # As if the process had died before the timer was deleted.
    timer.stopped_at, timer.stopped_on = timezone.now(), timezone.localdate()
    timer.pk = None
    timer.save()
    add(ada, timer)
    assert today_in_asana(entries) == [90]
    assert not Timer.objects.exists()


def test_without_asana_the_entry_waits_in_the_journal(ada, settings):
    ada.see()
    timer = start(ada, ago=timedelta(minutes=90))
    stop(ada)
    settings.ASANA_URL = CLOSED
    answer = add(ada, timer)
    assert answer.status_code == 200
    assert Edit.objects.get().state == "queued"
    assert (
        "1:30 for Sign-in with BankID: flow and prototype today isn’t saved to Asana yet. Asana "
        "isn’t responding. We’ll keep trying."
    ) in page(answer)
    assert not Timer.objects.exists()


def test_less_than_a_minute_is_discarded(ada):
    start(ada, ago=timedelta(seconds=50))
    assert "it ran for less than a minute" in stop(ada)
    assert not Timer.objects.exists()


def test_time_is_asked_for_and_not_discarded_where_the_clock_was_set_back(ada, entries):
    ada.see()
    timer = start(ada, ago=-timedelta(minutes=40))
    panel = stop(ada)
    assert "The server’s clock was set back while this timer ran." in panel
    assert re.search(r'name="hours" type="text" value=""', panel)
    add(ada, timer, hours="0:20", day=timer.started_on)
    assert today_in_asana(entries) == [20]


def test_one_runs_at_a_time_and_the_other_waits(ada):
    first = start(ada, ago=timedelta(minutes=30))
    start(ada, STAND_UP)
    assert Timer.objects.filter(stopped_at=None).count() == 1
    first.refresh_from_db()
    assert first.stopped_at is not None
    panel = text_of(page(ada.get("/timer/")))
    assert "Running timer" not in panel
    assert "0:30" in panel


def test_the_same_start_sent_again_starts_nothing(ada):
    ada.see()
    panel = page(ada.get(f"/timer/?task={BANK_ID}", headers=HTMX))
    sent = {"task": BANK_ID, "timer": re.search(r'name="timer" value="([^"]+)"', panel)[1]}
    ada.post(START, sent)
    Timer.objects.update(started_at=timezone.now() - timedelta(minutes=5))
    ada.post(START, sent)
    assert Timer.objects.get().stopped_at is None
    stop(ada)
    add(ada, Timer.objects.get())
    ada.post(START, sent)
    assert not Timer.objects.exists()


def test_switching_within_a_minute_leaves_nothing_behind(ada):
    start(ada)
    start(ada, STAND_UP)
    assert [timer.task_gid for timer in Timer.objects.all()] == [STAND_UP]


@pytest.mark.parametrize("ago", [timedelta(hours=11), timedelta(hours=3)])
def test_a_forgotten_timer_asks_how_long_it_was(ada, ago, entries):
    ada.see()
    days_ago = 0 if ago > timedelta(hours=10) else 1
    timer = start(ada, ago=ago, days_ago=days_ago)
    assert "Still running?" in page(ada.get("/preferences/"))
    panel = stop(ada)
    assert "How long did you work?" in panel
    assert re.search(r'name="hours" type="text" value=""', panel)
    assert add(ada, timer, hours="").status_code == 422
    day = timer.started_on
    assert add(ada, timer, hours="2", day=day).status_code == 200
    assert [minutes for gid, on, minutes, _ in all_of(entries) if on == str(day) and minutes == 120]


def all_of(entries):
    return entries() + entries(1)


def test_the_rounded_time_is_shown_and_added(ada, entries):
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, rounding_minutes=15, rounding="up")
    ada.see()
    timer = start(ada, ago=timedelta(minutes=80))
    panel = stop(ada)
    assert "1:20 measured, rounded to 1:30." in panel
    add(ada, timer)
    assert today_in_asana(entries) == [90]


def test_what_a_rule_refuses_is_said_and_can_be_corrected(ada, entries):
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, note_required=True)
    ada.see()
    timer = start(ada, ago=timedelta(minutes=90))
    stop(ada)
    refused = add(ada, timer)
    assert refused.status_code == 422
    assert "note" in text_of(re.search(r'class="asks".*?</p>', page(refused))[0])
    assert 'value="1:30"' in page(refused)
    add(ada, timer, note="Called the bank")
    assert today_in_asana(entries) == [90]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"hours": "22-6"}, "time"),
        ({"hours": "+1"}, ""),
        ({"hours": ""}, "Enter how long you worked."),
        ({"day": "2020-01-01"}, "Choose a day the timer ran on"),
        ({"day": "x"}, "Choose a day the timer ran on"),
    ],
)
def test_what_does_not_fit_is_said_and_kept(ada, values, sentence):
    ada.see()
    timer = start(ada, ago=timedelta(minutes=90))
    stop(ada)
    answer = add(ada, timer, **{"note": "kept words", **values})
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert "kept words" in page(answer)
    assert not Edit.objects.exists()


def test_a_timer_without_a_task_asks_for_one(ada, entries):
    ada.see()
    timer = start(ada, "", ago=timedelta(minutes=90))
    assert "No task yet" in stop(ada)
    assert "Choose a task for this time." in page(add(ada, timer))
    add(ada, timer, task=STAND_UP)
    assert 90 in today_in_asana(entries, STAND_UP)


def test_it_goes_on_or_is_discarded(ada):
    timer = start(ada, ago=timedelta(minutes=90))
    stop(ada)
    ada.post(f"/timer/{timer.timer_id}/resume/")
    assert Timer.objects.get().stopped_at is None
    stop(ada)
    ada.post(f"/timer/{timer.timer_id}/discard/")
    assert not Timer.objects.exists()
    assert "already discarded" in page(add(ada, timer))


def test_a_stopped_one_does_not_go_on_beside_another(ada):
    timer = start(ada, ago=timedelta(minutes=90))
    stop(ada)
    start(ada, STAND_UP)
    answer = ada.post(f"/timer/{timer.timer_id}/resume/", headers=HTMX)
    assert "Another timer is running." in page(answer)


def test_a_task_of_another_workspace_is_not_timed(ada):
    assert ada.post(START, {"task": HARBOUR_TASK}).status_code in (403, 404)
    assert ada.post(START, {"task": "x"}).status_code == 400
    assert not Timer.objects.exists()


def test_nobody_touches_the_timer_of_somebody_else(ada, ben):
    timer = start(ada, ago=timedelta(minutes=90))
    stop(ada)
    assert "Sign-in" not in page(ben.get("/timer/"))
    ben.post(f"/timer/{timer.timer_id}/discard/")
    assert "already discarded" in page(add(ben, timer))
    assert Timer.objects.get() == timer


def test_tasks_are_found_by_name(ada):
    html = page(ada.get(f"/{WORKSPACE}/timer/tasks/", {"query": "bank"}, headers=HTMX))
    assert "Start a timer on" in html
    chosen = page(ada.get(f"/{WORKSPACE}/timer/tasks/", {"query": "bank", "choose": "1"}))
    assert 'type="radio"' in chosen


def test_without_script_there_is_a_page(ada, entries):
    ada.see()
    timer = start(ada, ago=timedelta(minutes=90))
    html = page(ada.post("/timer/stop/"))
    assert "<!doctype html>" in html
    assert 'value="1:30"' in html
    answer = add(ada, timer, htmx=False)
    assert answer.status_code == 302
    assert "Added 1:30" in page(ada.get(answer.url))
    assert today_in_asana(entries) == [90]
