"""Some people with Chromium at once, and the verdict about what they typed: see `typist`."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

from bench.torture.journal import journal_of
from bench.torture.ledger import Ledger, Place
from bench.torture.session import GIVES_UP_AFTER, Session
from bench.torture.typist import DAYS, WEEK, Typist
from bench.torture.write_log import Write

if TYPE_CHECKING:
    from bench.torture.oracle import Findings
    from bench.torture.stack import Stack

TASKS_EACH = 3
PAGES = 4
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")


class BrowserLane:
    """Some people with Chromium, in a thread of its own."""

    def __init__(self, values: int, kills: int, seed: int, stack: Stack) -> None:
        """`values` are typed by all pages together; they are killed or offline `kills` times."""
        self.values, self.kills, self.stack = values, kills, stack
        self.random = Random(f"{seed} pages")
        self.counts: Counter[str] = Counter()
        self.typists: list[Typist] = []
        self._pool = ThreadPoolExecutor(1)
        self._playwright: Any = None

    def settle_in(self, people: Sequence[Session]) -> None:
        """Sign in and add rows, for people who have another week beside this one."""
        if self.values:
            self._pool.submit(self._start, people[:PAGES]).result()

    def _start(self, people: Sequence[Session]) -> None:
        self._playwright = sync_playwright().start()
        path = next(
            (
                found
                for name in ("chromium", "chromium-browser", "google-chrome")
                if (found := shutil.which(name))
            ),
            None,
        )
        for number, other in enumerate(people):
            person = Session(
                self.stack,
                other.gid,
                other.name,
                other.token,
                WEEK,
                Random(number),
                other.workspace,
                Ledger(other.gid),
                pages=other.pages,
            )
            person.settle_in()
            person.tasks = person.tasks[:TASKS_EACH]
            browser = self._playwright.chromium.launch(executable_path=path, args=list(FLAGS))
            context = browser.new_context(locale="en-GB", reduced_motion="reduce")
            context.set_default_timeout(20_000)
            web = self.stack.webs[number % len(self.stack.webs)]
            typist = Typist(person, browser, context, web, self.random, self.counts)
            typist.sign_in()
            typist.open()
            self.typists.append(typist)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Type values while the block runs, and longer if that is needed."""
        future: Future[None] = self._pool.submit(self._work)
        yield
        future.result()

    def _work(self) -> None:
        """Type all values; pages are closed, killed and taken offline evenly among them."""
        disrupted, typed, typed_at = 0, 0, time.monotonic()
        while self.typists and self.counts["values"] < self.values:
            if self.counts["values"] > typed:
                typed, typed_at = self.counts["values"], time.monotonic()
            elif time.monotonic() - typed_at > GIVES_UP_AFTER:
                raise TimeoutError(f"nothing could be typed for {GIVES_UP_AFTER} seconds")
            typist = self.random.choice(self.typists)
            act: Callable[[Typist], None] = Typist.type_value
            if disrupted < self.kills * self.counts["values"] / self.values:
                disrupted += 1
                act = self.random.choice([self._kill, self._kill, self._kill_half, self._offline])
            try:
                act(typist)
            except PlaywrightError:
                # The tab did not get that far, for example while its server was away.
                self.counts["given up"] += 1
                typist.close_quietly()

    @staticmethod
    def _kill(typist: Typist) -> None:
        typist.type_value()
        # Sometimes before, sometimes after the server has answered.
        typist.open().wait_for_timeout(typist.random.choice([20, 100, 500]))
        typist.close()

    @staticmethod
    def _kill_half(typist: Typist) -> None:
        typist.type_half()
        typist.close()

    @staticmethod
    def _offline(typist: Typist) -> None:
        typist.work_offline()

    def settle(self, seconds: float) -> None:
        """Let all pages come to rest, and close them."""
        if self.typists:
            self._pool.submit(self._settle, seconds).result()

    def _settle(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        for typist in self.typists:
            typist.close_quietly()
            typist.settle(max(until, time.monotonic() + 20))
            typist.browser.close()
        self._playwright.stop()

    def judge(
        self, writes: Sequence[Write], entries: dict[str, int], findings: Findings, latest: float
    ) -> None:
        """Compare what was typed with Asana's log and its entries in the end, by gid."""
        for typist in self.typists:
            for place, sentence in typist.lost:
                findings.lost.append(_told(typist, place, sentence, writes))
            for place, sentence in typist.misreported:
                findings.misreported.append(_told(typist, place, sentence, writes))
            self._judge_person(typist, writes, entries, findings, latest)

    @staticmethod
    def _judge_person(
        typist: Typist,
        writes: Sequence[Write],
        entries: dict[str, int],
        findings: Findings,
        latest: float,
    ) -> None:
        ours = [
            write
            for write in writes
            if write.user == typist.person.gid
            and write.day in DAYS
            and write.task in typist.person.tasks
        ]
        created: Counter[tuple[Place, int | None]] = Counter()
        cells: dict[Place, dict[str, int]] = {}
        for write in ours:
            cell = cells.setdefault(write.place, {})
            cell.pop(write.entry, None)
            if write.minutes is not None:
                cell[write.entry] = write.minutes
            if write.minutes not in typist.typed.get(write.place, []):
                findings.wrong.append(f"nobody typed {write}")
            if write.act == "create":
                created[write.place, write.minutes] += 1
                if created[write.place, write.minutes] > 1:
                    is_late = any(
                        other.at - other.arrived_at > latest
                        for other in ours
                        if (other.place, other.minutes) == (write.place, write.minutes)
                    )
                    (findings.late if is_late else findings.doubled).append(str(write))
        for place, minutes in typist.last.items():
            now = cells.get(place, {})
            if list(now.values()) != [minutes]:
                findings.lost.append(f"{minutes} was typed last in {place}, Asana has {now}")
            if any(entries.get(gid) != value for gid, value in now.items()):
                findings.wrong.append(f"the log and the entries of Asana differ in {place}")


def _told(typist: Typist, place: Place | None, sentence: str, writes: Sequence[Write]) -> str:
    """Return a finding with what happened to its cell, in seconds since it was first typed in."""
    if place is None:
        return f"{typist.person.name}: {sentence}"
    events = [(at, event) for at, where, event in typist.diary if where in (place, None)]
    events += [
        (write.at, str(write))
        for write in writes
        if write.user == typist.person.gid and write.place == place
    ]
    events += journal_of(typist.person.gid, place)
    start = min(at for at, where, _event in typist.diary if where == place)
    story = "; ".join(f"{at - start:+.2f} {event}" for at, event in sorted(events) if at >= start)
    return f"{sentence} in {place} of {typist.person.name}. {story}"
