"""Copying a week and using a template, in the browser."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.unsent_changes import UNREACHABLE, back, lose_answers
from tests.browser.week import Week


def open_copy(page: Page) -> None:
    page.get_by_role("link", name="Copy tasks and hours").click()
    expect(page.get_by_role("dialog", name="Copy hours")).to_be_visible()


def number_in(button: Locator) -> int:
    return int("".join(filter(str.isdigit, button.inner_text())))


def test_a_template_is_saved_and_fills_a_week_by_keyboard(week: Week):
    page = week.page
    page.get_by_role("link", name="Next week").click()
    page.wait_for_load_state()
    open_copy(page)
    panel = page.get_by_role("dialog", name="Copy hours")
    panel.get_by_label("Copy from").select_option(index=1)
    panel.get_by_role("button", name="Show").first.press("Enter")
    add = panel.get_by_role("button", name=re.compile(r"Add \d+ entr"))
    expect(add).to_be_focused()
    whole = number_in(add)
    panel.get_by_text("Templates", exact=True).press("Enter")
    panel.get_by_label("Name").fill("Usual week")
    panel.get_by_label("Name").press("Enter")
    expect(panel.get_by_role("status")).to_have_text("Saved “Usual week”.")
    assert_accessible(page)
    panel.get_by_role("checkbox", name="Mon").press("Space")
    panel.get_by_role("checkbox", name="Studio stand-up").press("Space")
    number = number_in(add)
    assert 0 < number < whole
    assert_accessible(page)
    add.press("Enter")
    page.wait_for_load_state()
    expect(page.locator(".messages")).to_contain_text(f"Copied {number} cells.")
    expect(page.locator("tfoot td").first).to_contain_text("0:00")


def test_the_same_as_last_week_takes_two_clicks(week: Week):
    page = week.page
    page.get_by_role("link", name="Next week").click()
    page.wait_for_load_state()
    page.get_by_role("link", name="Copy tasks and hours").click()
    page.get_by_role("button", name="Add 2 entries").click()
    expect(page.locator(".messages")).to_contain_text("Copied 2 cells.")
    expect(week.total()).to_have_text("1:45")


def test_a_copy_whose_answer_got_lost_is_made_once(week: Week):
    page = week.page
    page.get_by_role("link", name="Next week").click()
    page.wait_for_load_state()
    open_copy(page)
    lose_answers(page, "**/hours/copy/")
    page.get_by_role("button", name="Add 2 entries").click()
    expect(page.get_by_role("dialog", name="Copy hours")).to_contain_text(UNREACHABLE)
    back(page)
    expect(page.locator(".messages")).to_contain_text("Copied 2 cells.")
    expect(week.total()).to_have_text("1:45")
    assert page.evaluate("localStorage.length") == 0
