"""A week that was seen before is there at once, and refreshed while somebody types."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.unsent_changes import hold_first
from tests.browser.week import Week
from tests.support.people import BANK_ID

MONDAY, SATURDAY = 0, 5


def test_a_known_week_is_shown_before_asana_answers_and_refreshed_while_typing(week: Week):
    [gid] = (week.cell(MONDAY, BANK_ID).get_attribute("data-seen") or "").split("=")[:1]
    week.sandbox.put(f"/time_tracking_entries/{gid}", duration_minutes=45)
    held = hold_first(week.page, "**/refresh/**")
    week.page.reload()
    expect(week.row(BANK_ID).nth(MONDAY)).to_have_value("1:30")
    assert week.page.locator("[data-refreshed]").count() == 0
    typed = week.row().nth(SATURDAY)
    typed.fill("0:25")
    held().continue_()
    expect(week.row(BANK_ID).nth(MONDAY)).to_have_value("0:45")
    expect(week.page.locator("[data-refreshed]")).to_have_count(1)
    expect(typed).to_have_value("0:25")
    expect(typed).to_be_focused()
    typed.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    assert week.minutes(SATURDAY) == [25]


def test_a_cell_that_is_being_edited_keeps_what_its_person_saw(week: Week):
    seen = week.cell(MONDAY, BANK_ID).get_attribute("data-seen") or ""
    [gid] = seen.split("=")[:1]
    week.sandbox.put(f"/time_tracking_entries/{gid}", duration_minutes=45)
    held = hold_first(week.page, "**/refresh/**")
    week.page.reload()
    week.row(BANK_ID).nth(MONDAY).fill("2:00")
    held().continue_()
    expect(week.page.locator("[data-refreshed]")).to_have_count(1)
    expect(week.cell(MONDAY, BANK_ID)).to_have_attribute("data-seen", seen)
    week.row(BANK_ID).nth(MONDAY).press("Enter")
    expect(week.cell(MONDAY, BANK_ID)).to_have_attribute("data-state", "conflict")


def test_a_refresh_without_an_answer_is_tried_again_in_silence(week: Week):
    [gid] = (week.cell(MONDAY, BANK_ID).get_attribute("data-seen") or "").split("=")[:1]
    week.sandbox.put(f"/time_tracking_entries/{gid}", duration_minutes=45)
    for address in ("**/refresh/**", "**/suggestions/"):
        week.page.route(address, lambda route: route.abort(), times=1)
    week.page.reload()
    expect(week.row(BANK_ID).nth(MONDAY)).to_have_value("0:45")
    expect(week.page.locator("#problems")).to_be_empty()
