"""The journal on disk: edits are written down, claimed for delivery, and moved along `MOVES`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.asana.errors import AsanaError
from timesheet import words
from timesheet.domain.cell import Act, Ask, CannotPlan, Compare, Write
from timesheet.domain.journal import MOVES, OPEN, Sight, State
from timesheet.models import Edit, Step
from timesheet.services.sheets import Sheet

# Longer than a delivery can take: two reads and a write, each with its deadline.
LEASE = timedelta(minutes=2)

ANYTHING = Sight(compare=Compare.NOTHING)


@dataclass(frozen=True)
class Intent:
    """A write that a person asked for, and what it stands on.

    `follows` is the place, in its step, of the intent that must be confirmed before; `restores`
    the gid of a deleted entry that this one brings back.
    """

    edit_id: UUID
    task: str
    day: date
    write: Write
    sight: Sight = ANYTHING
    text: str = ""
    restores: str = ""
    follows: int | None = None


def edits_of(sheet: Sheet) -> QuerySet[Edit]:
    """The person's own edits in this workspace."""
    return Edit.objects.filter(user=sheet.user, workspace_gid=sheet.workspace)


def open_step(sheet: Sheet, step_id: UUID, now: datetime) -> Step:
    step, _created = Step.objects.get_or_create(
        user=sheet.user,
        step_id=step_id,
        defaults={
            "workspace_gid": sheet.workspace,
            "week": str(sheet.week),
            "created_at": now,
        },
    )
    return step


def write_down(sheet: Sheet, step: Step, intents: Sequence[Intent], now: datetime) -> list[Edit]:
    """Raises `IntegrityError` when one of these edits is written down already."""
    edits: list[Edit] = []
    with transaction.atomic():
        for intent in intents:
            follows = None if intent.follows is None else edits[intent.follows]
            edits.append(_write_down(sheet, step, intent, follows, now))
    return edits


def _write_down(
    sheet: Sheet, step: Step, intent: Intent, follows: Edit | None, now: datetime
) -> Edit:
    return Edit.objects.create(
        user=sheet.user,
        step=step,
        turn=step.turn,
        follows=follows,
        edit_id=intent.edit_id,
        workspace_gid=sheet.workspace,
        task_gid=intent.task,
        entered_on=intent.day,
        text=intent.text,
        seen=[[seen.gid, seen.minutes] for seen in intent.sight.seen],
        compare=intent.sight.compare,
        mark=intent.sight.mark,
        act=intent.write.act,
        entry_gid=intent.write.entry,
        duration_minutes=intent.write.minutes,
        fields=msgspec.to_builtins(intent.write.fields),
        restores=intent.restores,
        created_at=now,
    )


def make_room(sheet: Sheet, intent: Intent, now: datetime) -> None:
    """What was typed before over the same entry, and never got anywhere, is replaced.

    Raises `CannotPlan` where that may have reached Asana.
    """
    earlier = (
        edits_of(sheet)
        .filter(
            task_gid=intent.task,
            entered_on=intent.day,
            entry_gid=intent.write.entry,
            state__in=OPEN,
        )
        .exclude(edit_id=intent.edit_id)
    )
    drop(earlier, now)


def drop(edits: Iterable[Edit], now: datetime) -> None:
    """Closes open edits that never left. Raises `CannotPlan` for one that may have arrived."""
    for edit in edits:
        if edit.state == State.IN_DOUBT or leased(edit, now):
            raise CannotPlan(Ask.UNSETTLED)
        move(edit, State.DISCARDED, closed_at=now)


def claim(edit: Edit, now: datetime) -> bool:
    """One delivery at a time; the edit is as it stands once it is ours."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    ours = Edit.objects.filter(free, pk=edit.pk, state__in=OPEN).update(lease_until=now + LEASE)
    edit.refresh_from_db()
    return bool(ours)


def release(edits: Iterable[Edit]) -> None:
    Edit.objects.filter(pk__in=[edit.pk for edit in edits]).update(lease_until=None)


def leased(edit: Edit, now: datetime) -> bool:
    return edit.lease_until is not None and edit.lease_until >= now


def move(edit: Edit, state: State, **fields: object) -> None:
    """Changes an edit's state in the database, only along `MOVES` and only from where it is."""
    if state not in MOVES[State(edit.state)]:
        raise ValueError(f"{edit.state} does not lead to {state}")
    moved = Edit.objects.filter(pk=edit.pk, state=edit.state).update(state=state, **fields)
    if not moved:
        raise RuntimeError(f"edit {edit.pk} is no longer {edit.state}")
    edit.refresh_from_db()


def answered(edit: Edit, state: State, error: AsanaError, now: datetime) -> None:
    """Writes down what Asana said, and where that leaves the edit."""
    move(
        edit,
        state,
        reason=words.reason(error, state),
        asana_status=error.status,
        closed_at=None if state in OPEN else now,
    )


def refuse(edit: Edit, reason: str, now: datetime) -> None:
    move(edit, State.REFUSED, reason=reason, closed_at=now)


def claimed_by_others(edit: Edit) -> set[str]:
    """Gids of entries that other edits are known to have made in the same cell."""
    made = Edit.objects.filter(
        user=edit.user, task_gid=edit.task_gid, entered_on=edit.entered_on, act=Act.CREATE
    ).exclude(entry_gid="")
    return set(made.values_list("entry_gid", flat=True))
