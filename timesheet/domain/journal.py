"""The life of an edit: its states, the moves between them, and what to do next with one.

The journal is written before Asana is asked. An edit is *in doubt* from the moment before its
write is sent until an answer is written down, so that a process that dies in between leaves a
trace, and nothing is sent twice.
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
    QUEUED = "queued"
    IN_DOUBT = "in_doubt"
    CONFLICT = "conflict"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    DISCARDED = "discarded"


# Every way an edit can go. What leads to itself is put off, or sent once more.
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
    State.CONFIRMED: frozenset(),
    State.REFUSED: frozenset(),
    State.DISCARDED: frozenset(),
}
OPEN = frozenset(state for state, moves in MOVES.items() if moves)
# Those that delivery takes on; a conflict waits for its person.
ON_THE_WAY = OPEN - {State.CONFLICT}

# How long after its deadline a write without an answer may still turn up in Asana's lists.
SETTLING = timedelta(seconds=10)
# How far Asana's clock may be behind ours.
SKEW = timedelta(minutes=2)

# Delivery tries again after two seconds, then four, and so on, at most every ten minutes; in all
# for some six hours. After that a person decides.
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)
MOST_ATTEMPTS = 45


def pause(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many attempts in vain; `chance`, from 0 to 1, spreads out those
    that failed together over the second half of it."""
    doubled: int = 1 << min(attempts - 1, 20)
    whole = min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
    return whole * (0.5 + chance / 2)


class NextStepKind(StrEnum):
    """What delivery does with an edit, now that it knows what Asana has."""

    SEND = "send"
    ADOPT = "adopt"
    WAIT = "wait"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class NextStep:
    """`entry` is the one that an adopted edit turns out to have made or changed."""

    kind: NextStepKind
    entry: Entry | None = None


@dataclass(frozen=True)
class Precondition:
    """What the person saw, and how much of it must still be so: the `cell`, or one entry by its
    `mark`."""

    seen: tuple[SeenEntry, ...] = ()
    scope: PreconditionScope = PreconditionScope.CELL
    fingerprint: str = ""


def next_step(
    write: Write,
    sight: Precondition,
    week: Collection[Entry],
    there: Collection[Entry],
    *,
    sent_at: datetime | None,
    settled: bool = True,
    claimed: Collection[str] = (),
) -> NextStep:
    """Compares what the person saw with what Asana has now: in the `week`, with the entry that is
    meant wherever it is, and `there`, in the cell.

    `sent_at` is set when the write was sent before and no answer came; it is `settled` once it
    cannot turn up any more. `claimed` are gids of entries that other edits are known to have made.
    """
    entry = next((entry for entry in week if entry.gid == write.entry), None)
    unchanged = _unchanged(sight, there, entry)
    if write.kind is WriteKind.DELETE and entry is None:
        return NextStep(NextStepKind.ADOPT)
    if sent_at is None:
        return NextStep(NextStepKind.SEND if unchanged else NextStepKind.CONFLICT)
    if write.kind is WriteKind.UPDATE and entry and matches(entry, write.minutes, write.fields):
        return NextStep(NextStepKind.ADOPT, entry)
    if write.kind is WriteKind.CREATE:
        mine = _unclaimed(write, sight.seen, there, since=sent_at - SKEW, claimed=claimed)
        if mine:
            return NextStep(NextStepKind.ADOPT, mine)
    if not settled:
        return NextStep(NextStepKind.WAIT)
    return NextStep(NextStepKind.SEND if unchanged else NextStepKind.CONFLICT)


def seen_of(there: Iterable[Entry]) -> tuple[SeenEntry, ...]:
    return tuple(sorted(SeenEntry(entry.gid, entry.duration_minutes) for entry in there))


def _unchanged(sight: Precondition, there: Collection[Entry], entry: Entry | None) -> bool:
    match sight.scope:
        case PreconditionScope.CELL:
            return seen_of(there) == tuple(sorted(sight.seen))
        case PreconditionScope.ENTRY:
            return entry is not None and fingerprint(entry) == sight.fingerprint
        case PreconditionScope.NOTHING:
            return True


def _unclaimed(
    write: Write,
    seen: Iterable[SeenEntry],
    there: Iterable[Entry],
    *,
    since: datetime,
    claimed: Collection[str],
) -> Entry | None:
    known = {one.gid for one in seen} | set(claimed)
    return next(
        (
            entry
            for entry in there
            if entry.gid not in known
            and matches(entry, write.minutes, write.fields)
            and (entry.created_at is None or entry.created_at >= since)
        ),
        None,
    )
