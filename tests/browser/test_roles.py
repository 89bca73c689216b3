"""Roles by keyboard, and what somebody sees who is switched off in the middle of their week."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import Admin, Manager, User
from tests.browser.signing_in import allow, sign_in_by_cookie, sign_in_there
from tests.browser.week import Week
from tests.support.people import WORKSPACE

ADA = "1201000000000001"
SATURDAY = 5


@pytest.fixture
def omar(
    app: str, sandbox, browser: Browser, browser_context_args
) -> Iterator[Callable[[str], Page]]:
    """A page of Omar's, in a browser of his own."""
    context = browser.new_context(**browser_context_args)
    sign_in_by_cookie(context, app, sandbox, "Omar")

    def opened(path: str) -> Page:
        page = context.new_page()
        page.goto(f"{app}/{WORKSPACE}/{path}")
        return page

    yield opened
    context.close()


def press_until(page: Page, key: str, name: str) -> None:
    """Goes on with the key until what has the focus is called so."""
    for _ in range(40):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement.innerText?.trim()") == name:
            return
    raise AssertionError(f"{name} is not reached")


def test_who_is_switched_off_is_told_and_keeps_what_they_typed(week: Week, omar):
    field = week.row().nth(SATURDAY)
    field.fill("1:30")
    admin = omar(f"roles/{ADA}/")
    admin.get_by_text("Deactivate…").click()
    admin.get_by_role("button", name="Deactivate").click()
    expect(admin.get_by_text("is deactivated and signed out everywhere")).to_be_visible()
    field.press("Enter")
    expect(week.page.locator("#problems")).to_contain_text("You’re signed out")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "unsent")
    expect(field).to_have_value("1:30")
    with week.page.context.expect_page() as opened:
        week.page.locator("#problems").get_by_role("link", name="Sign in").click()
    tab = opened.value
    allow(tab, "Ada")
    expect(tab.get_by_role("heading", name="Your account is deactivated")).to_be_visible()
    admin.get_by_text("Reactivate…").click()
    admin.get_by_role("button", name="Reactivate").click()
    expect(admin.get_by_text("is reactivated and can sign in again")).to_be_visible()
    tab.get_by_role("link", name="Sign in").click()
    sign_in_there(tab, "Ada")
    week.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "value")
    assert week.minutes(SATURDAY) == [90]


@pytest.mark.usefixtures("week")
def test_somebody_is_made_an_admin_and_switched_off_by_keyboard(omar):
    page = omar("roles/")
    page.get_by_role("searchbox", name="Name or email").focus()
    page.keyboard.type("lindq")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 of 10 people")).to_be_visible()
    press_until(page, "Tab", "Ada Lindqvist")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ada Lindqvist")).to_be_visible()
    press_until(page, "Tab", "Make admin…")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is now an admin of this workspace")).to_be_visible()
    assert Admin.objects.get(gid=ADA).granted
    press_until(page, "Tab", "Deactivate…")
    page.keyboard.press("Space")
    press_until(page, "Tab", "Deactivate")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is deactivated and signed out everywhere")).to_be_visible()
    assert not User.objects.get(gid=ADA).is_active


@pytest.mark.usefixtures("week")
def test_what_a_button_does_is_said_before_it_is_there(omar):
    page = omar(f"roles/{ADA}/")
    expect(page.get_by_role("button", name="Deactivate")).to_be_hidden()
    page.get_by_text("Deactivate…").click()
    expect(page.get_by_text("all workspaces here")).to_be_visible()
    expect(page.get_by_role("button", name="Deactivate")).to_be_visible()


@pytest.mark.usefixtures("week")
def test_somebody_is_made_a_manager_from_their_page(omar):
    page = omar(f"roles/{ADA}/")
    page.get_by_role("button", name="Make manager").click()
    expect(page.get_by_role("heading", name="Ada Lindqvist’s people")).to_be_visible()
    assert Manager.objects.get().gid == ADA
