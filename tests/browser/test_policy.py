"""A workspace's rules under the fingers: what is refused is corrected by keyboard alone."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.week import Week
from tests.support.people import STAND_UP, WORKSPACE
from timesheet.models import WorkspacePolicy

SATURDAY = 5


@pytest.fixture
def steps() -> WorkspacePolicy:
    return WorkspacePolicy.objects.create(
        workspace_gid=WORKSPACE, rounding_minutes=15, rounding="up"
    )


@pytest.fixture
def refused(steps, week: Week) -> Week:
    """A time in no step was typed on Saturday."""
    field = week.row().nth(SATURDAY)
    field.focus()
    week.page.keyboard.type("1:07")
    week.page.keyboard.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "refused")
    expect(week.page.locator("#failed")).to_contain_text("1:07 would be 1:15.")
    expect(field).to_have_value("1:07")
    assert week.minutes(SATURDAY) == []
    field.focus()
    return week


def test_the_rounded_time_is_taken_with_one_key(refused: Week):
    refused.page.keyboard.press("=")
    expect(refused.cell(SATURDAY)).to_have_attribute("data-state", "value")
    expect(refused.row().nth(SATURDAY)).to_have_value("1:15")
    assert refused.minutes(SATURDAY) == [75]


def test_the_rounded_time_is_taken_by_its_button(refused: Week):
    refused.page.keyboard.press("Tab")
    expect(refused.page.get_by_role("button", name="Save 1:15")).to_be_focused()
    refused.page.keyboard.press("Enter")
    expect(refused.row().nth(SATURDAY)).to_have_value("1:15")
    assert refused.minutes(SATURDAY) == [75]


def test_another_time_can_be_typed_instead(refused: Week):
    refused.page.keyboard.type("1:30")
    refused.page.keyboard.press("Enter")
    expect(refused.cell(SATURDAY)).to_have_attribute("data-state", "value")
    assert refused.minutes(SATURDAY) == [90]


def test_a_part_is_split_off_rounded(steps, week: Week):
    day = week.page.locator(f"#row-{STAND_UP} td[data-day]").nth(SATURDAY)
    path = f"/tasks/{STAND_UP}/time_tracking_entries"
    week.sandbox.post(path, duration_minutes=60, entered_on=day.get_attribute("data-day"))
    week.page.reload()
    week.row().nth(SATURDAY).focus()
    week.page.keyboard.press("Alt+Enter")
    panel = week.page.get_by_role("dialog")
    panel.get_by_text("Move, split or delete").click()
    panel.get_by_label("Split off").fill("0:07")
    panel.get_by_label("Split off").press("Enter")
    expect(panel.get_by_role("alert")).to_contain_text("0:07 would be 0:15.")
    expect(panel.get_by_label("Split off")).to_have_value("0:07")
    panel.get_by_role("button", name="Split off 0:15").click()
    expect(panel.locator("ol > li")).to_have_count(2)
    assert sorted(week.minutes(SATURDAY)) == [15, 45]


def test_hours_without_their_note_get_it_in_the_panel(week: Week):
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, note_required=True)
    field = week.row().nth(SATURDAY)
    field.focus()
    week.page.keyboard.type("2")
    week.page.keyboard.press("Enter")
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "refused")
    field.focus()
    week.page.keyboard.press("Tab")
    week.page.keyboard.press("Enter")
    panel = week.page.get_by_role("dialog")
    expect(panel.get_by_label("Hours")).to_have_value("2")
    panel.get_by_label("Note").fill("Moved the boats")
    panel.get_by_role("button", name="Add").click()
    expect(week.cell(SATURDAY)).to_have_attribute("data-state", "value")
    assert week.minutes(SATURDAY) == [120]


def test_a_day_that_is_shut_cannot_be_typed_in(week: Week):
    WorkspacePolicy.objects.create(workspace_gid=WORKSPACE, lock_date=timezone.localdate())
    week.page.reload()
    field = week.page.locator("td[data-today] .hours").last
    before = field.input_value()
    field.focus()
    week.page.keyboard.type("3")
    week.page.keyboard.press("Delete")
    week.page.keyboard.press("Enter")
    expect(field).to_have_value(before)
    expect(field).to_have_accessible_description(re.compile(r"^Mon.* are locked\.$"))


def test_holidays_are_edited_while_other_rules_are_not_saved_yet(signed_in):
    """By keyboard, and the form above the list keeps what was typed."""
    page = signed_in("Omar", f"/{WORKSPACE}/policy/")
    page.get_by_label("Days back for members").fill("14")
    page.get_by_label("Date", exact=True).fill("2099-12-31")
    page.get_by_label("Name", exact=True).fill("New Year’s Eve")
    page.get_by_label("Half day", exact=True).press("Space")
    page.get_by_role("button", name="Add holiday").press("Enter")
    expect(page.get_by_text("Holiday saved.")).to_be_visible()
    expect(page.get_by_role("heading", name="Upcoming holidays")).to_be_focused()
    assert WorkspacePolicy.objects.get().own_days == [["2099-12-31", "New Year’s Eve", "half"]]
    page.get_by_role("button", name="Remove New Year’s Eve").press("Enter")
    expect(page.get_by_text("Holiday removed.")).to_be_visible()
    assert WorkspacePolicy.objects.get().own_days == []
    expect(page.get_by_label("Days back for members")).to_have_value("14")
