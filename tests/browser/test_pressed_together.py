"""Buttons that are pressed one after the other while the first is still being sent: both count."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.unsent_changes import (
    away,
    find_opening_hours,
    hold_first,
    intercept,
    open_entries,
    preview_paste,
)
from tests.browser.waiting import until_on
from tests.browser.week import Week
from tests.support.people import STAND_UP
from timesheet.models import Timer


def added_row(week: Week) -> Locator:
    find_opening_hours(week.page).click()
    row = week.page.locator("#rows tr", has_text="Opening hours")
    expect(row).to_have_count(1)
    return row


def press_both(week: Week) -> Locator:
    """Pins a row without hours, and removes it before that is answered."""
    row = added_row(week)
    row.hover()
    row.locator("[aria-label^='Pin ']").click()
    row.locator("[aria-label^='Remove ']").click()
    return row


@pytest.mark.parametrize("answer", ["continue_", "abort"])
def test_a_row_that_is_removed_while_it_is_being_pinned_is_gone(week: Week, answer: str):
    held = hold_first(week.page, "**/rows/pin/")
    row = press_both(week)
    getattr(held(), answer)()
    expect(row).to_have_count(0)
    expect(week.page.locator("#unsent-count")).to_be_hidden()
    week.reload()
    expect(row).to_have_count(0)


def test_an_entry_that_is_added_by_a_double_click_is_sent_once(week: Week):
    sent: list[str] = []
    week.page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    dialog = open_entries(week)
    dialog.locator("#entry-new").fill("0:40")
    dialog.get_by_role("button", name="Add", exact=True).dblclick()
    expect(week.row().nth(5)).to_have_value("0:40")
    # A second one would be sent once the first is answered.
    week.page.wait_for_timeout(300)
    assert [line.endswith("/entry/") for line in sent if line.startswith("POST")] == [True]
    assert week.minutes(5) == [40]


def row_button(week: Week, name: str, row: str = f"#row-{STAND_UP}") -> Locator:
    week.page.locator(row).hover()
    return week.page.locator(row).locator(f"[aria-label^='{name}']")


def removing(week: Week) -> Locator:
    task = added_row(week).get_attribute("id")
    return row_button(week, "Remove", f"#{task}")


def undoing(week: Week) -> Locator:
    field = week.row().nth(5)
    field.fill("1")
    field.press("Enter")
    expect(week.cell(5)).to_have_attribute("data-saved", "")
    return week.page.locator('.history [data-turn="undo"] button')


def starting(week: Week) -> Locator:
    week.page.locator("body").press("t")
    return week.page.get_by_role("button", name="Start without a task")


# Each button with how many entries it writes in Asana.
PRESSED: dict[str, tuple[Callable[[Week], Locator], int]] = {
    "add a row": (lambda week: find_opening_hours(week.page), 0),
    "remove a row": (removing, 0),
    "pin": (lambda week: row_button(week, "Pin"), 0),
    "undo": (undoing, 1),
    "paste": (lambda week: preview_paste(week, "1:01\t1:02\t1:03"), 3),
    "start a timer": (starting, 0),
    "time a row": (lambda week: row_button(week, "Start a timer"), 0),
}


def writes(week: Week) -> int:
    return sum(
        request["method"] != "GET" and "/api/" in request["path"]
        for request in week.sandbox.requests()
    )


@pytest.mark.parametrize("how", ["click", "Enter"])
@pytest.mark.parametrize("name", PRESSED)
def test_a_button_that_is_pressed_twice_acts_once_and_keeps_the_focus(
    week: Week, name: str, how: str
):
    page, (find, entries) = week.page, PRESSED[name]
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    button = find(week)
    button.scroll_into_view_if_needed()
    address, before = page.url, writes(week)
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST" and not held:
            held.append(route)
        else:
            route.continue_()

    intercept(page, "**/*", hold)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        if how == "click":
            box = button.bounding_box() or pytest.fail("It has no place")
            place = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            page.mouse.click(*place)
            page.wait_for_timeout(30)
            page.mouse.down(click_count=2)
            page.mouse.up(click_count=2)
        else:
            button.press("Enter")
            page.wait_for_timeout(30)
            page.keyboard.press("Enter")
        # Also on a busy machine, both come before the answer.
        until_on(page, lambda: held)
        held[0].continue_()
    expect(page.locator("body:not([data-unsent])")).to_be_visible()
    expect(page.locator("dialog[open]")).to_have_count(0)
    if how == "Enter":
        expect(page.locator(":focus")).to_have_count(1)
    # A second one would be sent once the first is answered.
    page.wait_for_timeout(300)
    assert page.url == address
    assert page.locator(".problem:visible").count() == 0
    assert writes(week) - before == entries
    assert Timer.objects.count() == ("time" in name)
    assert errors == []


def test_a_button_that_gets_no_answer_keeps_the_focus(week: Week):
    button = row_button(week, "Start a timer")
    away(week.page, "**/timer/start/")
    button.press("Enter")
    expect(week.page.locator("#problems")).to_contain_text("may not have been saved")
    expect(button).to_be_focused()


def test_the_focus_goes_to_the_cell_once_its_conflict_is_decided(week: Week):
    undoing(week)
    gid = (week.cell(5).get_attribute("data-seen") or "").partition("=")[0]
    week.sandbox.put(f"/time_tracking_entries/{gid}", duration_minutes=80)
    week.row().nth(5).fill("2")
    week.row().nth(5).press("Enter")
    week.cell(5).get_by_role("button", name="Keep my 2:00").press("Enter")
    expect(week.row().nth(5)).to_have_value("2:00")
    expect(week.row().nth(5)).to_be_focused()


def test_the_focus_stays_in_the_list_of_unsynced_changes_while_that_is_read_again(week: Week):
    page = week.page
    week.sandbox.faults({"kind": "status", "status": 429, "retry_after": 600, "method": "POST"})
    for place in (5, 6):
        week.row().nth(place).fill("1:11")
        week.row().nth(place).press("Enter")
        expect(week.cell(place)).to_have_attribute("data-state", "queued")
    page.goto(page.url.partition("/12")[0] + "/waiting/")
    retry = page.get_by_role("button", name="Retry").last
    retry.focus()
    page.evaluate("document.querySelector('#waiting').dataset.old = ''")
    page.evaluate("htmx.trigger('body', 'edits')")
    expect(page.locator("#waiting:not([data-old])")).to_have_count(1)
    expect(retry).to_be_focused()
    # What is left has buttons of its own, which a second Enter must not press.
    page.get_by_role("button", name="Discard").last.press("Enter")
    expect(page.locator("#waiting li")).to_have_count(1)
    expect(page.locator("#waiting")).to_be_focused()
    week.sandbox.faults()
