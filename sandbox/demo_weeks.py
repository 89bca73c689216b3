"""Submits last week for some people of the demo, so that their manager has weeks to approve.

The seed leaves last week open. People whose hours ended because the demo was started weeks ago get
those of their latest week again. A week with an approval status record is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import requests

from sandbox.seed_data.bulk import seed_gids
from sandbox.seed_data.people import PEOPLE

# With a full week, with part-time hours, and a freelancer. Others have last week to submit.
SUBMIT = ("yui", "nour", "tomasz")
# How far back a week with hours is looked for, in one request.
WEEKS_BACK = 26
TIMEOUT = 10


def submit_last_week(asana: str, today: date) -> int:
    """Submit last week in the name of each of `SUBMIT`; return how many weeks were submitted.

    `asana` is the address of the sandbox. Raises `requests.RequestException`.
    """
    last_monday = today - timedelta(days=today.weekday() + 7)
    gids = dict(zip((person.slug for person in PEOPLE), seed_gids("person"), strict=False))
    return sum(_Person(asana, slug, gids[slug]).submit(last_monday) for slug in SUBMIT)


class _Person:
    """The API in the name of a person of the studio."""

    def __init__(self, asana: str, slug: str, gid: str) -> None:
        self._root, self._gid = f"{asana}/api/1.0", gid
        self._workspace = next(seed_gids("workspace"))
        self._headers = {"Authorization": f"Bearer sandbox-{slug}"}

    def submit(self, monday: date) -> bool:
        """Submit the week of a Monday, unless it has a record; return whether it was submitted."""
        week = {"from_date": monday, "to_date": monday}
        if self._send("GET", "/timesheet_approval_statuses", self._mine(week)):
            return False
        sunday = monday + timedelta(days=6)
        if not self._entries(monday, sunday):
            self._repeat_latest_week(monday)
        record = self._send(
            "POST",
            "/timesheet_approval_statuses",
            data={
                "workspace": self._workspace,
                "user": self._gid,
                "start_date": str(monday),
                "end_date": str(sunday),
            },
        )
        status = {"approval_status": "submitted"}
        self._send("PUT", f"/timesheet_approval_statuses/{record['gid']}", data=status)
        return True

    def _repeat_latest_week(self, monday: date) -> None:
        """Log the hours of the latest week that has some once more, in the week of `monday`."""
        earlier = self._entries(monday - timedelta(weeks=WEEKS_BACK), monday - timedelta(days=1))
        if not earlier:
            return
        latest = max(date.fromisoformat(entry["entered_on"]) for entry in earlier)
        start = latest - timedelta(days=latest.weekday())
        for entry in earlier:
            day = date.fromisoformat(entry["entered_on"])
            if day >= start:
                path = f"/tasks/{entry['task']['gid']}/time_tracking_entries"
                hours = {
                    "duration_minutes": entry["duration_minutes"],
                    "entered_on": str(monday + (day - start)),
                }
                self._send("POST", path, data=hours)

    def _entries(self, start: date, end: date) -> list[dict[str, Any]]:
        days = {"entered_on_start_date": start, "entered_on_end_date": end}
        fields = {"opt_fields": "entered_on,duration_minutes,task.gid"}
        entries: list[dict[str, Any]] = self._send(
            "GET", "/time_tracking_entries", self._mine({**days, **fields})
        )
        return entries

    def _mine(self, query: Mapping[str, Any]) -> dict[str, str]:
        values = {**query, "workspace": self._workspace, "user": "me"}
        return {name: str(value) for name, value in values.items()}

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        data: Mapping[str, Any] | None = None,
    ) -> Any:
        response = requests.request(
            method,
            f"{self._root}{path}",
            params=query,
            json=None if data is None else {"data": data},
            headers=self._headers,
            timeout=TIMEOUT,
        )
        response.raise_for_status()
        return response.json()["data"]
