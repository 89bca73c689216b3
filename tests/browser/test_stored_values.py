"""What a browser stored never replaces what was decided later: the person is asked first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.unsent_changes import UNREACHABLE, away, back, preview_paste
from tests.browser.week import Week

SATURDAY = 5
CELLS = "**/cells/"


def save(week: Week, text: str, shown: str | None = None) -> None:
    with week.page.expect_response(CELLS):
        week.type(SATURDAY, text)
    expect(week.row().nth(SATURDAY)).to_have_value(text if shown is None else shown)
    expect(week.cell(SATURDAY)).not_to_have_attribute("data-state", "saving")


def type_unsent(week: Week, text: str) -> None:
    week.type(SATURDAY, text)
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "unsent")


def close(week: Week) -> None:
    week.page.close(run_before_unload=False)


def open_week(context: BrowserContext, week: Week) -> Week:
    page = context.new_page()
    page.goto(week.page.url)
    return Week(page, week.sandbox)


def stay_unsent(context: BrowserContext) -> None:
    context.route(CELLS, lambda route: route.abort())


def asked(week: Week, sentence: str) -> None:
    question = week.page.locator("#unsent")
    expect(question).to_contain_text(sentence)
    expect(question).to_contain_text("Studio stand-up, Saturday")
    # Long enough for a value to be sent.
    week.page.wait_for_timeout(700)


def test_a_value_that_was_cleared_elsewhere_does_not_come_back(
    week: Week, elsewhere: Week, context: BrowserContext
):
    stay_unsent(context)
    type_unsent(week, "1:12")
    close(week)
    save(elsewhere, "1:12")
    save(elsewhere, "")
    context.unroute(CELLS)
    again = open_week(context, week)
    asked(again, "You typed “1:12” today at")
    expect(again.row().nth(SATURDAY)).to_have_value("")
    assert again.minutes(SATURDAY) == []
    again.page.get_by_role("button", name="Discard").click()
    expect(again.page.locator("#unsent")).to_be_hidden()
    again.page.reload()
    expect(again.page.locator("#unsent")).to_be_hidden()
    assert again.minutes(SATURDAY) == []


def test_a_value_that_was_changed_and_undone_elsewhere_is_asked_about(
    week: Week, elsewhere: Week, context: BrowserContext
):
    save(week, "1", "1:00")
    elsewhere.page.reload()
    stay_unsent(context)
    type_unsent(week, "1:05")
    close(week)
    save(elsewhere, "2:05")
    elsewhere.page.get_by_role("button", name="Undo").click()
    expect(elsewhere.row().nth(SATURDAY)).to_have_value("1:00")
    context.unroute(CELLS)
    again = open_week(context, week)
    asked(again, "You typed “1:05” today at")
    assert again.minutes(SATURDAY) == [60]
    again.page.locator("#unsent").get_by_role("button", name="Save").click()
    expect(again.row().nth(SATURDAY)).to_have_value("1:05")
    expect(again.cell(SATURDAY)).to_have_attribute("data-saved", "")
    expect(again.page.locator("#unsent")).to_be_hidden()
    assert again.minutes(SATURDAY) == [65]


def test_of_two_tabs_the_value_typed_last_is_stored_alone(week: Week, context: BrowserContext):
    tab = open_week(context, week)
    stay_unsent(context)
    type_unsent(week, "1:06")
    type_unsent(tab, "2:06")
    close(week)
    close(tab)
    context.unroute(CELLS)
    again = open_week(context, week)
    expect(again.cell(SATURDAY)).to_have_attribute("data-saved", "")
    expect(again.row().nth(SATURDAY)).to_have_value("2:06")
    save(again, "")
    again.page.reload()
    expect(again.row().nth(SATURDAY)).to_have_value("")
    expect(again.page.locator("#unsent")).to_be_hidden()
    again.page.wait_for_timeout(700)
    assert again.minutes(SATURDAY) == []


def test_a_tab_that_stayed_open_asks_too(week: Week, elsewhere: Week, context: BrowserContext):
    stay_unsent(context)
    type_unsent(week, "1:12")
    save(elsewhere, "2", "2:00")
    save(elsewhere, "")
    context.unroute(CELLS)
    week.page.evaluate("dispatchEvent(new Event('focus'))")
    asked(week, "You typed “1:12” today at")
    expect(week.row().nth(SATURDAY)).to_have_value("")
    assert week.minutes(SATURDAY) == []


def made_older(page: Page, when: datetime) -> None:
    page.evaluate(
        """when => {
            const [key] = Object.keys(localStorage);
            const stored = JSON.parse(localStorage.getItem(key));
            for (const change of Object.values(stored)) change.when = when;
            localStorage.setItem(key, JSON.stringify(stored));
        }""",
        when.timestamp() * 1000,
    )


def test_a_value_of_yesterday_is_asked_about(week: Week, context: BrowserContext):
    yesterday = datetime.now(UTC).replace(hour=17, minute=20) - timedelta(days=1)
    stay_unsent(context)
    type_unsent(week, "1:12")
    made_older(week.page, yesterday)
    close(week)
    context.unroute(CELLS)
    again = open_week(context, week)
    asked(again, "You typed “1:12” yesterday at 17:20 and it was never saved.")
    expect(again.page.locator("#unsent-count")).to_have_text("1 change not sent yet")
    assert again.minutes(SATURDAY) == []
    again.page.locator("#unsent").get_by_role("button", name="Save").click()
    expect(again.cell(SATURDAY)).to_have_attribute("data-saved", "")
    assert again.minutes(SATURDAY) == [72]


def test_a_value_of_eleven_minutes_ago_is_asked_about(week: Week, context: BrowserContext):
    stay_unsent(context)
    type_unsent(week, "1:12")
    made_older(week.page, datetime.now(UTC) - timedelta(minutes=11))
    close(week)
    context.unroute(CELLS)
    again = open_week(context, week)
    asked(again, "You typed “1:12”")
    assert again.minutes(SATURDAY) == []


def test_a_paste_leaves_cells_alone_that_were_changed_since(week: Week, elsewhere: Week):
    button = preview_paste(week, "1:01\t1:02\t1:03")
    away(week.page, CELLS)
    button.click()
    expect(week.page.locator("#panel[open]")).to_contain_text(UNREACHABLE)
    save(elsewhere, "2", "2:00")
    save(elsewhere, "")
    back(week.page)
    asked(week, "You typed “1:02” today at")
    assert [week.minutes(place) for place in (4, 5, 6)] == [[61], [], [63]]
    week.page.locator("#unsent").get_by_role("button", name="Save").click()
    expect(week.cell(SATURDAY)).to_have_attribute("data-saved", "")
    assert week.minutes(SATURDAY) == [62]


def test_an_entry_of_the_panel_is_asked_about_if_its_cell_was_changed_since(
    week: Week, elsewhere: Week
):
    save(week, "1", "1:00")
    elsewhere.page.reload()
    week.row().nth(SATURDAY).focus()
    week.page.keyboard.press("Alt+Enter")
    dialog = week.page.locator("#panel[open]")
    away(week.page, "**/entry/")
    hours = dialog.locator("form.entry [name=text]").first
    hours.fill("1:05")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog).to_contain_text(UNREACHABLE)
    save(elsewhere, "2:05")
    elsewhere.page.get_by_role("button", name="Undo").click()
    expect(elsewhere.row().nth(SATURDAY)).to_have_value("1:00")
    back(week.page)
    expect(dialog.get_by_role("alert")).to_contain_text("This cell has changed since")
    expect(hours).to_have_value("1:05")
    assert week.minutes(SATURDAY) == [60]
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(week.row().nth(SATURDAY)).to_have_value("1:05")
    assert week.minutes(SATURDAY) == [65]
