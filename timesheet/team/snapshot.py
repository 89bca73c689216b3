"""A team's week as one person saw it with one pair of eyes: read from Asana in few rounds, and
remembered for those alone, so that a page can show it at once and look again behind."""

from __future__ import annotations

import zlib
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.core.cache import cache

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, PaymentRequired, Refused
from accounts.asana.listings import Listing
from accounts.asana.records import Entry, OutOfOffice
from accounts.asana.transport import MAX_IN_FLIGHT
from accounts.connections.reader import Reader
from timesheet.domain.week import Week
from timesheet.sheets import approvals
from timesheet.sheets.approvals import WeekStatus
from timesheet.team.hours import shown

# How many times one after the other Asana is asked before a page is shown.
ROUNDS = 4
# In seconds.
KEPT = 24 * 3600
TIME_OFF_KEPT = 6 * 3600
SIGHTED_KEPT = 60 * 24 * 3600
# Who logged nothing in so many weeks before may be somebody whose hours Asana does not show.
SIGHT = timedelta(weeks=8)


class Snapshot(msgspec.Struct):
    """`hours` by gid, None for a person whose hours Asana refuses to show; `standings` those of
    Asana's own records; `kept_here` when the plan has none. Of some people the days off in
    `time_off` may not be known yet, nor whether Asana shows any hours of theirs at all: then they
    are not in `asked`."""

    at: datetime
    hours: dict[str, list[Entry] | None]
    statuses: dict[str, WeekStatus] = {}
    time_off: dict[str, list[OutOfOffice]] = {}
    visible: set[str] = set()
    asked: set[str] = set()
    kept_here: bool = False

    def lacks(self, people: Collection[str]) -> bool:
        """Whether there is more to ask Asana about them."""
        return any(gid not in self.time_off or gid not in self.asked for gid in people)


def remembered(reader: Reader, workspace: str, week: Week) -> Snapshot | None:
    packed: bytes | None = cache.get(_memory(reader, workspace, week))
    if packed is None:
        return None
    try:
        return msgspec.msgpack.decode(zlib.decompress(packed), type=Snapshot)
    except msgspec.MsgspecError:
        # Kept by a version that remembered something else.
        return None


def keep(reader: Reader, workspace: str, week: Week, snapshot: Snapshot) -> None:
    packed = zlib.compress(msgspec.msgpack.encode(snapshot), 1)
    cache.set(_memory(reader, workspace, week), packed, KEPT)


def read(
    reader: Reader,
    workspace: str,
    week: Week,
    people: Collection[str],
    *,
    now: datetime,
    known: Snapshot | None = None,
) -> Snapshot:
    """Reads the hours of all of them, and of the rest as much as `ROUNDS` have room for; only the
    rest where `known` has the hours already. Raises `AsanaError`, with nothing remembered."""
    asked = _Reading(reader, workspace, week, people)
    snapshot = asked.hours(now) if known is None else known
    asked.rest(snapshot)
    keep(reader, workspace, week, snapshot)
    return snapshot


def look_again(reader: Reader, workspace: str, week: Week, gid: str, known: Snapshot) -> None:
    """Reads one person's week anew into what is known, in one round. Raises `AsanaError`."""
    start, end = week.start, week.end
    asked: list[Listing[Any]] = [
        listings.timesheets(workspace, start=start, end=start, user=gid),
        listings.entries(workspace, start=start, end=end, user=gid),
        listings.time_off(workspace, start=start, end=end, user=gid),
    ]
    timesheets, entries, time_off = reader.asana.gather_lists(asked)
    known.hours[gid] = shown(entries)
    known.time_off |= _told([gid], [time_off])
    if not isinstance(timesheets, AsanaError):
        known.statuses.pop(gid, None)
        known.statuses |= approvals.asana_statuses(timesheets)
    known.visible |= _seen_in(known)
    keep_visible(reader, workspace, known)
    keep(reader, workspace, week, known)


def visible_of(reader: Reader, workspace: str, snapshot: Snapshot) -> set[str]:
    """Of whom Asana has shown these eyes anything of late."""
    known: dict[str, datetime] = cache.get(_sight_memory(reader, workspace), {})
    late = {gid for gid, at in known.items() if snapshot.at - at < SIGHT}
    return late | _seen_in(snapshot)


def keep_visible(reader: Reader, workspace: str, snapshot: Snapshot) -> None:
    known: dict[str, datetime] = cache.get(_sight_memory(reader, workspace), {})
    new = {gid: snapshot.at for gid in snapshot.visible if gid not in known}
    now = dict.fromkeys(_seen_in(snapshot), snapshot.at)
    cache.set(_sight_memory(reader, workspace), {**known, **new, **now}, SIGHTED_KEPT)


def _seen_in(snapshot: Snapshot) -> set[str]:
    return {gid for gid, entries in snapshot.hours.items() if entries} | snapshot.statuses.keys()


def _sight_memory(reader: Reader, workspace: str) -> str:
    return f"sighted:{reader.key}:{workspace}"


class _Reading:
    def __init__(self, reader: Reader, workspace: str, week: Week, people: Collection[str]) -> None:
        self.reader, self.workspace, self.week = reader, workspace, week
        self.people = list(people)
        self.time_off: dict[str, list[OutOfOffice]] = cache.get(self._off_memory, {})
        self.rounds = ROUNDS

    def hours(self, now: datetime) -> Snapshot:
        """Everybody's hours and how their weeks stand, with days off as far as there is room."""
        start, end = self.week.start, self.week.end
        asked: list[Listing[Any]] = [listings.timesheets(self.workspace, start=start, end=start)]
        asked += [
            listings.entries(self.workspace, start=start, end=end, user=gid) for gid in self.people
        ]
        known = self._known_offer()
        if known is None and self.reader.is_delegated:
            # It is asked by what would be a write, and nothing is sent with lent eyes but reads.
            (offered,) = self.reader.own.gather_outcomes([Client.plan_has_approvals])
            known = self._told_offer(offered)
        also = [] if known is not None or self.reader.is_delegated else [Client.plan_has_approvals]
        least = -(-(len(asked) + len(also)) // MAX_IN_FLIGHT)
        off = self._off_unknown
        answers = self.reader.asana.gather_lists(
            [*asked, *self._time_off(off)], also=also, max_batches=max(ROUNDS, least)
        )
        self.rounds -= -(-len(answers) // MAX_IN_FLIGHT)
        if also:
            known = self._told_offer(answers.pop())
        self._keep_time_off(off, answers[len(asked) :])
        timesheets, *entries = self._to_the_end(asked, answers)
        if isinstance(timesheets, AsanaError) and not isinstance(timesheets, PaymentRequired):
            raise timesheets
        records = [] if isinstance(timesheets, AsanaError) else timesheets
        told = [shown(answer) for answer in entries]
        hours = dict(zip(self.people, told, strict=True))
        standings = approvals.asana_statuses(records)
        return Snapshot(now, hours, standings, kept_here=known is False)

    def rest(self, snapshot: Snapshot) -> None:
        """Days off, and whether there are hours to be seen at all of those who seem to have
        none, as far as there is room."""
        sighted = visible_of(self.reader, self.workspace, snapshot)
        start, off = self.week.start, self._off_unknown
        doubted = [gid for gid in self.people if gid not in sighted | snapshot.asked]
        before = [
            listings.entries(self.workspace, start=start - SIGHT, end=start, user=gid, limit=1)
            for gid in doubted
        ]
        answers = self.reader.asana.gather_lists(
            [*before, *self._time_off(off)], max_batches=max(self.rounds, 0)
        )
        self._keep_time_off(off, answers[len(before) :])
        seen = _told(doubted, answers[: len(before)])
        snapshot.time_off = {gid: self.time_off[gid] for gid in self.people if gid in self.time_off}
        snapshot.visible = sighted | {gid for gid, entries in seen.items() if entries}
        snapshot.asked |= sighted | seen.keys()
        keep_visible(self.reader, self.workspace, snapshot)

    def _known_offer(self) -> bool | None:
        """None where Asana is to be asked: also where a week is kept here although its plan is
        thought to have approvals, which it may have lost since."""
        known = approvals.cached_plan_has_approvals(self.reader.user, self.workspace)
        here = approvals.local_statuses(self.workspace, self.week, self.people)
        return None if known and here else known

    def _told_offer(self, offered: bool | AsanaError) -> bool | None:
        """Whether the plan has approvals. Raises `AsanaError` where weeks are kept here and Asana
        did not tell: they would look as if nobody had handed them in."""
        if not isinstance(offered, AsanaError):
            approvals.cache_plan_has_approvals(self.reader.user, self.workspace, offered=offered)
            return offered
        if approvals.local_statuses(self.workspace, self.week, self.people):
            raise offered
        return None

    def _to_the_end(self, asked: list[Listing[Any]], answers: list[Any]) -> list[Any]:
        """What there was no room to read to its end is read all the same: it is hours."""
        short = [place for place in range(len(asked)) if answers[place] is None]
        for place, answer in zip(
            short, self.reader.asana.gather_lists([asked[place] for place in short]), strict=True
        ):
            answers[place] = answer
        return answers[: len(asked)]

    @property
    def _off_unknown(self) -> list[str]:
        return [gid for gid in self.people if gid not in self.time_off]

    def _time_off(self, people: list[str]) -> list[Listing[OutOfOffice]]:
        start, end = self.week.start, self.week.end
        return [listings.time_off(self.workspace, start=start, end=end, user=gid) for gid in people]

    def _keep_time_off(self, people: list[str], answers: list[Any]) -> None:
        if people:
            self.time_off |= _told(people, answers)
            cache.set(self._off_memory, self.time_off, TIME_OFF_KEPT)

    @property
    def _off_memory(self) -> str:
        return f"team-off:{self.reader.key}:{self.workspace}:{self.week}"


def _told(people: list[str], answers: list[Any]) -> dict[str, list[Any]]:
    """What was read of each; what is refused is none, and what failed is asked again."""
    told = {}
    for gid, answer in zip(people, answers, strict=True):
        if isinstance(answer, list):
            told[gid] = answer
        elif isinstance(answer, Refused):
            told[gid] = []
    return told


def _memory(reader: Reader, workspace: str, week: Week) -> str:
    return f"team:{reader.key}:{workspace}:{week}"
