"""The first run, by keyboard alone: from the code to the first week."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import AllowedWorkspace, AsanaApp
from accounts.setup import service
from tests.support.people import WORKSPACE


@pytest.fixture
def bare(app: str, settings) -> str:
    """An installation without an Asana app."""
    settings.ASANA_CLIENT_ID = settings.ASANA_CLIENT_SECRET = ""
    return app


def tab_to(wanted: Locator) -> Locator:
    """Goes on by Tab until it has the focus."""
    for _ in range(40):
        if wanted.evaluate("element => element === document.activeElement"):
            return wanted
        wanted.page.keyboard.press("Tab")
    raise AssertionError(f"no way to {wanted} by Tab")


def type_into(field: Locator, text: str) -> None:
    tab_to(field)
    field.page.keyboard.press("Control+A")
    field.page.keyboard.type(text)


def press(control: Locator, key: str = "Enter") -> None:
    tab_to(control)
    control.page.keyboard.press(key)


def step(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name))


def test_the_first_run_by_keyboard(bare: str, page: Page):
    page.goto(bare)
    press(page.get_by_role("link", name="Set it up"))
    type_into(page.get_by_label("Setup code"), "wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Wrong code.")).to_be_visible()
    type_into(page.get_by_label("Setup code"), service.code().lower())
    page.keyboard.press("Enter")
    expect(step(page, "Encryption key")).to_contain_text("Done")

    type_into(page.get_by_label("Client ID"), "sandbox-client")
    type_into(page.get_by_label("Client secret"), "wrong")
    page.keyboard.press("Enter")
    expect(step(page, "Check with Asana")).to_contain_text("Wrong client secret.")
    expect(step(page, "Client ID and secret")).to_contain_text("Failed")
    expect(page.get_by_label("Client secret")).to_have_value("")
    type_into(page.get_by_label("Client secret"), "sandbox-secret")
    page.keyboard.press("Enter")
    expect(step(page, "Check with Asana")).to_contain_text("Connected to your Asana app.")
    assert AsanaApp.objects.get().client_secret == "sandbox-secret"

    press(page.get_by_role("link", name="Sign in with Asana"))
    press(page.get_by_role("link", name="Continue as Omar"))
    press(page.get_by_role("button", name="Allow"))
    expect(step(page, "Workspaces")).to_contain_text("You’re signed in as Omar Haddad.")
    press(page.get_by_role("checkbox", name="Nordlicht Studio"), "Space")
    press(page.get_by_role("button", name="Save workspaces"))
    expect(page.get_by_role("heading", name="Finished")).to_be_visible()
    expect(page.locator('.step[data-state="done"]')).to_have_count(6)
    assert AllowedWorkspace.objects.get().workspace_gid == WORKSPACE

    press(page.get_by_role("link", name="Go to this week"))
    expect(page.get_by_role("heading", name=re.compile("Week"))).to_be_visible()


def test_the_redirect_address_is_copied(bare: str, page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_set_up(bare, page)
    press(page.get_by_role("button", name="Copy"))
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{bare}/sign-in/callback/"


def test_without_a_clipboard_it_is_copied_all_the_same(bare: str, page: Page):
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    open_set_up(bare, page)
    press(page.get_by_role("button", name="Copy"))
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()


def test_without_script_there_is_no_button_that_does_nothing(bare: str, browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    open_set_up(bare, page)
    expect(page.get_by_label("Redirect URL")).to_have_value(f"{bare}/sign-in/callback/")
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    page.context.close()


def open_set_up(app: str, page: Page) -> None:
    page.goto(f"{app}/set-up/")
    page.get_by_label("Setup code").fill(service.code())
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Check with Asana")).to_be_visible()
