"""The calendar behind the title of a week."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.sync_api import expect

from tests.browser.axe import assert_accessible
from tests.browser.week import Week


def test_another_week_is_chosen_by_keyboard_or_by_typing_a_date(week: Week):
    page = week.page
    monday = date.fromisoformat(page.locator("td[data-day]").first.get_attribute("data-day") or "")
    page.locator(".picker summary").press("Enter")
    calendar = page.locator("#week-calendar")
    expect(calendar.locator("tr[data-chosen] .pill")).to_be_visible()
    expect(page.locator("#jump")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    expect(calendar.locator(f'[data-day="{monday}"]')).to_be_focused()
    assert_accessible(page)
    # Further than a month, so that others are loaded.
    for weeks in range(1, 7):
        page.keyboard.press("ArrowUp")
        there = monday - timedelta(weeks=weeks)
        expect(calendar.locator(f'[data-day="{there}"]')).to_be_focused()
    page.keyboard.press("W")
    expect(page.locator("#jump")).to_have_value("W")
    page.keyboard.press("Escape")
    expect(page.locator(".picker summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#jump")).to_be_focused()
    page.keyboard.type("last week")
    page.keyboard.press("Enter")
    expect(page.locator(f'td[data-day="{monday - timedelta(weeks=1)}"]').first).to_be_visible()
