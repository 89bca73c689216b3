"""Buttons that are pressed one after the other while the first is still being sent: both count."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.test_outbox import hold_first, open_entries
from tests.browser.week import Week


def added_row(week: Week) -> Locator:
    week.page.get_by_role("combobox", name="Add a task").press_sequentially("opening ho")
    week.page.locator("#found").get_by_role("option", name="Opening hours").click()
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
    getattr(held[0], answer)()
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
