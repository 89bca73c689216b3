"""The status in the header, where the page has no grid."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.week import Week
from tests.support.asana import CREATE

SATURDAY = 5


def test_the_status_asks_on_every_page_without_errors_in_the_console(week: Week, app: str):
    errors: list[str] = []
    week.page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    week.sandbox.faults({**CREATE, "kind": "status", "status": 503})
    week.row().nth(SATURDAY).fill("1")
    week.row().nth(SATURDAY).press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", re.compile("queued|in_doubt"))
    week.page.goto(f"{app}/preferences/")
    with week.page.expect_response("**/status/**"):
        pass
    expect(week.page.locator("#status a")).to_be_visible()
    assert errors == []


def test_progress_is_visible_in_forced_colours(week: Week):
    """The filled part of the bar differs from the rest, by the pixels of a picture."""
    week.page.emulate_media(forced_colors="active")
    # Narrower screens have no room for the bar.
    week.page.set_viewport_size({"width": 1600, "height": 900})
    bar = week.page.locator("#progress progress")
    week.page.evaluate("() => { document.querySelector('#progress progress').value = 1200 }")
    half = bar.screenshot()
    week.page.evaluate("() => { document.querySelector('#progress progress').value = 0 }")
    assert half != bar.screenshot()
