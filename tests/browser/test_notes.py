"""Notes from the grid, and which entry a value was meant for, by keyboard."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.week import Week
from tests.support.people import BANK_ID


def panel(week: Week) -> Locator:
    return week.page.get_by_role("dialog")


def test_n_opens_the_note_of_the_cell_and_control_enter_saves_it(week: Week):
    week.row(BANK_ID).nth(0).focus()
    week.page.keyboard.press("n")
    expect(panel(week).get_by_label("Note").first).to_be_focused()
    week.page.keyboard.type("call with the bank")
    week.page.keyboard.press("Control+Enter")
    expect(panel(week)).to_have_count(0)
    expect(week.row(BANK_ID).nth(0)).to_be_focused()
    expect(week.cell(0, BANK_ID).locator(".open")).to_have_attribute("data-noted", "")
    path = f"/tasks/{BANK_ID}/time_tracking_entries"
    notes = [entry["description"] for entry in week.sandbox.get(path, opt_fields="description")]
    assert "call with the bank" in notes


def test_a_cell_widens_while_hours_with_a_note_are_typed_and_saves_both(week: Week):
    cell, field = week.cell(1, BANK_ID), week.row(BANK_ID).nth(1)
    width = field.evaluate("field => field.offsetWidth")
    field.focus()
    week.page.keyboard.type("1:30 call with the bank")
    assert field.evaluate("field => field.offsetWidth") > width
    assert field.evaluate("field => field.scrollWidth <= field.clientWidth")
    week.page.keyboard.press("Enter")
    expect(cell).to_have_attribute("data-saved", "")
    expect(field).to_have_value("1:30")
    assert field.evaluate("field => field.offsetWidth") == width
    expect(cell.locator(".open")).to_have_attribute("data-noted", "")
    assert week.minutes(1, BANK_ID) == [90]


def test_hours_and_note_are_typed_into_an_empty_cell(week: Week):
    week.row(BANK_ID).nth(1).focus()
    week.page.keyboard.press("n")
    panel(week).get_by_label("Hours").last.fill("0:45")
    panel(week).get_by_label("Note").last.fill("design review")
    week.page.keyboard.press("Control+Enter")
    expect(week.row(BANK_ID).nth(1)).to_have_value("0:45")
    assert week.minutes(1, BANK_ID) == [45]


def test_all_entries_of_a_cell_are_deleted_by_one_key_and_come_back_by_undo(week: Week):
    day = week.page.locator("td[data-day]").first.get_attribute("data-day")
    week.sandbox.post(
        f"/tasks/{BANK_ID}/time_tracking_entries", duration_minutes=30, entered_on=day
    )
    week.reload()
    week.row(BANK_ID).nth(0).focus()
    week.page.keyboard.press("Delete")
    choices = panel(week).locator("[data-choice]")
    expect(choices).to_have_text([re.compile("Delete"), re.compile("Delete"), "3 Delete both"])
    week.page.keyboard.press("3")
    expect(week.cell(0, BANK_ID)).to_have_attribute("data-state", "empty")
    assert week.minutes(0, BANK_ID) == []
    expect(week.row(BANK_ID).nth(0)).to_be_focused()
    week.page.keyboard.press("Control+z")
    expect(week.row(BANK_ID).nth(0)).to_have_value("2:00")
    assert sorted(week.minutes(0, BANK_ID)) == [30, 90]


def test_what_is_over_the_total_is_added_by_one_key(week: Week):
    day = week.page.locator("td[data-day]").first.get_attribute("data-day")
    week.sandbox.post(
        f"/tasks/{BANK_ID}/time_tracking_entries", duration_minutes=30, entered_on=day
    )
    week.reload()
    week.row(BANK_ID).nth(0).focus()
    week.page.keyboard.type("3")
    week.page.keyboard.press("Enter")
    expect(panel(week).locator("[data-choice]").last).to_have_text(re.compile("Add 1:00"))
    week.page.keyboard.press("3")
    expect(week.row(BANK_ID).nth(0)).to_have_value("3:00")
    assert sorted(week.minutes(0, BANK_ID)) == [30, 60, 90]


def test_enter_takes_the_first_task_that_is_found_and_arrows_another(week: Week):
    search = week.page.get_by_role("combobox", name="Add a task")
    search.press_sequentially("opening ho")
    search.press("Enter")
    expect(week.page.locator("#rows tr")).to_have_count(3)
    expect(week.page.locator("#rows .hours:focus")).to_have_count(1)
    search.press_sequentially("bank")
    expect(week.page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    search.press("ArrowDown")
    chosen = week.page.get_by_role("option").nth(1)
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(search).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    search.press("Escape")
    expect(week.page.get_by_role("option")).to_have_count(0)
    expect(search).to_have_value("")


def test_newcomers_are_told_of_a_key_once(week: Week):
    hint = week.page.locator("#first-hint")
    week.row(BANK_ID).nth(1).focus()
    expect(hint).to_contain_text("Press = to fill in the rest of the day.")
    week.page.keyboard.press("=")
    expect(hint).to_be_hidden()
    expect(week.cell(1, BANK_ID)).to_have_attribute("data-saved", "")
    week.page.reload()
    week.row(BANK_ID).nth(2).focus()
    expect(week.row(BANK_ID).nth(2)).to_have_attribute("placeholder", "= 8:00")
    expect(hint).to_be_hidden()
