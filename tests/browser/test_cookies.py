"""The cookies as HTTPS has them: Chromium takes this machine's own address for as safe as that."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.signing_in import sign_in_there
from tests.browser.week import Week
from tests.sandbox_process import Sandbox

SATURDAY = 5


@pytest.fixture(autouse=True)
def as_with_https(settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME = "__Host-sessionid"
    settings.CSRF_COOKIE_NAME = "__Host-csrftoken"


def test_what_is_typed_after_the_token_changed_is_saved_all_the_same(
    app: str, page: Page, sandbox: Sandbox
):
    page.goto(app)
    sign_in_there(page, "Ada")
    week = Week(page, sandbox)
    tab = week.page.context.new_page()
    tab.goto(f"{app}/sign-in/")
    sign_in_there(tab, "Ada")
    # A neighbour may set the name without the prefix.
    tab.evaluate("document.cookie = 'csrftoken=planted; path=/'")
    names = {cookie["name"] for cookie in tab.context.cookies(app)}
    assert names == {"__Host-sessionid", "__Host-csrftoken", "csrftoken", "zone"}
    week.row().nth(SATURDAY).fill("1:07")
    week.row().nth(SATURDAY).press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    assert week.minutes(SATURDAY) == [67]
