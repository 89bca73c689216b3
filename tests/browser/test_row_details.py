"""What a row shows of Asana: its project's colour, its address, and the notes of its cells."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.axe import assert_accessible
from tests.browser.week import Week
from tests.support.people import BANK_ID, STAND_UP


def test_the_notes_of_a_cell_show_on_focus_and_hide_with_escape(week: Week):
    page = week.page
    day = page.locator("td[data-day]").first.get_attribute("data-day")
    path = f"/tasks/{STAND_UP}/time_tracking_entries"
    for minutes, note in ((30, "with the bank"), (45, "second round")):
        week.sandbox.post(path, duration_minutes=minutes, entered_on=day, description=note)
    week.reload()
    field, card = week.row().first, week.cell(0).locator(".note-card")
    field.focus()
    expect(card).to_be_visible()
    expect(card).to_contain_text("0:30 with the bank")
    expect(card).to_contain_text("0:45 second round")
    assert f"notes-{STAND_UP}-{day}" in (field.get_attribute("aria-describedby") or "")
    assert_accessible(page)
    # A narrow window hides the day, and so takes the focus away.
    field.focus()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(card).to_be_visible()
    page.keyboard.type("2")
    expect(card).to_be_hidden()


def test_a_row_leads_to_its_task_in_asana_and_has_the_colour_of_its_project(week: Week):
    page = week.page
    row = page.locator(f"#row-{BANK_ID}")
    expect(row.locator(".dot")).to_have_attribute("data-colour", "dark-blue")
    with page.expect_popup() as opened:
        row.locator(".name a").click()
    assert opened.value.url.endswith(f"/{BANK_ID}")
    week.row(BANK_ID).first.focus()
    page.keyboard.press("ArrowLeft")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(row.get_by_role("link", name="in Asana")).to_be_focused()
    page.keyboard.press("ArrowRight")
    time = row.get_by_role("link", name="Everyone’s time on")
    expect(time).to_be_focused()
    assert (time.get_attribute("href") or "").endswith(f"/projects/tasks/{BANK_ID}/")
    page.keyboard.press("Escape")
    expect(week.row(BANK_ID).first).to_be_focused()
