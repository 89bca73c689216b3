"""A dialog that is closed while its form is being sent: what was refused is said all the same."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_stored_values import SATURDAY, save
from tests.browser.unsent_changes import hold_first
from tests.browser.week import Week

NO_DELETING = {"kind": "status", "status": 403, "method": "DELETE"}


@pytest.mark.parametrize(
    ("button", "address", "reason"),
    [
        ("Split", "**/entry/split/", "That would leave no time"),
        ("Move", "**/entry/move/", "Asana rejected the rest of this change"),
        ("Delete this entry", "**/entry/", "Asana doesn’t let you do this"),
    ],
)
def test_what_is_refused_of_an_entry_is_said(week: Week, button: str, address: str, reason: str):
    save(week, "1", "1:00")
    week.row().nth(SATURDAY).focus()
    week.page.keyboard.press("Alt+Enter")
    dialog = week.page.locator("#panel[open]")
    dialog.locator("summary", has_text="Move, split or delete").first.click()
    if button == "Split":
        dialog.get_by_label("Split off").first.fill("9")
    week.sandbox.faults(NO_DELETING)
    held = hold_first(week.page, address)
    with week.page.expect_request(address):
        dialog.get_by_role("button", name=button, exact=True).first.click()
    week.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    held().continue_()
    expect(dialog.get_by_role("alert").first).to_contain_text(reason)
    expect(week.page.locator("#unsent")).to_be_hidden()
