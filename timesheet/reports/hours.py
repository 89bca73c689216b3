"""The hours of a report: read for a few people at a time by one reader, and cached for this reader
alone for some minutes."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

import msgspec
from django.core.cache import cache

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, Refused
from accounts.asana.records import Entry, OutOfOffice, Records, UnreadableRecord
from accounts.connections.reader import Reader
from timesheet.core import fail_open_cache
from timesheet.domain.date_range import DateRange
from timesheet.domain.read_failures import NO_FAILURES, ReadFailures
from timesheet.domain.report_entry import Grouping, Names, ReportEntry, names_in, report_entry_of
from timesheet.team.hours import SLICE, listings_of, visible_entries

CACHED_SECONDS = 600
# While somebody looks at a report, its time in the cache is extended at most this often.
KEPT_SECONDS = 60
# How many lists are read in one batch, before the page reports progress: fewer than Asana allows at
# the same time, so a batch is never interrupted to wait for the rate limit.
LISTS_AT_ONCE = 45

# Gids.
People = tuple[str, ...]


@dataclass(frozen=True)
class HoursQuery:
    """Whose hours are read, and of which days."""

    reader: Reader
    workspace: str
    span: DateRange
    # All people of whom the viewer may have a report.
    people: People
    # Those whom this report is about.
    selected: People

    @property
    def chunks(self) -> Iterator[tuple[People, People]]:
        """Some of the people, and those among them who are selected.

        The division into chunks depends on the people and the number of days alone, so that what
        one report has cached serves others.
        """
        # The lists of entries, and one of time off.
        lists = -(-self.span.length // SLICE.days) + 1
        size = max(LISTS_AT_ONCE // lists, 1)
        everybody, selected = sorted(self.people), set(self.selected)
        for start in range(0, len(everybody), size):
            chunk = tuple(everybody[start : start + size])
            if selected_here := tuple(gid for gid in chunk if gid in selected):
                yield chunk, selected_here

    def cache_key(self, people: People) -> str:
        """The cache key of the hours of these people."""
        people_hash = blake2b(",".join(people).encode(), digest_size=16).hexdigest()
        days = f"{self.span.start}:{self.span.end}"
        return f"hours:{self.reader.key}:{self.workspace}:{days}:{people_hash}"


class HoursChunk(msgspec.Struct, frozen=True, array_like=True):
    """The hours of some people, as they are cached."""

    # When they were read.
    at: datetime
    entries: list[ReportEntry]
    names: Names
    # Gids of people whose hours Asana does not show.
    hidden: list[str]
    # Further entries, by the person's gid, that could not be read.
    unreadable: dict[str, list[UnreadableRecord]] = {}
    # By the person's gid; somebody whose time off Asana does not show is missing.
    time_off: dict[str, list[OutOfOffice]] = {}


@dataclass(frozen=True)
class HoursResult:
    """The hours of all selected people."""

    # When the oldest of them were read.
    at: datetime
    entries: list[ReportEntry]
    names: Names
    # Gids of people whose hours Asana does not show.
    hidden: frozenset[str]
    failures: ReadFailures = NO_FAILURES
    # By the person's gid; somebody whose time off Asana does not show is missing.
    time_off: dict[str, list[OutOfOffice]] = field(default_factory=dict)


@dataclass(frozen=True)
class LoadProgress:
    """How far the reading of a report is."""

    # Of how many people the hours are read, and of how many they have to be.
    people_read: int
    people: int


def read(
    asana: Client, query: HoursQuery, now: datetime, *, chunks: int | None = None
) -> HoursResult | LoadProgress:
    """Read what is not cached from Asana, at most so many chunks; another call reads on.

    Without a cache another call could not read on, so all are read at once. `asana` is the viewer's
    own client. Raises `AsanaError`; chunks that were read stay cached.
    """
    cached = _cached(query)
    missing = _missing(query, cached)
    if missing or cache.add(f"{query.cache_key(query.selected)}:kept", True, KEPT_SECONDS):
        _keep(cached)
    fresh: dict[People, HoursChunk] = {}
    for people in missing[:chunks]:
        fresh[people] = _read_chunk(asana, query, people, now)
        cache_chunk(query, people, fresh[people])
    if len(missing) > len(fresh) and not fail_open_cache.outage.is_on:
        return _progress(query, missing[len(fresh) :])
    return _merge(
        [
            fresh.get(selected)
            or _cached_chunk(query, cached, people, selected)
            or _read_chunk(asana, query, selected, now)
            for people, selected in query.chunks
        ],
        now,
    )


def cache_chunk(query: HoursQuery, people: People, chunk: HoursChunk) -> None:
    """Cache the hours of these people for this reader."""
    cache.set(query.cache_key(people), _pack(chunk), CACHED_SECONDS)


def progress(query: HoursQuery) -> LoadProgress:
    """Tell how far the reading is, without asking Asana."""
    return _progress(query, _missing(query, _cached(query)))


def forget(query: HoursQuery) -> None:
    """Delete the hours from the cache, so that they are read again."""
    for people, selected in query.chunks:
        cache.delete_many([query.cache_key(people), query.cache_key(selected)])


def _read_chunk(asana: Client, query: HoursQuery, people: People, now: datetime) -> HoursChunk:
    hours, time_off = _read_people(asana, query, people)
    visible = {gid: entries for gid, entries in hours.items() if entries is not None}
    report_entries = [
        report_entry_of(entry, gid) for gid, entries in visible.items() for entry in entries
    ]
    names = names_in(entry for entries in visible.values() for entry in entries)
    hidden = [gid for gid in people if gid not in visible]
    unreadable = {gid: entries.unreadable for gid, entries in visible.items() if entries.unreadable}
    return HoursChunk(now, report_entries, names, hidden, unreadable, time_off)


def _read_people(
    asana: Client, query: HoursQuery, people: People
) -> tuple[dict[str, Records[Entry] | None], dict[str, list[OutOfOffice]]]:
    """The viewer's own hours are read with their own client, never with a delegated reader."""
    own = [gid for gid in people if query.reader.is_delegated and gid == query.reader.user.gid]
    others = [gid for gid in people if gid not in own]
    hours, time_off = _read_with(query.reader.asana, query, others)
    own_hours, own_time_off = _read_with(asana, query, own)
    return hours | own_hours, time_off | own_time_off


def _read_with(
    asana: Client, query: HoursQuery, people: Sequence[str]
) -> tuple[dict[str, Records[Entry] | None], dict[str, list[OutOfOffice]]]:
    """Read hours and time off at the same time, so that a limit never costs half of them."""
    workspace, start, end = query.workspace, query.span.start, query.span.end
    of_hours = [
        (gid, listing) for gid in people for listing in listings_of(workspace, gid, start, end)
    ]
    of_time_off = [listings.time_off(workspace, start=start, end=end, user=gid) for gid in people]
    answers = asana.gather_lists([*(listing for _gid, listing in of_hours), *of_time_off])
    hours: dict[str, Records[Entry] | None] = {gid: Records() for gid in people}
    for (gid, _listing), answer in zip(of_hours, answers, strict=False):
        entries, earlier = visible_entries(answer), hours[gid]
        if entries is None or earlier is None:
            hours[gid] = None
        else:
            earlier.add(entries)
    time_off = dict(zip(people, answers[len(of_hours) :], strict=True))
    for answer in time_off.values():
        if isinstance(answer, AsanaError) and not isinstance(answer, Refused):
            raise answer
    shown = {gid: list(of) for gid, of in time_off.items() if not isinstance(of, AsanaError)}
    return hours, shown


def _cached(query: HoursQuery) -> dict[str, bytes]:
    """The packed chunks that are cached, by key, of which the cache is asked once."""
    keys = [query.cache_key(gids) for chunk in query.chunks for gids in dict.fromkeys(chunk)]
    packed: dict[str, bytes] = cache.get_many(keys)
    return packed


def _missing(query: HoursQuery, cached: Collection[str]) -> list[People]:
    """The selected people of each chunk that is not cached."""
    return [
        chunk[1]
        for chunk in query.chunks
        if not any(query.cache_key(gids) in cached for gids in chunk)
    ]


def _keep(cached: Iterable[str]) -> None:
    """Keep chunks in the cache while others are read, and while somebody looks at the report."""
    for key in cached:
        cache.touch(key, CACHED_SECONDS)


def _progress(query: HoursQuery, missing: Sequence[People]) -> LoadProgress:
    return LoadProgress(len(query.selected) - sum(map(len, missing)), len(query.selected))


def _cached_chunk(
    query: HoursQuery, cached: Mapping[str, bytes], people: People, selected: People
) -> HoursChunk | None:
    """The cached hours of the selected people, taken from those of the whole chunk if possible.

    So a figure and the entries behind it come from the same reading.
    """
    keys = [query.cache_key(people), query.cache_key(selected)]
    chunks = (_unpack(cached[key], selected) for key in keys if key in cached)
    return next(filter(None, chunks), None)


def _merge(chunks: Sequence[HoursChunk], now: datetime) -> HoursResult:
    names: Names = {Grouping.PROJECT: {}, Grouping.TASK: {}, Grouping.CATEGORY: {}}
    for chunk in chunks:
        for by, names_by_gid in chunk.names.items():
            names[by] |= names_by_gid
    entries = [entry for chunk in chunks for entry in chunk.entries]
    hidden = frozenset(gid for chunk in chunks for gid in chunk.hidden)
    unreadable = [record for chunk in chunks for of in chunk.unreadable.values() for record in of]
    failures = ReadFailures(
        missing=len(unreadable), missing_minutes=sum(record.minutes or 0 for record in unreadable)
    )
    time_off = {gid: of for chunk in chunks for gid, of in chunk.time_off.items()}
    began = min((chunk.at for chunk in chunks), default=now)
    return HoursResult(began, entries, names, hidden, failures, time_off)


def _pack(chunk: HoursChunk) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(chunk), level=1)


def _unpack(packed: bytes, people: People) -> HoursChunk | None:
    try:
        chunk = msgspec.msgpack.decode(zlib.decompress(packed), type=HoursChunk)
    except (msgspec.MsgspecError, zlib.error):
        # Another version of this software cached it, with other fields; or it is damaged.
        return None
    selected = set(people)
    entries = [entry for entry in chunk.entries if entry.person in selected]
    hidden = [gid for gid in chunk.hidden if gid in selected]
    unreadable = {gid: of for gid, of in chunk.unreadable.items() if gid in selected}
    time_off = {gid: of for gid, of in chunk.time_off.items() if gid in selected}
    return HoursChunk(chunk.at, entries, chunk.names, hidden, unreadable, time_off)
