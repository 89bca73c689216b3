"""What typing into a cell means: turns what a person saw and typed into one write.

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
    """The requests that change an entry in Asana."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class PlanProblem(StrEnum):
    """Why a change cannot be planned; `week.messages` has the sentences for people."""

    # For this value the week's script opens the dialog of the cell.
    AMBIGUOUS = "which"
    NO_ENTRY = "nothing_there"
    NOT_POSITIVE = "nothing_left"
    TOO_MUCH = "too_much"
    IN_DOUBT = "unsettled"
    NO_DURATION = "how_long"
    CHANGED = "changed"
    BEING_SAVED = "being_saved"
    DUPLICATE_CHANGED = "duplicate_changed"


class PreconditionScope(StrEnum):
    """What must be unchanged in Asana for a write to be sent."""

    CELL = "cell"
    ENTRY = "entry"
    NOTHING = "nothing"


class CannotPlan(Exception):
    """A change cannot be made by one write, because of the problem `ask`."""

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
    """One write in Asana."""

    kind: WriteKind
    # The entry's gid; empty for a create.
    entry: str = ""
    # Zero for a delete.
    minutes: int = 0
    # What is written besides the minutes and the cell's day.
    fields: EntryFields = NO_FIELDS


# Names an entry to be added beside the entries of a cell.
NEW = "new"
# Characters; more than the entries of any real cell take.
MAX_SEEN_LENGTH = 4000


def plan(
    seen: Iterable[SeenEntry],
    duration: Duration | None,
    *,
    entry: str = "",
    fields: EntryFields = NO_FIELDS,
) -> Write | None:
    """Return the write that takes a cell from `seen` to what was typed; None if nothing changes.

    `duration` is None if the field was cleared. `entry` is the gid of the entry to change, `NEW`
    to add one, or empty for the cell as a whole. `fields` are the entry's other changes. Raises
    `CannotPlan`.
    """
    minutes_by_gid = {seen_entry.gid: seen_entry.minutes for seen_entry in seen}
    if entry == NEW:
        minutes_by_gid = {}
    elif entry:
        if entry not in minutes_by_gid:
            raise CannotPlan(PlanProblem.NO_ENTRY)
        minutes_by_gid = {entry: minutes_by_gid[entry]}
    if not minutes_by_gid:
        return _create(duration, fields)
    if len(minutes_by_gid) > 1:
        if duration and duration.relative and duration.minutes > 0:
            return _create(duration, fields)
        raise CannotPlan(PlanProblem.AMBIGUOUS)
    ((gid, minutes),) = minutes_by_gid.items()
    return _change(gid, minutes, duration, fields)


def _create(duration: Duration | None, fields: EntryFields) -> Write | None:
    if duration is None:
        if fields != NO_FIELDS:
            raise CannotPlan(PlanProblem.NO_DURATION)
        return None
    if duration.minutes < 0:
        raise CannotPlan(PlanProblem.NO_ENTRY)
    return Write(WriteKind.CREATE, minutes=duration.minutes, fields=fields)


def _change(gid: str, minutes: int, duration: Duration | None, fields: EntryFields) -> Write | None:
    if duration is None:
        return Write(WriteKind.DELETE, gid)
    new_minutes = minutes + duration.minutes if duration.relative else duration.minutes
    if new_minutes <= 0:
        raise CannotPlan(PlanProblem.NOT_POSITIVE)
    if new_minutes > DAY:
        raise CannotPlan(PlanProblem.TOO_MUCH)
    if new_minutes == minutes and fields == NO_FIELDS:
        return None
    return Write(WriteKind.UPDATE, gid, new_minutes, fields)


def seen_after(seen: Iterable[SeenEntry], write: Write) -> tuple[SeenEntry, ...]:
    """Return what a cell holds after `write`, whose `entry` is the gid even of a new entry."""
    others = tuple(entry for entry in seen if entry.gid != write.entry)
    return (*others, SeenEntry(write.entry, write.minutes)) if write.minutes else others


def write_seen(seen: Iterable[SeenEntry]) -> str:
    """Return what the person saw as text for a form field: `gid=minutes,…`, sorted by gid."""
    return ",".join(f"{entry.gid}={entry.minutes}" for entry in sorted(seen))


def read_seen(text: str) -> tuple[SeenEntry, ...]:
    """Parse what `write_seen` wrote. Raises `ValueError`."""
    if len(text) > MAX_SEEN_LENGTH:
        raise ValueError("too long")
    seen = []
    for part in text.split(",") if text else []:
        gid, _, minutes = part.partition("=")
        if not is_gid(gid) or not is_gid(minutes):
            raise ValueError(text)
        seen.append(SeenEntry(gid, int(minutes)))
    return tuple(sorted(seen))


def is_gid(text: str) -> bool:
    """Return whether `text` can be a gid: 1 to 32 ASCII digits.

    https://developers.asana.com/docs/object-hierarchy
    """
    return 0 < len(text) <= 32 and text.isascii() and text.isdigit()
