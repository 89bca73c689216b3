"""An admin discards what waits, by keyboard alone, and its person reads why. Nothing here uses the
mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.week import Week
from tests.support.people import STAND_UP, WORKSPACE

SATURDAY, SUNDAY = 5, 6
AWAY = {"kind": "drop_before", "path": "/api/"}


@pytest.fixture
def waiting(week: Week, signed_in: Callable[..., Page]) -> Page:
    """Two edits of Ada's wait, and Omar looks at them."""
    week.sandbox.faults(AWAY)
    for place, text in ((SATURDAY, "1:30"), (SUNDAY, "2")):
        field = week.row().nth(place)
        field.fill(text)
        field.press("Enter")
        expect(week.cell(place)).to_have_attribute("data-state", "queued")
    week.sandbox.faults()
    return signed_in("Omar", f"/{WORKSPACE}/unsynced/")


def test_two_are_chosen_and_discarded_and_their_person_writes_one_again(
    waiting: Page, week: Week, signed_in: Callable[..., Page]
):
    page = waiting
    page.get_by_role("checkbox", name="Select the 2 below").press("Space")
    boxes = page.get_by_role("checkbox", name="Select Ada")
    expect(boxes).to_have_count(2)
    for box in boxes.all():
        expect(box).to_be_checked()
    page.get_by_role("button", name="Discard selected…").press("Enter")
    expect(page.get_by_text("1 person, 3:30 in total.")).to_be_visible()
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("Weekends do not count here")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("2 discarded")).to_be_visible()
    expect(page.get_by_role("link", name="Back to unsynced changes")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("All changes in this workspace are saved")).to_be_visible()

    signed_in("Ada")
    status = page.locator("#status")
    expect(status).to_contain_text("2 need you")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "discarded")
    week.row().nth(SATURDAY).focus()
    cell = week.cell(SATURDAY)
    expect(cell.get_by_text("Omar Haddad, an admin, discarded this")).to_be_visible()
    cell.get_by_role("button", name="Save it again").press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    assert week.minutes(SATURDAY) == [90]
    expect(status).to_contain_text("1 needs you")
    week.row().nth(SUNDAY).focus()
    week.cell(SUNDAY).get_by_role("button", name="OK", exact=True).press("Enter")
    expect(week.cell(SUNDAY)).to_have_attribute("data-state", "empty")
    expect(status).to_contain_text("All saved in Asana")
    assert week.minutes(SUNDAY, STAND_UP) == []
