"""The states of an edit, the moves between them, and how delivery chooses the next step.

The journal is written before Asana is asked. An edit is *in doubt* from the moment before its
write is sent until Asana's response is stored. If the process dies in between, the edit stays in
doubt, and Asana is searched for it before anything is sent again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from accounts.asana.records import Entry
from timesheet.domain.cell import PreconditionScope, SeenEntry, Write, WriteKind
from timesheet.domain.entry import fingerprint, matches


class State(StrEnum):
    """How far an edit has come."""

    QUEUED = "queued"
    IN_DOUBT = "in_doubt"
    CONFLICT = "conflict"
    # Open in a backup that was restored: nothing is sent before its person has compared it with
    # what Asana has.
    RESTORED = "restored"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    DISCARDED = "discarded"


# All moves between states. A move to the same state is a postponement or another attempt.
MOVES: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset(
        {
            State.QUEUED,
            State.IN_DOUBT,
            State.CONFIRMED,
            State.CONFLICT,
            State.REFUSED,
            State.DISCARDED,
        }
    ),
    State.IN_DOUBT: frozenset(
        {
            State.IN_DOUBT,
            State.QUEUED,
            State.CONFIRMED,
            State.CONFLICT,
            State.REFUSED,
            State.DISCARDED,
        }
    ),
    State.CONFLICT: frozenset({State.QUEUED, State.DISCARDED}),
    State.RESTORED: frozenset({State.RESTORED, State.CONFLICT, State.CONFIRMED, State.DISCARDED}),
    State.CONFIRMED: frozenset(),
    State.REFUSED: frozenset(),
    State.DISCARDED: frozenset(),
}
OPEN = frozenset(state for state, moves in MOVES.items() if moves)
# The states that delivery handles; a conflict waits for its person.
ON_THE_WAY = OPEN - {State.CONFLICT}

# How long we wait at most, after its deadline, for a write that got no response. Usually we wait
# `SETTLING_SECONDS`, or twice the longest delay that was seen recently, if that is longer.
MAX_SETTLING = timedelta(minutes=10)
# How long after a second send we check whether the first one took effect as well.
DUPLICATE_WATCH = timedelta(minutes=10)
# How far the clocks of Asana's own servers may differ. Ours is never compared with them.
SERVER_SKEW = timedelta(minutes=1)

# Delivery tries again after two seconds, then four and so on, up to ten minutes. The attempts take
# about six hours; after them the person has to decide.
FIRST_RETRY_DELAY = timedelta(seconds=2)
MAX_RETRY_DELAY = timedelta(minutes=10)
MAX_ATTEMPTS = 45


def retry_delay(attempts: int, jitter: float) -> timedelta:
    """Return how long to wait after that number of failed attempts.

    `jitter`, from 0 to 1, puts the retry somewhere in the second half of the delay.
    """
    doubled: int = 1 << min(attempts - 1, 20)
    longest = min(FIRST_RETRY_DELAY * doubled, MAX_RETRY_DELAY)
    return longest * (0.5 + jitter / 2)


class NextStepKind(StrEnum):
    """What delivery does with an edit once it has read what Asana has."""

    SEND = "send"
    ADOPT = "adopt"
    WAIT = "wait"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class NextStep:
    """The next step for an edit."""

    kind: NextStepKind
    # The entry that an adopted edit turns out to have created or changed.
    entry: Entry | None = None


@dataclass(frozen=True)
class Precondition:
    """What must be unchanged in Asana for a write to be sent."""

    # The entries of the cell, as the person saw them.
    seen: tuple[SeenEntry, ...] = ()
    # Whether the whole cell must be unchanged, one entry, or nothing.
    scope: PreconditionScope = PreconditionScope.CELL
    # The fingerprint of the one entry.
    fingerprint: str = ""


def next_step(
    write: Write,
    precondition: Precondition,
    entries: Collection[Entry],
    cell_entries: Collection[Entry],
    *,
    sent: bool,
    since: datetime | None = None,
    settled: bool = True,
    claimed: Collection[str] = (),
) -> NextStep:
    """Compare what the person saw with what Asana has now, and return the next step.

    `entries` are those of the week, and the entry to be changed wherever it is; `cell_entries` are
    those of the cell. `sent` is whether the write may have been sent before; it is `settled` once
    it cannot appear in Asana any more. `since` is the time by Asana's clock just before it was
    first sent, None if that is not known: then an entry is recognized by its gid and content alone.
    `claimed` are the gids of entries that other edits created.
    """
    entry = next((entry for entry in entries if entry.gid == write.entry), None)
    unchanged = _unchanged(precondition, cell_entries, entry)
    if write.kind is WriteKind.DELETE and entry is None:
        return NextStep(NextStepKind.ADOPT)
    if not sent:
        return NextStep(NextStepKind.SEND if unchanged else NextStepKind.CONFLICT)
    if write.kind is WriteKind.UPDATE and entry and matches(entry, write.minutes, write.fields):
        return NextStep(NextStepKind.ADOPT, entry)
    if write.kind is WriteKind.CREATE:
        excluded = {seen.gid for seen in precondition.seen} | set(claimed)
        created = find_created(write, cell_entries, since=since, excluded=excluded)
        if created:
            return NextStep(NextStepKind.ADOPT, created)
    if not settled:
        return NextStep(NextStepKind.WAIT)
    return NextStep(NextStepKind.SEND if unchanged else NextStepKind.CONFLICT)


def is_done(write: Write, entries: Iterable[Entry]) -> bool:
    """Return whether Asana's `entries` are as the write of a restored edit would leave them.

    A create can't be recognized: an entry like it may come from somewhere else.
    """
    entry = next((entry for entry in entries if entry.gid == write.entry), None)
    match write.kind:
        case WriteKind.CREATE:
            return False
        case WriteKind.UPDATE:
            return entry is not None and matches(entry, write.minutes, write.fields)
        case WriteKind.DELETE:
            return entry is None


def seen_of(entries: Iterable[Entry]) -> tuple[SeenEntry, ...]:
    """Return the entries as a person sees them, sorted by gid."""
    return tuple(sorted(SeenEntry(entry.gid, entry.duration_minutes) for entry in entries))


def _unchanged(
    precondition: Precondition, cell_entries: Collection[Entry], entry: Entry | None
) -> bool:
    match precondition.scope:
        case PreconditionScope.CELL:
            return seen_of(cell_entries) == tuple(sorted(precondition.seen))
        case PreconditionScope.ENTRY:
            return entry is not None and fingerprint(entry) == precondition.fingerprint
        case PreconditionScope.NOTHING:
            return True


def find_created(
    write: Write,
    cell_entries: Iterable[Entry],
    *,
    since: datetime | None,
    excluded: Collection[str],
) -> Entry | None:
    """Return the entry that `write` may have created, unless its gid is `excluded`."""
    earliest = None if since is None else since - SERVER_SKEW
    return next(
        (
            entry
            for entry in cell_entries
            if entry.gid not in excluded
            and matches(entry, write.minutes, write.fields)
            and (earliest is None or entry.created_at is None or entry.created_at >= earliest)
        ),
        None,
    )
