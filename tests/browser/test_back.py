"""Back shows what is so now, or nothing: never hours that the browser has stored."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.week import Week

SATURDAY = 5


@pytest.fixture
def context(browser_type, browser_type_launch_args, browser_context_args):
    """A browser that keeps the pages that were left, as people's browsers do."""
    kept = ["--disable-back-forward-cache"]
    browser = browser_type.launch(**browser_type_launch_args, ignore_default_args=kept)
    yield browser.new_context(**browser_context_args)
    browser.close()


def test_back_after_signing_out_shows_no_hours(week: Week):
    page = week.page
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("Signed out.")).to_be_visible()
    page.go_back(wait_until="commit")
    expect(page).to_have_url(re.compile(r"/sign-in/\?next="))
    expect(page.locator("#rows")).to_have_count(0)


def test_back_to_a_week_shows_what_was_saved_meanwhile(week: Week):
    page = week.page
    field = week.row().nth(SATURDAY)
    field.fill("5")
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    page.get_by_role("link", name="Next week").click()
    page.get_by_role("heading", name="Week").wait_for()
    page.go_back(wait_until="commit")
    expect(week.row().nth(SATURDAY)).to_have_value("5:00")
