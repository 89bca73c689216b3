"""axe finds nothing to complain about in the pages of projects and in what belongs to reports."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, look
from tests.browser.people import give_people_to_mia
from tests.support.people import BANK_ID, WORKSPACE
from timesheet.domain.week import Week

PAGES = {
    "projects/": "Projects",
    "projects/1204000000000002/": "Museum of the Sea",
    f"projects/tasks/{BANK_ID}/": "Sign-in with BankID",
    "projects/planned/": "Planned vs. logged",
    "reports/month/{month}/": "Mia",
    "reports/?range=last-4-weeks&by=person&then=project&compare=1": "Reports",
    "reports/?range=last-4-weeks&by=project&money=1": "Reports",
    "reports/entries/?range=last-week": "Entries",
}

# What is wider than the place it has.
SIDEWAYS = """[...document.querySelectorAll("html, .wide, .scroll, .card")]
  .filter((part) => part.scrollWidth > part.clientWidth + 1)
  .map((part) => part.className)"""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_violation(signed_in: Callable[..., Page], path: str):
    give_people_to_mia()
    month = f"{Week.of(timezone.localdate()).previous.start:%Y-%m}"
    page = signed_in("Mia", f"/{WORKSPACE}/{path.format(month=month)}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(PAGES[path])
    expect(page.get_by_role("progressbar")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert_accessible(page)
    look(page, "light", 390)
    assert page.evaluate(SIDEWAYS) == []


def test_the_schedule_of_a_report_has_no_violation(signed_in: Callable[..., Page]):
    """By keyboard: a view is saved, and emailed every month."""
    give_people_to_mia()
    page = signed_in("Mia", f"/{WORKSPACE}/reports/?range=last-week&by=project")
    page.locator("summary", has_text="Save this view").press("Enter")
    page.get_by_label("Name").fill("Projects")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Email").press("Enter")
    expect(page.get_by_role("heading", name="Email “Projects”")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Send", exact=True).select_option("monthly")
    page.get_by_role("button", name="Save schedule").press("Enter")
    expect(page.get_by_text("Schedule saved.")).to_be_visible()
