"""A manager's work by keyboard alone: look, read, approve, return. Nothing here uses the mouse."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.people import give_people_to_mia
from tests.browser.week import WORKSPACE
from tests.sandbox_process import Sandbox
from timesheet.domain.week import Week

ADA = "1201000000000001"


@pytest.fixture
def submitted() -> Week:
    return Week.of(timezone.localdate() - timedelta(weeks=2))


@pytest.fixture
def team(signed_in, submitted: Week) -> Page:
    """The week that most have submitted, as Mia sees it."""
    give_people_to_mia()
    return signed_in("Mia", f"/{WORKSPACE}/team/{submitted}/")


def status(sandbox: Sandbox, week: Week, gid: str) -> str:
    found = sandbox.get(
        "/timesheet_approval_statuses",
        "sandbox-mia",
        workspace=WORKSPACE,
        user=gid,
        from_date=week.start,
        to_date=week.start,
    )
    return found[0]["approval_status"]


def expect_heading(page: Page, text: str) -> None:
    """Keys are heard once the page is loaded."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)
    page.wait_for_load_state()


def test_arrows_go_through_the_people_enter_reads_escape_comes_back(team):
    team.keyboard.press("ArrowDown")
    team.keyboard.press("ArrowDown")
    second = team.locator("[data-who] [data-open]").nth(1)
    expect(second).to_be_focused()
    name = second.inner_text()
    team.keyboard.press("Enter")
    expect_heading(team, name)
    after = team.locator("[rel=next] [dir=auto]").inner_text()
    team.keyboard.press("j")
    expect_heading(team, after)
    team.keyboard.press("k")
    expect_heading(team, name)
    team.keyboard.press("Escape")
    expect(team.get_by_role("link", name=name)).to_be_focused()


def test_all_with_nothing_odd_are_approved_by_keyboard(team, sandbox, submitted):
    team.keyboard.press("a")
    expect(team.get_by_role("button", name="Approve")).to_be_focused()
    team.keyboard.press("Enter")
    expect(team.get_by_role("status").get_by_text("weeks looked after")).to_be_visible()
    assert status(sandbox, submitted, ADA) == "APPROVED"
    team.keyboard.press("Escape")
    expect(team.locator(f"#person-{ADA}")).to_contain_text("Approved")


def test_a_key_leads_to_approving_and_decides_nothing_itself(team, sandbox, submitted):
    team.get_by_role("link", name="Ada Lindqvist").press("Enter")
    expect_heading(team, "Ada Lindqvist")
    for _ in range(3):
        team.keyboard.down("a")
    expect(team.get_by_role("button", name="Approve")).to_be_focused()
    assert status(sandbox, submitted, ADA) == "SUBMITTED"
    team.keyboard.press("Enter")
    expect(team.get_by_text("Ada Lindqvist: Approved.")).to_be_visible()
    assert status(sandbox, submitted, ADA) == "APPROVED"


def test_a_week_is_returned_with_a_reason_by_keyboard(team, sandbox, submitted):
    team.keyboard.press("/")
    team.keyboard.type("lindq")
    team.keyboard.press("Enter")
    expect(team.locator("[data-who]")).to_have_count(1)
    team.keyboard.press("ArrowDown")
    team.keyboard.press("Enter")
    expect_heading(team, "Ada Lindqvist")
    team.keyboard.press("r")
    expect(team.get_by_label("What should be changed?")).to_be_focused()
    team.keyboard.type("Friday?")
    team.keyboard.press("Tab")
    team.keyboard.press("Enter")
    expect(team.get_by_text("Returned.")).to_be_visible()
    assert status(sandbox, submitted, ADA) == "REJECTED"


def test_what_was_chosen_stays_chosen_when_the_team_is_looked_at_again(team):
    team.keyboard.press("ArrowDown")
    team.keyboard.press("x")
    box = team.locator("[data-who] input[type=checkbox]").first
    expect(box).to_be_checked()
    with team.expect_response(lambda response: "fresh=1" in response.url):
        team.get_by_role("link", name="refresh").press("Enter")
    expect(box).to_be_checked()
    expect(team.get_by_role("link", name="refresh")).to_be_focused()
