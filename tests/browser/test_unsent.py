"""Nothing typed is lost in the browser, whatever happens to our own server or to the session."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import BrowserContext, Dialog, Page, Route, expect

from accounts.models import Connection
from tests.browser.signing_in import sign_in_there
from tests.browser.unsent_changes import away, back, find_opening_hours, lose_answers
from tests.browser.waiting import until_on
from tests.browser.week import Week
from tests.support.people import STAND_UP
from tests.support.waiting import until
from timesheet.domain.journal import State
from timesheet.models import Edit

SATURDAY, SUNDAY = 5, 6
CELLS = "**/cells/"


def leave(page: Page, how: str = "reload") -> None:
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload() if how == "reload" else page.goto(how)


def remove_a_row_with_an_unsent_value(week: Week) -> str:
    """The gid of its task."""
    find_opening_hours(week.page).click()
    row = week.page.locator("#rows tr:has([title^=Remove])")
    task = row.get_attribute("data-row") or ""
    away(week.page, CELLS)
    week.type(SATURDAY, "1:30", task)
    expect(week.cell(SATURDAY, task)).to_have_attribute("data-state", "unsent")
    row.locator("[title^=Remove]").dispatch_event("click")
    expect(row).to_have_count(0)
    return task


def saved(week: Week, place: int = SATURDAY) -> None:
    expect(week.cell(place)).to_have_attribute("data-state", "value")


def unsent(week: Week, place: int = SATURDAY) -> None:
    expect(week.cell(place)).to_have_attribute("data-state", "unsent")


def test_what_the_server_did_not_take_is_sent_by_itself_once_it_is_back(week: Week):
    away(week.page, CELLS)
    week.type(SATURDAY, "1:30")
    week.type(SUNDAY, "2")
    unsent(week)
    unsent(week, SUNDAY)
    expect(week.page.locator("#failed")).to_contain_text("stored in this browser")
    week.page.unroute(CELLS)
    # Nobody touches anything: the page tries again on its own.
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    saved(week, SUNDAY)
    assert [week.minutes(place) for place in (SATURDAY, SUNDAY)] == [[90], [120]]


def test_what_waits_goes_out_as_soon_as_the_server_takes_something(week: Week):
    away(week.page, CELLS)
    week.type(SATURDAY, "1:30")
    unsent(week)
    for _ in range(4):
        # After these attempts the pause is half a minute.
        with week.page.expect_event("requestfailed", lambda request: "/cells/" in request.url):
            week.page.evaluate("dispatchEvent(new Event('focus'))")
        unsent(week)
    week.page.unroute(CELLS)
    week.type(SUNDAY, "2")
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "", timeout=20_000)


def test_a_page_that_was_left_with_unsent_values_goes_on_when_it_is_opened_again(week: Week):
    away(week.page, CELLS)
    week.type(SATURDAY, "1:30")
    unsent(week)
    leave(week.page)
    expect(week.row().nth(SATURDAY)).to_have_value("1:30")
    back(week.page)
    saved(week)
    assert week.minutes(SATURDAY) == [90]
    week.page.reload()
    saved(week)
    assert week.minutes(SATURDAY) == [90]


def test_a_value_whose_answer_was_lost_with_the_page_is_not_written_twice(week: Week):
    lose_answers(week.page, CELLS)
    week.type(SATURDAY, "1:30")
    unsent(week)
    week.page.unroute(CELLS)
    leave(week.page)
    saved(week)
    assert week.minutes(SATURDAY) == [90]


def test_leaving_with_unsent_values_warns(week: Week):
    warned: list[str] = []

    def accept(dialog: Dialog) -> None:
        warned.append(dialog.type)
        dialog.accept()

    away(week.page, CELLS)
    week.type(SATURDAY, "1:30")
    unsent(week)
    week.page.once("dialog", accept)
    week.page.reload()
    assert warned == ["beforeunload"]


def test_after_signing_in_again_in_another_tab_everything_goes_out(
    week: Week, context: BrowserContext
):
    context.clear_cookies(name="sessionid")
    week.type(SATURDAY, "1:30")
    problem = week.page.locator("#problems")
    expect(problem).to_contain_text("You’re signed out")
    with context.expect_page() as opened:
        problem.get_by_role("link", name="Sign in").click()
    tab = opened.value
    sign_in_there(tab, "Ada")
    # What was kept has its cell in the new tab as well; the edit is one.
    back(week.page)
    saved(week)
    expect(problem).to_be_empty()
    assert week.minutes(SATURDAY) == [90]


def test_a_page_never_writes_as_somebody_else(week: Week, context: BrowserContext, app: str):
    context.clear_cookies(name="sessionid")
    tab = context.new_page()
    tab.goto(app)
    sign_in_there(tab, "Ben")
    week.type(SATURDAY, "1:30")
    expect(week.page.locator("#problems")).to_contain_text("signed in as Ben")
    unsent(week)
    tab.reload()
    expect(tab.locator('.cell[data-state="unsent"], .cell[data-state="saving"]')).to_have_count(0)
    expect(tab.locator("#unsent")).to_be_hidden()
    writes = [
        one
        for one in week.sandbox.requests()
        if one["method"] != "GET" and "/api/" in one["path"] and "entries" in one["path"]
    ]
    assert writes == []


def test_it_goes_on_when_the_person_of_the_page_is_back(week: Week, context: BrowserContext):
    mine: list[Any] = context.cookies()
    context.clear_cookies(name="sessionid")
    tab = context.new_page()
    tab.goto(re.sub(r"/\d+/week/.*", "/", week.page.url))
    sign_in_there(tab, "Ben")
    week.type(SATURDAY, "1:30")
    problem = week.page.locator("#problems")
    expect(problem).to_contain_text("What you typed is still on this page")
    context.add_cookies(mine)
    back(week.page)
    saved(week)
    expect(problem).to_be_empty()
    assert week.minutes(SATURDAY) == [90]


def test_after_connecting_again_everything_goes_out(week: Week):
    Connection.objects.update(state=Connection.TokenState.NEEDS_RECONNECTING)
    week.type(SATURDAY, "1:30")
    problem = week.page.locator("#problems")
    expect(problem).to_contain_text("Reconnect")
    unsent(week)
    Connection.objects.update(state=Connection.TokenState.HEALTHY)
    back(week.page)
    saved(week)
    expect(problem).to_be_empty()
    assert week.minutes(SATURDAY) == [90]


def test_a_signed_out_page_tries_again_without_being_touched(week: Week, context: BrowserContext):
    mine: list[Any] = context.cookies()
    context.clear_cookies(name="sessionid")
    week.type(SATURDAY, "1:30")
    unsent(week)
    context.add_cookies(mine)
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    assert week.minutes(SATURDAY) == [90]


def test_a_problem_that_stays_is_said_once(week: Week, context: BrowserContext):
    context.clear_cookies(name="sessionid")
    week.type(SATURDAY, "1:30")
    unsent(week)
    link = week.page.locator("#problems").get_by_role("link", name="Sign in")
    link.focus()
    with week.page.expect_response(CELLS):
        week.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(week.page.locator("#rows.htmx-request")).to_have_count(0)
    unsent(week)
    expect(link).to_be_focused()


def test_a_value_whose_row_is_gone_can_be_copied_and_forgotten(week: Week):
    week.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    away(week.page, CELLS)
    week.type(SATURDAY, "1:30")
    unsent(week)
    week.page.evaluate(
        """() => {
            const [key] = Object.keys(localStorage);
            const kept = JSON.parse(localStorage.getItem(key));
            for (const value of Object.values(kept)) value.task = "9";
            localStorage.setItem(key, JSON.stringify(kept));
        }"""
    )
    leave(week.page)
    notice = week.page.locator("#unsent")
    expect(notice).to_contain_text("Studio stand-up")
    expect(notice.get_by_role("link")).to_have_count(0)
    notice.get_by_role("button", name="Copy").click()
    assert week.page.evaluate("navigator.clipboard.readText()") == "1:30"
    notice.get_by_role("button", name="Discard").click()
    expect(notice).to_be_hidden()


def test_values_of_another_week_are_told_with_the_way_there(week: Week):
    away(week.page, CELLS)
    week.type(SATURDAY, "1:30")
    unsent(week)
    link = week.page.get_by_role("link", name="Next week").get_attribute("href") or ""
    address = re.sub(r"/\d+/week/.*", link, week.page.url)
    leave(week.page, address)
    notice = week.page.locator("#unsent")
    expect(notice).to_contain_text("Studio stand-up")
    expect(notice).to_contain_text("“1:30”")
    week.page.unroute(CELLS)
    notice.get_by_role("link").click()
    saved(week)
    expect(notice).to_be_hidden()


def test_what_is_not_wanted_any_more_can_be_forgotten(week: Week):
    kept = week.page.locator("#unsent li")
    away(week.page, CELLS)
    week.type(SATURDAY, "1:30")
    unsent(week)
    link = week.page.get_by_role("link", name="Next week").get_attribute("href") or ""
    leave(week.page, re.sub(r"/\d+/week/.*", link, week.page.url))
    week.page.get_by_role("button", name="Discard").click()
    expect(kept).to_have_count(0)
    assert week.page.evaluate("localStorage.length") == 0


def test_storage_that_is_full_does_not_keep_anybody_from_saving(full_storage, week: Week):
    week.type(SATURDAY, "1:30")
    saved(week)
    assert week.minutes(SATURDAY) == [90]


def test_an_answer_of_something_else_on_the_way_is_no_answer(week: Week):
    week.page.route(CELLS, lambda route: route.fulfill(body="<p>Welcome to our hotel</p>"))
    week.type(SATURDAY, "1:30")
    unsent(week)
    back(week.page)
    saved(week)
    assert week.minutes(SATURDAY) == [90]


def test_a_value_outlives_its_row_being_drawn_anew(week: Week):
    away(week.page, CELLS)
    week.type(SATURDAY, "1:30")
    unsent(week)
    week.page.locator(f"#menu-{STAND_UP} [title^=Pin]").dispatch_event("click")
    expect(week.page.locator(f"#menu-{STAND_UP} [data-pinned]")).to_be_attached()
    expect(week.row().nth(SATURDAY)).to_have_value("1:30")
    unsent(week)
    back(week.page)
    saved(week)
    assert week.minutes(SATURDAY) == [90]


def test_a_value_outlives_the_answer_to_something_else_in_its_cell(week: Week):
    week.type(SATURDAY, "1")
    saved(week)
    away(week.page, CELLS)
    week.type(SATURDAY, "2")
    unsent(week)
    week.row().nth(SUNDAY).focus()
    week.page.keyboard.press("Control+z")
    expect(week.page.locator('[data-turn="redo"] [name=step]')).to_be_attached()
    expect(week.row().nth(SATURDAY)).to_have_value("2")
    unsent(week)


def test_a_row_that_is_gone_keeps_nothing_else_from_being_saved(week: Week):
    remove_a_row_with_an_unsent_value(week)
    with week.page.expect_event("requestfailed"):
        week.page.evaluate("dispatchEvent(new Event('focus'))")
    back(week.page)
    week.type(SUNDAY, "2")
    saved(week, SUNDAY)
    assert week.minutes(SUNDAY) == [120]


def test_a_value_is_in_its_row_again_when_that_comes_back(week: Week):
    task = remove_a_row_with_an_unsent_value(week)
    find_opening_hours(week.page).click()
    expect(week.row(task).nth(SATURDAY)).to_have_value("1:30")
    back(week.page)
    expect(week.cell(SATURDAY, task)).to_have_attribute("data-state", "value")
    assert week.minutes(SATURDAY, task) == [90]


def test_what_was_changed_while_it_was_on_its_way_is_kept_too(week: Week):
    week.page.route(CELLS, lambda _route: None)
    week.type(SATURDAY, "1")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "saving")
    week.type(SATURDAY, "2")
    leave(week.page)
    week.page.unroute(CELLS)
    week.page.reload()
    expect(week.total()).to_have_text("3:45")
    assert week.minutes(SATURDAY) == [120]


def test_what_is_being_saved_when_the_page_is_left_is_shown_as_saved_on_the_next(week: Week):
    path = "/time_tracking_entries$"
    week.sandbox.faults({"method": "POST", "path": path, "kind": "latency", "ms": 1500})
    week.type(SATURDAY, "1:30")
    until(lambda: Edit.objects.filter(state=State.IN_DOUBT).exists())
    with week.page.expect_response(CELLS) as answer:
        leave(week.page)
    assert 'data-state="value"' in answer.value.text()
    saved(week)
    expect(week.total()).to_have_text("3:15")
    assert week.minutes(SATURDAY) == [90]


def test_what_was_changed_here_is_kept_when_another_tab_sends_what_was_before(
    week: Week, context: BrowserContext
):
    held: list[Route] = []
    context.route(CELLS, lambda route: held.append(route))
    week.type(SATURDAY, "1")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "saving")
    tab = context.new_page()
    tab.goto(week.page.url)
    until_on(tab, lambda: len(held) == 2)
    there = Week(tab, week.sandbox)
    week.type(SATURDAY, "2")
    held[-1].continue_()
    saved(there)
    week.page.close(run_before_unload=False)
    context.unroute(CELLS)
    tab.reload()
    expect(there.total()).to_have_text("3:45")
    assert there.minutes(SATURDAY) == [120]
