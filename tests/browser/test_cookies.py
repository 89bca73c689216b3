"""The cookies as HTTPS has them: Chromium takes this machine's own address for as safe as that."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Week

SATURDAY = 5


@pytest.fixture(autouse=True)
def as_with_https(settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME = "__Host-sessionid"
    settings.CSRF_COOKIE_NAME = "__Host-csrftoken"


def test_what_is_typed_after_the_token_changed_is_saved_all_the_same(week: Week, app: str):
    tab = week.page.context.new_page()
    tab.goto(f"{app}/sign-in/")
    tab.get_by_role("link", name="Sign in with Asana").click()
    tab.get_by_role("link", name="Continue as Ada").click()
    tab.get_by_role("button", name="Allow").click()
    tab.get_by_role("heading", name="Week").wait_for()
    # A neighbour may set the name without the prefix.
    tab.evaluate("document.cookie = 'csrftoken=planted; path=/'")
    names = {cookie["name"] for cookie in tab.context.cookies(app)}
    assert names == {"__Host-sessionid", "__Host-csrftoken", "csrftoken", "zone"}
    week.row().nth(SATURDAY).fill("1:07")
    week.row().nth(SATURDAY).press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    assert week.minutes(SATURDAY) == [67]
