"""The main job: a person signs in and fills a week, and the hours are in Asana."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.signing_in import sign_in_there
from tests.browser.week import Week
from tests.sandbox_process import Sandbox

SATURDAY = 5
OPENING_HOURS = "Opening hours"
HTMX = "django_htmx/htmx-2.min.js"
UNBUNDLED = "django.contrib.staticfiles.storage.StaticFilesStorage"


@pytest.fixture
def developers_app(app: str, settings, sandbox: Sandbox) -> Iterator[str]:
    """The address of the app as it runs with DEBUG, where nothing is bundled."""
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": UNBUNDLED}}
    server = LiveServer("localhost")
    settings.PUBLIC_URL = server.url
    sandbox.settings(redirect_uris=[f"{server.url}/sign-in/callback/"])
    yield server.url
    server.stop()


def files_of(loaded: list[str], app: str) -> set[str]:
    """The names of the sheets and scripts among these addresses, without the hash."""
    files = {url.partition("/static/")[2] for url in loaded if url.startswith(app)}
    return {
        re.sub(r"\.[0-9a-f]{12}\.", ".", file) for file in files if re.search(r"(css|js)$", file)
    }


def assert_hours_are_saved(app: str, page: Page, sandbox: Sandbox) -> set[str]:
    """Types hours into an empty cell; returns the names of the files that the browser loaded."""
    loaded, wrong = [], []
    page.on("request", lambda request: loaded.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(app)
    sign_in_there(page, "Ada")
    week = Week(page, sandbox)
    week.row().nth(SATURDAY).fill("1:30")
    week.row().nth(SATURDAY).press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    week.page.reload()
    expect(week.row().nth(SATURDAY)).to_have_value("1:30")
    assert week.minutes(SATURDAY) == [90]
    assert wrong == []
    return files_of(loaded, app)


def test_hours_typed_into_an_empty_cell_are_in_asana_and_there_after_a_reload(
    app: str, page: Page, sandbox: Sandbox
):
    files = assert_hours_are_saved(app, page, sandbox)
    assert {file for file in files if not file.startswith("pages/")} == {HTMX}


def test_for_a_developer_each_module_is_a_file(developers_app: str, page: Page, sandbox: Sandbox):
    files = assert_hours_are_saved(developers_app, page, sandbox)
    assert files >= {HTMX, "pages/week.js", "week/save-queue.js", "week/grid.css"}


def test_an_entry_is_changed_and_then_cleared_in_its_cell(week: Week):
    field = week.row().nth(SATURDAY)
    for text, there in (("1:30", [90]), ("2h", [120]), ("", [])):
        field.fill(text)
        field.press("Enter")
        expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
        week.page.reload()
        assert week.minutes(SATURDAY) == there
        expect(field).to_have_value({90: "1:30", 120: "2:00"}.get(sum(there), ""))


def test_totals_follow_what_is_typed(week: Week):
    expect(week.total()).to_have_text("1:45")
    week.row().nth(SATURDAY).fill("45m")
    week.row().nth(SATURDAY).press("Tab")
    expect(week.total()).to_have_text("2:30")
    expect(week.page.locator("tfoot td").nth(SATURDAY).locator("b")).to_have_text("0:45")


def test_a_task_is_found_as_one_types_and_gets_a_row(week: Week):
    week.page.get_by_role("combobox", name="Add a task").press_sequentially("opening ho")
    week.page.locator("#found").get_by_role("option", name=OPENING_HOURS).click()
    row = week.page.locator("#rows tr", has_text=OPENING_HOURS)
    expect(row.locator(".hours:focus")).to_have_count(1)
    row.hover()
    row.get_by_role("button", name=f"Start a timer on {OPENING_HOURS}").click()
    expect(week.page.get_by_role("link", name=f"Timer: {OPENING_HOURS}")).to_be_visible()
    week.page.reload()
    row.hover()
    row.get_by_role("button", name=re.compile(f"^Remove {OPENING_HOURS}")).click()
    expect(row).to_have_count(0)
    expect(week.page.locator("#rows tr")).to_have_count(2)


def test_a_task_that_is_there_already_gets_no_second_row(week: Week):
    week.page.get_by_role("combobox", name="Add a task").press_sequentially("stand-up")
    week.page.locator("#found").get_by_role("option", name="Studio stand-up").click()
    expect(week.page.locator("#row-1205000000000059 .hours:focus")).to_have_count(1)
    expect(week.page.locator("#rows tr")).to_have_count(2)


def test_several_entries_ask_which_one_is_meant(week: Week):
    week.page.get_by_role("link", name="Previous week").click()
    week.page.wait_for_load_state()
    cell = week.page.locator('.cell[data-state="several"]')
    cell.locator(".hours").fill("3")
    cell.locator(".hours").press("Enter")
    panel = week.page.get_by_role("dialog")
    expect(panel).to_contain_text("You typed “3”")
    expect(panel.locator("[data-choice]")).to_have_text(
        [re.compile("→ 1:00"), re.compile("→ 1:30")]
    )
    week.page.keyboard.press("1")
    expect(panel).to_have_count(0)
    expect(week.page.locator(":focus")).to_have_value("3:00")
