"""An integration as an example: reads a week of somebody's time, and logs time safely."""

from __future__ import annotations

import json
import time
from datetime import date, timedelta
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

ATTEMPTS = 3


class NotInPlan(Exception):
    """The workspace's plan has no time tracking."""


class SignInAgain(Exception):
    """The token is no longer valid."""


class Timesheet:
    """One person's time; `root` is https://app.asana.com, or a sandbox."""

    def __init__(self, root: str, token: str) -> None:
        self.api, self.token = f"{root}/api/1.0", token

    def minutes_of_week(self, workspace: str, monday: date) -> int:
        """Return the minutes from a Monday to the Sunday after it."""
        days = {
            "entered_on_start_date": monday,
            "entered_on_end_date": monday + timedelta(days=6),
        }
        query = urlencode({"user": "me", "workspace": workspace, "limit": 50, **days})
        path: str | None = f"/time_tracking_entries?{query}"
        minutes = 0
        while path:
            page = self._send("GET", path)
            minutes += sum(entry["duration_minutes"] for entry in page["data"])
            path = (page.get("next_page") or {}).get("path")
        return minutes

    def log(self, task: str, day: date, minutes: int) -> str:
        """Log time and return the entry's gid; never twice, also if the response is lost."""
        path, values = f"/tasks/{task}/time_tracking_entries", {"duration_minutes": minutes}
        before = {entry["gid"] for entry in self._send("GET", path)["data"]}
        try:
            entry = self._send("POST", path, {**values, "entered_on": day.isoformat()})["data"]
            return str(entry["gid"])
        except (URLError, ConnectionError):
            after = {entry["gid"] for entry in self._send("GET", path)["data"]}
            if new := after - before:
                return str(new.pop())
            raise

    def _send(self, method: str, path: str, values: Any = None) -> Any:
        for attempt in range(1, ATTEMPTS + 1):
            content = json.dumps({"data": values}).encode() if values else None
            headers = {
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
            }
            request = Request(self.api + path, content, headers, method=method)  # noqa: S310
            try:
                with urlopen(request, timeout=10) as response:  # noqa: S310
                    return json.load(response)
            except HTTPError as error:
                if error.code == 429 and attempt < ATTEMPTS:
                    time.sleep(float(error.headers.get("Retry-After", 1)))
                    continue
                known = {401: SignInAgain, 402: NotInPlan}
                raise known.get(error.code, ConnectionError)(error.read().decode()) from None
        raise AssertionError
