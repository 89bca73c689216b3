"""A manager of 42 on Monday: approve 40, undo, approve again, send one back, without leaving."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Manager
from tests.sandbox_process import Sandbox
from tests.support.asana import week_statuses
from tests.support.people import MIA, STAND_UP, WORKSPACE
from timesheet.domain.week import Week

NAMES = {f"1301{number:012}": f"Person {number:02}" for number in range(1, 43)}
# These two are looked at more closely.
LAST_TWO = list(NAMES.values())[-2:]
REASON = "Where is Friday?"


@pytest.fixture
def last_week() -> Week:
    return Week.of(timezone.localdate() - timedelta(weeks=1))


@pytest.fixture
def team(signed_in, sandbox: Sandbox, last_week: Week) -> Page:
    """Mia's team of 42, who have all submitted forty hours."""
    mia = Manager.objects.create(workspace_gid=WORKSPACE, gid=MIA, name="Mia Hartmann")
    for gid, name in NAMES.items():
        mia.people.create(gid=gid, name=name)
    week = {"workspace": WORKSPACE, "start_date": str(last_week.start)}
    sandbox.add_data(
        people=[
            {
                "gid": gid,
                "name": name,
                "slug": f"p{gid[-2:]}",
                "email": f"p{gid[-2:]}@nordlicht.example",
                "memberships": [{"workspace": WORKSPACE}],
            }
            for gid, name in NAMES.items()
        ],
        entries=[
            {"task": STAND_UP, "person": gid, "duration_minutes": 480, "entered_on": str(day)}
            for gid, day in product(NAMES, last_week.days[:5])
        ],
        timesheets=[{**week, "person": gid, "approval_status": "SUBMITTED"} for gid in NAMES],
    )
    page = signed_in("Mia", f"/{WORKSPACE}/team/{last_week}/")
    expect(page.locator("[data-who] [name=week]")).to_have_count(42)
    page.wait_for_load_state("networkidle")
    page.evaluate("globalThis.isSamePage = true")
    return page


def statuses(sandbox: Sandbox, week: Week) -> Counter[str]:
    """How many of the 42 weeks have which status in Asana."""
    return Counter(status for gid, status in week_statuses(sandbox, week).items() if gid in NAMES)


class Mouse:
    """Does it by pointing."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def select_all_but_two(self) -> None:
        self.page.locator("[data-select-all]").check()
        for name in LAST_TWO:
            self.page.get_by_role("checkbox", name=f"Select {name}").uncheck()

    def approve(self) -> None:
        self.page.get_by_role("button", name="Approve 40 weeks").click()

    def undo(self) -> None:
        self.page.get_by_role("button", name="Undo").click()

    def send_back(self, name: str) -> None:
        self.page.get_by_role("checkbox", name=f"Select {name}").check()
        self.page.get_by_role("button", name="Send back…").click()
        self.page.get_by_label(f"What should {name} change?").fill(REASON)
        self.page.locator("tr.reason").get_by_role("button", name="Send back").click()


class Keyboard:
    """Does it by keys alone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def select_all_but_two(self) -> None:
        self.page.keyboard.press("*")
        for name in LAST_TWO:
            self._toggle(name)

    def approve(self) -> None:
        self.page.keyboard.press("a")

    def undo(self) -> None:
        self.page.keyboard.press("z")

    def send_back(self, name: str) -> None:
        self._toggle(name)
        self.page.keyboard.press("r")
        expect(self.page.get_by_label(f"What should {name} change?")).to_be_focused()
        self.page.keyboard.type(REASON)
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")

    def _toggle(self, name: str) -> None:
        """Selects a person, or no longer, as one arrives at them with the arrows."""
        self.page.get_by_role("link", name=name).focus()
        self.page.keyboard.press("x")


@pytest.mark.parametrize("by", [Mouse, Keyboard])
def test_forty_of_42_are_approved_undone_approved_again_and_one_is_sent_back(
    team, sandbox, last_week, by
):
    hands = by(team)
    hands.select_all_but_two()
    expect(team.get_by_text("40 selected")).to_be_visible()
    hands.approve()
    expect(team.get_by_text("40 weeks approved.")).to_be_visible()
    assert statuses(sandbox, last_week) == {"APPROVED": 40, "SUBMITTED": 2}
    hands.undo()
    expect(team.get_by_text("40 weeks are waiting for approval again.")).to_be_visible()
    assert statuses(sandbox, last_week) == {"SUBMITTED": 42}
    hands.select_all_but_two()
    hands.approve()
    expect(team.get_by_text("40 weeks approved.")).to_be_visible()
    hands.send_back(LAST_TWO[0])
    expect(team.get_by_text("1 week sent back.")).to_be_visible()
    assert statuses(sandbox, last_week) == {"APPROVED": 40, "REJECTED": 1, "SUBMITTED": 1}
    row = team.locator("[data-who]").filter(has_text=LAST_TWO[0])
    expect(row).to_contain_text("Sent back")
    expect(row).to_contain_text(REASON)
    assert team.evaluate("globalThis.isSamePage") is True
