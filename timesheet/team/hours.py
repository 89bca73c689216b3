"""Which of Asana's lists hold a person's entries, and what their answers mean."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from accounts.asana import listings
from accounts.asana.errors import AsanaError, Forbidden, NotFound
from accounts.asana.listings import Listing
from accounts.asana.records import Entry, Records

# The entries of one person in so many days mostly fit on one page of Asana's lists.
SLICE = timedelta(days=28)


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
