"""People who fill in their weeks as people do, only faster.

They type, clear, paste, undo, press Retry, send a change twice, use several tabs, some of them old,
and change entries in Asana itself.
"""

from __future__ import annotations

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
from bench.torture.week_page import Cell, cells_of, choices_of, undo_forms_of

WORKSPACE = "1200000000000001"
TASKS_EACH = 8
# Seconds without a usable response.
GIVES_UP_AFTER = 180.0
OTHER_PAGES = ("/connection/", "/preferences/", "/waiting/", "/status/", "/sign-in/")

# What a person does, each with its weight.
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
class RequestedEdit:
    """An edit that a person sent."""

    # The person's gid.
    person: str
    # Its id.
    edit: str
    task: str
    day: str
    text: str
    # Seconds since the epoch.
    at: float
    # Whether the response said that the edit was accepted.
    accepted: bool


@dataclass
class Person:
    """A person who works in two browsers at once, and in Asana."""

    stack: Stack
    gid: str
    name: str
    # A personal access token of the sandbox.
    token: str
    week: str
    random: Random
    requested: list[RequestedEdit] = field(default_factory=list)
    # Writes in Asana itself: the HTTP method, the gid of the entry, and its minutes.
    direct: list[tuple[str, str, int | None]] = field(default_factory=list)
    # Ids of the edits that they discarded.
    discarded: set[str] = field(default_factory=set)
    # When they pressed undo or redo, in seconds since the epoch.
    undone_at: list[float] = field(default_factory=list)
    # Gids of the tasks in their week.
    tasks: list[str] = field(default_factory=list)
    # Number of actions by name.
    counts: dict[str, int] = field(default_factory=dict)
    server_errors: list[str] = field(default_factory=list)
    # The words of all responses.
    pages: Words = field(default_factory=Words)
    cookies: dict[str, str] = field(default_factory=dict)
    # The highest minutes requested so far, by task and day.
    last_minutes: dict[tuple[str, str], int] = field(default_factory=dict)
    # The cells of an old tab.
    older: list[Cell] = field(default_factory=list)
    # Number of edits requested.
    done: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    # Signing in

    def sign_in(self) -> None:
        """Sign in with Asana, until it succeeds."""
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
                self.keep_words(first, back)
                if back.status_code == 302 and "sessionid" in session.cookies:
                    self.keep_words(session.get(f"{self.stack.webs[0]}/sign-in/", timeout=60))
                    self.cookies = session.cookies.get_dict()
                    return
            except (requests.RequestException, KeyError):
                continue

    def settle_in(self) -> None:
        """Sign in, and add their own tasks to the week."""
        self.sign_in()
        tasks = self.stack.api(
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
        self.tasks = sorted(task["gid"] for task in tasks)[:TASKS_EACH]
        for task in self.tasks:
            self.post("rows/add/", {"task": task})

    def look_around(self) -> None:
        """Open the other pages, so that they are searched for secrets too."""
        for page in OTHER_PAGES:
            self._until_answered("GET", page)

    # Talking to the app

    def at(self, path: str) -> str:
        """Return a path below the address of their week."""
        return f"/{WORKSPACE}/week/{self.week}/{path}"

    def see(self) -> tuple[str, dict[tuple[str, str], Cell]]:
        """Return the page of the week, and its cells by task and day."""
        response = self._until_answered("GET", self.at(""))
        page = response.text
        return page, {(cell.task, cell.day): cell for cell in cells_of(page)}

    def post(self, path: str, values: dict[str, Any], web: int | None = None) -> requests.Response:
        """Post a form below the week to a web server, by default to a random one."""
        return self._until_answered("POST", self.at(path), data=values, web=web)

    def _until_answered(
        self, method: str, path: str, *, data: Any = None, web: int | None = None
    ) -> requests.Response:
        """Send a request as the page's script does: again until there is a response.

        Signs in again where that is necessary.
        """
        for _ in self._tries():
            with self._lock:
                server = web if web is not None else self.random.randrange(len(self.stack.webs))
                web = None
                cookies = dict(self.cookies)
            headers = {"X-CSRFToken": cookies.get("csrftoken", "")}
            if method == "POST":
                headers["HX-Request"] = "true"
            try:
                response = requests.request(
                    method,
                    self.stack.webs[server] + path,
                    data=data,
                    headers=headers,
                    cookies=cookies,
                    timeout=120,
                    allow_redirects=False,
                )
            except requests.RequestException:
                continue
            self.keep_words(response)
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

    def keep_words(self, *responses: requests.Response) -> None:
        """Keep the words of responses and their headers, to search them for secrets."""
        for response in responses:
            self.pages.add("\n".join([response.text, *response.headers.values()]))

    def _tries(self) -> Iterator[int]:
        deadline = time.monotonic() + GIVES_UP_AFTER
        number = 0
        while time.monotonic() < deadline:
            yield number
            number += 1
            time.sleep(min(0.1 * number, 1.0))
        raise TimeoutError(f"{self.name}: nothing went through for {GIVES_UP_AFTER} seconds")

    # Actions

    def act(self) -> None:
        """Do one thing, chosen at random."""
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
        in_order = sorted(cells.values(), key=lambda cell: (cell.task, cell.day))
        pasted = self.random.sample(in_order, min(count, len(cells)))
        self.save([(cell, duration(self._fresh(cell))) for cell in pasted])

    def _undo(self, page: str, _cells: object) -> None:
        key = self.random.choice(["undo", "undo", "redo"])
        if values := undo_forms_of(page).get(key):
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
        """Change a cell in Asana itself.

        Not a cell with an open edit, where nobody could tell which write came first.
        """
        settled = [cell for cell in cells.values() if cell.is_settled]
        if not settled:
            return self._type(page, cells)
        cell = self.random.choice(settled)
        values = {"data": {"duration_minutes": self._fresh(cell), "entered_on": cell.day}}
        minutes: int | None = values["data"]["duration_minutes"]  # type: ignore[assignment]
        gid = self.random.choice([*cell.entries, ""])
        if not gid:
            path, method = f"/tasks/{cell.task}/time_tracking_entries", "POST"
        elif self.random.random() < 0.5:
            path, method = f"/time_tracking_entries/{gid}", "PUT"
        else:
            path, method, minutes = f"/time_tracking_entries/{gid}", "DELETE", None
        body = {} if method == "DELETE" else {"json": values}
        response = self.stack.api(method, path, self.token, **body)
        if response.ok:
            written = response.json()["data"].get("gid", gid)
            self.direct.append((method, written, minutes))
        return None

    def _choose(self, page: str, cells: dict[tuple[str, str], Cell]) -> None:
        """Decide about an edit that needs its person."""
        choices = choices_of(page)
        if not choices:
            return self._type(page, cells)
        edit = self.random.choice(sorted(choices))
        self.choose(edit, self.random.choice(sorted(choices[edit])))
        return None

    def choose(self, edit: str, choice: str) -> None:
        """Press the button `choice` of an edit: retry, discard, mine or both."""
        if choice == "discard":
            self.discarded.add(edit)
        self.post(f"unsynced/{edit}/{choice}/", {})

    # Helpers

    def _pick(self, cells: dict[tuple[str, str], Cell]) -> Cell:
        return cells[self.random.choice(sorted(cells))]

    def _fresh(self, cell: Cell) -> int:
        """Return minutes that were never requested in this cell.

        So the minutes of an entry tell which edit it is from.
        """
        place = (cell.task, cell.day)
        self.last_minutes[place] = self.last_minutes.get(place, 0) + 1
        return self.last_minutes[place]

    def save(self, changes: list[tuple[Cell, str]], tabs: int = 1) -> None:
        """Send the texts of cells as one step, from a number of tabs at the same time."""
        edits = [str(UUID(int=self.random.getrandbits(128), version=4)) for _ in changes]
        values: dict[str, list[str]] = {
            "task": [cell.task for cell, _ in changes],
            "day": [cell.day for cell, _ in changes],
            "seen": [cell.seen for cell, _ in changes],
            "edit": edits,
            "step": [edits[0]] * len(changes),
            "text": [text for _, text in changes],
        }
        responses = self._send(values, tabs)
        shown = {(cell.task, cell.day): cell.state for cell in cells_of(responses[0].text)}
        is_ok = all(response.status_code == 200 for response in responses)
        for (cell, text), edit in zip(changes, edits, strict=True):
            accepted = is_ok or shown.get((cell.task, cell.day), "") != "refused"
            self.requested.append(
                RequestedEdit(self.gid, edit, cell.task, cell.day, text, time.time(), accepted)
            )
        self.done += len(changes)

    def _send(self, values: dict[str, list[str]], tabs: int) -> list[requests.Response]:
        responses: list[requests.Response] = []

        def send(web: int) -> None:
            responses.append(self.post("cells/", values, web=web))

        if tabs == 1:
            send(self.random.randrange(len(self.stack.webs)))
        else:
            threads = [threading.Thread(target=send, args=(number % 2,)) for number in range(tabs)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return responses


def duration(minutes: int) -> str:
    """Write minutes as a person types them: 1:30."""
    return f"{minutes // 60}:{minutes % 60:02}"
