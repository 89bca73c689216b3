"""A person who types into a page of Chromium that is closed, killed, reopened and taken offline.

Each page is of another person, in a week that nobody else touches, so in the end each of its cells
must have one entry: the last value that was typed there. A page may say that a value isn't saved,
and then its person types it again; it may not lose one without a word.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from urllib.parse import parse_qs

from playwright.sync_api import Browser, BrowserContext, Page, Response
from playwright.sync_api import Error as PlaywrightError

from bench.torture.ledger import Place
from bench.torture.people import duration
from bench.torture.session import Session

WEEK = "2027-W03"
DAYS = tuple(f"2027-01-{day}" for day in range(18, 23))
# Seconds for a page to load, while servers are killed.
LOADS_WITHIN = 120.0
# Milliseconds after which a browser has stored what was typed.
STORED_AFTER = 300
# Seconds until a page that was opened again shows what was half typed, on a busy machine.
RESTORED_WITHIN = 5.0
# How often Save is pressed while the page goes on asking.
MOST_PRESSES = 30
SETTLED = ("empty", "value", "several")


@dataclass
class Typist:
    """A person with a browser of their own, and one tab that does not live long."""

    person: Session
    browser: Browser
    context: BrowserContext
    web: str
    random: Random
    counts: Counter[str]
    page: Page | None = None
    # The last value typed in each cell, and all of them.
    last: dict[Place, int] = field(default_factory=dict)
    typed: dict[Place, list[int]] = field(default_factory=dict)
    # A value that was typed and not confirmed when the tab was killed.
    draft: tuple[Place, int] | None = None
    # Cells whose last value was shown as rejected, with the reason.
    told: set[Place] = field(default_factory=set)
    # What the page forgot, or said and was not so, by the cell; None for the whole page.
    lost: list[tuple[Place | None, str]] = field(default_factory=list)
    misreported: list[tuple[Place | None, str]] = field(default_factory=list)
    # What happened, in seconds since the epoch, to explain a finding.
    diary: list[tuple[float, Place | None, str]] = field(default_factory=list)

    def note(self, place: Place | None, event: str) -> None:
        """Remember an event of a cell, or of the whole tab."""
        self.diary.append((time.time(), place, event))

    # The tab

    def open(self) -> Page:
        """Return the tab with the week; open it if there is none."""
        if self.page is not None and not self.page.is_closed():
            return self.page
        until = time.monotonic() + LOADS_WITHIN
        while time.monotonic() < until:
            page = self.context.new_page()
            page.on("response", self._note_answer)
            try:
                page.goto(self.web + self.person.at(""), timeout=20_000)
                if page.locator("#rows .hours").count():
                    page.wait_for_load_state("load", timeout=10_000)
                    self.page = page
                    self.note(None, "opened")
                    self._finish_draft(page)
                    return page
                if "/sign-in" in page.url or page.locator("a[href*='sign-in']").count():
                    self.sign_in()
            except PlaywrightError:
                pass
            page.close(run_before_unload=False)
            time.sleep(0.3)
        raise TimeoutError(f"{self.person.name}: the week did not open")

    def _note_answer(self, response: Response) -> None:
        """Remember the answer to a request that changes cells, and what was asked for."""
        request = response.request
        if request.method != "POST" or not request.url.endswith("/cells/"):
            return
        sent = parse_qs(request.post_data or "", keep_blank_values=True)
        names = ("task", "day", "edit", "text", "seen", "version", "shown")
        for task, day, *asked in zip(*(sent.get(name, []) for name in names), strict=False):
            self.note((task, day), f"answered {response.status} to {asked}")

    def sign_in(self) -> None:
        """Sign in, and give the browser the session."""
        self.person.sign_in()
        self.context.add_cookies(
            [
                {"name": name, "value": value, "url": self.web}
                for name, value in self.person.cookies.items()
            ]
        )

    def close(self) -> None:
        """Close the tab, or kill its process: as a phone does that needs the memory."""
        page = self.open()
        self._notice(page)
        self.page = None
        kind = self.random.choice(["closed", "killed", "killed"])
        self.counts[kind] += 1
        self.note(None, kind)
        if kind == "killed":
            session = self.browser.new_browser_cdp_session()
            processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
            session.detach()
            for process in processes:
                if process["type"] == "renderer":
                    with suppress(ProcessLookupError):
                        os.kill(process["id"], signal.SIGKILL)
        page.close(run_before_unload=False)

    # Typing

    def type_value(self) -> None:
        """Type a value into a cell that can be typed in."""
        page = self.open()
        place = self._free_place(page)
        if place is None:
            return
        minutes = self.typed.get(place, [0])[-1] + 1
        self.counts["values"] += 1
        self._type(page, place, minutes)
        self._enter(page)

    def type_half(self) -> None:
        """Type a value without confirming it; the tab is killed before the person goes on."""
        page = self.open()
        place = self._free_place(page)
        if place is None:
            return
        minutes = self.typed.get(place, [0])[-1] + 1
        self._type(page, place, minutes)
        page.wait_for_timeout(STORED_AFTER)
        self.counts["values"] += 1
        self.counts["half typed"] += 1

    def work_offline(self) -> None:
        """Type some values without a network."""
        self.open()
        self.counts["offline"] += 1
        self.note(None, "offline")
        self.context.set_offline(True)
        try:
            for _ in range(self.random.randint(1, 3)):
                self.type_value()
            self.open().wait_for_timeout(STORED_AFTER)
            if self.random.random() < 0.3:
                self.close()
        finally:
            self.context.set_offline(False)
            self.note(None, "online")

    def _notice(self, page: Page) -> None:
        """Remember which values the page says are rejected: it says so once."""
        refused = page.locator('#rows .cell[data-state="refused"]')
        for name in refused.evaluate_all("cells => cells.map(cell => cell.id)"):
            _cell, task, day = name.split("-", 2)
            self.told.add((task, day))
            self.note((task, day), "told that it was rejected")

    def _type(self, page: Page, place: Place, minutes: int) -> None:
        self._notice(page)
        self.told.discard(place)
        self.typed.setdefault(place, []).append(minutes)
        self.note(place, f"typed {duration(minutes)} over {self._details(page, place)}")
        page.locator(f"#hours-{place[0]}-{place[1]}").focus()
        page.keyboard.type(duration(minutes))
        self.draft = place, minutes

    def _enter(self, page: Page) -> None:
        """Confirm what is typed."""
        assert self.draft is not None
        place, minutes = self.draft
        page.keyboard.press("Enter")
        self.note(place, f"confirmed {duration(minutes)}")
        self.last[place], self.draft = minutes, None

    def _free_place(self, page: Page) -> Place | None:
        """Return a cell; not one that waits to hear whether Asana has it already."""
        places = [(task, day) for task in self.person.tasks for day in DAYS]
        self.random.shuffle(places)
        for task, day in places:
            cell = page.locator(f"#cell-{task}-{day}")
            if cell.count() and cell.get_attribute("data-state") != "in_doubt":
                return task, day
        return None

    def _finish_draft(self, page: Page) -> None:
        """Confirm what was half typed when the last tab was killed, if the page still has it."""
        if self.draft is None:
            return
        (task, day), minutes = self.draft
        field = page.locator(f"#hours-{task}-{day}")
        until = time.monotonic() + RESTORED_WITHIN
        while time.monotonic() < until:
            page.wait_for_timeout(2 * STORED_AFTER)
            if field.input_value() == duration(minutes):
                field.focus()
                self._enter(page)
                return
            if duration(minutes) in self._asked(page):
                self.note((task, day), f"saved {duration(minutes)}, which the page asked about")
                self._save_asked(page)
                self.last[task, day] = minutes
                self.draft = None
                return
        if page.locator(f"#cell-{task}-{day}").get_attribute("data-state") in SETTLED:
            self.lost.append(((task, day), f"{duration(minutes)} was half typed, and is gone"))
        self.draft = None

    @staticmethod
    def _asked(page: Page) -> str:
        return (
            page.locator("#unsent:not([hidden])").inner_text()
            if page.locator("#unsent:not([hidden])").count()
            else ""
        )

    def _save_asked(self, page: Page) -> None:
        """Save all that the page asks about; note what it asks about again and again."""
        buttons = page.locator("#unsent [data-save]:visible")
        for _ in range(MOST_PRESSES):
            if not buttons.count():
                return
            buttons.first.click()
            page.wait_for_timeout(STORED_AFTER)
        self.misreported.append((None, f"Save doesn't save: {self._asked(page)!r}"))

    # In the end

    def settle(self, until: float) -> None:
        """Look at the page until it has every value; type again what it says isn't saved."""
        first = True
        while time.monotonic() < until:
            page = self.open()
            page.wait_for_timeout(1000)
            self._save_asked(page)
            states = {place: self._state(page, place) for place in self.last}
            bad = {
                place: state
                for place, state in states.items()
                if state != ("value", duration(self.last[place]))
            }
            if not bad and not page.locator("#unsent-count:visible").count():
                return
            unsent = page.locator("#unsent-count:visible").count()
            for place, (state, shown) in bad.items():
                self.note(place, f"shown as {self._details(page, place)}")
                is_silent = state in SETTLED and place not in self.told and not unsent
                if is_silent and first:
                    sentence = f"the page shows {shown!r} and says nothing"
                    self.lost.append((place, f"{duration(self.last[place])}: {sentence}"))
                if state == "conflict":
                    self.misreported.append((place, "a conflict that nobody made"))
                if state in (*SETTLED, "refused", "conflict"):
                    self.counts["typed again"] += 1
                    self._type(page, place, self.typed[place][-1] + 1)
                    self._enter(page)
            first = False
            page.wait_for_timeout(1000)
            self.close_quietly()
        self.misreported.append((None, f"the page never settled: {bad}"))

    def close_quietly(self) -> None:
        """Close the tab, so that the next look is at a page that was loaded again."""
        if self.page is not None and not self.page.is_closed():
            with suppress(PlaywrightError):
                self._notice(self.page)
            self.page.close(run_before_unload=False)
        self.page = None

    @staticmethod
    def _state(page: Page, place: Place) -> tuple[str, str]:
        cell = page.locator(f"#cell-{place[0]}-{place[1]}")
        if not cell.count():
            return "no row", ""
        return cell.get_attribute("data-state") or "", cell.locator(".hours").input_value()

    @staticmethod
    def _details(page: Page, place: Place) -> str:
        """Return all that a cell is shown with, to explain a finding."""
        cell = page.locator(f"#cell-{place[0]}-{place[1]}")
        if not cell.count():
            return "no row"
        shown = "cell => [cell.dataset.state, cell.dataset.seen, cell.dataset.version]"
        return f"{cell.evaluate(shown)} {cell.locator('.hours').input_value()!r}"
