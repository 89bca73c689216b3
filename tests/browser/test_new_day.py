"""A page of the week that stays open over midnight."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from playwright.sync_api import Page, expect

WAKE = "() => document.dispatchEvent(new Event('visibilitychange'))"


@pytest.fixture
def late(signed_in: Callable[..., Page], app: str) -> Page:
    """Ada's week on a narrow screen, a minute before midnight by her clock."""
    page = signed_in("Ada", "/connection/")
    page.set_viewport_size({"width": 390, "height": 844})
    page.clock.install(time=datetime.combine(datetime.now(UTC).date(), time(23, 59), UTC))
    page.goto(f"{app}/")
    page.locator(".grid").wait_for()
    return page


def test_today_moves_at_midnight_and_it_is_said(late: Page):
    today = datetime.now(UTC).date()
    tomorrow = today + timedelta(1)
    marks = late.locator("thead [data-today]")
    expect(marks).to_have_attribute("id", f"day-{today}")
    late.clock.run_for(2 * 60 * 1000)
    expect(late.locator("#said")).to_contain_text("A new day has started.")
    if tomorrow.isocalendar().week != today.isocalendar().week:
        expect(marks).to_have_count(0)
        return
    expect(marks).to_have_attribute("id", f"day-{tomorrow}")
    expect(late.locator("tfoot [data-today]")).to_have_count(1)
    expect(late.locator(".grid")).to_have_attribute("data-shown", str(tomorrow.isoweekday()))
    expect(late.locator(".days [aria-current]")).to_have_attribute("href", f"?day={tomorrow}")


def test_a_tab_that_comes_back_after_days_leads_to_the_new_week(late: Page):
    late.clock.set_fixed_time(datetime.now(UTC) + timedelta(8))
    late.evaluate(WAKE)
    expect(late.locator("thead [data-today]")).to_have_count(0)
    late.locator("#said").get_by_role("link", name="Go to this week").click()
    expect(late.locator(".grid")).to_be_visible()


def test_another_day_that_is_looked_at_stays(late: Page):
    other = "1" if late.locator(".grid").get_attribute("data-shown") != "1" else "2"
    late.locator(".days a").nth(int(other) - 1).click()
    expect(late.locator(".grid")).to_have_attribute("data-shown", other)
    late.clock.run_for(2 * 60 * 1000)
    expect(late.locator("#said")).to_contain_text("A new day has started.")
    expect(late.locator(".grid")).to_have_attribute("data-shown", other)
