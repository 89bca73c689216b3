"""What typing into a cell means: from what a person saw and typed to the one write it asks for.

A cell is one task on one day. It may hold no entry, one, or several; several are never merged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from accounts.asana.records import EntryFields
from timesheet.domain.duration import DAY, Duration
from timesheet.domain.entry import NO_FIELDS


class WriteKind(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class PlanProblem(StrEnum):
    """Why a change cannot be planned; `sheets.messages` has the sentences for people."""

    WHICH = "which"
    NOTHING_THERE = "nothing_there"
    NOTHING_LEFT = "nothing_left"
    TOO_MUCH = "too_much"
    UNSETTLED = "unsettled"
    HOW_LONG = "how_long"
    CHANGED = "changed"


class PreconditionScope(StrEnum):
    """What must still be in Asana as it was, for a write to be sent."""

    CELL = "cell"
    ENTRY = "entry"
    NOTHING = "nothing"


class CannotPlan(Exception):
    def __init__(self, ask: PlanProblem) -> None:
        super().__init__(ask)
        self.ask = ask


@dataclass(frozen=True, order=True)
class SeenEntry:
    """An entry as the person saw it."""

    gid: str
    minutes: int


@dataclass(frozen=True)
class Write:
    """One write at Asana. `entry` is empty for a create, `minutes` 0 for a delete; `fields` are
    those beyond the minutes and the cell's day."""

    kind: WriteKind
    entry: str = ""
    minutes: int = 0
    fields: EntryFields = NO_FIELDS


NEW = "new"
# More entries than anybody has in a cell.
LONGEST_SEEN = 4000


def plan(
    seen: Iterable[SeenEntry],
    duration: Duration | None,
    *,
    entry: str = "",
    fields: EntryFields = NO_FIELDS,
) -> Write | None:
    """The write that brings a cell from `seen` to what was typed; None when it is there already.

    `duration` None means that the field was cleared. `entry` names the one entry that is meant,
    or is `NEW` for one more beside the others; without it the cell as a whole is meant. `fields`
    are what else was changed of that entry. Raises `CannotPlan`.
    """
    there = {one.gid: one.minutes for one in seen}
    if entry == NEW:
        there = {}
    elif entry:
        if entry not in there:
            raise CannotPlan(PlanProblem.NOTHING_THERE)
        there = {entry: there[entry]}
    if not there:
        return _create(duration, fields)
    if len(there) > 1:
        if duration and duration.relative and duration.minutes > 0:
            return _create(duration, fields)
        raise CannotPlan(PlanProblem.WHICH)
    ((gid, minutes),) = there.items()
    return _change(gid, minutes, duration, fields)


def _create(duration: Duration | None, fields: EntryFields) -> Write | None:
    if duration is None:
        if fields != NO_FIELDS:
            raise CannotPlan(PlanProblem.HOW_LONG)
        return None
    if duration.minutes < 0:
        raise CannotPlan(PlanProblem.NOTHING_THERE)
    return Write(WriteKind.CREATE, minutes=duration.minutes, fields=fields)


def _change(gid: str, minutes: int, duration: Duration | None, fields: EntryFields) -> Write | None:
    if duration is None:
        return Write(WriteKind.DELETE, gid)
    wanted = minutes + duration.minutes if duration.relative else duration.minutes
    if wanted <= 0:
        raise CannotPlan(PlanProblem.NOTHING_LEFT)
    if wanted > DAY:
        raise CannotPlan(PlanProblem.TOO_MUCH)
    if wanted == minutes and fields == NO_FIELDS:
        return None
    return Write(WriteKind.UPDATE, gid, wanted, fields)


def after(seen: Iterable[SeenEntry], write: Write) -> tuple[SeenEntry, ...]:
    """What a cell holds once `write` took place; a create has the gid of its entry by then."""
    others = tuple(one for one in seen if one.gid != write.entry)
    return (*others, SeenEntry(write.entry, write.minutes)) if write.minutes else others


def write_seen(seen: Iterable[SeenEntry]) -> str:
    """What the person saw, as a text that travels through the page: `gid=minutes,…`."""
    return ",".join(f"{one.gid}={one.minutes}" for one in sorted(seen))


def read_seen(text: str) -> tuple[SeenEntry, ...]:
    """The reverse of `write_seen`. Raises `ValueError`."""
    if len(text) > LONGEST_SEEN:
        raise ValueError("too long")
    seen = []
    for part in text.split(",") if text else []:
        gid, _, minutes = part.partition("=")
        if not is_gid(gid) or not is_gid(minutes):
            raise ValueError(text)
        seen.append(SeenEntry(gid, int(minutes)))
    return tuple(sorted(seen))


def is_gid(text: str) -> bool:
    """https://developers.asana.com/docs/object-hierarchy: a gid is a string of digits."""
    return 0 < len(text) <= 32 and text.isascii() and text.isdigit()
