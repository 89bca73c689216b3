"""What is typed and not saved yet survives Escape, a reload and a killed tab, and is not sent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.unsent_changes import kill
from tests.browser.week import Week
from tests.support.people import BANK_ID

MONDAY, SATURDAY, SUNDAY = 0, 5, 6


def reload(week: Week) -> Week:
    week.page.once("dialog", lambda dialog: dialog.accept())
    week.page.reload()
    return week


def escape(week: Week) -> Week:
    week.page.keyboard.press("Escape")
    expect(week.page.locator("#panel[open]")).to_have_count(0)
    return week


def open_entries(week: Week, field: Locator) -> Locator:
    field.focus()
    week.page.keyboard.press("Alt+Enter")
    dialog = week.page.locator("#panel[open]")
    expect(dialog.locator("#note-new")).to_be_attached()
    return dialog


@pytest.mark.parametrize("leave", [escape, reload, kill])
def test_a_note_that_was_not_saved_is_there_again(week: Week, leave):
    dialog = open_entries(week, week.row().nth(SATURDAY))
    dialog.locator("#entry-new").fill("0:35")
    dialog.locator("#note-new").fill("Half a thought")
    there = leave(week)
    dialog = open_entries(there, there.row().nth(SATURDAY))
    expect(dialog.locator("#note-new")).to_have_value("Half a thought")
    expect(dialog.locator("#entry-new")).to_have_value("0:35")
    expect(dialog).to_contain_text("didn’t save it")
    assert there.minutes(SATURDAY) == []
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(there.row().nth(SATURDAY)).to_have_value("0:35")
    escape(there)
    dialog = open_entries(there, there.row().nth(SATURDAY))
    expect(dialog.locator("#note-new")).to_have_value("")
    assert there.page.evaluate("localStorage.length") == 0


def test_a_draft_can_be_discarded(week: Week):
    dialog = open_entries(week, week.row(BANK_ID).nth(MONDAY))
    note = dialog.get_by_label("Note").first
    before = note.input_value()
    note.fill("Not this")
    escape(week)
    dialog = open_entries(week, week.row(BANK_ID).nth(MONDAY))
    expect(dialog.get_by_label("Note").first).to_have_value("Not this")
    dialog.get_by_role("button", name="Discard draft").first.click()
    expect(dialog.get_by_label("Note").first).to_have_value(before)
    assert week.page.evaluate("localStorage.length") == 0


def test_a_draft_brings_back_only_the_fields_that_were_changed(week: Week):
    field = week.row(BANK_ID).nth(MONDAY)
    dialog = open_entries(week, field)
    dialog.get_by_label("Note").first.fill("Half a thought")
    escape(week)
    field.fill("2:15")
    field.press("Enter")
    expect(week.cell(MONDAY, BANK_ID)).to_have_attribute("data-saved", "")
    dialog = open_entries(week, field)
    expect(dialog.get_by_label("Note").first).to_have_value("Half a thought")
    expect(dialog.get_by_label("Hours").first).to_have_value("2:15")


@pytest.mark.parametrize("leave", [reload, kill])
def test_a_half_typed_cell_is_being_edited_again_and_not_sent(week: Week, leave):
    sent: list[str] = []

    def note(route: Route) -> None:
        sent.append(route.request.url)
        route.continue_()

    week.page.context.route("**/cells/", note)
    week.row().nth(SATURDAY).focus()
    week.page.keyboard.type("1:0")
    there = leave(week)
    field = there.row().nth(SATURDAY)
    expect(field).to_have_value("1:0")
    expect(field).to_be_focused()
    there.page.wait_for_timeout(500)
    assert sent == []
    there.page.keyboard.type("4")
    there.page.keyboard.press("Enter")
    expect(there.cell(SATURDAY)).to_have_attribute("data-saved", "")
    assert there.minutes(SATURDAY) == [64]
    assert there.page.evaluate("localStorage.length") == 0


def test_escape_in_a_cell_forgets_what_was_typed(week: Week):
    week.row().nth(SATURDAY).focus()
    week.page.keyboard.type("1:0")
    week.page.keyboard.press("Escape")
    reload(week)
    week.page.wait_for_timeout(400)
    expect(week.row().nth(SATURDAY)).to_have_value("")


def test_another_tab_leaves_a_cell_alone_in_which_somebody_types(week: Week):
    week.row().nth(SATURDAY).focus()
    week.page.keyboard.type("1:0")
    tab = week.page.context.new_page()
    # However long the other tab takes to answer, it is waited for.
    tab.clock.install()
    tab.clock.pause_at(datetime.now(UTC))
    tab.goto(week.page.url)
    week.page.wait_for_timeout(500)
    tab.clock.run_for(1000)
    expect(Week(tab, week.sandbox).row().nth(SATURDAY)).to_have_value("")


def test_a_half_typed_value_of_long_ago_is_asked_about(week: Week):
    week.row().nth(SATURDAY).focus()
    week.page.keyboard.type("1:04")
    week.page.evaluate(
        """() => {
            const [key] = Object.keys(localStorage);
            const drafts = JSON.parse(localStorage.getItem(key));
            for (const draft of Object.values(drafts)) draft.when -= 3600 * 1000;
            localStorage.setItem(key, JSON.stringify(drafts));
        }"""
    )
    there = kill(week)
    expect(there.page.locator("#unsent")).to_contain_text("You typed “1:04”")
    expect(there.row().nth(SATURDAY)).to_have_value("")
    assert there.minutes(SATURDAY) == []
