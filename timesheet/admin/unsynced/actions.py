"""What an admin does about open edits of a workspace: has them tried again, or discards them.

Nobody writes another's hours: what is tried again goes out by its person's own connection. What is
discarded stays with its person until they have read why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.models import Action, User
from timesheet.admin.unsynced.listing import EditFilter, OpenReason, open_edits, reason_of
from timesheet.domain.journal import OPEN, State
from timesheet.journal import moves, wakeup
from timesheet.models import Edit
from timesheet.sheets import messages

# Each is moved by itself, and a request must come to its end.
MOST_AT_ONCE = 200


class EditResult(StrEnum):
    """What became of an edit, or would."""

    TRIED = "tried"
    LATER = "later"
    DISCARDED = "discarded"
    PERHAPS_ARRIVED = "perhaps_arrived"
    ON_ITS_WAY = "on_its_way"
    OTHER_HALF = "other_half"
    CONFLICT = "conflict"
    SWITCHED_OFF = "switched_off"
    REFUSED = "refused"
    SETTLED = "settled"

    @property
    def done(self) -> bool:
        return self in _DONE


_DONE = (EditResult.TRIED, EditResult.LATER, EditResult.DISCARDED, EditResult.PERHAPS_ARRIVED)


@dataclass(frozen=True)
class Selection:
    """Edits of one workspace. `gone` counts those that were named and are not open here, `more`
    those that are too many for once, and `halves` those that came along with their other half."""

    workspace: str
    edits: tuple[Edit, ...] = ()
    gone: int = 0
    more: int = 0
    halves: int = 0

    @property
    def minutes(self) -> int:
        return sum(edit.duration_minutes for edit in self.edits)


@dataclass(frozen=True)
class PersonEdits:
    """The chosen edits of one person, and their fates."""

    user: User
    edits: tuple[Edit, ...]
    fates: Counter[EditResult] = field(default_factory=Counter)

    @property
    def waits(self) -> bool:
        """Whether they have to connect again."""
        return bool(self.fates[EditResult.LATER])

    @property
    def minutes(self) -> int:
        return sum(edit.duration_minutes for edit in self.edits)


def select_by_id(workspace: str, ids: Collection[int]) -> Selection:
    """Those of the workspace that are meant by their keys."""
    wanted = sorted(set(ids))
    now = wanted[:MOST_AT_ONCE]
    edits = tuple(open_edits(workspace).filter(pk__in=now))
    return Selection(workspace, edits, len(now) - len(edits), len(wanted) - len(now))


def select_all(workspace: str, narrowed: EditFilter) -> Selection:
    """The oldest of all that are meant."""
    found = open_edits(workspace, narrowed)
    edits = tuple(found[:MOST_AT_ONCE])
    return Selection(workspace, edits, more=found.count() - len(edits))


def include_linked(chosen: Selection) -> Selection:
    """What is half of a move goes with its other half, as far as that is open too."""
    ids = [edit.pk for edit in chosen.edits]
    firsts = [edit.follows_id for edit in chosen.edits if edit.follows_id]
    halves = open_edits(chosen.workspace).filter(Q(follows__in=ids) | Q(pk__in=firsts))
    come = tuple(halves.filter(state__in=OPEN).exclude(pk__in=ids))
    return Selection(
        chosen.workspace, (*chosen.edits, *come), chosen.gone, chosen.more, halves=len(come)
    )


def by_person(edits: Sequence[Edit]) -> list[PersonEdits]:
    """In the order of their names, each one's edits by day."""
    ordered = sorted(edits, key=_by_name)
    groups = [tuple(group) for _user, group in groupby(ordered, lambda one: one.user_id)]
    return [PersonEdits(theirs[0].user, theirs) for theirs in groups]


def _by_name(edit: Edit) -> tuple[str, int, str, int]:
    return str(edit.user).casefold(), edit.user_id, edit.entered_on.isoformat(), edit.pk


# Trying again


def result_of_retry(edit: Edit) -> EditResult:
    match reason_of(edit):
        case OpenReason.CONFLICT:
            return EditResult.CONFLICT
        case OpenReason.SWITCHED_OFF:
            return EditResult.SWITCHED_OFF
        case OpenReason.RECONNECT:
            return EditResult.LATER
        case why:
            return EditResult.REFUSED if why.refused else EditResult.TRIED


def retry(chosen: Selection, *, by: User, now: datetime) -> list[PersonEdits]:
    """Has the chosen edits tried at once, or as soon as their person is connected again."""
    told = []
    for person in by_person(chosen.edits):
        fates = {edit.pk: result_of_retry(edit) for edit in person.edits}
        tried = [edit for edit in person.edits if fates[edit.pk].done]
        if tried:
            _hurry(chosen.workspace, person.user, tried, by, now)
        told.append(PersonEdits(person.user, person.edits, Counter(fates.values())))
    return told


def _hurry(workspace: str, person: User, edits: Sequence[Edit], by: User, now: datetime) -> None:
    days = sorted(edit.entered_on.isoformat() for edit in edits)
    with transaction.atomic():
        moves.make_due_now(Edit.objects.filter(pk__in=[edit.pk for edit in edits]), now)
        audit.record(
            Action.EDIT_RETRIED,
            by,
            workspace=workspace,
            to=person,
            before={"state": sorted({edit.state for edit in edits})},
            after={
                "count": len(edits),
                "minutes": sum(edit.duration_minutes for edit in edits),
                "from": days[0],
                "to": days[-1],
            },
        )
        wakeup.wake_worker(person.pk)


# Discarding


def needs_reason(chosen: Selection, by: User) -> bool:
    """Nobody has to say why to themselves."""
    return any(edit.user_id != by.pk for edit in chosen.edits if edit.is_open)


def count_left_doubled(edits: Collection[Edit]) -> int:
    """How many are second halves of moves whose first half is in Asana: without them the hours stay
    in both places."""
    seconds = [edit.pk for edit in edits if edit.follows_id]
    return Edit.objects.filter(pk__in=seconds, follows__state=State.CONFIRMED).count()


def result_of_discard(edit: Edit) -> EditResult:
    if not edit.is_open:
        return EditResult.REFUSED
    return EditResult.PERHAPS_ARRIVED if edit.state == State.IN_DOUBT else EditResult.DISCARDED


def discard(chosen: Selection, *, by: User, why: str, now: datetime) -> list[PersonEdits]:
    """Closes the chosen edits, each one's first half first. Their people, other than `by`, are yet
    to be told `why`."""
    fates = dict(_discarded(chosen, by, why, now))
    for person in {edit.user_id for edit in chosen.edits}:
        # What followed one of them is refused by whoever delivers.
        wakeup.wake_worker(person)
    return [
        PersonEdits(one.user, one.edits, Counter(fates[edit.pk] for edit in one.edits))
        for one in by_person(chosen.edits)
    ]


def _discarded(
    chosen: Selection, by: User, why: str, now: datetime
) -> Iterator[tuple[int, EditResult]]:
    stayed: set[int] = set()
    for edit in sorted(chosen.edits, key=lambda one: one.pk):
        if edit.follows_id in stayed:
            fate = EditResult.OTHER_HALF
        else:
            fate = _discard(edit, chosen.workspace, by, why, now)
        if fate is EditResult.ON_ITS_WAY:
            stayed.add(edit.pk)
        yield edit.pk, fate


def _discard(edit: Edit, workspace: str, by: User, why: str, now: datetime) -> EditResult:
    person, fate = edit.user, result_of_discard(edit)
    if not fate.done:
        return fate
    was = edit.state
    with transaction.atomic():
        if person.pk == by.pk:
            closed = moves.discard(edit, now)
        else:
            in_doubt = fate is EditResult.PERHAPS_ARRIVED
            reason = messages.discarded_by_admin(str(by), why, in_doubt=in_doubt)
            closed = moves.discard_for_other(edit, now, by=str(by), reason=reason)
        if closed:
            audit.record(
                Action.EDIT_DISCARDED,
                by,
                workspace=workspace,
                to=person,
                before={"state": was},
                after={
                    "state": State.DISCARDED,
                    "day": edit.entered_on.isoformat(),
                    "minutes": edit.duration_minutes,
                    "reason": why,
                },
            )
    if closed:
        return fate
    return EditResult.ON_ITS_WAY if edit.is_open else EditResult.SETTLED
