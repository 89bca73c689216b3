"""What the server has taken is not called unsaved, though its answer never came."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, expect

from tests.browser.test_stored_values import (
    SATURDAY,
    asked,
    close,
    open_week,
    save,
    type_unsent,
)
from tests.browser.unsent_changes import kill, lose_answers, preview_paste
from tests.browser.week import Week
from tests.support.asana import CREATE


def says_nothing(week: Week) -> None:
    expect(week.page.locator("[data-checked]")).to_have_count(1)
    expect(week.page.locator("#unsent")).to_be_hidden()
    expect(week.page.locator("#unsent-count")).to_be_hidden()
    assert week.page.evaluate("localStorage.length") == 0


def lose_and_close(week: Week, context: BrowserContext, text: str) -> None:
    lose_answers(week.page, "**/cells/")
    type_unsent(week, text)
    assert week.minutes(SATURDAY) == [72]
    close(week)


def test_a_value_that_arrived_and_was_replaced_elsewhere_is_not_asked_about(
    week: Week, elsewhere: Week, context: BrowserContext
):
    lose_and_close(week, context, "1:12")
    elsewhere.reload()
    save(elsewhere, "2", "2:00")
    again = open_week(context, week)
    says_nothing(again)
    assert again.minutes(SATURDAY) == [120]


def test_a_paste_that_arrived_is_not_asked_about(week: Week):
    button = preview_paste(week, "1:01\t1:02\t1:03")
    lose_answers(week.page, "**/cells/")
    button.click()
    expect(week.page.locator("#unsent-count")).to_be_visible()
    says_nothing(kill(week))


def test_a_paste_that_was_refused_in_part_is_asked_about_and_says_why(week: Week):
    button = preview_paste(week, "1:01\t1:02\t1:03")
    week.sandbox.faults({**CREATE, "kind": "status", "status": 403, "times": 1})
    lose_answers(week.page, "**/cells/")
    button.click()
    expect(week.page.locator("#unsent-count")).to_be_visible()
    again = kill(week)
    item = again.page.locator("#unsent li")
    expect(item).to_contain_text("it may not have been saved")
    item.get_by_role("button", name="Save").click()
    expect(again.page.locator('#rows .cell[data-state="refused"]')).to_have_count(1)
    expect(again.page.locator("#unsent")).to_be_hidden()


def test_a_move_that_arrived_is_not_asked_about(week: Week):
    save(week, "1", "1:00")
    week.row().nth(SATURDAY).focus()
    week.page.keyboard.press("Alt+Enter")
    dialog = week.page.locator("#panel[open]")
    dialog.locator("summary", has_text="Move, split or delete").first.click()
    lose_answers(week.page, "**/entry/move/")
    dialog.get_by_role("button", name="Move", exact=True).first.click()
    expect(week.page.locator("#unsent-count")).to_be_visible()
    there = kill(week)
    says_nothing(there)
    assert there.minutes(SATURDAY) == []


def test_an_undo_that_arrived_is_not_asked_about(week: Week):
    save(week, "1", "1:00")
    lose_answers(week.page, "**/undo/")
    week.page.locator("[data-turn=undo] button").click()
    expect(week.page.locator("#unsent-count")).to_be_visible()
    says_nothing(kill(week))


def test_what_did_not_arrive_is_asked_about_beside_what_did(week: Week, context: BrowserContext):
    lose_and_close(week, context, "1:12")
    again = open_week(context, week)
    again.page.route("**/cells/", lambda route: route.abort())
    type_unsent(again, "1:13")
    stored = again.page.evaluate("JSON.stringify(localStorage)")
    assert "1:13" in stored
    close(again)
    context.add_init_script("Date.now = (now => () => now() + 11 * 60 * 1000)(Date.now)")
    asked(open_week(context, week), "You typed “1:13”")
