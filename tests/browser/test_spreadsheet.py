"""What a spreadsheet does: paste, fill, undo and redo, in one request each, without the mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Request, expect

from tests.browser.week import Week
from tests.support.people import BANK_ID, STAND_UP, WORKSPACE


@pytest.fixture
def press(week: Week):
    week.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    week.row(BANK_ID).nth(0).focus()

    def press(*keys: str) -> None:
        for key in keys:
            week.page.keyboard.press(key)

    return press


@pytest.fixture
def sent(week: Week):
    """The requests that write, as the browser sends them."""
    found: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and not request.url.endswith("/paste/"):
            found.append(request.url.rpartition("week/")[2].partition("/")[2])

    week.page.on("request", note)
    return found


def paste(week: Week, press, text: str) -> None:
    week.page.evaluate("text => navigator.clipboard.writeText(text)", text)
    press("Control+v")


def entries_of(week: Week) -> list[int]:
    days = week.page.locator("thead th[data-column]").count()
    assert days == 7
    return [
        minutes for row in rows_of(week) for day in week.in_asana(row).values() for minutes in day
    ]


def rows_of(week: Week) -> list[str]:
    rows = week.page.locator("[data-row]")
    return [rows.nth(place).get_attribute("data-row") or "" for place in range(rows.count())]


def test_a_block_of_5_by_7_goes_into_an_empty_week_in_one_request_and_out_by_one_undo(
    week, sent, press
):
    page = week.page
    page.get_by_role("link", name="Next week").click()
    page.wait_for_load_state()
    expect(page.locator("[data-row]")).to_have_count(0)
    for name in ("Opening hours", "Weekly call", "Payments screen", "Sign-in with", "Studio stand"):
        page.get_by_role("combobox").fill(name)
        page.locator("#found").get_by_role("option", name=name).first.press("Enter")
        expect(page.get_by_role("combobox")).to_have_value("")
    expect(page.locator("[data-row]")).to_have_count(5)
    page.locator("#rows .hours").first.focus()
    sent.clear()

    paste(week, press, "\n".join("\t".join(["0:30"] * 7) for _ in range(5)))
    expect(page.get_by_role("dialog")).to_contain_text("35 new")
    assert sent == []
    press("Enter")
    expect(week.total()).to_have_text("17:30")
    assert sent == ["cells/"]
    assert entries_of(week) == [30] * 35

    press("Control+z")
    expect(week.total()).to_have_text("0:00")
    assert sent == ["cells/", "undo/"]
    assert entries_of(week) == []


def test_a_deleted_entry_comes_back_with_its_note_and_category_after_a_reload(week, sandbox, press):
    label = sandbox.get("/time_tracking_categories", workspace=WORKSPACE)[0]["gid"]
    monday = week.page.locator("td[data-day]").first.get_attribute("data-day")
    old = next(
        one
        for one in sandbox.get(
            f"/tasks/{BANK_ID}/time_tracking_entries", opt_fields="entered_on,duration_minutes"
        )
        if one["entered_on"] == monday
    )
    sandbox.put(
        f"/time_tracking_entries/{old['gid']}",
        description="Call",
        categories=[label],
        entered_on=monday,
    )
    press("Delete")
    expect(week.cell(0, BANK_ID)).to_have_attribute("data-state", "empty")
    week.reload()
    week.row(BANK_ID).nth(0).focus()
    press("Control+z")
    expect(week.cell(0, BANK_ID)).to_have_attribute("data-state", "value")
    [back] = [
        one
        for one in sandbox.get(
            f"/tasks/{BANK_ID}/time_tracking_entries",
            opt_fields="entered_on,duration_minutes,description,categories.gid",
        )
        if one["entered_on"] == monday
    ]
    assert (back["duration_minutes"], back["description"]) == (90, "Call")
    assert [one["gid"] for one in back["categories"]] == [label]


def test_an_amount_to_add_is_a_fourth_entry_and_clearing_asks(week, sandbox, press):
    for minutes in (20, 30):
        sandbox.post(
            f"/tasks/{BANK_ID}/time_tracking_entries",
            duration_minutes=minutes,
            entered_on=week.page.locator("td[data-day]").first.get_attribute("data-day"),
        )
    week.reload()
    week.row(BANK_ID).nth(0).focus()
    assert sorted(week.minutes(0, BANK_ID)) == [20, 30, 90]
    week.page.keyboard.type("+0:30")
    press("Enter")
    expect(week.row(BANK_ID).nth(0)).to_have_value("2:50")
    assert sorted(week.minutes(0, BANK_ID)) == [20, 30, 30, 90]
    press("ArrowUp", "Delete")
    expect(week.page.get_by_role("dialog")).to_contain_text("Which do you want to delete?")
    assert sorted(week.minutes(0, BANK_ID)) == [20, 30, 30, 90]


def test_undo_and_redo_go_many_steps(week, press):
    for text in ("1", "2", "3"):
        press("ArrowRight")
        week.page.keyboard.type(text)
    press("Enter")
    expect(week.total()).to_have_text("7:45")
    press("Control+z", "Control+z", "Control+z")
    expect(week.total()).to_have_text("1:45")
    press("Control+Shift+z", "Control+y")
    expect(week.total()).to_have_text("4:45")


def test_undo_right_after_typing_waits_for_the_save(week, press):
    press("ArrowRight")
    week.page.keyboard.type("2")
    press("Enter", "Control+z")
    expect(week.cell(1, BANK_ID)).to_have_attribute("data-state", "empty")
    expect(week.total()).to_have_text("1:45")
    assert week.minutes(1, BANK_ID) == []


def test_undo_while_typing_is_the_fields_own(week, press):
    week.page.keyboard.type("12")
    press("Control+z", "Escape")
    expect(week.row(BANK_ID).nth(0)).to_have_value("1:30")


def test_fill_right_and_down_are_one_step_each(week, sent, press):
    press("Shift+ArrowRight", "Shift+ArrowRight", "Control+r")
    expect(week.total()).to_have_text("4:45")
    press("Home", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown")
    sent.clear()
    press("Control+d")
    expect(week.cell(1, STAND_UP)).to_have_attribute("data-saved", "")
    assert sent == ["cells/"]
    assert [week.minutes(place, STAND_UP) for place in range(3)] == [[90], [90], [90]]
    press("Control+z")
    expect(week.total()).to_have_text("4:45")


def test_a_copied_range_is_pasted_elsewhere(week, press):
    press("Control+c", "End")
    paste_into = week.row(BANK_ID).nth(6)
    expect(paste_into).to_be_focused()
    press("Shift+ArrowDown", "Control+v")
    expect(week.page.get_by_role("dialog")).to_contain_text("2 new")
    press("Escape")
    expect(paste_into).not_to_have_value("1:30")


def test_a_single_value_is_pasted_as_typed(week, press):
    press("ArrowRight")
    paste(week, press, "2:30")
    press("Enter")
    expect(week.cell(1, BANK_ID)).to_have_attribute("data-saved", "")
    assert week.minutes(1, BANK_ID) == [150]


def test_the_buttons_of_a_row_are_reached_by_the_arrows(week, press):
    press("ArrowLeft")
    expect(week.page.locator(f"#menu-{BANK_ID} button").first).to_be_focused()
    press("Enter")
    expect(week.page.locator(f"#menu-{BANK_ID} [data-pinned]")).to_be_focused()
    press("ArrowRight")
    expect(week.page.get_by_label("Start a timer on Sign-in with BankID")).to_be_focused()
    press("ArrowRight")
    expect(week.page.get_by_role("link", name="Open Sign-in with BankID")).to_be_focused()
    press("ArrowRight")
    expect(week.page.get_by_role("link", name="Everyone’s time on Sign-in")).to_be_focused()
    press("ArrowRight")
    expect(week.row(BANK_ID).nth(0)).to_be_focused()


def test_a_locked_week_takes_no_typing(week, press):
    page = week.page
    for _ in range(2):
        page.get_by_role("link", name="Previous week").press("Enter")
        page.wait_for_load_state()
    expect(page.locator("#locked")).to_be_visible()
    field = page.locator("#rows .hours").first
    field.focus()
    before = field.input_value()
    page.keyboard.type("9")
    expect(page.locator("#failed")).to_contain_text("Submitted for approval")
    press("Delete", "F2", "Enter")
    expect(field).to_have_value(before)
    assert page.locator('.cell[data-state="saving"]').count() == 0


def test_without_script_the_week_is_a_form_with_save(browser, app, sandbox):
    context = browser.new_context(java_script_enabled=False, locale="en-GB", timezone_id="UTC")
    page = context.new_page()
    page.goto(app)
    page.get_by_role("link", name="Sign in with Asana").click()
    page.get_by_role("link", name="Continue as Ada").click()
    page.get_by_role("button", name="Allow").click()
    fields = page.locator(f"#row-{STAND_UP} .hours")
    for place, text in enumerate(("1", "1:30", "2h", "45m", ".5", "0:15", "1h 5m")):
        fields.nth(place).fill(text)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#total-week b")).to_have_text("8:35")
    expect(page.locator(".messages")).to_have_text("7 cells saved in Asana.")
    shown = [fields.nth(place).input_value() for place in range(7)]
    assert shown == ["1:00", "1:30", "2:00", "0:45", "0:30", "0:15", "1:05"]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#total-week b")).to_have_text("1:45")
    context.close()
