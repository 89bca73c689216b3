"""The sandbox's Asana as tests meddle with it and read it: faults, entries, requests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.sandbox_process import ADA, Sandbox
from tests.support.people import STUDIO, WORKSPACE
from timesheet.domain.week import Week

# An address where nothing listens: Asana that cannot be reached.
CLOSED = "http://127.0.0.1:9"

# The requests that a fault rule meets.
CREATE = {"method": "POST", "path": "/time_tracking_entries$"}
UPDATE = {"method": "PUT", "path": "/time_tracking_entries/"}
DELETE = {"method": "DELETE", "path": "/time_tracking_entries/"}
READ_ENTRY = {"method": "GET", "path": "/time_tracking_entries/"}
LIST = {"method": "GET", "path": "/time_tracking_entries$"}
READ_USER = {"method": "GET", "path": "/users/me$"}


def entries_of(
    asana: Sandbox, week: Week, gid: str = "me", token: str = ADA, **options: Any
) -> list[dict[str, Any]]:
    """A person's entries of a week, as Asana returns them to the owner of the token."""
    return asana.get(
        "/time_tracking_entries",
        token,
        workspace=WORKSPACE,
        user=gid,
        entered_on_start_date=week.start,
        entered_on_end_date=week.end,
        **options,
    )


def clear_today(asana: Sandbox) -> bool:
    """Moves Ada's entries of today to the day after; returns whether there were any.

    On a Monday she has some, which keep their tasks in the week.
    """
    today = timezone.localdate()
    entries = asana.get(
        "/time_tracking_entries",
        workspace=WORKSPACE,
        user="me",
        entered_on_start_date=today,
        entered_on_end_date=today,
    )
    for entry in entries:
        path = f"/time_tracking_entries/{entry['gid']}"
        asana.put(path, entered_on=str(today + timedelta(days=1)))
    return bool(entries)


def minutes_of(asana: Sandbox, week: Week, gid: str) -> int:
    """A person's minutes of a week, which Mia may see of everybody."""
    entries = entries_of(asana, week, gid, "sandbox-mia")
    return sum(entry["duration_minutes"] for entry in entries)


def short(asana: Sandbox, week: Week) -> set[str]:
    """The addresses of those with less than 40 hours in a week without days off."""
    return {email for gid, email in STUDIO.items() if minutes_of(asana, week, gid) < 5 * 480}


def count_requests(asana: Sandbox, *, method: str = "", path: str = "") -> int:
    """The number of requests that Asana was sent with this method, and to a path that ends so."""
    return sum(
        request["method"] == (method or request["method"]) and request["path"].endswith(path)
        for request in asana.requests()
    )


def week_statuses(asana: Sandbox, week: Week) -> dict[str, str]:
    """The approval status of everybody's week, by gid, as Mia sees it."""
    found = asana.get(
        "/timesheet_approval_statuses",
        "sandbox-mia",
        workspace=WORKSPACE,
        from_date=week.start,
        to_date=week.start,
        opt_fields="user,approval_status",
    )
    return {week_status["user"]["gid"]: week_status["approval_status"] for week_status in found}


def own_week_status(asana: Sandbox, week: Week) -> str | None:
    """The approval status of Ada's week; None where there is no record."""
    found = asana.get(
        "/timesheet_approval_statuses",
        workspace=WORKSPACE,
        user="me",
        from_date=week.start,
        to_date=week.start,
    )
    return found[0]["approval_status"] if found else None
