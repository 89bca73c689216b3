"""Reads the entries of several people with one client, many lists at the same time.

For reports and a person's page; the team page reads through `snapshot_reading`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, Forbidden, NotFound
from accounts.asana.listings import Listing
from accounts.asana.records import Entry, Records

# The entries of one person in so many days mostly fit on one page of Asana's lists.
SLICE = timedelta(days=28)


def read_hours(
    asana: Client, workspace: str, people: Collection[str], start: date, end: date
) -> dict[str, Records[Entry] | None]:
    """Read the entries of each person, by gid, from `start` to `end`, both included.

    None stands for a person whose hours Asana refuses to show. An empty list may mean the same:
    Asana leaves out hours that it does not show; `loading` finds out. Raises `AsanaError`.
    """
    requests = [
        (gid, listing) for gid in people for listing in listings_of(workspace, gid, start, end)
    ]
    answers = asana.gather_lists([listing for _gid, listing in requests])
    hours: dict[str, Records[Entry] | None] = {gid: Records() for gid in people}
    for (gid, _listing), answer in zip(requests, answers, strict=True):
        entries, earlier = visible_entries(answer), hours[gid]
        if entries is None or earlier is None:
            hours[gid] = None
        else:
            earlier.add(entries)
    return hours


def listings_of(workspace: str, gid: str, start: date, end: date) -> Iterator[Listing[Entry]]:
    """Yield listings that together hold one person's entries; each can be read by itself."""
    while start <= end:
        last = min(start + SLICE - timedelta(days=1), end)
        yield listings.entries(workspace, start=start, end=last, user=gid)
        start = last + timedelta(days=1)


def visible_entries(answer: Records[Entry] | AsanaError) -> Records[Entry] | None:
    """Return the entries; None if Asana does not show them. Raises any other `AsanaError`."""
    if isinstance(answer, Forbidden | NotFound):
        return None
    if isinstance(answer, AsanaError):
        raise answer
    return answer
