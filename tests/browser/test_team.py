"""A manager's work by keyboard alone: look, read, approve, return. Nothing here uses the mouse."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.people import give_people_to_mia
from tests.sandbox_process import Sandbox
from tests.support.people import WORKSPACE
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


def select(team: Page, *names: str) -> None:
    """Selects these people by keyboard."""
    for name in names:
        team.get_by_role("link", name=name).focus()
        team.keyboard.press("x")
        expect(team.get_by_role("checkbox", name=name)).to_be_checked()


def test_weeks_are_approved_in_place_by_keyboard_and_that_is_undone(team, sandbox, submitted):
    team.keyboard.press("a")
    expect(team.get_by_role("button", name="Approve selected")).not_to_be_visible()
    assert status(sandbox, submitted, ADA) == "SUBMITTED"
    select(team, "Ada Lindqvist", "Yui Tanaka")
    expect(team.get_by_text("2 selected")).to_be_visible()
    team.keyboard.press("a")
    expect(team.get_by_text("2 weeks approved.")).to_be_visible()
    expect(team.locator(f"#person-{ADA}")).to_contain_text("Approved")
    expect(team.locator("[data-selection]")).not_to_be_visible()
    assert status(sandbox, submitted, ADA) == "APPROVED"
    team.keyboard.press("z")
    expect(team.get_by_text("2 weeks are waiting for approval again.")).to_be_visible()
    expect(team.locator(f"#person-{ADA}")).to_contain_text("Submitted")
    assert status(sandbox, submitted, ADA) == "SUBMITTED"


def test_weeks_without_flags_are_approved_by_mouse(team, sandbox, submitted):
    team.get_by_role("button", name="without flags").click()
    expect(team.get_by_text("weeks approved.")).to_be_visible()
    assert status(sandbox, submitted, ADA) == "APPROVED"
    team.get_by_role("button", name="Undo").click()
    expect(team.get_by_text("waiting for approval again.")).to_be_visible()


def test_a_reason_is_asked_below_the_row_and_the_week_sent_back(team, sandbox, submitted):
    select(team, "Ada Lindqvist")
    team.keyboard.press("r")
    reason = team.get_by_label("What should Ada Lindqvist change?")
    expect(reason).to_be_focused()
    team.keyboard.press("Escape")
    expect(reason).to_have_count(0)
    team.keyboard.press("r")
    team.keyboard.type("Friday?")
    team.keyboard.press("Control+Enter")
    expect(team.get_by_text("1 week sent back.")).to_be_visible()
    expect(team.locator(f"#person-{ADA}")).to_contain_text("Friday?")
    assert status(sandbox, submitted, ADA) == "REJECTED"


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


# Stops the buttons' animation where a second click comes after a slow double click.
STOP_AFTER_600_MS = """
  document.addEventListener("animationstart", () => {
    for (const animation of document.getAnimations()) {
      if (animation.animationName !== "unread") continue;
      animation.pause();
      animation.currentTime = 600;
    }
  });
"""


END_IT = """
  for (const animation of document.getAnimations()) {
    if (animation.animationName === "unread") animation.finish();
  }
"""


def test_the_second_of_two_slow_clicks_does_not_approve_the_next_person(team, sandbox, submitted):
    team.add_init_script(STOP_AFTER_600_MS)
    team.get_by_role("link", name="Ada Lindqvist").press("Enter")
    expect_heading(team, "Ada Lindqvist")
    after = team.locator("[rel=next] [dir=auto]").inner_text()
    sent = []
    team.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    team.get_by_role("button", name="Approve").click()
    expect_heading(team, after)
    gid = team.url.rstrip("/").rpartition("/")[2]
    assert status(sandbox, submitted, gid) == "SUBMITTED"
    button = team.get_by_role("button", name="Approve")
    box = button.bounding_box()
    team.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect_heading(team, after)
    assert len(sent) == 1
    assert status(sandbox, submitted, gid) == "SUBMITTED"
    team.evaluate(END_IT)
    button.click()
    expect(team.get_by_text(f"{after}: Approved.")).to_be_visible()
    assert status(sandbox, submitted, gid) == "APPROVED"


def test_a_week_is_returned_with_a_reason_by_keyboard(team, sandbox, submitted):
    team.keyboard.press("/")
    team.keyboard.type("lindq")
    team.keyboard.press("Enter")
    expect(team.locator("[data-who]")).to_have_count(1)
    team.wait_for_load_state()
    team.keyboard.press("ArrowDown")
    team.keyboard.press("Enter")
    expect_heading(team, "Ada Lindqvist")
    team.keyboard.press("r")
    expect(team.get_by_label("What should be changed?")).to_be_focused()
    team.keyboard.type("Friday?")
    team.keyboard.press("Tab")
    team.keyboard.press("Enter")
    expect(team.get_by_text("Done")).to_be_visible()
    assert status(sandbox, submitted, ADA) == "REJECTED"


def test_what_was_chosen_stays_chosen_when_the_team_is_looked_at_again(team):
    team.keyboard.press("ArrowDown")
    team.keyboard.press("x")
    box = team.locator("[data-who] input[type=checkbox]").first
    expect(box).to_be_checked()
    team.locator("#team-status").evaluate("status => { status.dataset.old = '' }")
    team.get_by_role("link", name="Refresh").press("Enter")
    expect(team.locator("#team-status:not([data-old])")).to_have_count(1)
    expect(box).to_be_checked()
    expect(team.get_by_role("link", name="Refresh")).to_be_focused()


def test_on_a_phone_everybody_is_selected_and_the_reason_has_the_whole_width(team):
    team.set_viewport_size({"width": 390, "height": 844})
    team.locator("[data-select-all]").check()
    everybody = team.locator("[data-who]").count()
    expect(team.get_by_text(f"{everybody} selected")).to_be_visible()
    expect(team.get_by_role("link", name="Total", exact=True)).to_be_visible()
    width = team.locator("[data-who]").first.bounding_box()["width"]
    team.get_by_role("button", name="Send back…").click()
    expect(team.locator("tr.reason textarea")).to_be_focused()
    assert team.locator("[data-who]").first.bounding_box()["width"] == width
    assert team.locator("tr.reason textarea").bounding_box()["width"] > width * 0.8
