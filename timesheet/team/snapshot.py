"""A team's week as one reader saw it.

It is cached for this reader alone, so that a page can show it at once and refresh it afterwards.
`snapshot_reading` reads it from Asana.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import msgspec
from django.core.cache import cache

from accounts.asana.records import Entry, OutOfOffice, UnreadableRecord
from accounts.connections.reader import Reader
from timesheet.core.cache_lock import cache_lock
from timesheet.domain.week import Week
from timesheet.sheets.approvals import WeekStatus

CACHED_SECONDS = 24 * 3600
VISIBLE_CACHED_SECONDS = 60 * 24 * 3600
# A person without hours in so many weeks may be one whose hours Asana does not show.
VISIBLE_FOR = timedelta(weeks=8)
# How long one request may read a week while others wait for what it reads, in case it is killed;
# and how long a snapshot is locked while it is changed.
READING_SECONDS, CHANGE_SECONDS = 60, 5


class Snapshot(msgspec.Struct):
    """What was read, by gid of the person. People of whom nothing was read yet are missing."""

    # None for a person whose hours Asana refuses to show.
    hours: dict[str, list[Entry] | None] = {}
    # When the hours of each person were read.
    read_at: dict[str, datetime] = {}
    # Entries that Asana listed and that could not be read; people without any are missing.
    unreadable: dict[str, list[UnreadableRecord]] = {}
    # From Asana's own records.
    statuses: dict[str, WeekStatus] = {}
    # When the status of each person was read, or written by us; also of people without one.
    status_at: dict[str, datetime] = {}
    time_off: dict[str, list[OutOfOffice]] = {}
    # People of whom Asana has shown any hours within the last weeks.
    visible: set[str] = set()
    # People about whom it is known whether Asana shows any hours of theirs.
    checked: set[str] = set()
    # Whether weeks are approved here, because the Asana plan has no approvals; None if unknown.
    approved_locally: bool | None = None

    def add(self, news: Snapshot) -> None:
        """Add what was read since, keeping what is newer here."""
        for gid, at in news.read_at.items():
            if gid not in self.read_at or self.read_at[gid] <= at:
                self.hours[gid], self.read_at[gid] = news.hours[gid], at
                self.unreadable.pop(gid, None)
                if gid in news.unreadable:
                    self.unreadable[gid] = news.unreadable[gid]
        for gid, at in news.status_at.items():
            if gid not in self.status_at or self.status_at[gid] <= at:
                self.status_at[gid] = at
                self.statuses.pop(gid, None)
                if gid in news.statuses:
                    self.statuses[gid] = news.statuses[gid]
        self.time_off |= news.time_off
        self.visible |= news.visible
        self.checked |= news.checked
        if news.approved_locally is not None:
            self.approved_locally = news.approved_locally

    def at(self, people: Collection[str]) -> datetime | None:
        """Return when the oldest hours of these people were read; None if none were."""
        return min((self.read_at[gid] for gid in people if gid in self.read_at), default=None)

    def pending(self, people: Collection[str]) -> list[str]:
        """Return those whose hours were not read yet."""
        return [gid for gid in people if gid not in self.hours]

    def lacks(self, people: Collection[str]) -> bool:
        """Tell whether anything about these people was not read yet."""
        return any(not self.is_complete(gid) for gid in people)

    def is_complete(self, gid: str) -> bool:
        """Tell whether everything about a person was read."""
        return gid in self.hours and gid in self.time_off and gid in self.checked

    def older(self, people: Collection[str], than: datetime) -> list[str]:
        """Return those whose hours were not read since, the oldest first."""
        old = [gid for gid in people if gid in self.read_at and self.read_at[gid] <= than]
        return sorted(old, key=lambda gid: self.read_at[gid])

    def status_older(self, people: Collection[str], than: datetime) -> list[str]:
        """Return those whose status was not read since, or never."""
        return [gid for gid in people if gid not in self.status_at or self.status_at[gid] <= than]


def cached_snapshot(reader: Reader, workspace: str, week: Week) -> Snapshot | None:
    """Return what this reader saw last, if it is still cached."""
    packed: bytes | None = cache.get(_cache_key(reader, workspace, week))
    if packed is None:
        return None
    try:
        return msgspec.msgpack.decode(zlib.decompress(packed), type=Snapshot)
    except (msgspec.MsgspecError, zlib.error):
        # Another version of this software cached it, with other fields; or it is damaged.
        return None


def add_to_snapshot(reader: Reader, workspace: str, week: Week, news: Snapshot) -> None:
    """Add what was read to what is cached for this reader: others may have added meanwhile."""
    key = _cache_key(reader, workspace, week)
    with cache_lock(f"{key}:change", seconds=CHANGE_SECONDS, wait=CHANGE_SECONDS):
        snapshot = cached_snapshot(reader, workspace, week) or Snapshot()
        snapshot.add(news)
        cache.set(key, zlib.compress(msgspec.msgpack.encode(snapshot), 1), CACHED_SECONDS)


@contextmanager
def reading_alone(reader: Reader, workspace: str, week: Week, *, wait: float) -> Iterator[bool]:
    """Keep other requests from reading this week for this reader within the block.

    False if one of them is still reading after `wait` seconds: then this one must not.
    """
    key = f"{_cache_key(reader, workspace, week)}:reading"
    with cache_lock(key, seconds=READING_SECONDS, wait=wait) as is_alone:
        yield is_alone


def visible_people(reader: Reader, workspace: str, snapshot: Snapshot, now: datetime) -> set[str]:
    """Gids of people of whom this reader has seen any hours in the last eight weeks."""
    last_seen: dict[str, datetime] = cache.get(_visible_cache_key(reader, workspace), {})
    recent = {gid for gid, at in last_seen.items() if now - at < VISIBLE_FOR}
    return recent | visible_in(snapshot)


def cache_visible(reader: Reader, workspace: str, snapshot: Snapshot, now: datetime) -> None:
    """Cache when this reader last saw hours of the people who are visible in the snapshot."""
    last_seen: dict[str, datetime] = cache.get(_visible_cache_key(reader, workspace), {})
    new = {gid: now for gid in snapshot.visible if gid not in last_seen}
    shown = dict.fromkeys(visible_in(snapshot), now)
    cache.set(
        _visible_cache_key(reader, workspace), {**last_seen, **new, **shown}, VISIBLE_CACHED_SECONDS
    )


def visible_in(snapshot: Snapshot) -> set[str]:
    """Return the gids of people of whom the snapshot shows hours, or a status of their week."""
    return {gid for gid, entries in snapshot.hours.items() if entries} | snapshot.statuses.keys()


def _cache_key(reader: Reader, workspace: str, week: Week) -> str:
    return f"team-week:{reader.key}:{workspace}:{week}"


def _visible_cache_key(reader: Reader, workspace: str) -> str:
    return f"sighted:{reader.key}:{workspace}"
