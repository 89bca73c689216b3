"""Nothing typed is lost, whatever the connection does while somebody types."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import APIResponse, Page, expect

from tests.browser.unsent_changes import hold_first
from tests.browser.week import Week

TUESDAY, WEDNESDAY, SATURDAY, SUNDAY = 1, 2, 5, 6
POST_CELL = {"method": "POST", "path": "/time_tracking_entries$"}


def test_a_row_filled_faster_than_asana_answers_is_all_saved(week: Week):
    week.sandbox.faults({**POST_CELL, "kind": "latency", "ms": 150})
    week.row().nth(TUESDAY).focus()
    for text in ("1", "2", "3", "4"):
        week.page.keyboard.type(text)
        week.page.keyboard.press("Tab")
    expect(week.total()).to_have_text("11:45")
    assert list(week.in_asana().values()) == [[15], [60], [120], [180], [240]]


def test_what_is_half_typed_when_an_answer_comes_stays_typed(week: Week):
    held = hold_first(week.page, "**/cells/")
    field = week.row().nth(SATURDAY)
    week.type(SATURDAY, "1")
    field.focus()
    field.press("F2")
    week.page.keyboard.type(":1")
    held().continue_()
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    expect(field).to_have_value("1:1")
    expect(field).to_be_focused()
    week.page.keyboard.type("5")
    week.page.keyboard.press("Enter")
    expect(week.total()).to_have_text("3:00")
    assert week.minutes(SATURDAY) == [75]


def test_what_was_changed_while_it_was_being_saved_is_saved_after_it(week: Week):
    week.sandbox.faults({**POST_CELL, "kind": "latency", "ms": 300})
    field = week.row().nth(SATURDAY)
    field.fill("1")
    field.press("Enter")
    field.fill("2")
    field.press("Enter")
    expect(week.total()).to_have_text("3:45")
    assert week.minutes(SATURDAY) == [120]


def test_a_refused_text_stays_and_escape_brings_back_what_was_there(week: Week):
    field = week.row().nth(0)
    field.fill("25:99")
    field.press("Enter")
    expect(week.cell(0)).to_have_attribute("data-state", "refused")
    expect(field).to_have_value("25:99")
    expect(week.page.get_by_role("alert")).to_contain_text("Minutes go up to 59.")
    field.press("Escape")
    expect(week.cell(0)).to_have_attribute("data-state", "value")
    expect(field).to_have_value("0:15")


def test_a_text_that_could_not_be_sent_is_kept_and_sent_once_by_enter(week: Week):
    week.page.context.set_offline(True)
    field = week.row().nth(SATURDAY)
    field.fill("1:30")
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "unsent")
    expect(week.page.locator("#failed")).to_contain_text("stored in this browser")
    expect(field).to_have_value("1:30")
    week.page.context.set_offline(False)
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    assert week.minutes(SATURDAY) == [90]


def test_an_answer_that_is_lost_does_not_make_a_second_entry(week: Week):
    lose_the_first_answer(week.page)
    field = week.row().nth(SATURDAY)
    field.fill("1:30")
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "unsent")
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    assert week.minutes(SATURDAY) == [90]


def test_typing_over_a_value_whose_answer_was_lost_is_no_conflict(week: Week):
    lose_the_first_answer(week.page)
    field = week.row().nth(SATURDAY)
    field.fill("1:30")
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "unsent")
    field.fill("2")
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "value")
    expect(field).to_have_value("2:00")
    assert week.minutes(SATURDAY) == [120]


def test_a_link_waits_for_what_is_being_saved(week: Week):
    week.sandbox.faults({**POST_CELL, "kind": "latency", "ms": 300})
    week.row().nth(SATURDAY).fill("1")
    week.row().nth(SUNDAY).fill("2")
    week.page.get_by_role("link", name="Next week").click()
    expect(week.total()).to_have_text("0:00")
    week.page.get_by_role("link", name="Previous week").click()
    expect(week.total()).to_have_text("4:45")


def test_a_link_does_not_leave_behind_what_was_refused(week: Week):
    address = week.page.url
    week.row().nth(SATURDAY).fill("nonsense")
    week.page.get_by_role("link", name="Next week").click()
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "refused")
    assert week.page.url == address


def test_a_page_whose_session_ended_keeps_the_text_until_the_person_is_back(week: Week):
    cookies: list[Any] = week.page.context.cookies()
    week.page.context.clear_cookies(name="sessionid")
    field = week.row().nth(SATURDAY)
    field.fill("1:30")
    field.press("Enter")
    expect(week.page.locator("#problems")).to_contain_text("Sign in")
    expect(field).to_have_value("1:30")
    week.page.context.add_cookies(cookies)
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    assert week.minutes(SATURDAY) == [90]


def lose_the_first_answer(page: Page) -> None:
    lost: list[APIResponse] = []

    def handle(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort()

    page.route("**/cells/", handle)
