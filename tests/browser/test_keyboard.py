"""The grid by keyboard alone, key by key. Nothing here uses the mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.week import BANK_ID, STAND_UP, Week


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


@pytest.mark.parametrize(
    ("pressed", "task", "place"),
    [
        (["ArrowRight"], BANK_ID, 1),
        (["ArrowRight", "ArrowRight", "ArrowLeft"], BANK_ID, 1),
        (["ArrowDown"], STAND_UP, 0),
        (["ArrowDown", "ArrowUp"], BANK_ID, 0),
        (["ArrowUp"], BANK_ID, 0),
        (["ArrowLeft", "ArrowRight", "ArrowRight"], BANK_ID, 0),
        (["End"], BANK_ID, 6),
        (["End", "ArrowRight"], BANK_ID, 6),
        (["End", "Home"], BANK_ID, 0),
        (["Control+End"], STAND_UP, 6),
        (["Control+End", "Control+Home"], BANK_ID, 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_keys_move_from_cell_to_cell(week, keys, pressed, task, place):
    keys(*pressed)
    expect_at(week, task, place)


def test_the_grid_is_one_tab_stop(week, keys):
    keys("ArrowRight", "Tab")
    assert week.page.locator("#rows .hours:focus").count() == 0
    keys("Shift+Tab")
    expect_at(week, BANK_ID, 1)


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
