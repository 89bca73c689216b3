"""Broken proxies and a broken storage of the browser: nothing typed is lost, and the page says what
is true."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.test_outbox import (
    UNREACHABLE,
    add_in_panel,
    away,
    back,
    kill,
    lose_answers,
    notes,
    open_entries,
)
from tests.browser.test_stored_values import close, made_older, stay_unsent, type_unsent
from tests.browser.test_stored_values import open_week as open_again
from tests.browser.week import Week

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


def test_what_may_have_arrived_is_not_called_unsaved(week: Week, context: BrowserContext):
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
        with page.expect_response(re.compile("/status/")):
            page.evaluate("htmx.trigger('#status', 'look')")
    assert len(asked["/status/"]) >= 120
    assert max(lengths) < SHORT
