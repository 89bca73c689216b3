"""A manager reads a report, goes to its entries, and exports it."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from tests.support.people import WORKSPACE
from timesheet.reports import hours


@pytest.fixture
def reports(signed_in, monkeypatch) -> Page:
    """Omar, an admin, before his first report; people are read one by one."""
    monkeypatch.setattr(hours, "LISTS_AT_ONCE", 1)
    return signed_in("Omar", f"/{WORKSPACE}/reports/?range=last-week&by=project")


def test_a_report_reads_on_by_itself_until_it_is_there(reports: Page):
    expect(reports.locator("#total")).to_be_visible()
    expect(reports.get_by_role("progressbar")).to_have_count(0)


def test_an_export_shows_how_far_it_is_and_then_begins(reports: Page):
    expect(reports.locator("#total")).to_be_visible()
    cache.clear()
    steps: list[str] = []
    reports.on("request", lambda request: steps.append(request.url))
    with reports.expect_download() as download:
        reports.get_by_role("link", name="Figures as XLSX").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    assert len([step for step in steps if "/prepare/" in step]) > 3
    expect(reports.get_by_role("link", name="Download file")).to_be_visible()


def test_a_figure_is_followed_to_its_entries_by_keyboard(reports: Page):
    total = reports.locator("#total")
    minutes = total.inner_text()
    total.focus()
    total.press("Enter")
    expect(reports.get_by_role("heading", name="Entries", exact=True)).to_be_visible()
    expect(reports.locator("#total")).to_have_text(minutes)


def test_a_report_is_narrowed_by_its_form(reports: Page):
    expect(reports.locator("#total")).to_be_visible()
    reports.get_by_label("Rows").select_option("Person")
    reports.locator(".filter summary", has_text="Project").click()
    reports.get_by_label("Fjord Bank mobile app").check()
    reports.get_by_role("button", name="Show").click()
    expect(reports.get_by_role("table", name="Hours by person")).to_be_visible()
    assert "range=last-week&by=person&project=" in reports.url


def test_a_reading_goes_on_after_an_answer_that_did_not_come(signed_in, page: Page, monkeypatch):
    monkeypatch.setattr(hours, "LISTS_AT_ONCE", 1)
    page.route("**/prepare/**", lambda route: route.abort(), times=1)
    signed_in("Omar", f"/{WORKSPACE}/reports/?range=last-week")
    expect(page.get_by_text("No response. We’ll retry automatically.")).to_be_visible()
    expect(page.locator("#total")).to_be_visible()
