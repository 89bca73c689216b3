"""Planned against logged work by person and week, read for a few people at a time."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

import msgspec
from django.core.cache import cache

from accounts.asana import listings
from accounts.asana.errors import AsanaError, Forbidden, NotFound, PaymentRequired
from accounts.asana.records import Allocation, AsanaUser, Entry, OutOfOffice, Records
from accounts.connections.reader import Reader
from timesheet.domain.capacity import Capacity
from timesheet.domain.planned_work import PersonPlan, WeeksAhead, plan_of
from timesheet.domain.week import Week
from timesheet.sheets.capacity import capacities
from timesheet.sheets.holidays import days_off
from timesheet.sheets.policy import workspace_policy_of

T = TypeVar("T")

WEEKS_AHEAD = 4
CACHED_SECONDS = 600
# As many lists as Asana allows at the same time: planned work, time off and hours of each.
PEOPLE_AT_ONCE = 15
# How the rows can be sorted.
BY_NAME, BY_OVER, BY_FREE = PLAN_SORTS = ("name", "over", "free")


class PlanFacts(msgspec.Struct, frozen=True, array_like=True):
    """What was read about a person; None for what Asana does not show."""

    at: datetime
    allocations: list[Allocation] | None
    time_off: list[OutOfOffice] | None
    # Minutes by week, written 2026-W48.
    logged: dict[str, int] | None
    # Whether the Asana plan has no allocations.
    lacks_plan: bool = False


@dataclass(frozen=True)
class PlanQuery:
    """Whose view of which workspace, and when."""

    reader: Reader
    workspace: str
    today: date

    @property
    def weeks(self) -> tuple[Week, ...]:
        """The last week, the current one, and those ahead."""
        first = Week.of(self.today).previous
        return tuple(
            Week.of(first.start + timedelta(weeks=index)) for index in range(WEEKS_AHEAD + 2)
        )

    def cache_key(self, person: str) -> str:
        """The cache key of what this reader saw of a person."""
        return f"planned:{self.reader.key}:{self.workspace}:{person}:{self.weeks[0]}"


@dataclass(frozen=True)
class PlannedRow:
    """A person with their weeks; None while they are being read."""

    person: AsanaUser
    facts: PlanFacts | None
    weeks: tuple[PersonPlan, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether any week has too much."""
        return any(week.is_over for week in self.weeks)

    @property
    def ahead(self) -> WeeksAhead:
        """The weeks to come together."""
        return WeeksAhead.of(self.weeks[-WEEKS_AHEAD:])

    @property
    def is_planned(self) -> bool:
        """Whether Asana shows what is planned."""
        return self.facts is not None and self.facts.allocations is not None


@dataclass(frozen=True)
class PlannedPage:
    """All people, and what is still missing."""

    rows: tuple[PlannedRow, ...]
    weeks: tuple[Week, ...]
    missing: int

    @property
    def read(self) -> int:
        """How many people are read."""
        return len(self.rows) - self.missing

    @property
    def lacks_plan(self) -> bool:
        """Whether the Asana plan has no allocations."""
        return any(row.facts and row.facts.lacks_plan for row in self.rows)

    @property
    def hidden(self) -> list[AsanaUser]:
        """People whose hours Asana does not show."""
        return [row.person for row in self.rows if row.facts and row.facts.logged is None]

    @property
    def unplanned(self) -> list[AsanaUser]:
        """People whose allocations Asana does not show."""
        return [row.person for row in self.rows if row.facts and not row.is_planned]

    @property
    def unknown_time_off(self) -> list[AsanaUser]:
        """People whose time off Asana does not show."""
        return [row.person for row in self.rows if row.facts and row.facts.time_off is None]

    @property
    def at(self) -> datetime | None:
        """When the oldest of it was read; None while there is nothing."""
        return min((row.facts.at for row in self.rows if row.facts), default=None)


def load_planned(
    query: PlanQuery,
    people: Sequence[AsanaUser],
    now: datetime,
    *,
    sort: str = BY_NAME,
    batches: int = 1,
) -> PlannedPage:
    """Load the page; what is not cached is read for so many batches of people.

    Raises `AsanaError`; what was read stays cached.
    """
    facts = _cached(query, [person.gid for person in people])
    for _batch in range(batches):
        missing = [person.gid for person in people if person.gid not in facts]
        if not missing:
            break
        facts |= _read(query, missing[:PEOPLE_AT_ONCE], now)
    workspace_policy = workspace_policy_of(query.workspace)
    start, end = query.weeks[0].start, query.weeks[-1].end
    holidays = days_off(workspace_policy, start, end)
    gids = [person.gid for person in people]
    expected = capacities(gids, workspace_policy, start, end)
    rows = tuple(
        PlannedRow(
            person,
            facts.get(person.gid),
            _weeks(query, facts[person.gid], expected[person.gid], holidays)
            if person.gid in facts
            else (),
        )
        for person in people
    )
    missing_rows = sum(row.facts is None for row in rows)
    return PlannedPage(sort_rows(rows, sort), query.weeks, missing_rows)


def sort_rows(rows: Sequence[PlannedRow], by: str) -> tuple[PlannedRow, ...]:
    """Sort rows that are sorted by name; else those with most over, or most free, come first."""
    if by == BY_OVER:
        return tuple(sorted(rows, key=lambda row: -row.ahead.over))
    if by == BY_FREE:
        return tuple(sorted(rows, key=lambda row: -row.ahead.free))
    return tuple(rows)


def forget_planned(query: PlanQuery, people: Iterable[AsanaUser]) -> None:
    """Delete what is cached of these people, so that it is read again."""
    cache.delete_many([query.cache_key(person.gid) for person in people])


def _weeks(
    query: PlanQuery, facts: PlanFacts, capacity: Capacity, holidays: Mapping[date, str]
) -> tuple[PersonPlan, ...]:
    this_week = Week.of(query.today)
    return tuple(
        plan_of(
            week,
            facts.allocations,
            capacity.on,
            facts.time_off or [],
            holidays,
            facts.logged.get(str(week), 0)
            if facts.logged is not None and week <= this_week
            else None,
        )
        for week in query.weeks
    )


def _read(query: PlanQuery, people: Sequence[str], now: datetime) -> dict[str, PlanFacts]:
    start, end = query.weeks[0].start, query.weeks[-1].end
    workspace = query.workspace
    lists = [
        listing
        for gid in people
        for listing in (
            listings.allocations(workspace, user=gid),
            listings.time_off(workspace, start=start, end=end, user=gid),
            listings.entries(workspace, start=start, end=Week.of(query.today).end, user=gid),
        )
    ]
    answers = query.reader.asana.gather_lists(lists)
    facts = {}
    for index, gid in enumerate(people):
        allocations, time_off, entries = answers[3 * index : 3 * index + 3]
        hours = _shown(entries)
        facts[gid] = PlanFacts(
            now,
            _shown(allocations),
            _shown(time_off),
            None if hours is None else _by_week(hours),
            lacks_plan=isinstance(allocations, PaymentRequired),
        )
        cache.set(query.cache_key(gid), _pack(facts[gid]), CACHED_SECONDS)
    return facts


def _by_week(entries: Iterable[Entry]) -> dict[str, int]:
    minutes: dict[str, int] = {}
    for entry in entries:
        week = str(Week.of(entry.entered_on))
        minutes[week] = minutes.get(week, 0) + entry.duration_minutes
    return minutes


def _shown(answer: Records[T] | AsanaError) -> Records[T] | None:
    """Return the records; None if Asana does not show them. Raises another `AsanaError`."""
    if isinstance(answer, Forbidden | NotFound | PaymentRequired):
        return None
    if isinstance(answer, AsanaError):
        raise answer
    return answer


def _cached(query: PlanQuery, people: Collection[str]) -> dict[str, PlanFacts]:
    keys = {query.cache_key(gid): gid for gid in people}
    unpacked = {keys[key]: _unpack(value) for key, value in cache.get_many(keys).items()}
    return {gid: facts for gid, facts in unpacked.items() if facts is not None}


def _pack(facts: PlanFacts) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(facts), level=1)


def _unpack(packed: bytes) -> PlanFacts | None:
    try:
        return msgspec.msgpack.decode(zlib.decompress(packed), type=PlanFacts)
    except (msgspec.MsgspecError, zlib.error):
        # Another version of this software cached it, with other fields; or it is damaged.
        return None
