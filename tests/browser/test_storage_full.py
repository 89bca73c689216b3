"""Storage that fills up while somebody works: no older value comes back in place of a later one."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, expect

from tests.browser.test_stored_values import SATURDAY, close, open_week, stay_unsent, type_unsent
from tests.browser.week import Week

FILL = """() => {
  for (let size = 1 << 22; size >= 1; size >>= 1) {
    const name = `filling ${size}`;
    try { localStorage.setItem(name, "x".repeat(size)); } catch { /* full for this size */ }
  }
}"""
EMPTY = """() => Object.keys(localStorage)
  .filter((name) => name.startsWith("filling"))
  .forEach((name) => localStorage.removeItem(name))"""


def test_a_value_that_was_replaced_by_one_that_could_not_be_stored_is_not_saved(
    week: Week, context: BrowserContext
):
    stay_unsent(context)
    type_unsent(week, "1:12")
    week.page.evaluate(FILL)
    field = week.row().nth(SATURDAY)
    field.fill("10:45 a note that takes more room than there is left in this browser")
    field.press("Enter")
    expect(week.page.locator("#failed")).to_contain_text("Keep this page open")
    week.page.evaluate(EMPTY)
    close(week)
    context.unroute("**/cells/")
    again = open_week(context, week)
    expect(again.page.locator("[data-checked]")).to_have_count(1)
    # Long enough for a value to be sent.
    again.page.wait_for_timeout(700)
    assert again.minutes(SATURDAY) == []
    expect(again.row().nth(SATURDAY)).to_have_value("")
