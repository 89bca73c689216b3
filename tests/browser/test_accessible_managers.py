"""axe finds nothing to complain about in the pages of managers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Manager
from tests.browser.axe import assert_accessible
from tests.browser.people import give_people_to_mia
from tests.support.people import MIA, WORKSPACE
from timesheet.domain.week import Week
from timesheet.reports import hours


@pytest.fixture
def team(signed_in) -> Page:
    """The week before last as Mia sees it."""
    give_people_to_mia()
    week = Week.of(timezone.localdate() - timedelta(weeks=2))
    return signed_in("Mia", f"/{WORKSPACE}/team/{week}/")


def test_a_team_has_no_violation(team):
    team.locator(".keys summary").click()
    assert_accessible(team)


def test_a_persons_week_has_no_violation(team):
    team.get_by_role("link", name="Ada Lindqvist").click()
    expect(team.get_by_role("heading", name="Ada Lindqvist")).to_be_visible()
    assert_accessible(team)


def test_selected_weeks_and_what_came_of_approving_them_have_no_violation(team):
    team.get_by_role("checkbox", name="Select Ada").check()
    assert_accessible(team)
    team.get_by_role("button", name="Approve 1 week", exact=False).last.click()
    expect(team.get_by_text("1 week approved.")).to_be_visible()
    assert_accessible(team)


def test_sending_a_week_back_has_no_violation(team):
    team.get_by_role("checkbox", name="Select Ada").check()
    team.get_by_role("button", name="Send back…").click()
    expect(team.get_by_label("What should Ada Lindqvist change?")).to_be_focused()
    assert_accessible(team)


@pytest.fixture
def reports(signed_in) -> Page:
    """Omar, an admin, at a report of the last weeks with all that can be on its page."""
    start = date.today() - timedelta(days=40)  # noqa: DTZ011 (any recent days will do)
    query = f"from={start}&to={start + timedelta(days=40)}&by=project&then=person"
    return signed_in("Omar", f"/{WORKSPACE}/reports/?{query}")


def test_a_report_has_no_violation(reports: Page):
    reports.get_by_text("Save this view").click()
    for summary in reports.locator(".chart summary, .notes summary").all():
        summary.click()
    reports.locator(".filter summary").first.click()
    expect(reports.get_by_role("img", name="Hours by day")).to_be_visible()
    expect(reports.get_by_role("img", name="Weekly hours and target")).to_be_visible()
    assert_accessible(reports)


def test_a_saved_view_and_a_prepared_export_have_no_violation(reports: Page):
    reports.get_by_text("Save this view").click()
    reports.get_by_label("Name").fill("Invoices")
    reports.get_by_role("button", name="Save").click()
    expect(reports.get_by_role("link", name="Invoices")).to_be_visible()
    with reports.expect_download() as download:
        reports.get_by_role("link", name="Entries as CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    expect(reports.get_by_text("Ready.")).to_be_visible()
    assert_accessible(reports)


def test_the_entries_of_a_figure_have_no_violation(reports: Page):
    reports.locator("#total").click()
    expect(reports.get_by_role("heading", name="Entries", exact=True)).to_be_visible()
    expect(reports.get_by_text("Page 1 of")).to_be_visible()
    assert_accessible(reports)


def test_reports_that_have_no_answer_have_no_violation(signed_in, app: str):
    reports = signed_in("Omar", f"/{WORKSPACE}/reports/?from=2026-11-02&to=2026-11-01")
    expect(reports.get_by_text("The last day is before the first.")).to_be_visible()
    assert_accessible(reports)
    reports.goto(f"{app}/{WORKSPACE}/reports/?from=2020-11-02&to=2020-11-03")
    expect(reports.get_by_text("No hours match.")).to_be_visible()
    assert_accessible(reports)


def test_a_report_that_is_still_read_has_no_violation(signed_in, page: Page, monkeypatch):
    monkeypatch.setattr(hours, "LISTS_AT_ONCE", 1)
    page.route("**/prepare/**", lambda route: route.abort())
    signed_in("Omar", f"/{WORKSPACE}/reports/?range=this-week")
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("chooses", ["", "teams"])
def test_ones_own_people_have_no_violation(signed_in, chooses):
    give_people_to_mia()
    Manager.objects.update(chooses=chooses)
    page = signed_in("Mia", f"/{WORKSPACE}/people/{MIA}/")
    expect(page.get_by_role("heading", name="Your people")).to_be_visible()
    assert_accessible(page)


@pytest.fixture
def last_week(signed_in) -> Page:
    """Mia's team in the week before, of which some are short."""
    give_people_to_mia()
    return signed_in("Mia", f"/{WORKSPACE}/team/{Week.of(timezone.localdate()).previous}/")


def remind(page: Page) -> None:
    """Opens the preview of the reminders, and sends them."""
    page.locator("#remind-short").click()
    page.get_by_text("The email to").click()
    assert_accessible(page)
    page.get_by_role("button", name="Send reminders").click()
    expect(page.get_by_text("Reminder sent to")).to_be_visible()


def test_reminding_those_who_are_short_has_no_violation(last_week):
    remind(last_week)
    assert_accessible(last_week)


def test_unsubscribing_has_no_violation(app, page, mailoutbox, last_week):
    remind(last_week)
    page.goto(mailoutbox[0].extra_headers["List-Unsubscribe"].strip("<>"))
    assert_accessible(page)
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("heading", name="You’re unsubscribed")).to_be_visible()
    assert_accessible(page)
