"""The timer in the browser: by keyboard, on another page, and across a restart of everything."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from bench.torture.people import WORKSPACE, Person
from bench.torture.run import WEEK
from bench.torture.stack import Stack
from tests.browser.axe import assert_accessible
from tests.browser.restarts import is_up, open_page
from tests.browser.week import Week
from tests.support.people import STAND_UP
from tests.support.waiting import until
from timesheet.models import Timer


def test_a_row_is_timed_by_keyboard_and_added_from_another_page(week: Week):
    page = week.page
    week.row().nth(0).focus()
    page.keyboard.press("t")
    panel = page.get_by_role("dialog", name="Timer")
    expect(panel.get_by_role("button", name="Start on Studio stand-up")).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Enter")
    running = page.locator("#timer .running")
    expect(running).to_contain_text("Studio stand-up")
    expect(panel).to_be_hidden()
    Timer.objects.update(started_at=timezone.now() - timedelta(minutes=83))
    page.goto(page.url.partition("/12")[0] + "/preferences/")
    expect(running).to_contain_text("1:23:")
    assert_accessible(page)
    page.keyboard.press("t")
    expect(panel.get_by_role("button", name="Stop")).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.get_by_label("Hours")).to_be_focused()
    expect(panel.get_by_label("Hours")).to_have_value("1:23")
    assert_accessible(page)
    page.keyboard.press("Enter")
    expect(page.locator("#timer")).to_contain_text("Added 1:23 to Studio stand-up today.")
    expect(panel).to_be_hidden()
    page.go_back()
    today = page.locator(f"#row-{STAND_UP} td[data-today]")
    assert 83 in week.in_asana()[today.get_attribute("data-day") or ""]


def test_a_task_is_found_and_timed_and_the_panel_closed_without_a_trace(week: Week):
    page = week.page
    page.locator("body").press("t")
    panel = page.get_by_role("dialog", name="Timer")
    panel.get_by_role("searchbox").fill("opening ho")
    expect(panel.get_by_role("button", name="Start a timer on Opening hours")).to_be_visible()
    # The first Escape clears a search field.
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert not Timer.objects.exists()
    page.keyboard.press("t")
    panel.get_by_role("searchbox").fill("opening ho")
    expect(panel.get_by_role("button", name="Start a timer on")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#timer .running")).to_contain_text("Opening hours")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#timer")).to_contain_text("it ran for less than a minute")
    assert not Timer.objects.exists()


def test_another_device_is_seen_when_coming_back_to_the_page(week: Week):
    page = week.page
    page.clock.install()
    page.locator("body").press("t")
    page.get_by_role("button", name="Start without a task").click()
    expect(page.locator("#timer .running")).to_contain_text("No task yet")
    Timer.objects.all().delete()
    page.clock.run_for(6000)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("#timer .running")).to_have_count(0)


@pytest.mark.process
def test_a_timer_survives_a_restart_of_everything(stack: Stack, browser: Browser):
    ada = Person(stack, "1201000000000001", "Ada", "sandbox-ada", WEEK, Random(1))
    ada.settle_in()
    before = minutes_today(ada)
    page = open_page(browser, stack, ada)
    page.keyboard.press("t")
    page.get_by_role("dialog").get_by_role("button", name="Start a timer on").first.click()
    expect(page.locator("#timer .running")).to_be_visible()
    page.context.close()
    for service in stack.killable:
        service.end(signal.SIGKILL)
    for service in stack.killable:
        service.start()
    until(lambda: is_up(stack))
    with closing(sqlite3.connect(stack.folder / "timesheet.sqlite3")) as database:
        # So that the test need not wait for an hour and a half.
        database.execute("UPDATE timesheet_timer SET started_at = datetime('now', '-90 minutes')")
        database.commit()
    page = open_page(browser, stack, ada)
    expect(page.locator("#timer .running")).to_contain_text("1:30:")
    page.get_by_role("button", name="Stop").click()
    assert minutes_today(ada) == before
    page.get_by_role("button", name="Add to").click()
    expect(page.locator("#timer")).to_contain_text("Added 1:30")
    until(lambda: minutes_today(ada) == sorted([*before, 90]))
    page.context.close()


def minutes_today(person: Person) -> list[int]:
    today = str(timezone.localdate())
    query = {
        "workspace": WORKSPACE,
        "user": "me",
        "entered_on_start_date": today,
        "entered_on_end_date": today,
    }
    entries = person.stack.api("GET", "/time_tracking_entries", person.token, params=query)
    return sorted(entry["duration_minutes"] for entry in entries.json()["data"])
