"""People who fill their weeks as people do, only faster: they type, clear, paste, undo, press
Retry, send the same twice, use two tabs and old ones, and change entries in Asana itself."""

from __future__ import annotations

import html
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import requests

from bench.torture.leaks import Words
from bench.torture.stack import Stack

WORKSPACE = "1200000000000001"
TASKS_EACH = 8
GIVES_UP_AFTER = 180.0
OTHER_PAGES = ("/connection/", "/preferences/", "/waiting/", "/status/", "/sign-in/")

CELL = re.compile(
    r'<div class="cell" id="cell-(?P<task>\d+)-(?P<day>[\d-]{10})" data-state="(?P<state>\w+)"'
    r' data-seen="(?P<seen>[\d=,]*)"'
)
WAITING = re.compile(r'name="waiting" value="([0-9a-f-]{36}):(\w+)"')
TURN = re.compile(r'data-turn="(undo|redo)".*?</form>', re.DOTALL)
HIDDEN = re.compile(r'name="(step|undo_count)" value="([^"]+)"')
CHOICE = re.compile(r"/unsynced/([0-9a-f-]{36})/(retry|discard|mine|both)/")

ACTIONS = {
    "type": 46,
    "clear": 8,
    "add": 8,
    "paste": 5,
    "undo": 7,
    "twice": 8,
    "old tab": 6,
    "in Asana": 6,
    "choose": 6,
}


@dataclass(frozen=True)
class Cell:
    task: str
    day: str
    state: str
    seen: str
    edit: str = ""

    @property
    def entries(self) -> dict[str, int]:
        pairs = (part.split("=") for part in self.seen.split(",") if part)
        return {gid: int(minutes) for gid, minutes in pairs}

    @property
    def is_settled(self) -> bool:
        return self.state in ("empty", "value", "several")


@dataclass(frozen=True)
class Ask:
    """One thing that a person asked for, and whether it was taken: the answer said so."""

    person: str
    edit: str
    task: str
    day: str
    text: str
    at: float
    taken: bool


@dataclass
class Person:
    stack: Stack
    gid: str
    name: str
    token: str
    week: str
    random: Random
    asks: list[Ask] = field(default_factory=list)
    direct: list[tuple[str, str, int | None]] = field(default_factory=list)
    discarded: set[str] = field(default_factory=set)
    undone_at: list[float] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    server_errors: list[str] = field(default_factory=list)
    pages: Words = field(default_factory=Words)
    cookies: dict[str, str] = field(default_factory=dict)
    used: dict[tuple[str, str], int] = field(default_factory=dict)
    older: list[Cell] = field(default_factory=list)
    done: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    # Coming in

    def sign_in(self) -> None:
        for _ in self._tries():
            session = requests.Session()
            try:
                first = session.get(
                    f"{self.stack.webs[0]}/sign-in/asana/", timeout=60, allow_redirects=False
                )
                consent = requests.post(
                    first.headers["Location"],
                    data={"person": self.gid, "decision": "allow"},
                    allow_redirects=False,
                    timeout=60,
                )
                back = session.get(consent.headers["Location"], timeout=60, allow_redirects=False)
                self.look_at(first, back)
                if back.status_code == 302 and "sessionid" in session.cookies:
                    self.look_at(session.get(f"{self.stack.webs[0]}/sign-in/", timeout=60))
                    self.cookies = session.cookies.get_dict()
                    return
            except (requests.RequestException, KeyError):
                continue

    def settle_in(self) -> None:
        """Puts tasks of their own into the week."""
        self.sign_in()
        mine = self.stack.api(
            "GET",
            "/tasks",
            self.token,
            params={
                "assignee": "me",
                "workspace": WORKSPACE,
                "completed_since": "now",
                "limit": 100,
            },
        ).json()["data"]
        self.tasks = sorted(task["gid"] for task in mine)[:TASKS_EACH]
        for task in self.tasks:
            self.post("rows/add/", {"task": task})

    def look_around(self) -> None:
        """At the pages beside the week, for what might stand there."""
        for page in OTHER_PAGES:
            self._until_answered("GET", page)

    # Talking to the app

    def at(self, path: str) -> str:
        return f"/{WORKSPACE}/week/{self.week}/{path}"

    def see(self) -> tuple[str, dict[tuple[str, str], Cell]]:
        """The page of the week, and its cells."""
        response = self._until_answered("GET", self.at(""))
        page = response.text
        return page, {(cell.task, cell.day): cell for cell in cells_of(page)}

    def post(self, path: str, values: dict[str, Any], web: int | None = None) -> requests.Response:
        return self._until_answered("POST", self.at(path), data=values, web=web)

    def _until_answered(
        self, method: str, path: str, *, data: Any = None, web: int | None = None
    ) -> requests.Response:
        """As the page does it: the same again until there is an answer, signed in again if need
        be."""
        for _ in self._tries():
            with self._lock:
                where = web if web is not None else self.random.randrange(len(self.stack.webs))
                web = None
                cookies = dict(self.cookies)
            headers = {"X-CSRFToken": cookies.get("csrftoken", "")}
            if method == "POST":
                headers["HX-Request"] = "true"
            try:
                response = requests.request(
                    method,
                    self.stack.webs[where] + path,
                    data=data,
                    headers=headers,
                    cookies=cookies,
                    timeout=120,
                    allow_redirects=False,
                )
            except requests.RequestException:
                continue
            self.look_at(response)
            if response.status_code == 401 or response.status_code in (302, 403):
                self.sign_in()
                continue
            if response.status_code == 500:
                self.server_errors.append(f"{method} {urlsplit(path).path}")
                continue
            if response.status_code in (429, 502, 503):
                continue
            return response
        raise TimeoutError(f"{self.name}: no answer to {method} {path}")

    def look_at(self, *responses: requests.Response) -> None:
        """Keeps what shows whether there was a secret on it, in its headers too."""
        for response in responses:
            self.pages.take("\n".join([response.text, *response.headers.values()]))

    def _tries(self) -> Iterator[int]:
        until = time.monotonic() + GIVES_UP_AFTER
        number = 0
        while time.monotonic() < until:
            yield number
            number += 1
            time.sleep(min(0.1 * number, 1.0))
        raise TimeoutError(f"{self.name}: nothing went through for {GIVES_UP_AFTER} seconds")

    # What they do

    def act(self) -> None:
        """One thing, or a paste of many."""
        page, cells = self.see()
        kind = self.random.choices(list(ACTIONS), list(ACTIONS.values()))[0]
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if self.random.random() < 0.3:
            self.older = list(cells.values())
        {
            "type": self._type,
            "clear": self._clear,
            "add": self._add,
            "paste": self._paste,
            "undo": self._undo,
            "twice": self._twice,
            "old tab": self._old_tab,
            "in Asana": self._in_asana,
            "choose": self._choose,
        }[kind](page, cells)

    def _type(self, _page: str, cells: dict[tuple[str, str], Cell]) -> None:
        cell = self._pick(cells)
        self.save([(cell, duration(self._fresh(cell)))])

    def _clear(self, page: str, cells: dict[tuple[str, str], Cell]) -> None:
        full = [cell for cell in cells.values() if cell.state == "value"]
        if not full:
            return self._type(page, cells)
        self.save([(self.random.choice(full), "")])
        return None

    def _add(self, _page: str, cells: dict[tuple[str, str], Cell]) -> None:
        cell = self._pick(cells)
        minutes, there = self._fresh(cell), cell.entries
        more = minutes - next(iter(there.values())) if len(there) == 1 else minutes
        self.save([(cell, f"+{duration(more)}" if more > 0 else duration(minutes))])

    def _paste(self, _page: str, cells: dict[tuple[str, str], Cell]) -> None:
        count = self.random.randint(5, 25)
        chosen = self.random.sample(
            sorted(cells.values(), key=lambda one: (one.task, one.day)), min(count, len(cells))
        )
        self.save([(cell, duration(self._fresh(cell))) for cell in chosen])

    def _undo(self, page: str, _cells: object) -> None:
        forms = {found[1]: dict(HIDDEN.findall(found[0])) for found in TURN.finditer(page)}
        key = self.random.choice(["undo", "undo", "redo"])
        if values := forms.get(key):
            self.undone_at.append(time.time())
            self.post("undo/", values)
            self.done += 1

    def _twice(self, _page: str, cells: dict[tuple[str, str], Cell]) -> None:
        cell = self._pick(cells)
        self.save([(cell, duration(self._fresh(cell)))], tabs=self.random.choice([2, 2, 3]))

    def _old_tab(self, page: str, cells: dict[tuple[str, str], Cell]) -> None:
        if not self.older:
            return self._type(page, cells)
        cell = self.random.choice(self.older)
        self.save([(cell, duration(self._fresh(cell)))])
        return None

    def _in_asana(self, page: str, cells: dict[tuple[str, str], Cell]) -> None:
        """Behind our back; not in a cell that something is on its way to, where even a person could
        not tell who was first."""
        quiet = [cell for cell in cells.values() if cell.is_settled]
        if not quiet:
            return self._type(page, cells)
        cell = self.random.choice(quiet)
        values = {"data": {"duration_minutes": self._fresh(cell), "entered_on": cell.day}}
        minutes: int | None = values["data"]["duration_minutes"]  # type: ignore[assignment]
        gid = self.random.choice([*cell.entries, ""])
        if not gid:
            path, method = f"/tasks/{cell.task}/time_tracking_entries", "POST"
        elif self.random.random() < 0.5:
            path, method = f"/time_tracking_entries/{gid}", "PUT"
        else:
            path, method, minutes = f"/time_tracking_entries/{gid}", "DELETE", None
        sent = {} if method == "DELETE" else {"json": values}
        response = self.stack.api(method, path, self.token, **sent)
        if response.ok:
            made = response.json()["data"].get("gid", gid)
            self.direct.append((method, made, minutes))
        return None

    def _choose(self, page: str, cells: dict[tuple[str, str], Cell]) -> None:
        """Decides about one of the edits that wait."""
        choices: dict[str, set[str]] = {}
        for edit, what in CHOICE.findall(page):
            choices.setdefault(edit, set()).add(what)
        if not choices:
            return self._type(page, cells)
        edit = self.random.choice(sorted(choices))
        self.choose(edit, self.random.choice(sorted(choices[edit])))
        return None

    def choose(self, edit: str, what: str) -> None:
        if what == "discard":
            self.discarded.add(edit)
        self.post(f"unsynced/{edit}/{what}/", {})

    # Helpers

    def _pick(self, cells: dict[tuple[str, str], Cell]) -> Cell:
        return cells[self.random.choice(sorted(cells))]

    def _fresh(self, cell: Cell) -> int:
        """Minutes that were never asked for in this cell, so that each entry tells where it is
        from."""
        place = (cell.task, cell.day)
        self.used[place] = self.used.get(place, 0) + 1
        return self.used[place]

    def save(self, changes: list[tuple[Cell, str]], tabs: int = 1) -> None:
        edits = [str(UUID(int=self.random.getrandbits(128), version=4)) for _ in changes]
        step = edits[0]
        values: dict[str, list[str]] = {
            "task": [cell.task for cell, _ in changes],
            "day": [cell.day for cell, _ in changes],
            "seen": [cell.seen for cell, _ in changes],
            "edit": edits,
            "step": [step] * len(changes),
            "text": [text for _, text in changes],
        }
        answers: list[requests.Response] = []

        def send(web: int) -> None:
            answers.append(self.post("cells/", values, web=web))

        if tabs == 1:
            send(self.random.randrange(len(self.stack.webs)))
        else:
            threads = [threading.Thread(target=send, args=(place % 2,)) for place in range(tabs)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        shown = {(one.task, one.day): one for one in cells_of(answers[0].text)}
        for (cell, text), edit in zip(changes, edits, strict=True):
            state = shown[cell.task, cell.day].state if (cell.task, cell.day) in shown else ""
            taken = all(one.status_code == 200 for one in answers) or state != "refused"
            self.asks.append(Ask(self.gid, edit, cell.task, cell.day, text, time.time(), taken))
        self.done += len(changes)


def duration(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def cells_of(page: str) -> list[Cell]:
    found = []
    parts = list(CELL.finditer(page))
    for place, part in enumerate(parts):
        end = parts[place + 1].start() if place + 1 < len(parts) else len(page)
        waiting = WAITING.search(html.unescape(page[part.start() : end]))
        found.append(Cell(**part.groupdict(), edit=waiting[1] if waiting else ""))
    return found
