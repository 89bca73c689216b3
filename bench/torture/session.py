"""A person with two browsers: signing in, sending requests as the week's scripts do, and noting all
that they are shown."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlsplit

import requests

from bench.torture.leaks import Words
from bench.torture.ledger import Ledger, WeekSight
from bench.torture.stack import Stack
from bench.torture.week_page import (
    Cell,
    cells_of,
    messages_of,
    says_all_is_saved,
    week_status_of,
)

WORKSPACE = "1200000000000001"
TASKS_EACH = 8
# Seconds without a usable response.
GIVES_UP_AFTER = 240.0
OTHER_PAGES = ("/connection/", "/preferences/", "/waiting/", "/status/", "/sign-in/")
# Statuses of the app's own answers to a write, and where it redirects to after one.
ANSWERED = (200, 204, 422)
REDIRECT = re.compile(r"/(week/[\w-]+|policy)/$")


@dataclass
class Session:
    """A person's week in one workspace."""

    stack: Stack
    gid: str
    name: str
    # A personal access token of the sandbox.
    token: str
    week: str
    random: Random
    workspace: str = WORKSPACE
    ledger: Ledger = field(default_factory=Ledger)
    # Gids of the tasks in their week.
    tasks: list[str] = field(default_factory=list)
    server_errors: list[str] = field(default_factory=list)
    # The words of all responses.
    pages: Words = field(default_factory=Words)
    cookies: dict[str, str] = field(default_factory=dict)
    # The last message at the top of a page, also of one that says that Asana does not respond.
    said: str = ""
    # What came of the last request, to explain why nothing goes through.
    last_answer: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    # Signing in

    def sign_in(self) -> None:
        """Sign in with Asana, until it succeeds."""
        for _ in self._tries():
            session = requests.Session()
            web = self.stack.webs[0]
            try:
                first = session.get(f"{web}/sign-in/asana/", timeout=60, allow_redirects=False)
                consent = requests.post(
                    first.headers["Location"],
                    data={"person": self.gid, "decision": "allow"},
                    allow_redirects=False,
                    timeout=60,
                )
                back = session.get(consent.headers["Location"], timeout=60, allow_redirects=False)
                self.keep_words(first, back)
                if back.status_code == 302 and "sessionid" in session.cookies:
                    self.keep_words(session.get(f"{web}/sign-in/", timeout=60))
                    self.cookies = session.cookies.get_dict()
                    return
            except (requests.RequestException, KeyError):
                continue

    def settle_in(self) -> None:
        """Sign in, and add their own tasks to the week."""
        self.sign_in()
        query = {"assignee": "me", "workspace": self.workspace, "completed_since": "now"}
        response = self.stack.api("GET", "/tasks", self.token, params={**query, "limit": 100})
        self.tasks = sorted(task["gid"] for task in response.json()["data"])[:TASKS_EACH]
        for task in self.tasks:
            self.post("rows/add/", {"task": task})

    def look_around(self) -> None:
        """Open the other pages, so that they are searched for secrets too."""
        for page in OTHER_PAGES:
            self.answer("GET", page)

    # Talking to the app

    def at(self, path: str) -> str:
        """Return a path below the address of their week."""
        return f"/{self.workspace}/week/{self.week}/{path}"

    def see(self) -> tuple[str, dict[tuple[str, str], Cell]]:
        """Return the page of the week, and its cells by task and day."""
        page = self.answer("GET", self.at("")).text
        return page, {cell.place: cell for cell in cells_of(page)}

    def post(self, path: str, values: dict[str, Any], web: str | None = None) -> requests.Response:
        """Post a form below the week to a web server, by default to a random one."""
        return self.answer("POST", self.at(path), data=values, web=web)

    def answer(
        self,
        method: str,
        path: str,
        *,
        data: Any = None,
        params: Any = None,
        web: str | None = None,
    ) -> requests.Response:
        """Send a request as the page's scripts do: again until the app itself has answered.

        Signs in again where that is necessary.
        """
        for number in self._tries():
            server = self._server() if web is None or number else web
            asked_at = time.time()
            sent = data
            if number and path.endswith("/cells/") and "shown" in data:
                # What is sent again is compared with the version that it was typed on.
                sent = {**data, "version": data["shown"]}
            response = self._send(method, server + path, sent, params)
            if response is None:
                continue
            if method == "GET" and response.status_code == 200:
                self.note(response, asked_at)
                return response
            if response.status_code in (401, 403) or self._is_signed_out(response):
                self.sign_in()
            elif response.status_code == 500:
                self.server_errors.append(f"{method} {urlsplit(path).path}")
            elif method == "POST" and self._is_answer(response):
                self.note(response, asked_at)
                return response
        raise TimeoutError(f"{self.name}: no answer to {method} {path}")

    def _server(self) -> str:
        with self._lock:
            return self.random.choice(self.stack.webs)

    def _send(self, method: str, address: str, data: Any, params: Any) -> requests.Response | None:
        with self._lock:
            cookies = dict(self.cookies)
        headers = {"X-CSRFToken": cookies.get("csrftoken", "")}
        # A copy is sent as a plain form: its answer has the cells that were not taken, with the
        # reason, where a script is led to the week with sentences about all of them.
        is_plain = address.endswith("/hours/copy/")
        if (method == "POST" and not is_plain) or (params and "htmx" in params):
            headers["HX-Request"] = "true"
        options: dict[str, Any] = {"headers": headers, "cookies": cookies}
        try:
            response = requests.request(
                method,
                address,
                data=data,
                params=params,
                allow_redirects=False,
                timeout=120,
                **options,
            )
        except requests.RequestException as error:
            self.last_answer = repr(error)
            return None
        self.last_answer = f"{response.status_code} {response.headers.get('Location', '')}"
        self.keep_words(response)
        self.said = next(reversed(messages_of(response.text)), self.said)
        if "messages=" in response.headers.get("Set-Cookie", ""):
            # What is said on the next page.
            with self._lock:
                self.cookies["messages"] = response.cookies.get("messages", "")
        return response

    @staticmethod
    def _is_answer(response: requests.Response) -> bool:
        location = response.headers.get("Location", "")
        return response.status_code in ANSWERED or bool(REDIRECT.search(location))

    @staticmethod
    def _is_signed_out(response: requests.Response) -> bool:
        return response.status_code == 302 and "/sign-in/" in response.headers["Location"]

    def note(self, response: requests.Response, asked_at: float) -> None:
        """Note what a response shows."""
        shown_at, html = time.time(), response.text
        self.ledger.show(cells_of(html), asked_at, shown_at)
        if says_all_is_saved(html):
            self.ledger.all_saved.append((asked_at, shown_at))
        if (week := week_status_of(html)).status:
            self.ledger.weeks.append(WeekSight(asked_at, shown_at, week.status, week.by))

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
        raise TimeoutError(
            f"{self.name}: nothing went through for {GIVES_UP_AFTER} seconds; the last answer was "
            f"{self.last_answer}"
        )
