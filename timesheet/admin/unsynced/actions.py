"""What an admin can do about open edits of a workspace: retry or discard them.

Nobody writes another person's hours: a retried edit is sent through its person's own connection. A
discarded edit stays on its person's page until they have read why.
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
from timesheet.journal import messages, moves, wakeup
from timesheet.models import Edit

# Each edit is changed in a transaction of its own, and the request must not run into a time-out.
MOST_AT_ONCE = 200


class EditResult(StrEnum):
    """What an action did to an edit, or would do."""

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
    def has_effect(self) -> bool:
        """Whether the action does anything to the edit."""
        return self in _WITH_EFFECT


_WITH_EFFECT = (
    EditResult.TRIED,
    EditResult.LATER,
    EditResult.DISCARDED,
    EditResult.PERHAPS_ARRIVED,
)


@dataclass(frozen=True)
class Selection:
    """The edits of one workspace that an action is about."""

    workspace: str
    edits: tuple[Edit, ...] = ()
    # How many were selected and are not open in this workspace any more.
    gone: int = 0
    # How many were selected beyond `MOST_AT_ONCE`.
    more: int = 0
    # How many were added because they are the other half of a selected move or split.
    halves: int = 0

    @property
    def minutes(self) -> int:
        """The minutes of all edits together."""
        return sum(edit.duration_minutes for edit in self.edits)


@dataclass(frozen=True)
class PersonEdits:
    """The selected edits of one person."""

    user: User
    edits: tuple[Edit, ...]
    # How many edits had which result; empty before the action.
    results: Counter[EditResult] = field(default_factory=Counter)

    @property
    def waits(self) -> bool:
        """Whether edits wait until the person reconnects."""
        return bool(self.results[EditResult.LATER])

    @property
    def minutes(self) -> int:
        """The minutes of all edits together."""
        return sum(edit.duration_minutes for edit in self.edits)


def select_by_id(workspace: str, ids: Collection[int]) -> Selection:
    """Select the open edits of the workspace that have these primary keys."""
    unique_ids = sorted(set(ids))
    first_ids = unique_ids[:MOST_AT_ONCE]
    edits = tuple(open_edits(workspace).filter(pk__in=first_ids))
    return Selection(
        workspace,
        edits,
        gone=len(first_ids) - len(edits),
        more=len(unique_ids) - len(first_ids),
    )


def select_all(workspace: str, edit_filter: EditFilter) -> Selection:
    """Select the first `MOST_AT_ONCE` open edits that the filter allows."""
    matching = open_edits(workspace, edit_filter)
    edits = tuple(matching[:MOST_AT_ONCE])
    return Selection(workspace, edits, more=matching.count() - len(edits))


def include_linked(selection: Selection) -> Selection:
    """Add the other half of each selected half of a move or split, where that is open too."""
    ids = [edit.pk for edit in selection.edits]
    firsts = [edit.follows_id for edit in selection.edits if edit.follows_id]
    halves = open_edits(selection.workspace).filter(Q(follows__in=ids) | Q(pk__in=firsts))
    missing = tuple(halves.filter(state__in=OPEN).exclude(pk__in=ids))
    return Selection(
        selection.workspace,
        (*selection.edits, *missing),
        selection.gone,
        selection.more,
        halves=len(missing),
    )


def by_person(edits: Sequence[Edit]) -> list[PersonEdits]:
    """Group the edits by person, people by name and each person's edits by day."""
    ordered = sorted(edits, key=_by_name)
    groups = [tuple(group) for _user_id, group in groupby(ordered, lambda edit: edit.user_id)]
    return [PersonEdits(group[0].user, group) for group in groups]


def _by_name(edit: Edit) -> tuple[str, int, str, int]:
    return str(edit.user).casefold(), edit.user_id, edit.entered_on.isoformat(), edit.pk


# Retrying


def result_of_retry(edit: Edit) -> EditResult:
    """Tell what retrying this edit would do. The edit comes from `listing.open_edits`."""
    match reason_of(edit):
        case OpenReason.CONFLICT:
            return EditResult.CONFLICT
        case OpenReason.SWITCHED_OFF:
            return EditResult.SWITCHED_OFF
        case OpenReason.RECONNECT:
            return EditResult.LATER
        case why:
            return EditResult.REFUSED if why.refused else EditResult.TRIED


def retry(selection: Selection, *, by: User, now: datetime) -> list[PersonEdits]:
    """Have the selected edits sent at once, or as soon as their person has reconnected.

    Returns them by person, with their results.
    """
    people = []
    for person in by_person(selection.edits):
        results = {edit.pk: result_of_retry(edit) for edit in person.edits}
        retried = [edit for edit in person.edits if results[edit.pk].has_effect]
        if retried:
            _retry_edits(selection.workspace, person.user, retried, by, now)
        people.append(PersonEdits(person.user, person.edits, Counter(results.values())))
    return people


def _retry_edits(
    workspace: str, person: User, edits: Sequence[Edit], by: User, now: datetime
) -> None:
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


def needs_reason(selection: Selection, by: User) -> bool:
    """Tell whether `by` has to give a reason: not if all open edits are their own."""
    return any(edit.user_id != by.pk for edit in selection.edits if edit.is_open)


def count_left_doubled(edits: Collection[Edit]) -> int:
    """Count the second halves of moves whose first half is in Asana already.

    If these are discarded, the hours stay in both places.
    """
    seconds = [edit.pk for edit in edits if edit.follows_id]
    return Edit.objects.filter(pk__in=seconds, follows__state=State.CONFIRMED).count()


def result_of_discard(edit: Edit) -> EditResult:
    """Tell what discarding this edit would do."""
    if not edit.is_open:
        return EditResult.REFUSED
    return EditResult.PERHAPS_ARRIVED if edit.state == State.IN_DOUBT else EditResult.DISCARDED


def discard(selection: Selection, *, by: User, why: str, now: datetime) -> list[PersonEdits]:
    """Discard the selected edits, first halves of moves before second ones.

    People other than `by` are shown the reason `why` on their page. Returns the edits by person,
    with their results.
    """
    results = dict(_discard_each(selection, by, why, now))
    for user_id in {edit.user_id for edit in selection.edits}:
        # Delivery then refuses edits that follow a discarded one.
        wakeup.wake_worker(user_id)
    return [
        PersonEdits(person.user, person.edits, Counter(results[edit.pk] for edit in person.edits))
        for person in by_person(selection.edits)
    ]


def _discard_each(
    selection: Selection, by: User, why: str, now: datetime
) -> Iterator[tuple[int, EditResult]]:
    """Discard each edit; yields its primary key and result."""
    being_sent: set[int] = set()
    for edit in sorted(selection.edits, key=lambda edit: edit.pk):
        if edit.follows_id in being_sent:
            result = EditResult.OTHER_HALF
        else:
            result = _discard(edit, selection.workspace, by, why, now)
        if result is EditResult.ON_ITS_WAY:
            being_sent.add(edit.pk)
        yield edit.pk, result


def _discard(edit: Edit, workspace: str, by: User, why: str, now: datetime) -> EditResult:
    person, result = edit.user, result_of_discard(edit)
    if not result.has_effect:
        return result
    state_before = edit.state
    with transaction.atomic():
        if person.pk == by.pk:
            is_closed = moves.discard(edit, now)
        else:
            in_doubt = result is EditResult.PERHAPS_ARRIVED
            reason = messages.discarded_by_admin(str(by), why, in_doubt=in_doubt)
            is_closed = moves.discard_for_other(edit, now, by=str(by), reason=reason)
        if is_closed:
            audit.record(
                Action.EDIT_DISCARDED,
                by,
                workspace=workspace,
                to=person,
                before={"state": state_before},
                after={
                    "state": State.DISCARDED,
                    "day": edit.entered_on.isoformat(),
                    "minutes": edit.duration_minutes,
                    "reason": why,
                },
            )
    if is_closed:
        return result
    return EditResult.ON_ITS_WAY if edit.is_open else EditResult.SETTLED
