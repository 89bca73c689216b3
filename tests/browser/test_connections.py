"""Revoked at Asana: the admin sees it, its person connects again, and the worker delivers."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.signing_in import sign_in_by_cookie, sign_in_there
from tests.browser.week import Week
from tests.support.people import WORKSPACE

ADA = "1201000000000001"
SATURDAY = 5
AWAY = {"kind": "drop_before", "path": "/api/"}


def test_what_waits_while_a_connection_is_revoked_gets_there_once_it_is_made_again(
    week: Week, worker, signed_in
):
    page = week.page
    here = page.url
    week.sandbox.faults(AWAY)
    field = week.row().nth(SATURDAY)
    field.fill("1:30")
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "queued")
    week.sandbox.revoke_tokens(ADA)
    week.sandbox.faults()
    # The worker's is the next call.
    expect(page.locator("#status")).to_contain_text("connect to Asana again")

    signed_in("Omar", f"/{WORKSPACE}/connections/")
    row = page.get_by_role("row", name="Ada Lindqvist")
    expect(row).to_contain_text("Reconnect needed")
    expect(row.get_by_role("cell").last).to_have_text("1")
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Sign out").click()

    sign_in_there(page, "Ada")
    page.goto(here)
    expect(page.locator("#status")).to_contain_text("All saved in Asana")
    assert week.minutes(SATURDAY) == [90]


def test_an_admin_ends_a_connection_by_keyboard(app, sandbox, signed_in, page):
    sign_in_by_cookie(page.context, app, sandbox, "Ada")
    signed_in("Omar", f"/{WORKSPACE}/connections/{ADA}/")
    page.get_by_text("Revoke…").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Revoke connection")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Asana has revoked access")).to_be_visible()
    expect(page.locator(".condition")).to_have_text("Revoked")
