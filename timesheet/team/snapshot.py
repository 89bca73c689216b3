"""A team's week as one reader saw it: read from Asana in few batches of requests.

It is cached for this reader alone, so that a page can show it at once and refresh it afterwards.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.core.cache import cache

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, PaymentRequired, Refused
from accounts.asana.listings import Listing
from accounts.asana.records import (
    ApprovalStatusRecord,
    Entry,
    OutOfOffice,
    Records,
    UnreadableRecord,
)
from accounts.asana.transport import MAX_IN_FLIGHT
from accounts.connections.reader import Reader
from timesheet.domain.week import Week
from timesheet.sheets import approvals
from timesheet.sheets.approvals import WeekStatus
from timesheet.team import statuses
from timesheet.team.hours import visible_entries

# How many batches of requests are sent one after the other before a page is shown.
MOST_BATCHES = 4
CACHED_SECONDS = 24 * 3600
TIME_OFF_CACHED_SECONDS = 6 * 3600
VISIBLE_CACHED_SECONDS = 60 * 24 * 3600
# A person without hours in so many weeks may be one whose hours Asana does not show.
VISIBLE_FOR = timedelta(weeks=8)


class Snapshot(msgspec.Struct):
    """What was read, by gid of the person."""

    # When the hours were read.
    at: datetime
    # None for a person whose hours Asana refuses to show.
    hours: dict[str, list[Entry] | None]
    # Entries that Asana listed and that could not be read; people without any are missing.
    unreadable: dict[str, list[UnreadableRecord]] = {}
    # From Asana's own records.
    statuses: dict[str, WeekStatus] = {}
    # A person whose days off were not read yet is missing.
    time_off: dict[str, list[OutOfOffice]] = {}
    # People of whom Asana has shown any hours within the last weeks.
    visible: set[str] = set()
    # People about whom it is known whether Asana shows any hours of theirs.
    checked: set[str] = set()
    # Whether weeks are approved here, because the Asana plan has no approvals.
    approved_locally: bool = False

    def lacks(self, people: Collection[str]) -> bool:
        """Tell whether anything about these people was not read yet."""
        return any(gid not in self.time_off or gid not in self.checked for gid in people)


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


def cache_snapshot(reader: Reader, workspace: str, week: Week, snapshot: Snapshot) -> None:
    """Cache the snapshot for this reader."""
    packed = zlib.compress(msgspec.msgpack.encode(snapshot), 1)
    cache.set(_cache_key(reader, workspace, week), packed, CACHED_SECONDS)


def read(
    reader: Reader,
    workspace: str,
    week: Week,
    people: Collection[str],
    *,
    now: datetime,
    recent: Snapshot | None = None,
) -> Snapshot:
    """Read everybody's hours, and as much of the rest as fits into `MOST_BATCHES`.

    With a `recent` snapshot, hours are taken from it and only the rest is read. The result is
    cached. Raises `AsanaError`, with nothing cached.
    """
    reading = _Reading(reader, workspace, week, people)
    snapshot = reading.read_hours(now) if recent is None else recent
    reading.read_rest(snapshot)
    cache_snapshot(reader, workspace, week, snapshot)
    return snapshot


def read_person(reader: Reader, workspace: str, week: Week, gid: str, snapshot: Snapshot) -> None:
    """Read one person's week into the snapshot, in one batch. Raises `AsanaError`."""
    start, end = week.start, week.end
    requests: list[Listing[Any]] = [
        listings.timesheets(workspace, start=start, end=start, user=gid),
        listings.entries(workspace, start=start, end=end, user=gid),
        listings.time_off(workspace, start=start, end=end, user=gid),
    ]
    timesheets, entries, time_off = reader.asana.gather_lists(requests)
    snapshot.hours[gid] = visible_entries(entries)
    snapshot.unreadable.pop(gid, None)
    snapshot.unreadable |= _unreadable_by_gid([gid], [entries])
    snapshot.time_off |= _lists_by_gid([gid], [time_off])
    if not isinstance(timesheets, AsanaError):
        snapshot.statuses.pop(gid, None)
        snapshot.statuses |= approvals.asana_statuses(timesheets)
    snapshot.visible |= _visible_in(snapshot)
    cache_visible(reader, workspace, snapshot)
    cache_snapshot(reader, workspace, week, snapshot)


def visible_people(reader: Reader, workspace: str, snapshot: Snapshot) -> set[str]:
    """Gids of people of whom this reader has seen any hours in the last eight weeks."""
    last_seen: dict[str, datetime] = cache.get(_visible_cache_key(reader, workspace), {})
    recent = {gid for gid, at in last_seen.items() if snapshot.at - at < VISIBLE_FOR}
    return recent | _visible_in(snapshot)


def cache_visible(reader: Reader, workspace: str, snapshot: Snapshot) -> None:
    """Cache when this reader last saw hours of the people who are visible in the snapshot."""
    last_seen: dict[str, datetime] = cache.get(_visible_cache_key(reader, workspace), {})
    new = {gid: snapshot.at for gid in snapshot.visible if gid not in last_seen}
    now = dict.fromkeys(_visible_in(snapshot), snapshot.at)
    cache.set(
        _visible_cache_key(reader, workspace), {**last_seen, **new, **now}, VISIBLE_CACHED_SECONDS
    )


def _visible_in(snapshot: Snapshot) -> set[str]:
    return {gid for gid, entries in snapshot.hours.items() if entries} | snapshot.statuses.keys()


class _Reading:
    """The reading of one snapshot, in at most `MOST_BATCHES` batches where hours allow it."""

    def __init__(self, reader: Reader, workspace: str, week: Week, people: Collection[str]) -> None:
        self.reader, self.workspace, self.week = reader, workspace, week
        self.people = list(people)
        self.time_off: dict[str, list[OutOfOffice]] = cache.get(self._time_off_cache_key, {})
        self.batches_left = MOST_BATCHES

    def read_hours(self, now: datetime) -> Snapshot:
        """Read everybody's hours and the statuses, and days off where there is room."""
        start, end = self.week.start, self.week.end
        status_listings = statuses.listings_of(self.workspace, start, self.people)
        requests: list[Listing[Any]] = [
            *status_listings,
            *(
                listings.entries(self.workspace, start=start, end=end, user=gid)
                for gid in self.people
            ),
        ]
        has_approvals = self._cached_plan_has_approvals()
        if has_approvals is None and self.reader.is_delegated:
            # The question is a write that Asana refuses, and a delegated reader only reads.
            (outcome,) = self.reader.own.gather_outcomes([Client.plan_has_approvals])
            has_approvals = self._plan_has_approvals(outcome)
        asks_plan = has_approvals is None and not self.reader.is_delegated
        also = [Client.plan_has_approvals] if asks_plan else []
        fewest = -(-(len(requests) + len(also)) // MAX_IN_FLIGHT)
        without_time_off = self._without_time_off
        answers = self.reader.asana.gather_lists(
            [*requests, *self._time_off(without_time_off)],
            also=also,
            max_batches=max(MOST_BATCHES, fewest),
        )
        self.batches_left -= -(-len(answers) // MAX_IN_FLIGHT)
        if also:
            has_approvals = self._plan_has_approvals(answers.pop())
        self._add_time_off(without_time_off, answers[len(requests) :])
        finished = self._finish(requests, answers)
        entries = finished[len(status_listings) :]
        records = self._merge_statuses(finished[: len(status_listings)])
        hours: dict[str, list[Entry] | None] = {
            gid: visible_entries(answer) for gid, answer in zip(self.people, entries, strict=True)
        }
        by_person = approvals.asana_statuses(records)
        unreadable = _unreadable_by_gid(self.people, entries)
        return Snapshot(now, hours, unreadable, by_person, approved_locally=has_approvals is False)

    def _merge_statuses(self, answers: Sequence[Any]) -> Sequence[ApprovalStatusRecord]:
        """Return everybody's statuses; none where the plan has no approvals."""
        merged = statuses.merge(
            self.reader.asana, self.workspace, self.week.start, self.people, answers
        )
        if isinstance(merged, PaymentRequired):
            return []
        if isinstance(merged, AsanaError):
            raise merged
        return merged

    def read_rest(self, snapshot: Snapshot) -> None:
        """Read, where there is room, days off, and whether Asana shows any hours of the people who
        seem to have none."""
        visible = visible_people(self.reader, self.workspace, snapshot)
        start, without_time_off = self.week.start, self._without_time_off
        unknown = [gid for gid in self.people if gid not in visible | snapshot.checked]
        earlier_entries = [
            listings.entries(
                self.workspace, start=start - VISIBLE_FOR, end=start, user=gid, limit=1
            )
            for gid in unknown
        ]
        answers = self.reader.asana.gather_lists(
            [*earlier_entries, *self._time_off(without_time_off)],
            max_batches=max(self.batches_left, 0),
        )
        self._add_time_off(without_time_off, answers[len(earlier_entries) :])
        entries_by_gid = _lists_by_gid(unknown, answers[: len(earlier_entries)])
        snapshot.time_off = {gid: self.time_off[gid] for gid in self.people if gid in self.time_off}
        snapshot.visible = visible | {gid for gid, entries in entries_by_gid.items() if entries}
        snapshot.checked |= visible | entries_by_gid.keys()
        cache_visible(self.reader, self.workspace, snapshot)

    def _cached_plan_has_approvals(self) -> bool | None:
        """None if Asana has to be asked. It is asked again where weeks are approved here although
        the plan had approvals: it may have lost them since."""
        has_approvals = approvals.cached_plan_has_approvals(self.reader.user, self.workspace)
        approved_here = approvals.local_statuses(self.workspace, self.week, self.people)
        return None if has_approvals and approved_here else has_approvals

    def _plan_has_approvals(self, outcome: bool | AsanaError) -> bool | None:
        """Whether the plan has approvals; None if Asana did not say.

        Raises `AsanaError` if it did not say and weeks are approved here: these would look as if
        nobody had submitted them.
        """
        if not isinstance(outcome, AsanaError):
            approvals.cache_plan_has_approvals(self.reader.user, self.workspace, offered=outcome)
            return outcome
        if approvals.local_statuses(self.workspace, self.week, self.people):
            raise outcome
        return None

    def _finish(self, requests: list[Listing[Any]], answers: list[Any]) -> list[Any]:
        """Read the lists for which there was no room: hours are never left out."""
        missing = [index for index in range(len(requests)) if answers[index] is None]
        for index, answer in zip(
            missing,
            self.reader.asana.gather_lists([requests[index] for index in missing]),
            strict=True,
        ):
            answers[index] = answer
        return answers[: len(requests)]

    @property
    def _without_time_off(self) -> list[str]:
        return [gid for gid in self.people if gid not in self.time_off]

    def _time_off(self, people: list[str]) -> list[Listing[OutOfOffice]]:
        start, end = self.week.start, self.week.end
        return [listings.time_off(self.workspace, start=start, end=end, user=gid) for gid in people]

    def _add_time_off(self, people: list[str], answers: list[Any]) -> None:
        if people:
            self.time_off |= _lists_by_gid(people, answers)
            cache.set(self._time_off_cache_key, self.time_off, TIME_OFF_CACHED_SECONDS)

    @property
    def _time_off_cache_key(self) -> str:
        return f"team-off:{self.reader.key}:{self.workspace}:{self.week}"


def _lists_by_gid(people: list[str], answers: list[Any]) -> dict[str, list[Any]]:
    """The lists that were read, by gid: empty if Asana refused, missing if the request failed."""
    lists = {}
    for gid, answer in zip(people, answers, strict=True):
        if isinstance(answer, list):
            lists[gid] = answer
        elif isinstance(answer, Refused):
            lists[gid] = []
    return lists


def _unreadable_by_gid(people: list[str], answers: list[Any]) -> dict[str, list[UnreadableRecord]]:
    """What could not be read in the lists of those people whose list has anything like that."""
    return {
        gid: answer.unreadable
        for gid, answer in zip(people, answers, strict=True)
        if isinstance(answer, Records) and answer.unreadable
    }


def _cache_key(reader: Reader, workspace: str, week: Week) -> str:
    return f"team:{reader.key}:{workspace}:{week}"


def _visible_cache_key(reader: Reader, workspace: str) -> str:
    return f"sighted:{reader.key}:{workspace}"
