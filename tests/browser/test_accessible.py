"""axe finds nothing to complain about, in light and dark, wide and narrow."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

LOOKS = [
    pytest.param({"color_scheme": scheme, "viewport": {"width": width, "height": 900}}, id=name)
    for name, scheme, width in (
        ("light", "light", 1280),
        ("dark", "dark", 1280),
        ("narrow-light", "light", 390),
        ("narrow-dark", "dark", 390),
    )
]


@pytest.fixture(params=LOOKS)
def browser_context_args(browser_context_args, request):
    return {**browser_context_args, **request.param}


def test_the_sign_in_page_has_no_violation(app: str, page: Page):
    page.goto(app)
    page.get_by_text("Use a personal access token").click()
    assert_accessible(page)


def test_the_week_page_has_no_violation(week):
    week.page.get_by_role("searchbox", name="Add a task").fill("bank")
    week.page.get_by_role("button", name="Weekly call").wait_for()
    week.page.locator("#keys summary").click()
    assert_accessible(week.page)


def test_a_refused_cell_has_no_violation(week):
    field = week.page.locator(".hours:visible").first
    field.fill("25:99")
    field.press("Enter")
    expect(week.page.locator('.cell[data-state="refused"]')).to_have_count(1)
    field.focus()
    assert_accessible(week.page)


def test_the_list_of_entries_has_no_violation(week):
    week.page.locator(".hours:visible").first.press("Alt+Enter")
    week.page.get_by_role("dialog").wait_for()
    assert_accessible(week.page)


def test_the_connection_page_has_no_violation(week):
    week.page.get_by_role("link", name="Ada Lindqvist").click()
    week.page.get_by_text("Disconnect").first.click()
    assert_accessible(week.page)


def test_the_page_of_a_problem_has_no_violation(week):
    week.page.goto(f"{week.page.url}nothing/")
    assert_accessible(week.page)


def assert_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
