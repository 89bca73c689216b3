"""One's own hours in the browser: by keyboard, without violations, and on one printed page."""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible
from tests.sandbox_process import Sandbox
from tests.support.people import WORKSPACE
from timesheet.domain.week import Week
from timesheet.reminders import mail, sent_back

ME = f"/{WORKSPACE}/me/"


def test_a_month_is_read_by_keyboard_and_printed_on_one_page(signed_in):
    page: Page = signed_in("Ada", ME)
    page.get_by_role("link", name="Previous month").focus()
    page.keyboard.press("Enter")
    day = page.locator('.calendar [data-shade="full"] a').first
    day.press("Enter")
    entries = page.locator("#entries")
    expect(entries.get_by_role("listitem").first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Print").press("Enter")
    expect(page.get_by_role("heading", name="Ada Lindqvist")).to_be_visible()
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1


def test_weeks_search_and_changes_have_no_violation(signed_in):
    page: Page = signed_in("Ada", ME + "weeks/")
    assert_accessible(page)
    page.get_by_role("searchbox", name="Search tasks and notes").fill("bank")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="“bank”")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Changes").click()
    assert_accessible(page)


def test_a_week_that_was_sent_back_is_seen_on_another_page_and_by_email(
    signed_in, sandbox, mailoutbox
):
    page: Page = signed_in("Ada")
    page.get_by_role("link", name="Previous week").click()
    page.wait_for_load_state()
    page.locator("summary", has_text="Submit").click()
    page.get_by_label("Comment (optional)").fill("Two days were trips.")
    assert_accessible(page)
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.locator("#locked")).to_be_visible()
    send_back(sandbox)
    page.reload()
    expect(page.locator("[data-refreshed]")).to_have_count(1)
    page.goto(page.url.partition("/12")[0] + "/preferences/")
    banner = page.get_by_role("region", name="Week sent back")
    expect(banner).to_contain_text("was sent back")
    expect(page.get_by_role("link", name="My hours 1 week was sent back")).to_be_visible()
    assert_accessible(page)
    with mail.mail_sender() as send_message:
        sent_back.send_due(timezone.now, send_message=send_message)
    assert "sent back" in mailoutbox[0].subject
    banner.get_by_role("link").press("Enter")
    expect(page.locator('.lock[data-status="rejected"]')).to_be_visible()
    expect(banner).to_have_count(0)


def send_back(sandbox: Sandbox) -> None:
    """Sends Ada's last week back in Asana itself, as Mia."""
    monday = Week.of(timezone.localdate()).previous.start.isoformat()
    dates = {"from_date": monday, "to_date": monday}
    path = "/timesheet_approval_statuses"
    [record] = sandbox.get(path, workspace=WORKSPACE, user="me", **dates)
    sandbox.put(f"{path}/{record['gid']}", "sandbox-mia", approval_status="rejected")
