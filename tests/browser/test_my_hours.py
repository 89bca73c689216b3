"""One's own hours in the browser: by keyboard, without violations, and on one printed page."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.week import WORKSPACE

ME = f"/{WORKSPACE}/me/"


def test_a_month_is_read_by_keyboard_and_printed_on_one_page(signed_in):
    page: Page = signed_in("Ada", ME)
    page.get_by_role("link", name="Previous month").focus()
    page.keyboard.press("Enter")
    day = page.locator('.calendar [data-shade="full"] a').first
    day.press("Enter")
    entries = page.locator("#entries")
    expect(entries.get_by_role("listitem").first).to_be_visible()
    assert_accessible(page)
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1


def test_weeks_search_and_changes_have_no_violation(signed_in):
    page: Page = signed_in("Ada", ME + "weeks/")
    assert_accessible(page)
    page.get_by_role("searchbox", name="Search tasks and notes").fill("bank")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="“bank”")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Changes").click()
    assert_accessible(page)
