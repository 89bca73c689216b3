"""The short ways: quick add, the hours that a day still lacks, suggested tasks, the pad."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.axe import assert_accessible
from tests.browser.unsent_changes import hold_first
from tests.browser.week import Week
from tests.support.people import BANK_ID, STAND_UP, WORKSPACE


def test_a_line_becomes_an_entry_without_the_mouse(week: Week):
    page = week.page
    week.row(BANK_ID).nth(0).focus()
    page.keyboard.press("Control+k")
    page.keyboard.type("1h30 stand-up")
    expect(page.get_by_role("dialog")).to_contain_text("1:30 ·")
    expect(page.get_by_role("radio").first).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("1:30 added on")
    assert 90 in [minutes for day in week.in_asana(STAND_UP).values() for minutes in day]


def test_a_line_without_a_duration_goes_to_a_task_a_page_or_a_week(week: Week):
    page = week.page
    page.keyboard.press("Control+k")
    page.keyboard.type("stand-up")
    page.keyboard.press("Enter")
    expect(page.locator(f"#row-{STAND_UP} .hours:focus")).to_have_count(1)
    page.keyboard.press("Control+k")
    page.keyboard.type("security review")
    expect(page.get_by_role("option", name="Security review")).to_have_attribute(
        "aria-selected", "true"
    )
    assert_accessible(page)
    page.keyboard.press("Enter")
    expect(page.locator(".hours:focus")).to_have_count(1)
    expect(page.get_by_role("rowheader", name="Security review")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("hours")
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/")
    page.go_back()
    page.keyboard.press("Control+k")
    page.keyboard.type("W30 2026")
    page.keyboard.press("Enter")
    page.wait_for_url("**/week/2026-W30/")


def test_enter_before_the_script_of_the_palette_came_takes_the_result(week: Week):
    page = week.page
    held = hold_first(page, re.compile(r"/pages/quick[^/]*\.js"))
    page.keyboard.press("Control+k")
    page.keyboard.type("W30 2026")
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name="Week 30")).to_be_visible()
    held().continue_()
    page.wait_for_url("**/week/2026-W30/")


def test_enter_takes_the_first_result_though_an_older_search_was_given_up(week: Week):
    page = week.page
    week.sandbox.faults({"kind": "latency", "ms": 800, "path": "typeahead"})
    page.keyboard.press("Control+k")
    with page.expect_request(re.compile(r"/quick/\?line=stand(&|$)")):
        page.keyboard.type("stand")
    page.keyboard.type("-up")
    page.keyboard.press("Enter")
    expect(page.locator(f"#row-{STAND_UP} .hours:focus")).to_have_count(1)


def test_an_equals_sign_takes_what_the_day_still_lacks(week: Week):
    week.row(BANK_ID).nth(1).focus()
    expect(week.row(BANK_ID).nth(1)).to_have_attribute("placeholder", "= 8:00")
    week.page.keyboard.press("=")
    expect(week.cell(1, BANK_ID)).to_have_attribute("data-saved", "")
    assert week.minutes(1, BANK_ID) == [480]


def test_a_task_of_ones_own_is_suggested_and_taken_by_one_key(week: Week):
    page = week.page
    suggested = page.locator("#suggested [data-add]")
    suggested.first.wait_for()
    assert_accessible(page)
    gid = suggested.first.get_attribute("data-add")
    page.locator("#rows .hours").last.focus()
    page.keyboard.press("ArrowDown")
    expect(suggested.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#row-{gid} .hours:focus")).to_have_count(1)
    expect(page.locator(f'#suggested [data-add="{gid}"]')).to_have_count(0)


def test_an_equals_sign_takes_a_suggestion_with_the_hours_of_its_day(week: Week):
    page = week.page
    page.get_by_role("link", name="Next week").click()
    page.wait_for_load_state()
    page.get_by_role("link", name="Previous week").click()
    monday = page.locator("td[data-day]").first.get_attribute("data-day") or ""
    # A day that is over: today may be a free one.
    week.sandbox.add_data(
        tasks=[
            {
                "gid": "77",
                "name": "Reviewed the drawings",
                "workspace": WORKSPACE,
                "assignee": "1201000000000001",
                "completed": True,
                "completed_at": f"{monday}T00:00:01Z",
            }
        ]
    )
    page.reload()
    row = page.locator('[data-suggested="77"]')
    expect(row).to_contain_text("You completed this")
    row.locator("[data-add]").press("=")
    cell = page.locator(f"#cell-77-{monday}")
    expect(cell).to_have_attribute("data-saved", "")
    assert sum(week.in_asana("77")[monday]) > 0


def test_ones_own_tasks_are_the_first_found(week: Week):
    week.page.get_by_role("combobox").focus()
    expect(week.page.locator("#found li").first).to_contain_text("assigned to you")


def test_preferences_are_set_by_keyboard(week: Week):
    page = week.page
    page.get_by_role("button", name="Your account").press("Enter")
    page.get_by_role("link", name="Preferences").press("Enter")
    page.get_by_label("Decimal hours").press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_role("link", name="Back to the week").press("Enter")
    expect(week.row(BANK_ID).nth(0)).to_have_value("1.5")


class TestOnAPhone:
    @pytest.fixture
    def browser_context_args(self, browser_context_args):
        size = {"width": 390, "height": 844}
        return {**browser_context_args, "viewport": size, "has_touch": True, "is_mobile": True}

    def test_the_pad_types_and_goes_on(self, week: Week):
        week.clear_today()
        page = week.page
        today = date.fromisoformat(
            page.locator("thead [data-today], .days [data-today]").first.evaluate(
                "() => document.querySelector('td[data-today]').dataset.day"
            )
        )
        page.locator("#rows .hours:visible").first.tap()
        for key in ("1", ":", "3", "0"):
            page.locator(f'#pad [data-key="{key}"]').tap()
        page.locator("#pad [data-done]").tap()
        expect(page.locator("#rows .hours:visible").nth(1)).to_be_focused()
        expect(week.cell(today.weekday(), BANK_ID)).to_have_attribute("data-saved", "")
        page.locator('#pad [data-plus="+0:30"]').tap()
        expect(week.cell(today.weekday(), STAND_UP)).to_have_attribute("data-saved", "")
        there = {task: week.minutes(today.weekday(), task) for task in (BANK_ID, STAND_UP)}
        assert there == {BANK_ID: [90], STAND_UP: [30]}

    @pytest.mark.parametrize("path", ["", "preferences/"])
    def test_nothing_scrolls_sideways_at_320_pixels(self, week: Week, path: str):
        week.page.set_viewport_size({"width": 320, "height": 700})
        if path:
            week.page.get_by_label("More", exact=True).click()
            week.page.get_by_role("button", name="Your account").click()
            week.page.get_by_role("link", name="Preferences").click()
        else:
            week.page.get_by_role("link", name="Previous week").click()
        week.page.wait_for_load_state()
        assert week.page.evaluate("document.documentElement.scrollWidth") == 320

    def test_a_preview_does_not_scroll_sideways_at_320_pixels(self, week: Week):
        week.page.set_viewport_size({"width": 320, "height": 700})
        week.page.get_by_role("link", name="tasks and hours").click()
        table = week.page.locator(".preview-table")
        expect(table).to_be_visible()
        assert table.evaluate("table => table.scrollWidth - table.clientWidth") == 0
        assert week.page.evaluate("document.documentElement.scrollWidth") == 320
