"""Every write of the page survives a server that is away: it is kept, shown and sent again."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest
from playwright.sync_api import Dialog, expect

from tests.browser.unsent_changes import (
    UNREACHABLE,
    add_in_panel,
    away,
    back,
    find_opening_hours,
    hold_first,
    kill,
    lose_answers,
    notes,
    open_entries,
    preview_paste,
)
from tests.browser.week import Week
from tests.support.people import STAND_UP

SATURDAY, SUNDAY = 5, 6


def test_a_paste_that_was_confirmed_while_the_server_is_away_is_written_later(week: Week):
    page = week.page
    button = preview_paste(week, "1:01\t1:02\t1:03")
    away(page)
    button.click()
    dialog = page.locator("#panel[open]")
    expect(dialog).to_contain_text(UNREACHABLE)
    expect(page.locator("#unsent-count")).to_have_text("1 change not sent yet")
    back(page)
    expect(dialog).to_have_count(0)
    expect(week.cell(SUNDAY)).to_have_attribute("data-saved", "")
    assert [week.minutes(place) for place in (4, 5, 6)] == [[61], [62], [63]]
    assert page.evaluate("localStorage.length") == 0
    expect(page.locator("#unsent-count")).to_be_hidden()


def test_a_paste_whose_tab_was_killed_is_offered_by_the_next(week: Week):
    button = preview_paste(week, "1:01\t1:02\t1:03")
    away(week.page)
    button.click()
    expect(week.page.locator("#panel[open]")).to_contain_text(UNREACHABLE)
    there = kill(week)
    kept = there.page.locator("#unsent")
    expect(kept).to_contain_text("Paste: Save 3 cells")
    expect(kept).to_contain_text("never saved")
    assert there.minutes(SATURDAY) == []
    kept.get_by_role("button", name="Save").click()
    expect(kept).to_be_hidden()
    assert [there.minutes(place) for place in (4, 5, 6)] == [[61], [62], [63]]


def test_leaving_with_an_unsent_write_warns(week: Week):
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    button = preview_paste(week, "1:01\t1:02\t1:03")
    away(week.page, "**/cells/")
    button.click()
    expect(week.page.locator("#panel[open]")).to_contain_text(UNREACHABLE)
    week.page.once("dialog", accept)
    week.page.reload()
    assert asked == ["beforeunload"]


def test_an_entry_of_the_panel_is_written_after_the_panel_was_closed(week: Week):
    dialog = open_entries(week)
    away(week.page)
    add_in_panel(dialog, "0:35", "A long note about the day")
    expect(dialog).to_contain_text(UNREACHABLE)
    week.page.keyboard.press("Escape")
    kept = week.page.locator("#unsent")
    expect(kept).to_contain_text("A long note about the day")
    back(week.page)
    expect(kept).to_be_hidden()
    expect(week.row().nth(SATURDAY)).to_have_value("0:35")
    assert notes(week) == ["A long note about the day"]


def test_an_entry_whose_answer_got_lost_is_written_once(week: Week):
    dialog = open_entries(week)
    lose_answers(week.page, "**/entry/")
    add_in_panel(dialog, "0:35", "Once")
    expect(dialog).to_contain_text(UNREACHABLE)
    back(week.page)
    expect(dialog).not_to_contain_text(UNREACHABLE)
    expect(week.row().nth(SATURDAY)).to_have_value("0:35")
    assert week.minutes(SATURDAY) == [35]


@pytest.mark.parametrize("status", [200, 403, 404, 502])
def test_a_page_of_something_else_clears_nothing(week: Week, status: int):
    dialog = open_entries(week)
    week.page.route(
        "**/entry/", lambda route: route.fulfill(status=status, body="<p id='problem'>Hotel</p>")
    )
    add_in_panel(dialog, "0:35", "Kept")
    expect(dialog).to_contain_text(UNREACHABLE)
    expect(dialog).not_to_contain_text("Hotel")
    expect(dialog.locator("#note-new")).to_have_value("Kept")
    back(week.page)
    expect(week.row().nth(SATURDAY)).to_have_value("0:35")


def test_what_is_discarded_is_not_sent(week: Week):
    dialog = open_entries(week)
    away(week.page, "**/entry/")
    add_in_panel(dialog, "0:35", "Not wanted any more")
    expect(dialog).to_contain_text(UNREACHABLE)
    week.page.keyboard.press("Escape")
    week.page.locator("#unsent").get_by_role("button", name="Discard").click()
    expect(week.page.locator("#unsent")).to_be_hidden()
    back(week.page)
    week.page.wait_for_timeout(500)
    assert week.minutes(SATURDAY) == []
    assert week.page.evaluate("localStorage.length") == 0


def test_quick_entry_whose_answer_got_lost_is_written_once(week: Week):
    page = week.page
    page.keyboard.press("n")
    page.keyboard.type("0:37 stand-up saturday")
    expect(page.get_by_role("dialog")).to_contain_text("0:37 ·")
    expect(page.get_by_role("radio").first).to_be_checked()
    lose_answers(page, "**/quick/add/")
    page.keyboard.press("Enter")
    expect(page.locator("#quick")).to_contain_text(UNREACHABLE)
    back(page)
    expect(page.locator(".messages")).to_contain_text("0:37 added on")
    found = [minutes for day in week.in_asana(STAND_UP).values() for minutes in day]
    assert found.count(37) == 1


def test_quick_entry_of_a_closed_dialog_does_not_leave_the_page(week: Week):
    page = week.page
    page.keyboard.press("n")
    page.keyboard.type("0:37 stand-up")
    expect(page.get_by_role("dialog")).to_contain_text("0:37 ·")
    expect(page.get_by_role("radio").first).to_be_checked()
    away(page, "**/quick/add/")
    page.keyboard.press("Enter")
    expect(page.locator("#quick")).to_contain_text(UNREACHABLE)
    page.keyboard.press("Escape")
    expect(page.locator("#unsent")).to_contain_text("0:37 stand-up")
    page.evaluate("window.isSamePage = true")
    back(page)
    expect(page.locator("#unsent")).to_be_hidden()
    assert page.evaluate("window.isSamePage") is True
    found = [minutes for day in week.in_asana(STAND_UP).values() for minutes in day]
    assert found.count(37) == 1


def test_an_undo_without_an_answer_is_done_once(week: Week):
    field = week.row().nth(SATURDAY)
    for text in ("1", "2"):
        field.fill(text)
        field.press("Enter")
        expect(week.row().nth(SATURDAY)).to_have_value(f"{text}:00")
        expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    week.row().nth(SUNDAY).focus()
    lose_answers(week.page, "**/undo/")
    week.page.keyboard.press("Control+z")
    expect(week.page.locator("#problems")).to_contain_text(UNREACHABLE)
    back(week.page)
    expect(week.row().nth(SATURDAY)).to_have_value("1:00")
    expect(week.page.locator("#problems")).to_be_empty()
    assert week.minutes(SATURDAY) == [60]


def test_what_was_chosen_in_a_conflict_is_sent_again_and_taken_once(week: Week):
    def change_in_asana(minutes: int) -> None:
        gid, _equals, _minutes = week.cell(SATURDAY).get_attribute("data-seen").partition("=")
        week.sandbox.put(f"/time_tracking_entries/{gid}", duration_minutes=minutes)

    def type_over(text: str) -> None:
        week.row().nth(SATURDAY).fill(text)
        week.row().nth(SATURDAY).press("Enter")

    type_over("1")
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    change_in_asana(80)
    type_over("2")
    mine = week.cell(SATURDAY).get_by_role("button", name="Keep my 2:00")
    mine.wait_for()
    lose_answers(week.page, "**/mine/")
    mine.click()
    expect(week.page.locator("#problems")).to_contain_text(UNREACHABLE)
    back(week.page)
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "value")
    expect(week.row().nth(SATURDAY)).to_have_value("2:00")
    assert week.minutes(SATURDAY) == [120]


def test_a_task_is_added_when_the_server_is_back(week: Week):
    page = week.page
    found = find_opening_hours(page)
    found.wait_for()
    away(page, "**/rows/add/")
    found.click()
    expect(page.locator("#problems")).to_contain_text(UNREACHABLE)
    back(page)
    expect(page.locator("#rows tr", has_text="Opening hours")).to_have_count(1)
    expect(page.locator("#unsent")).to_be_hidden()


def test_a_read_without_an_answer_is_said_too(week: Week):
    away(week.page)
    week.row().nth(SATURDAY).focus()
    week.page.keyboard.press("Alt+Enter")
    expect(week.page.locator("#problems")).to_have_text(
        re.compile("Can’t reach the server. Try again.")
    )
    week.page.unroute_all()
    open_entries(week)
    expect(week.page.locator("#problems")).to_be_empty()


def test_with_full_storage_nothing_is_said_to_be_stored(full_storage, week: Week):
    field = week.row().nth(SUNDAY)
    dialog = open_entries(week)
    away(week.page)
    add_in_panel(dialog, "0:35", "In this page alone")
    expect(dialog).to_contain_text("Keep this page open")
    week.page.keyboard.press("Escape")
    field.fill("2")
    field.press("Enter")
    expect(week.page.locator("#failed")).to_contain_text("Keep this page open")
    expect(week.page.locator("body")).not_to_contain_text("are stored in this browser")
    expect(week.page.locator("#unsent-count")).to_have_text("2 changes not sent yet")
    back(week.page)
    expect(week.cell(SUNDAY)).to_have_attribute("data-saved", "")
    expect(week.row().nth(SATURDAY)).to_have_value("0:35")


def test_the_header_says_all_saved_only_when_nothing_is_unsent(week: Week):
    page = week.page
    field = week.row().nth(SATURDAY)
    field.fill("1")
    field.press("Enter")
    all_saved = page.locator("#status").get_by_text("All saved in Asana")
    expect(all_saved).to_be_visible()
    away(page, "**/cells/")
    field.fill("2")
    field.press("Enter")
    expect(page.locator("#unsent-count")).to_have_text("1 change not sent yet")
    expect(all_saved).to_be_hidden()
    back(page)
    expect(all_saved).to_be_visible()
    expect(page.locator("#unsent-count")).to_be_hidden()


def test_each_undo_that_was_asked_for_while_the_server_is_away_is_done(week: Week):
    field = week.row().nth(SATURDAY)
    for text in ("1", "2", "3"):
        field.fill(text)
        field.press("Enter")
        expect(week.row().nth(SATURDAY)).to_have_value(f"{text}:00")
        expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    week.row().nth(SUNDAY).focus()
    away(week.page, "**/undo/")
    week.page.keyboard.press("Control+z")
    expect(week.page.locator("#problems")).to_contain_text(UNREACHABLE)
    week.page.keyboard.press("Control+z")
    back(week.page)
    expect(week.row().nth(SATURDAY)).to_have_value("1:00")
    assert week.minutes(SATURDAY) == [60]


def test_a_write_that_waited_out_of_sight_for_long_is_asked_about(week: Week):
    week.page.clock.install()
    dialog = open_entries(week)
    away(week.page, "**/entry/")
    add_in_panel(dialog, "0:35", "An hour ago")
    expect(dialog).to_contain_text(UNREACHABLE)
    week.page.keyboard.press("Escape")
    kept = week.page.locator("#unsent")
    expect(kept).to_contain_text("Not sent yet")
    week.page.clock.fast_forward("11:00")
    expect(kept).to_contain_text("it may not have been saved")
    back(week.page)
    assert week.minutes(SATURDAY) == []
    kept.get_by_role("button", name="Save").click()
    expect(week.row().nth(SATURDAY)).to_have_value("0:35")
    expect(kept).to_be_hidden()
    assert week.minutes(SATURDAY) == [35]


def test_an_entry_saved_after_signing_out_is_written_after_signing_in_again(week: Week):
    dialog = open_entries(week)
    mine = week.page.context.cookies()
    week.page.context.clear_cookies(name="sessionid")
    add_in_panel(dialog, "0:35", "Signed out meanwhile")
    expect(dialog).to_contain_text("You’re signed out")
    expect(dialog).to_contain_text("Your changes are stored in this browser")
    week.page.context.add_cookies(cast("list[Any]", mine))
    back(week.page)
    expect(week.row().nth(SATURDAY)).to_have_value("0:35")
    expect(dialog).not_to_contain_text("You’re signed out")
    assert notes(week) == ["Signed out meanwhile"]


def test_a_refusal_is_said_where_the_panel_was_closed_meanwhile(week: Week):
    dialog = open_entries(week)
    away(week.page, "**/entry/")
    add_in_panel(dialog, "0:99", "Not a time")
    expect(dialog).to_contain_text(UNREACHABLE)
    week.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    back(week.page)
    expect(dialog.locator("#entry-new")).to_have_value("0:99")
    expect(dialog.get_by_role("alert")).to_contain_text("Minutes go up to 59")
    expect(dialog.locator("#note-new")).to_have_value("Not a time")
    expect(week.page.locator("#unsent")).to_be_hidden()


def test_a_refusal_is_said_where_the_panel_was_closed_while_it_was_sent(week: Week):
    dialog = open_entries(week)
    held = hold_first(week.page, "**/entry/")
    with week.page.expect_request("**/entry/"):
        add_in_panel(dialog, "0:99", "Not a time")
    week.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    held().continue_()
    expect(dialog.get_by_role("alert")).to_contain_text("Minutes go up to 59")
    expect(dialog.locator("#entry-new")).to_have_value("0:99")
    expect(dialog.locator("#note-new")).to_have_value("Not a time")
    expect(week.page.locator("#unsent")).to_be_hidden()


def test_a_refused_line_is_said_where_quick_add_was_closed_while_it_was_sent(week: Week):
    page = week.page
    held = hold_first(week.page, "**/quick/add/")
    page.keyboard.press("Control+k")
    page.keyboard.type("0:99 stand-up")
    with page.expect_request("**/quick/add/"):
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    dialog = page.locator("#quick[open]")
    expect(dialog).to_have_count(0)
    held().continue_()
    expect(dialog.get_by_role("alert")).to_contain_text("Minutes go up to 59")
    expect(dialog.locator("#line")).to_have_value("0:99 stand-up")
