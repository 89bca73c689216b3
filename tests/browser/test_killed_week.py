"""A week that is filled while the web process is killed ten times and the tab twice.

The screenshots go to the folder that `KILLED_WEEK_PICTURES` names, for somebody to look at.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bench.torture import write_log
from bench.torture.people import Person
from bench.torture.run import WEEK
from bench.torture.stack import Service, Stack
from tests.browser.restarts import is_up, open_page
from tests.support.waiting import until
from timesheet.domain.week import Week

pytestmark = pytest.mark.process

VALUES, KILLS = 30, 10
# After which values the tab is killed: while the server is away, and while it is there.
TAB_KILLS = (8, 22)

CLAIMS = """() => ({
  cells: Object.fromEntries([...document.querySelectorAll("#rows .cell")].map((cell) => [
    cell.id, { state: cell.dataset.state, text: cell.querySelector(".hours").value },
  ])),
  allSaved: Boolean(document.querySelector("#status [data-kind=saved]")?.checkVisibility()),
  unsent: document.getElementById("unsent-count").hidden
    ? "" : document.getElementById("unsent-count").textContent,
  week: document.querySelector("#total-week b").textContent,
  marked: Boolean(document.querySelector("#total-week .unsaved")),
  body: document.body.innerText,
})"""


@dataclass
class KilledWeek:
    """Ada's week, what she typed into it, and the process that is killed."""

    stack: Stack
    ada: Person
    context: BrowserContext
    page: Page
    pictures: Path
    # The minutes by the id of their cell.
    typed: dict[str, int] = field(default_factory=dict)
    shots: int = 0

    @property
    def web(self) -> Service:
        return self.stack.killable[0]

    def type(self, cell: str, minutes: int, *, kill: str = "") -> None:
        """Type into a cell; `kill` the process before, or in the middle of saving."""
        field = self.page.locator(f"#{cell} .hours")
        if kill == "before":
            self.web.end(signal.SIGKILL)
        field.click()
        self.page.keyboard.type(f"{minutes // 60}:{minutes % 60:02}")
        self.page.keyboard.press("Enter")
        if kill == "saving":
            self.web.end(signal.SIGKILL)
        self.typed[cell] = minutes

    def start(self) -> None:
        self.web.start()
        until(lambda: is_up(self.stack))

    def kill_tab(self) -> None:
        """Kill the page's process, as a phone does that needs its memory."""
        assert self.context.browser is not None
        session = self.context.browser.new_browser_cdp_session()
        with self.page.expect_event("crash"):
            for process in session.send("SystemInfo.getProcessInfo")["processInfo"]:
                if process["type"] == "renderer":
                    os.kill(process["id"], signal.SIGKILL)
        session.detach()
        self.page.close()
        self.page = self.context.new_page()
        if not is_up(self.stack):
            self.start()
        self.page.goto(f"{self.stack.webs[0]}{self.ada.at('')}")

    def in_asana(self) -> dict[str, list[int]]:
        days = Week.parse(self.ada.week).days
        query = {
            "workspace": self.ada.workspace,
            "user": "me",
            "entered_on_start_date": str(days[0]),
            "entered_on_end_date": str(days[6]),
            "opt_fields": "duration_minutes,entered_on,task.gid",
        }
        entries = self.stack.api("GET", "/time_tracking_entries", self.ada.token, params=query)
        found: dict[str, list[int]] = {}
        for entry in entries.json()["data"]:
            cell = f"cell-{entry['task']['gid']}-{entry['entered_on']}"
            found.setdefault(cell, []).append(entry["duration_minutes"])
        return found

    def check(self) -> None:
        """Compare what the page says with what was typed, and with what Asana has."""
        said = self.page.evaluate(CLAIMS)
        found = self.in_asana()
        for cell, minutes in self.typed.items():
            shown = said["cells"][cell]
            assert shown["text"] == f"{minutes // 60}:{minutes % 60:02}", (cell, shown)
            if shown["state"] == "value":
                assert found.get(cell) == [minutes], (cell, shown, found.get(cell))
        unsaved = [cell for cell in self.typed if said["cells"][cell]["state"] != "value"]
        unsent = [cell for cell in unsaved if said["cells"][cell]["state"] == "unsent"]
        if said["allSaved"]:
            assert not unsaved
            assert all(found.get(cell) == [minutes] for cell, minutes in self.typed.items())
        # While something is sent for the second time, its cell may say already that it is saving.
        assert len(unsent) <= int(said["unsent"].partition(" ")[0] or 0) <= len(unsaved)
        assert not unsent or said["marked"]
        assert "never saved" not in said["body"]

    def shoot(self, name: str) -> None:
        self.shots += 1
        self.page.screenshot(path=self.pictures / f"{self.shots:02}-{name}.png", full_page=True)


@pytest.fixture
def filling(stack: Stack, browser: Browser, tmp_path: Path) -> Iterator[KilledWeek]:
    ada = Person(stack, "1201000000000001", "Ada", "sandbox-ada", WEEK, Random(1))
    ada.settle_in()
    page = open_page(browser, stack, ada)
    pictures = Path(os.environ.get("KILLED_WEEK_PICTURES", tmp_path))
    pictures.mkdir(exist_ok=True)
    yield KilledWeek(stack, ada, page.context, page, pictures)
    page.context.close()


def test_every_value_arrives_once_and_nothing_untrue_is_said(filling: KilledWeek, stack: Stack):
    free = filling.page.locator('.cell[data-state="empty"]:has(.hours:not([readonly]):visible)')
    cells = [cell.get_attribute("id") or "" for cell in free.all()][:VALUES]
    assert len(cells) == VALUES
    kinds = iter(["before", "saving"] * (KILLS // 2))
    for place, cell in enumerate(cells):
        kill = next(kinds) if place % (VALUES // KILLS) == 1 else ""
        filling.type(cell, 61 + place, kill=kill)
        filling.check()
        if kill:
            expect(filling.page.locator(f"#{cell}")).not_to_have_attribute("data-state", "saving")
            filling.check()
            filling.shoot(f"killed-{kill}")
        if place in TAB_KILLS:
            filling.kill_tab()
            filling.check()
            filling.shoot("tab-killed")
        # One more value is typed while the process is away.
        elif place % (VALUES // KILLS) == 2:
            filling.check()
            if not is_up(stack):
                filling.start()
            filling.check()
    everything = {cell: [minutes] for cell, minutes in filling.typed.items()}
    until(lambda: filling.in_asana() == everything, 90)
    expect(filling.page.locator("#status [data-kind=saved]")).to_be_visible(timeout=60_000)
    filling.check()
    filling.shoot("all-saved")
    writes = write_log.read(stack.write_log).writes
    days = set(map(str, Week.parse(WEEK).days))
    created = Counter(write.place for write in writes if write.day in days)
    assert set(created.values()) == {1}
    assert len(created) == VALUES
