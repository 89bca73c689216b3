"""The main job: a person signs in and fills a week, and the hours are in Asana."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.signing_in import sign_in_there
from tests.browser.week import Week
from tests.sandbox_process import ROOT, Sandbox
from timesheet.core.static_storage import BUNDLED

SATURDAY = 5
OPENING_HOURS = "Opening hours"


@pytest.fixture
def as_in_production(page: Page) -> Page:
    """A browser that gets one sheet and one script for each page, as production has them."""

    def bundle(route: Route) -> None:
        file = ROOT / "static" / "pages" / route.request.url.rpartition("/")[2]
        kind = {".css": "text/css", ".js": "text/javascript"}[file.suffix]
        route.fulfill(body=BUNDLED[file.suffix](file), content_type=kind)

    page.route("**/static/pages/*", bundle)
    return page


def test_hours_typed_into_an_empty_cell_are_in_asana_and_there_after_a_reload(
    app: str, as_in_production: Page, sandbox: Sandbox
):
    page, loaded, wrong = as_in_production, [], []
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
    files = {url for url in loaded if url.endswith((".css", ".js")) and app in url}
    assert {url.rpartition("/static/")[2] for url in files if "/pages/" not in url} == {
        "django_htmx/htmx-2.min.js"
    }
    assert wrong == []


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
