"""Ada's week in the browser."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.sandbox_process import Sandbox
from tests.support.asana import clear_today
from tests.support.people import STAND_UP, WORKSPACE


@dataclass
class Week:
    """Ada's week as she sees it, and as Asana has it."""

    page: Page
    sandbox: Sandbox

    def row(self, task: str = STAND_UP) -> Locator:
        """The cells of a task's days, Monday first."""
        return self.page.locator(f"#row-{task} .hours")

    def cell(self, place: int, task: str = STAND_UP) -> Locator:
        return self.page.locator(f"#row-{task} .cell").nth(place)

    def type(self, place: int, text: str, task: str = STAND_UP) -> None:
        """Types into a cell in place of what it has, and commits it."""
        field = self.row(task).nth(place)
        field.fill(text)
        field.press("Enter")

    def reload(self) -> None:
        """Loads the page again, and waits until it shows what Asana has now."""
        self.page.reload()
        expect(self.page.locator("[data-refreshed]")).to_have_count(1)

    def clear_today(self) -> None:
        """Leaves today's cells empty, whatever day it is."""
        if clear_today(self.sandbox):
            self.reload()

    def total(self) -> Locator:
        return self.page.locator("#total-week b")

    def in_asana(self, task: str = STAND_UP) -> dict[str, list[int]]:
        """The minutes of each entry, by day."""
        days = self.page.locator("td[data-day]")
        found: dict[str, list[int]] = {}
        for entry in self.sandbox.get(
            "/time_tracking_entries",
            workspace=WORKSPACE,
            user="me",
            entered_on_start_date=days.nth(0).get_attribute("data-day"),
            entered_on_end_date=days.nth(6).get_attribute("data-day"),
            opt_fields="duration_minutes,entered_on,task.gid",
        ):
            if entry["task"]["gid"] == task:
                found.setdefault(entry["entered_on"], []).append(entry["duration_minutes"])
        return dict(sorted(found.items()))

    def minutes(self, place: int, task: str = STAND_UP) -> list[int]:
        """What Asana has in the cell."""
        day = self.page.locator(f"#row-{task} td[data-day]").nth(place).get_attribute("data-day")
        return self.in_asana(task).get(day or "", [])
