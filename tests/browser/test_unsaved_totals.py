"""Totals say which changes they lack, for the eye and for screen readers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.unsent_changes import back, kill
from tests.browser.week import Week
from tests.support.people import STAND_UP

SATURDAY, SUNDAY = 5, 6
ONE, TWO = "1 change not saved yet", "2 changes not saved yet"


def type_until(week: Week, place: int, text: str, state: str) -> None:
    """Types into a cell, and waits for its state."""
    week.type(place, text)
    expect(week.cell(place)).to_have_attribute("data-state", state)


def expect_marks(week: Week, saturday: str, sunday: str, whole: str) -> None:
    days = week.page.locator("tfoot td[data-column] .sum")
    expect(days.nth(SATURDAY).locator(".unsaved")).to_contain_text(saturday)
    expect(days.nth(SUNDAY).locator(".unsaved")).to_contain_text(sunday)
    for total in (f"#total-{STAND_UP}", "#total-week"):
        expect(week.page.locator(f"{total} .unsaved")).to_contain_text(whole)
    expect(days.nth(0).locator(".unsaved")).to_have_count(0)


def test_totals_lack_what_is_unsent_until_it_is_saved(week: Week):
    context = week.page.context
    context.route("**/cells/", lambda route: route.abort())
    for place in (SATURDAY, SUNDAY):
        type_until(week, place, "1:11", "unsent")
    expect_marks(week, ONE, ONE, TWO)
    there = kill(week)
    expect_marks(there, ONE, ONE, TWO)
    there.page.set_viewport_size({"width": 390, "height": 800})
    expect(there.page.locator(".days a").nth(SATURDAY)).to_contain_text(ONE)
    context.unroute_all()
    back(there.page)
    expect(there.page.locator(".unsaved")).to_have_count(0)


@pytest.fixture
def busy_asana(sandbox) -> Iterator[None]:
    sandbox.faults({"kind": "status", "status": 429, "retry_after": 600, "method": "POST"})
    yield
    sandbox.faults()


def test_totals_lack_what_is_queued_and_not_saved_also_after_a_reload(week: Week, busy_asana):
    type_until(week, SATURDAY, "1:11", "queued")
    type_until(week, SUNDAY, "0:99", "refused")
    expect_marks(week, ONE, ONE, TWO)
    there = kill(week)
    # The rejected text is stored in this browser only.
    expect_marks(there, ONE, ONE, TWO)
