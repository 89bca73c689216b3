"""The hours that a report is about: read for a few people at a time, with one pair of eyes, and
kept for these alone for some minutes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

import msgspec
from django.core.cache import cache

from accounts.asana.client import Client
from accounts.asana.records import Entry
from accounts.connections.reader import Reader
from timesheet.domain.date_range import DateRange
from timesheet.domain.report_entry import Grouping, Names, ReportEntry, names_in, report_entry_of
from timesheet.team.hours import SLICE, read_hours

# In seconds.
KEPT = 600
# So many lists are read in one go, before somebody is told how far it is: fewer than Asana allows
# at once, so that they are one round, and none is put off when half of them are read.
PORTION = 45

People = tuple[str, ...]


@dataclass(frozen=True)
class HoursQuery:
    """Whose hours, of which days, and for whom: `people` are all that the viewer may have a report
    about, by gid, `chosen` those that this one is about."""

    reader: Reader
    workspace: str
    span: DateRange
    people: People
    chosen: People

    @property
    def chunks(self) -> Iterator[tuple[People, People]]:
        """Some of the people, always the same for the same days, and who of them is chosen."""
        lists = -(-self.span.length // SLICE.days)
        size = max(PORTION // lists, 1)
        everybody, chosen = sorted(self.people), set(self.chosen)
        for place in range(0, len(everybody), size):
            some = tuple(everybody[place : place + size])
            if these := tuple(gid for gid in some if gid in chosen):
                yield some, these

    def memory(self, people: People) -> str:
        whose = blake2b(",".join(people).encode(), digest_size=16).hexdigest()
        days = f"{self.span.start}:{self.span.end}"
        return f"hours:{self.reader.key}:{self.workspace}:{days}:{whose}"


class HoursChunk(msgspec.Struct, frozen=True, array_like=True):
    """The hours of some people, read `at` a moment. Those of the `hidden` Asana does not show."""

    at: datetime
    works: list[ReportEntry]
    names: Names
    hidden: list[str]


@dataclass(frozen=True)
class HoursResult:
    """The hours of everybody who is chosen, the oldest of them read `at` that moment."""

    at: datetime
    works: list[ReportEntry]
    names: Names
    hidden: frozenset[str]


@dataclass(frozen=True)
class LoadProgress:
    """So many people's hours are read, of so many."""

    done: int
    people: int


def read(
    asana: Client, wanted: HoursQuery, now: datetime, *, chunks: int | None = None
) -> HoursResult | LoadProgress:
    """What is not remembered is read from Asana, but no more than so many portions; then more
    calls get further. `asana` is the viewer's own client. Raises `AsanaError`; what was read
    before stays remembered."""
    missing = _missing(wanted)
    fresh: dict[People, HoursChunk] = {}
    for these in missing[:chunks]:
        fresh[these] = _portion(asana, wanted, these, now)
        keep(wanted, these, fresh[these])
    if len(missing) > len(fresh):
        return _progress(wanted, missing[len(fresh) :])
    return _together(
        [
            fresh.get(these)
            or _remembered(wanted, some, these)
            or _portion(asana, wanted, these, now)
            for some, these in wanted.chunks
        ],
        now,
    )


def keep(wanted: HoursQuery, people: People, chunk: HoursChunk) -> None:
    cache.set(wanted.memory(people), _packed(chunk), KEPT)


def progress(wanted: HoursQuery) -> LoadProgress:
    """How far the reading is; asks nobody."""
    return _progress(wanted, _missing(wanted))


def forget(wanted: HoursQuery) -> None:
    """So that it is read anew."""
    for some, these in wanted.chunks:
        cache.delete_many([wanted.memory(some), wanted.memory(these)])


def _portion(asana: Client, wanted: HoursQuery, people: People, now: datetime) -> HoursChunk:
    told = _told(asana, wanted, people)
    shown = {gid: entries for gid, entries in told.items() if entries is not None}
    works = [report_entry_of(entry, gid) for gid, entries in shown.items() for entry in entries]
    names = names_in(entry for entries in shown.values() for entry in entries)
    return HoursChunk(now, works, names, [gid for gid in people if gid not in shown])


def _told(asana: Client, wanted: HoursQuery, people: People) -> dict[str, list[Entry] | None]:
    """The viewer's own hours are never read with lent eyes."""
    workspace, start, end = wanted.workspace, wanted.span.start, wanted.span.end
    own = [gid for gid in people if wanted.reader.is_delegated and gid == wanted.reader.user.gid]
    others = [gid for gid in people if gid not in own]
    told = read_hours(wanted.reader.asana, workspace, others, start, end)
    return told | read_hours(asana, workspace, own, start, end)


def _missing(wanted: HoursQuery) -> list[People]:
    return [
        these
        for some, these in wanted.chunks
        # What was read is kept as long as it is asked for, however long the rest takes.
        if not any(cache.touch(wanted.memory(people), KEPT) for people in (some, these))
    ]


def _progress(wanted: HoursQuery, missing: Sequence[People]) -> LoadProgress:
    return LoadProgress(len(wanted.chosen) - sum(map(len, missing)), len(wanted.chosen))


def _remembered(wanted: HoursQuery, some: People, these: People) -> HoursChunk | None:
    """Of all of them, where that was read, so that a figure and its entries are of one reading."""
    keys = [wanted.memory(some), wanted.memory(these)]
    packed = cache.get_many(keys)
    return next((_unpacked(packed[key], these) for key in keys if key in packed), None)


def _together(found: Sequence[HoursChunk], now: datetime) -> HoursResult:
    names: Names = {Grouping.PROJECT: {}, Grouping.TASK: {}, Grouping.CATEGORY: {}}
    for chunk in found:
        for by, called in chunk.names.items():
            names[by] |= called
    works = [work for chunk in found for work in chunk.works]
    hidden = frozenset(gid for chunk in found for gid in chunk.hidden)
    return HoursResult(min((one.at for one in found), default=now), works, names, hidden)


def _packed(chunk: HoursChunk) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(chunk), level=1)


def _unpacked(packed: bytes, people: People) -> HoursChunk:
    chunk = msgspec.msgpack.decode(zlib.decompress(packed), type=HoursChunk)
    chosen = set(people)
    works = [work for work in chunk.works if work.person in chosen]
    hidden = [gid for gid in chunk.hidden if gid in chosen]
    return HoursChunk(chunk.at, works, chunk.names, hidden)
