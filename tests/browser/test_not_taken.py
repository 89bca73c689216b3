"""What was typed and not taken stays on the page, whatever arrives for its cell afterwards."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.unsent_changes import hold_first
from tests.browser.week import Week
from tests.support.asana import CREATE
from tests.support.people import BANK_ID, STAND_UP

MONDAY, SATURDAY, SUNDAY = 0, 5, 6
SOME_UNSENT = "#unsent:not([hidden])"


def test_a_refused_text_stays_when_the_week_is_refreshed_behind_it(week: Week):
    field = week.row(BANK_ID).nth(MONDAY)
    cell = week.cell(MONDAY, BANK_ID)
    [gid] = (cell.get_attribute("data-seen") or "").split("=")[:1]
    week.sandbox.put(f"/time_tracking_entries/{gid}", duration_minutes=45)
    held = hold_first(week.page, "**/refresh/**")
    week.page.reload()
    field.fill("25:99")
    field.press("Enter")
    expect(cell).to_have_attribute("data-state", "refused")
    held().continue_()
    expect(week.page.locator("[data-refreshed]")).to_have_count(1)
    expect(cell).to_have_attribute("data-state", "refused")
    expect(field).to_have_value("25:99")
    expect(week.page.get_by_role("alert")).to_contain_text("Minutes go up to 59.")
    # Escape brings back what Asana has now, and a valid value is compared with that.
    field.press("Escape")
    expect(field).to_have_value("0:45")
    field.fill("2:00")
    field.press("Enter")
    expect(cell).to_have_attribute("data-saved", "")
    assert week.minutes(MONDAY, BANK_ID) == [120]


def test_a_text_typed_over_a_change_in_doubt_stays_when_that_is_settled(week: Week):
    week.sandbox.faults({**CREATE, "kind": "drop_before"})
    field = week.row().nth(SATURDAY)
    field.fill("1")
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "in_doubt")
    field.fill("2")
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "refused")
    week.sandbox.faults()
    # The change arrives late.
    day = week.page.locator(f"#row-{STAND_UP} td[data-day]").nth(SATURDAY).get_attribute("data-day")
    path = f"/tasks/{STAND_UP}/time_tracking_entries"
    week.sandbox.post(path, duration_minutes=60, entered_on=day)
    week.page.locator("#status a").click()
    week.page.get_by_role("button", name="Retry").first.click()
    expect(week.page.locator("#status")).to_contain_text("All saved")
    week.page.keyboard.press("Escape")
    assert week.minutes(SATURDAY) == [60]
    expect(field).to_have_value("2")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "refused")
    # Edits the text, and confirms it.
    field.press("Enter")
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    assert week.minutes(SATURDAY) == [120]


def test_what_was_typed_during_a_save_is_asked_about_where_the_cell_is_locked_since(week: Week):
    held = hold_first(week.page, "**/cells/")
    field = week.row().nth(SATURDAY)
    field.fill("1")
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "saving")
    field.fill("2")
    field.press("Enter")
    # The answer comes from a week that has been locked.
    answer = held().fetch()
    text = re.sub(r'(id="hours-[^"]*-\d{4}-\d\d-\d\d")', r"\1 readonly", answer.text())
    held().fulfill(response=answer, body=text)
    expect(week.page.locator(SOME_UNSENT)).to_contain_text("You typed “2”")
    assert week.minutes(SATURDAY) == [60]


def test_a_draft_does_not_take_the_focus_from_somebody_who_goes_on(week: Week):
    field = week.row().nth(SATURDAY)
    field.focus()
    week.page.keyboard.type("1:2")
    tab = week.page.context.new_page()
    address = week.page.url
    week.page.close(run_before_unload=False)
    tab.add_init_script(
        "addEventListener('DOMContentLoaded', () =>"
        f" document.querySelector('#row-{BANK_ID} .hours').focus())"
    )
    tab.goto(address)
    other = Week(tab, week.sandbox)
    expect(other.page.locator(SOME_UNSENT)).to_contain_text("You typed “1:2”")
    expect(other.row(BANK_ID).nth(MONDAY)).to_be_focused()


def test_a_change_over_one_that_was_saved_meanwhile_is_no_conflict(week: Week):
    week.page.route("**/status/**", lambda route: route.abort())
    week.sandbox.faults({"kind": "status", "status": 503, "path": "/api/"})
    field = week.row().nth(SATURDAY)
    field.fill("1")
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "queued")
    week.sandbox.faults()
    other = Week(week.page.context.new_page(), week.sandbox)
    other.page.goto(week.page.url)
    other.page.locator("#status a").click()
    other.page.get_by_role("button", name="Retry").first.click()
    expect(other.page.locator("#status")).to_contain_text("All saved")
    assert week.minutes(SATURDAY) == [60]
    # This page has not heard of it yet.
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "queued")
    field.fill("2")
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    assert week.minutes(SATURDAY) == [120]


def test_a_refused_text_is_asked_about_by_the_page_that_comes_next(week: Week):
    field = week.row().nth(SATURDAY)
    field.fill("25:99")
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "refused")
    week.page.once("dialog", lambda dialog: dialog.accept())
    week.page.evaluate("location.reload()")
    unsent = week.page.locator(SOME_UNSENT)
    expect(unsent).to_contain_text("You typed “25:99”")
    unsent.get_by_role("button", name="Discard").click()
    expect(unsent).to_have_count(0)


def test_what_is_typed_after_enter_in_the_last_row_replaces_what_is_there(week: Week):
    field = week.page.locator("#rows .hours").nth(-2)
    field.focus()
    week.page.keyboard.type("1")
    week.page.keyboard.press("Enter")
    expect(field).to_be_focused()
    week.page.keyboard.type("2")
    expect(field).to_have_value("2")
