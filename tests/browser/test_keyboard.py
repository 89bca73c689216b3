"""The grid by keyboard alone, key by key. Nothing here uses the mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.week import Week
from tests.support.people import BANK_ID, STAND_UP

# The keys, and the row and the place of the cell that they lead to from the first one.
MOVES = [
    (["ArrowRight"], BANK_ID, 1),
    (["ArrowRight", "ArrowRight", "ArrowLeft"], BANK_ID, 1),
    (["ArrowDown"], STAND_UP, 0),
    (["ArrowDown", "ArrowUp"], BANK_ID, 0),
    (["ArrowUp"], BANK_ID, 0),
    # By way of the four buttons and links of the row.
    (["ArrowLeft", *["ArrowRight"] * 4], BANK_ID, 0),
    (["End"], BANK_ID, 6),
    (["End", "ArrowRight"], BANK_ID, 6),
    (["End", "Home"], BANK_ID, 0),
    (["Control+End"], STAND_UP, 6),
    (["Control+End", "Control+Home"], BANK_ID, 0),
]


@pytest.fixture
def keys(week: Week):
    """Presses keys, one after the other, in Monday's cell of the first row."""
    week.row(BANK_ID).nth(0).focus()

    def keys(*pressed: str) -> None:
        for key in pressed:
            week.page.keyboard.press(key)

    return keys


def expect_at(week: Week, task: str, place: int) -> None:
    expect(week.row(task).nth(place)).to_be_focused()


def test_keys_move_from_cell_to_cell(week, keys):
    for pressed, task, place in MOVES:
        week.row(BANK_ID).nth(0).focus()
        keys(*pressed)
        expect(week.row(task).nth(place), " ".join(pressed)).to_be_focused()


def test_tab_goes_from_cell_to_cell_and_leaves_at_both_ends(week, keys):
    keys("Tab", "Tab")
    expect_at(week, BANK_ID, 2)
    keys("End", "Tab")
    expect_at(week, STAND_UP, 0)
    keys("Shift+Tab")
    expect_at(week, BANK_ID, 6)
    keys("Control+End", "Tab")
    assert week.page.locator("#rows .hours:focus").count() == 0
    keys("Shift+Tab")
    expect_at(week, STAND_UP, 6)
    keys("Control+Home", "Shift+Tab")
    assert week.page.locator("#rows .hours:focus").count() == 0


def test_hours_typed_after_two_tabs_land_in_the_cell(week, keys):
    keys("ArrowRight", "1", "Tab", "Tab", "2", "Enter")
    expect(week.row(BANK_ID).nth(3)).to_have_value("2:00")
    expect(week.page.get_by_role("combobox")).to_have_value("")
    assert [week.minutes(place, BANK_ID) for place in range(4)] == [[90], [60], [], [120]]


def test_f6_leaves_the_grid_both_ways_and_says_so(week, keys):
    keys("ArrowRight", "F6")
    expect(week.page.get_by_role("combobox")).to_be_focused()
    expect(week.page.get_by_role("status").get_by_text("You left the grid")).to_have_count(1)
    keys("Shift+Tab")
    expect_at(week, BANK_ID, 1)
    keys("Shift+F6")
    assert week.page.locator(".sheet :focus").count() == 0


def test_typing_replaces_what_is_there_and_enter_goes_down(week, keys):
    keys("2", ":", "1", "5", "Enter")
    expect_at(week, STAND_UP, 0)
    expect(week.cell(0, BANK_ID)).to_have_attribute("data-saved", "")
    assert week.minutes(0, BANK_ID) == [135]


def test_shift_enter_goes_up(week, keys):
    keys("ArrowDown", "1", "Shift+Enter")
    expect_at(week, BANK_ID, 0)


def test_tab_while_typing_goes_right_and_at_the_end_to_the_next_row(week, keys):
    keys("End", "1", "Tab")
    expect_at(week, STAND_UP, 0)
    keys("1", "Shift+Tab")
    expect_at(week, BANK_ID, 6)


def test_an_arrow_while_typing_saves_and_moves(week, keys):
    keys("ArrowRight", "1", "ArrowRight")
    expect_at(week, BANK_ID, 2)
    expect(week.cell(1, BANK_ID)).to_have_attribute("data-saved", "")


def test_f2_puts_the_caret_behind_what_is_there(week, keys):
    keys("F2", "Backspace", "5", "ArrowLeft", "ArrowRight", "Enter")
    expect(week.cell(0, BANK_ID)).to_have_attribute("data-saved", "")
    assert week.minutes(0, BANK_ID) == [95]


def test_enter_edits_and_enter_saves(week, keys):
    keys("Enter", "Backspace", "5", "Enter")
    expect(week.cell(0, BANK_ID)).to_have_attribute("data-saved", "")
    expect_at(week, STAND_UP, 0)


def test_escape_brings_back_what_was_there(week, keys):
    keys("9", "Escape")
    expect(week.row(BANK_ID).nth(0)).to_have_value("1:30")
    keys("ArrowRight")
    expect_at(week, BANK_ID, 1)
    assert week.minutes(0, BANK_ID) == [90]


def test_delete_empties_a_cell(week, keys):
    keys("Delete")
    expect(week.cell(0, BANK_ID)).to_have_attribute("data-state", "empty")
    assert week.minutes(0, BANK_ID) == []
    expect_at(week, BANK_ID, 0)


def test_a_range_is_selected_and_emptied(week, keys):
    keys("Shift+ArrowRight", "Shift+ArrowDown")
    assert week.page.locator("#rows [aria-selected]").count() == 4
    keys("Delete")
    expect(week.total()).to_have_text("0:00")
    assert (week.in_asana(BANK_ID), week.in_asana(STAND_UP)) == ({}, {})


def test_moving_on_drops_the_selection(week, keys):
    keys("Shift+ArrowRight", "ArrowDown")
    assert week.page.locator("#rows [aria-selected]").count() == 0


def test_a_range_is_copied_as_a_spreadsheet_takes_it(week, keys):
    week.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    keys("Shift+ArrowRight", "Shift+ArrowDown", "Control+c")
    copied = week.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == "1:30\t\n0:15\t"


def test_a_whole_week_is_filled_without_the_mouse(week, keys):
    for _ in (BANK_ID, STAND_UP):
        for text in ("1", "1:30", "2h", "45m", ".5", "0:15", "1h 5m"):
            week.page.keyboard.type(text)
            keys("Tab")

    expect(week.total()).to_have_text("14:10")
    for task in (BANK_ID, STAND_UP):
        assert list(week.in_asana(task).values()) == [[60], [90], [120], [45], [30], [15], [65]]


def test_a_question_mark_lists_the_keys(week, keys):
    keys("?")
    expect(week.page.locator("#keys dl")).to_be_visible()
    expect(week.page.locator("#keys summary")).to_be_focused()
    assert week.minutes(0, BANK_ID) == [90]


@pytest.mark.parametrize("text", ["6", ""])
def test_escape_forgets_what_was_typed_over_several_entries(week, keys, text):
    day = week.page.locator("td[data-day]").first.get_attribute("data-day")
    week.sandbox.post(
        f"/tasks/{BANK_ID}/time_tracking_entries", duration_minutes=30, entered_on=day
    )
    week.reload()
    week.row(BANK_ID).nth(0).focus()
    keys(*(text or ["Delete"]), *(["Enter"] if text else []))
    expect(week.page.get_by_role("dialog")).to_be_visible()
    sent: list[str] = []
    week.page.on("request", lambda request: sent.append(request.url))
    for _ in range(4):
        keys("Escape")
        expect(week.page.get_by_role("dialog")).to_have_count(0)
    expect(week.row(BANK_ID).nth(0)).to_have_value("2:00")
    expect(week.cell(0, BANK_ID)).to_have_attribute("data-state", "several")
    keys("ArrowRight")
    assert sent == []
    assert sorted(week.minutes(0, BANK_ID)) == [30, 90]


def test_keys_of_the_browser_are_left_to_it_when_nothing_is_selected(week, keys):
    keys("ArrowRight")
    for key in ("Control+r", "Meta+r", "Control+d", "Meta+d"):
        taken = week.page.evaluate(
            """key => {
              const [held, letter] = key.split("+");
              const init = { key: letter, code: `Key${letter.toUpperCase()}`, bubbles: true };
              init[held === "Meta" ? "metaKey" : "ctrlKey"] = init.cancelable = true;
              return !document.activeElement.dispatchEvent(new KeyboardEvent("keydown", init));
            }""",
            key,
        )
        assert not taken, key
    expect(week.row(BANK_ID).nth(1)).to_have_value("")


def test_shortcuts_work_on_other_alphabets(week, keys):
    for letter in ("я", "ζ", "ئ"):
        week.row(BANK_ID).nth(1).focus()
        keys("2", "Enter")
        expect(week.total()).to_have_text("3:45")
        press_letter(week, letter, "KeyZ")
        expect(week.total(), letter).to_have_text("1:45")


def test_a_letter_of_the_latin_alphabet_counts_as_it_reads(week, keys):
    keys("ArrowRight", "2", "Enter")
    expect(week.total()).to_have_text("3:45")
    press_letter(week, "z", "KeyY")
    expect(week.total()).to_have_text("1:45")


def press_letter(week: Week, letter: str, code: str) -> None:
    init = {"key": letter, "code": code, "ctrlKey": True, "bubbles": True, "cancelable": True}
    week.page.evaluate(
        "init => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', init))", init
    )


def test_the_enter_that_ends_a_composition_is_not_taken(week, keys):
    keys("ArrowRight", "2")
    week.page.evaluate(
        """() => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
          { key: "Enter", code: "Enter", keyCode: 229, bubbles: true, cancelable: true }))"""
    )
    expect_at(week, BANK_ID, 1)
    expect(week.row(BANK_ID).nth(1)).to_have_attribute("data-editing", "typing")
    keys(":", "1", "5", "Enter")
    expect(week.row(BANK_ID).nth(1)).to_have_value("2:15")


def test_a_deleted_entry_is_named_and_comes_back_by_its_button(week, keys):
    keys("Delete")
    toast = week.page.locator("#said")
    expect(toast).to_contain_text("Deleted 1:30, Sign-in with BankID")
    toast.get_by_role("button", name="Undo").click()
    expect(week.row(BANK_ID).nth(0)).to_have_value("1:30")
    assert week.minutes(0, BANK_ID) == [90]


@pytest.mark.parametrize("width", [1280, 760])
def test_what_is_said_covers_no_total(week, keys, width):
    week.page.set_viewport_size({"width": width, "height": 420})
    keys("ArrowRight", *"25:99", "Enter", "ArrowLeft", "ArrowUp", "Delete")
    expect(week.page.locator("#said")).to_contain_text("Deleted 1:30")
    said = week.page.locator(".said").bounding_box()
    assert said is not None
    assert said["height"] > 20
    for total in week.page.locator("tfoot .sum").all():
        box = total.bounding_box()
        assert box is not None
        apart = said["x"] + said["width"] <= box["x"] or said["y"] >= box["y"] + box["height"]
        assert apart, (said, box)
