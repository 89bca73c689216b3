"""The week on a phone: one bar, days, a card for each task, and notes in one tap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.signing_in import sign_in_by_cookie
from tests.browser.week import Week
from tests.sandbox_process import Sandbox
from tests.support.people import BANK_ID, STAND_UP, WORKSPACE
from timesheet.domain.week import Week as IsoWeek

SMALLEST_TARGET = 44
SWIPE = """across => {
  const sheet = document.querySelector(".sheet");
  const touch = (x) => new Touch({ identifier: 1, target: sheet, clientX: x, clientY: 300 });
  const fire = (name, x, touches) => sheet.dispatchEvent(
    new TouchEvent(name, { bubbles: true, touches, changedTouches: [touch(x)] }));
  fire("touchstart", 200, [touch(200)]);
  fire("touchend", 200 + across, []);
}"""


@pytest.fixture
def phone(browser: Browser, app: str, sandbox: Sandbox) -> Iterator[Callable[[int], Week]]:
    """Opens this week's Monday, which has hours, on a phone of this width."""
    contexts = []

    def phone(width: int = 390) -> Week:
        context = browser.new_context(
            viewport={"width": width, "height": 844}, has_touch=True, is_mobile=True, locale="en-GB"
        )
        contexts.append(context)
        sign_in_by_cookie(context, app, sandbox, "Ada")
        page = context.new_page()
        monday = IsoWeek.of(datetime.now(UTC).date()).start
        page.goto(f"{app}/{WORKSPACE}/week/{IsoWeek.of(monday)}/?day={monday}")
        page.wait_for_load_state("networkidle")
        return Week(page, sandbox)

    yield phone
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [390, 320])
def test_the_first_task_is_near_the_top_and_nothing_is_too_small_or_cut_off(phone, width):
    page = phone(width).page
    first = page.locator("#rows tr").first.bounding_box()
    assert first is not None
    assert first["y"] < 200
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        """smallest => [...document.querySelectorAll("a, button, input, summary")]
          .filter((element) => element.checkVisibility({ visibilityProperty: true })
            && !element.closest(".visually-hidden, .skip, .keys"))
          .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
          .filter(([, { width, height }]) => width && (width < smallest || height < smallest))
          .map(([html, { width, height }]) => `${Math.round(width)}x${Math.round(height)} ${html}`)
        """,
        SMALLEST_TARGET - 1,
    )
    assert small == []


def test_days_switch_without_loading_the_page(phone):
    week = phone()
    page: Page = week.page
    loads: list[str] = []
    page.on("load", lambda _page: loads.append(page.url))
    page.locator(".days a").nth(2).tap()
    expect(page.locator(".grid")).to_have_attribute("data-shown", "3")
    expect(week.row().nth(2)).to_be_visible()
    page.evaluate(SWIPE, -120)
    expect(page.locator(".grid")).to_have_attribute("data-shown", "4")
    page.evaluate(SWIPE, 120)
    expect(page.locator(".grid")).to_have_attribute("data-shown", "3")
    monday = IsoWeek.of(datetime.now(UTC).date()).start
    assert page.url.endswith(f"?day={monday + timedelta(2)}")
    assert loads == []


def test_hours_are_tapped_and_three_rows_stay_visible(phone):
    week = phone()
    page: Page = week.page
    page.locator(".days a").nth(1).tap()
    week.row(BANK_ID).nth(1).tap()
    for name in ("1", ":", "3", "0"):
        page.locator("#pad").get_by_role("button", name=name, exact=True).tap()
    pad = page.locator("#pad").bounding_box()
    top = page.locator("#rows tr").first.bounding_box()
    assert pad is not None
    assert top is not None
    assert pad["y"] - top["y"] >= 3 * (top["height"] + 8)
    page.locator("#pad").get_by_role("button", name="Next").tap()
    expect(week.cell(1, BANK_ID)).to_have_attribute("data-saved", "")
    assert week.minutes(1, BANK_ID) == [90]
    expect(week.row(STAND_UP).nth(1)).to_be_focused()


def test_the_next_day_shows_at_once_while_hours_are_being_saved(phone):
    week = phone()
    page = week.page
    week.sandbox.faults({"kind": "latency", "ms": 800, "path": "entries"})
    page.evaluate("window.stays = true")
    week.row(BANK_ID).nth(0).tap()
    page.locator("#pad").get_by_role("button", name="9", exact=True).tap()
    page.locator(".days a").nth(1).tap()
    expect(week.row(BANK_ID).nth(1)).to_be_visible()
    expect(week.cell(0, BANK_ID)).to_have_attribute("data-saved", "")
    assert page.evaluate("window.stays")


def test_a_note_is_one_tap_away(phone):
    week = phone()
    week.cell(0, BANK_ID).locator(".open").tap()
    note = week.page.get_by_role("dialog").get_by_label("Note").first
    expect(note).to_be_focused()
    week.page.keyboard.type("Call with the bank")
    week.page.keyboard.press("Control+Enter")
    expect(week.page.get_by_role("dialog")).to_have_count(0)
    expect(week.cell(0, BANK_ID).locator(".open")).to_have_attribute("data-noted", "")


def test_the_note_leads_to_all_of_the_entry(phone):
    week = phone()
    week.cell(0, BANK_ID).locator(".open").tap()
    panel = week.page.get_by_role("dialog")
    expect(panel.get_by_label("Billable")).to_be_hidden()
    panel.get_by_text("Move, split or delete").first.tap()
    expect(panel.get_by_role("button", name="Delete this entry").first).to_be_visible()
    expect(panel.get_by_label("Billable").first).to_be_visible()
