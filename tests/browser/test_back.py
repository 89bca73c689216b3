"""Back shows what is so now, or nothing: never hours that the browser has stored."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, expect

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


def test_back_to_a_week_does_not_send_an_older_value_over_a_newer_one(
    week: Week, context: BrowserContext
):
    page = week.page
    address = page.url
    page.route("**/cells/", lambda route: route.abort())
    field = week.row().nth(SATURDAY)
    field.fill("1:12")
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "unsent")
    page.once("dialog", lambda dialog: dialog.accept())
    page.evaluate("location.assign('/preferences/')")
    page.wait_for_url("**/preferences/")
    other = Week(context.new_page(), week.sandbox)
    other.page.goto(address)
    expect(other.row().nth(SATURDAY)).to_have_value("1:12")
    expect(other.cell(SATURDAY)).to_have_attribute("data-saved", "")
    other.row().nth(SATURDAY).fill("2")
    other.row().nth(SATURDAY).press("Enter")
    expect(other.row().nth(SATURDAY)).to_have_value("2:00")
    expect(other.cell(SATURDAY)).to_have_attribute("data-saved", "")
    page.unroute_all()
    page.go_back(wait_until="commit")
    expect(week.row().nth(SATURDAY)).to_have_value("2:00")
    page.wait_for_timeout(500)
    expect(week.row().nth(SATURDAY)).to_have_value("2:00")
    assert week.minutes(SATURDAY) == [120]
