"""Broken proxies and a broken storage of the browser: nothing typed is lost, and the page says what
is true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect

from accounts.models import Connection
from tests.browser.test_stored_values import close, made_older, stay_unsent, type_unsent
from tests.browser.test_stored_values import open_week as open_again
from tests.browser.unsent_changes import (
    UNREACHABLE,
    add_in_panel,
    away,
    back,
    kill,
    lose_answers,
    notes,
    open_entries,
    preview_paste,
)
from tests.browser.week import Week
from tests.support.waiting import until
from timesheet.models import Timer

SATURDAY, SUNDAY = 5, 6
TOO_MUCH = "doesn’t accept this much at once, so it isn’t saved"
STORES = ["unsent", "writes", "cell-drafts", "entry-drafts", "form-drafts"]
# Bytes of an address that every proxy and server takes.
SHORT = 4000


def store(page: Page, name: str, value: str) -> None:
    page.evaluate(
        "([name, value]) => localStorage.setItem(`${name}:${document.body.dataset.person}`, value)",
        [name, value],
    )


def too_large(route: Route) -> None:
    route.fulfill(status=413, body="<h1>Request Entity Too Large</h1>")


@pytest.mark.parametrize("damaged", ["7", '{"a": null}', '{"a": {}}'])
def test_what_is_damaged_in_the_storage_keeps_nobody_from_typing(week: Week, damaged: str):
    for name in STORES:
        store(week.page, name, damaged)
    week.page.reload()
    field = week.row().nth(SATURDAY)
    field.fill("1:12")
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    assert week.minutes(SATURDAY) == [72]


def test_a_note_that_is_too_large_for_a_proxy_can_be_shortened(week: Week):
    dialog = open_entries(week)
    week.page.route("**/entry/", too_large)
    add_in_panel(dialog, "0:35", "Long " * 50)
    expect(dialog).to_contain_text(TOO_MUCH)
    expect(week.page.locator("#unsent-count")).to_be_hidden()
    week.page.unroute_all()
    dialog.locator("#note-new").fill("Short")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(week.row().nth(SATURDAY)).to_have_value("0:35")
    assert notes(week) == ["Short"]


def test_cells_that_are_too_many_for_a_proxy_go_in_parts(week: Week):
    def refuse_many(route: Route) -> None:
        if (route.request.post_data or "").count("edit=") > 1:
            too_large(route)
        else:
            route.continue_()

    away(week.page, "**/cells/")
    for place in (SATURDAY, SUNDAY):
        week.row().nth(place).fill("1:12")
        week.row().nth(place).press("Enter")
        expect(week.cell(place)).to_have_attribute("data-state", "unsent")
    week.page.unroute_all()
    week.page.route("**/cells/", refuse_many)
    for place in (SATURDAY, SUNDAY):
        expect(week.cell(place)).to_have_attribute("data-saved", "")
    assert [week.minutes(place) for place in (SATURDAY, SUNDAY)] == [[72], [72]]


def test_an_answer_that_is_cut_off_is_asked_for_again(week: Week):
    def cut(route: Route) -> None:
        answer = route.fetch()
        text = answer.text()
        # In the first tag of the cell.
        length = text.index('id="cell-') + 60
        headers = {
            name: value
            for name, value in answer.headers.items()
            if name not in ("content-length", "content-encoding")
        }
        route.fulfill(status=answer.status, headers=headers, body=text[:length])

    week.page.route("**/cells/", cut, times=1)
    field = week.row().nth(SATURDAY)
    field.fill("1:12")
    field.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    expect(week.row().nth(SATURDAY)).to_have_value("1:12")
    assert week.minutes(SATURDAY) == [72]


def test_what_may_have_arrived_is_not_called_unsaved(week: Week):
    lose_answers(week.page, "**/rows/pin/")
    row = week.page.locator("#rows tr").first
    row.hover()
    row.locator("[aria-label^='Pin ']").click()
    expect(week.page.locator("#problems")).to_contain_text(UNREACHABLE)
    there = kill(week)
    kept = there.page.locator("#unsent")
    expect(kept).to_contain_text("You did this today at")
    expect(kept).to_contain_text("may not have been saved")
    expect(kept).not_to_contain_text("never saved")


def test_a_value_of_which_the_server_was_not_asked_may_have_been_saved(
    week: Week, context: BrowserContext
):
    stay_unsent(context)
    type_unsent(week, "1:12")
    made_older(week.page, datetime.now(UTC) - timedelta(hours=1))
    close(week)
    context.route("**/taken/*", lambda route: route.abort())
    again = open_again(context, week)
    kept = again.page.locator("#unsent")
    expect(kept).to_contain_text("You typed “1:12”")
    expect(kept).to_contain_text("it may not have been saved")


def test_a_write_that_waits_while_the_clock_is_set_back_is_asked_about(week: Week):
    week.page.clock.install()
    dialog = open_entries(week)
    away(week.page, "**/entry/")
    add_in_panel(dialog, "0:35", "Before the clock was set back")
    expect(dialog).to_contain_text(UNREACHABLE)
    week.page.keyboard.press("Escape")
    kept = week.page.locator("#unsent")
    expect(kept).to_contain_text("Not sent yet")
    week.page.clock.set_system_time(datetime.now(UTC) - timedelta(hours=1))
    back(week.page)
    expect(kept).to_contain_text("it may not have been saved")
    assert week.minutes(SATURDAY) == []


def test_the_addresses_of_many_stored_and_queued_changes_are_short(week: Week):
    page = week.page
    page.evaluate(
        """() => {
            const changes = {};
            for (let number = 0; number < 120; number += 1) {
                const edit = crypto.randomUUID();
                changes[edit] = { edit, path: "/another/week/", task: "1", day: "2026-01-05",
                    text: "1", name: "A task", when: 0 };
            }
            const key = `unsent:${document.body.dataset.person}`;
            localStorage.setItem(key, JSON.stringify(changes));
        }"""
    )
    asked: dict[str, set[str]] = {"/taken/": set(), "/status/": set()}
    lengths: list[int] = []

    def note(url: str) -> None:
        parts = urlsplit(url)
        for path, ids in asked.items():
            if parts.path == path:
                lengths.append(len(url))
                ids.update(*parse_qs(parts.query).values())

    page.on("request", lambda request: note(request.url))
    page.reload()
    expect(page.locator("[data-checked]")).to_have_count(1)
    assert len(asked["/taken/"]) == 120
    page.evaluate(
        """() => {
            for (let number = 0; number < 120; number += 1) {
                const field = document.createElement("input");
                Object.assign(field, { type: "hidden", name: "waiting" });
                field.value = `${crypto.randomUUID()}:queued`;
                document.querySelector("#rows td").append(field);
            }
        }"""
    )
    for _ in range(3):
        page.evaluate("htmx.trigger('#status', 'look')")
        expect(page.locator("#status.htmx-request")).to_have_count(0)
    assert len(asked["/status/"]) >= 120
    assert max(lengths) < SHORT


def led_away(page: Page, addresses: str) -> None:
    """Answers with a redirect to a page of ours, as after signing in to a network."""
    page.route(addresses, lambda route: route.fulfill(status=302, headers={"Location": "/"}))


def test_a_write_that_is_led_to_another_page_of_ours_is_sent_again(week: Week):
    dialog = open_entries(week)
    led_away(week.page, "**/entry/")
    add_in_panel(dialog, "0:35", "Kept")
    expect(dialog).to_contain_text(UNREACHABLE)
    expect(dialog.locator("#note-new")).to_have_value("Kept")
    back(week.page)
    expect(week.row().nth(SATURDAY)).to_have_value("0:35")
    assert notes(week) == ["Kept"]


def test_a_form_that_is_led_to_another_page_of_ours_stays(week: Week):
    page = week.page
    page.locator(".submit summary").click()
    page.get_by_label("Comment (optional)").fill("Two days off")
    led_away(page, "**/submit/")
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.locator("#problems")).to_contain_text("this may not have been saved")
    expect(page.get_by_label("Comment (optional)")).to_have_value("Two days off")


def test_a_timer_that_is_led_to_another_page_of_ours_was_not_started(week: Week):
    page = week.page
    page.locator("body").press("t")
    panel = page.get_by_role("dialog", name="Timer")
    led_away(page, "**/timer/start/")
    panel.get_by_role("button", name="Start without a task").click()
    expect(panel).to_contain_text("this may not have been saved")
    page.unroute_all()
    panel.get_by_role("button", name="Start without a task").click()
    expect(page.locator("#timer .running")).to_be_visible()
    expect(panel).to_be_hidden()


def test_values_are_stored_again_after_somebody_has_cleared_the_storage(week: Week):
    dialog = open_entries(week)
    away(week.page)
    add_in_panel(dialog, "0:35", "Cleared")
    expect(dialog).to_contain_text("are stored in this browser")
    week.page.keyboard.press("Escape")
    expect(week.page.locator("#panel")).to_be_hidden()
    week.row().nth(SUNDAY).fill("2")
    week.row().nth(SUNDAY).press("Enter")
    expect(week.cell(SUNDAY)).to_have_attribute("data-state", "unsent")
    week.page.evaluate("localStorage.clear()")
    week.page.evaluate("dispatchEvent(new Event('focus'))")
    until(lambda: week.page.evaluate("Object.keys(localStorage).length") == 2)
    there = kill(week)
    expect(there.cell(SUNDAY)).to_have_attribute("data-saved", "")
    there.page.locator("#unsent").get_by_role("button", name="Save").click()
    expect(there.row().nth(SATURDAY)).to_have_value("0:35")
    assert [there.minutes(place) for place in (SATURDAY, SUNDAY)] == [[35], [120]]


def test_nothing_is_said_to_be_stored_that_can_not_be_stored_again(week: Week):
    away(week.page, "**/cells/")
    week.row().nth(SUNDAY).fill("2")
    week.row().nth(SUNDAY).press("Enter")
    said = week.page.locator("#failed")
    expect(said).to_contain_text("are stored in this browser")
    week.page.evaluate(
        """() => {
            localStorage.clear();
            Storage.prototype.setItem = () => { throw new Error("full") };
        }"""
    )
    week.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(said).to_contain_text("Keep this page open")
    back(week.page)
    expect(week.cell(SUNDAY)).to_have_attribute("data-saved", "")


def test_two_tabs_that_type_while_the_server_is_away_lose_nothing(
    week: Week, context: BrowserContext
):
    tab = open_again(context, week)
    stay_unsent(context)
    type_unsent(week, "1:12")
    tab.row().nth(SUNDAY).fill("2")
    tab.row().nth(SUNDAY).press("Enter")
    type_unsent(tab, "1:15")
    # One value is stored for a cell: the later one. The other page has to stay open.
    week.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(week.page.locator("#failed")).to_contain_text("Keep this page open")
    expect(tab.page.locator("#failed")).to_contain_text("are stored in this browser")
    away(tab.page, "**/cells/")
    context.unroute_all()
    week.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    back(tab.page)
    expect(tab.cell(SUNDAY)).to_have_attribute("data-saved", "")
    assert week.minutes(SUNDAY) == [120]
    assert week.minutes(SATURDAY) == [72]
    expect(tab.page.locator("#unsent")).to_contain_text("You typed “1:15”")


def leave_without(week: Week, lost: str) -> Callable[[], object]:
    """Ends the session or the connection of the page; the result brings it back."""
    if lost == "connection":
        Connection.objects.update(state=Connection.TokenState.NEEDS_RECONNECTING)
        return lambda: Connection.objects.update(state=Connection.TokenState.HEALTHY)
    cookies = cast("list[Any]", week.page.context.cookies())
    week.page.context.clear_cookies(name="sessionid")
    return lambda: week.page.context.add_cookies(cookies)


def typed_in_quick_add(week: Week) -> Page:
    week.page.keyboard.press("n")
    week.page.keyboard.type("0:37 stand-up saturday")
    expect(week.page.get_by_role("radio").first).to_be_checked()
    return week.page


@pytest.mark.parametrize("lost", ["session", "connection"])
def test_a_paste_without_a_session_or_connection_is_written_once_it_is_back(week: Week, lost: str):
    button = preview_paste(week, "1:01\t1:02\t1:03")
    expect(button).to_be_visible()
    come_back = leave_without(week, lost)
    button.click()
    dialog = week.page.locator("#panel[open]")
    expect(dialog).to_contain_text("Your changes are stored in this browser")
    come_back()
    back(week.page)
    expect(week.cell(SUNDAY)).to_have_attribute("data-saved", "")
    expect(dialog).to_have_count(0)
    assert [week.minutes(place) for place in (4, 5, 6)] == [[61], [62], [63]]


@pytest.mark.parametrize("lost", ["session", "connection"])
def test_quick_add_without_a_session_or_connection_is_written_once_it_is_back(
    week: Week, lost: str
):
    page = typed_in_quick_add(week)
    come_back = leave_without(week, lost)
    page.keyboard.press("Enter")
    dialog = page.locator("#quick")
    expect(dialog).to_contain_text("Your changes are stored in this browser")
    expect(dialog.locator("#line")).to_have_value("0:37 stand-up saturday")
    come_back()
    back(page)
    expect(page.locator(".messages")).to_contain_text("0:37 added on")
    found = [minutes for day in week.in_asana().values() for minutes in day]
    assert found.count(37) == 1


@pytest.mark.parametrize("lost", ["session", "connection"])
def test_a_timer_without_a_session_or_connection_keeps_its_note(week: Week, lost: str):
    page = week.page
    panel = page.get_by_role("dialog", name="Timer")
    week.row().nth(0).press("t")
    panel.get_by_role("button", name="Start on").click()
    expect(panel).to_be_hidden()
    Timer.objects.update(started_at=timezone.now() - timedelta(minutes=83))
    page.locator("#timer").get_by_role("button", name="Stop").click()
    panel.get_by_label("Note (optional)").fill("Called the bank")
    come_back = leave_without(week, lost)
    panel.get_by_role("button", name="Add to").click()
    expect(panel.locator(".problem")).to_be_visible()
    expect(panel.get_by_label("Note (optional)")).to_have_value("Called the bank")
    come_back()
    panel.get_by_role("button", name="Add to").click()
    expect(panel).to_be_hidden()
    found = [minutes for day in week.in_asana().values() for minutes in day]
    assert found.count(83) == 1
    assert page.evaluate("localStorage.length") == 0
