"""The bar on top: one line on a phone, with its two menus, and Ctrl+K on every page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.people import give_people_to_mia
from tests.support.people import STAND_UP, WORKSPACE

BEN = "1201000000000002"


@pytest.fixture
def team(signed_in) -> Page:
    give_people_to_mia()
    return signed_in("Mia", f"/{WORKSPACE}/team/")


def test_control_k_goes_anywhere_from_every_page(team: Page):
    team.keyboard.press("Control+k")
    team.keyboard.type("ben")
    expect(team.get_by_role("option", name="Ben Okafor")).to_have_attribute("aria-selected", "true")
    assert_accessible(team)
    team.keyboard.press("Enter")
    team.wait_for_url(f"**/{BEN}/")
    team.keyboard.press("Control+k")
    team.keyboard.type("stand-up")
    expect(team.get_by_role("option").first).to_be_visible()
    team.keyboard.press("Enter")
    team.wait_for_url(re.compile(rf"/week/[\dW-]+/#row-{STAND_UP}"))


def test_time_is_added_from_any_page_as_the_line_was_understood(team: Page):
    team.keyboard.press("Control+k")
    team.keyboard.type("0:20 stand-up: from here")
    expect(team.get_by_role("dialog")).to_contain_text("from here")
    expect(team.get_by_role("radio").first).to_be_checked()
    team.keyboard.press("Enter")
    team.wait_for_url("**/week/**")
    expect(team.locator(".messages")).to_contain_text("0:20 added on")


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_the_bar_is_one_line_and_holds_everything(team: Page, width: int):
    team.set_viewport_size({"width": width, "height": 844})
    assert team.locator(".top").bounding_box()["height"] <= 56
    assert team.evaluate("document.documentElement.scrollWidth") == width
    team.get_by_role("button", name="Menu").click()
    expect(team.get_by_role("link", name="Reports")).to_be_visible()
    assert team.get_by_role("link", name="Reports").bounding_box()["height"] >= 44
    assert_accessible(team)
    team.set_viewport_size({"width": width, "height": 844})
    team.keyboard.press("Escape")
    expect(team.get_by_role("link", name="Reports")).to_have_count(0)
    team.get_by_role("button", name="Your account").click()
    expect(team.get_by_role("button", name="Sign out")).to_be_visible()
    assert_accessible(team)
