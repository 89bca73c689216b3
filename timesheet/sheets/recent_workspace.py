"""The workspace that a person worked in last, by their hours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError
from accounts.asana.records import Entry, Records, Workspace

# How far back hours count. A person without hours since then starts in their first workspace.
LOOKED_BACK = timedelta(weeks=5)
# Some people log a week ahead.
LOOKED_AHEAD = timedelta(weeks=1)


def last_worked_in(asana: Client, workspaces: Sequence[Workspace], today: date) -> Workspace:
    """Return the workspace with the person's most recent hours; the first where none has any.

    A workspace whose hours cannot be read counts as one without. There must be at least one.
    """
    if len(workspaces) == 1:
        return workspaces[0]
    outcomes = asana.gather_outcomes([_reader(workspace, today) for workspace in workspaces])
    newest = [
        date.min
        if isinstance(entries, AsanaError)
        else max((entry.entered_on for entry in entries), default=date.min)
        for entries in outcomes
    ]
    return workspaces[newest.index(max(newest))]


def _reader(workspace: Workspace, today: date) -> Callable[[Client], Records[Entry]]:
    listing = listings.entries(workspace.gid, start=today - LOOKED_BACK, end=today + LOOKED_AHEAD)
    return lambda client: client.list_all(listing)
