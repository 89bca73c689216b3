"""The hours of several people, read in one person's name: many lists at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, Forbidden, NotFound
from accounts.asana.listings import Listing
from accounts.asana.records import Entry

# What one person logs in these days fits on one page of Asana's lists, mostly.
SLICE = timedelta(days=28)


def read_hours(
    asana: Client, workspace: str, people: Collection[str], start: date, end: date
) -> dict[str, list[Entry] | None]:
    """Everybody's entries of the days from `start` to `end`, both included, by gid; None for those
    whose hours Asana refuses to show. Raises `AsanaError`.

    A person of whom Asana shows nothing may have no hours, or none that it shows: `team` knows.
    """
    asked = [(gid, listing) for gid in people for listing in hours_of(workspace, gid, start, end)]
    answers = asana.gather_lists([listing for _gid, listing in asked])
    found: dict[str, list[Entry] | None] = {gid: [] for gid in people}
    for (gid, _listing), answer in zip(asked, answers, strict=True):
        told = shown(answer)
        so_far = found[gid]
        found[gid] = None if told is None or so_far is None else [*so_far, *told]
    return found


def hours_of(workspace: str, gid: str, start: date, end: date) -> Iterator[Listing[Entry]]:
    """One person's entries, in lists that can be read at the same time."""
    while start <= end:
        last = min(start + SLICE - timedelta(days=1), end)
        yield listings.entries(workspace, start=start, end=last, user=gid)
        start = last + timedelta(days=1)


def shown(answer: list[Entry] | AsanaError) -> list[Entry] | None:
    """What Asana told, None where it does not show it; raises what is no answer at all."""
    if isinstance(answer, Forbidden | NotFound):
        return None
    if isinstance(answer, AsanaError):
        raise answer
    return answer
