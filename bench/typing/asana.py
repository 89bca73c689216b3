"""What the local Asana takes for the requests of one edit, asked directly."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, timedelta

import requests

from bench.screenshots.states import WORKSPACE

TOKEN = "sandbox-ada"  # noqa: S105 (of the local Asana)
TIMEOUT = 30


@dataclass(frozen=True)
class AsanaClock:
    """Times requests to the local Asana at this address."""

    address: str

    def set_latency(self, milliseconds: int) -> None:
        """Make each request take so much longer."""
        rules = [{"kind": "latency", "ms": milliseconds, "path": "/api/"}]
        requests.put(
            f"{self.address}/sandbox/faults", json=rules, timeout=TIMEOUT
        ).raise_for_status()

    def milliseconds_of_edit(self, monday: date, task: str) -> float:
        """Return what one edit takes: to list the week, to change an entry, and to list again.

        That is what the timesheet waits for; the entry keeps its hours.
        """
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {TOKEN}"
            # The connection is open, as ours is.
            session.get(f"{self.address}/", timeout=TIMEOUT)
            began = time.monotonic()
            entries = self._week(session, monday)
            entry = next(one for one in entries if one["task"]["gid"] == task)
            session.put(
                f"{self.address}/api/1.0/time_tracking_entries/{entry['gid']}",
                json={"data": {"duration_minutes": entry["duration_minutes"]}},
                timeout=TIMEOUT,
            ).raise_for_status()
            self._week(session, monday)
            return (time.monotonic() - began) * 1000

    def _week(self, session: requests.Session, monday: date) -> list[dict[str, dict[str, str]]]:
        params = {
            "workspace": WORKSPACE,
            "user": "me",
            "entered_on_start_date": str(monday),
            "entered_on_end_date": str(monday + timedelta(days=6)),
            "opt_fields": "duration_minutes,task.gid",
        }
        address = f"{self.address}/api/1.0/time_tracking_entries"
        response = session.get(address, params=params, timeout=TIMEOUT)
        response.raise_for_status()
        return list(response.json()["data"])
