"""The journal on disk: edits are written down, and found when they are due."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from timesheet.domain.cell import CannotPlan, PlanProblem, PreconditionScope, Write, WriteKind
from timesheet.domain.journal import (
    ON_THE_WAY,
    OPEN,
    Precondition,
    State,
)
from timesheet.domain.policy import PossibleToday, RequestedWrite
from timesheet.journal import lock
from timesheet.journal.moves import StateChanged, close, refusal_fields
from timesheet.models import Edit, Step
from timesheet.sheets.policy import Rules
from timesheet.sheets.reading import Sheet

logger = logging.getLogger(__name__)

NO_PRECONDITION = Precondition(scope=PreconditionScope.NOTHING)


@dataclass(frozen=True)
class PlannedEdit:
    """A write that a person asked for, and what it stands on.

    `follows` is the place, in its step, of the intent that must be confirmed before; `restores`
    the gid of a deleted entry that this one brings back.
    """

    edit_id: UUID
    task: str
    day: date
    write: Write
    precondition: Precondition = NO_PRECONDITION
    text: str = ""
    restores: str = ""
    follows: int | None = None


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


def record_edits(
    sheet: Sheet,
    step: Step,
    intents: Sequence[PlannedEdit],
    now: datetime,
    *,
    rules: Rules,
    today: date,
) -> list[Edit]:
    """What the rules refuse is written down as refused, with the sentence, and never leaves; so
    are all that depend on it. `today` is the person's.

    Raises `IntegrityError` when one of these edits is written down already.
    """
    edits: list[Edit] = []
    with transaction.atomic():
        lock.lock(sheet.user)
        for intent, ending in zip(intents, _endings(intents, rules, today, now), strict=True):
            follows = None if intent.follows is None else edits[intent.follows]
            edits.append(_write_down(sheet, step, intent, follows, now, **ending))
    return edits


def _endings(
    intents: Sequence[PlannedEdit], rules: Rules, today: date, now: datetime
) -> list[dict[str, Any]]:
    """How each begins: due now, or refused. Those that follow one another are refused together:
    half a change is none."""
    firsts: list[int] = []
    refused: dict[int, dict[str, Any]] = {}
    for place, intent in enumerate(intents):
        first = place if intent.follows is None else firsts[intent.follows]
        firsts.append(first)
        wanted = RequestedWrite.of(intent.write, intent.day, intent.precondition.seen)
        refusal = rules.refusal(wanted, PossibleToday.of(today))
        if refusal and first not in refused:
            refused[first] = refusal_fields(refusal, rules, now)
            if first != place:
                # Nobody typed it, so nobody can type what it would be rounded to.
                refused[first]["rounded"] = None
    return [refused.get(first, {"due_at": now}) for first in firsts]


def _write_down(
    sheet: Sheet,
    step: Step,
    intent: PlannedEdit,
    follows: Edit | None,
    now: datetime,
    **ending: Any,
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
        seen=[[seen.gid, seen.minutes] for seen in intent.precondition.seen],
        scope=intent.precondition.scope,
        fingerprint=intent.precondition.fingerprint,
        kind=intent.write.kind,
        entry_gid=intent.write.entry,
        duration_minutes=intent.write.minutes,
        fields=msgspec.to_builtins(intent.write.fields),
        restores=intent.restores,
        created_at=now,
        **ending,
    )


def supersede_open_edits(sheet: Sheet, intent: PlannedEdit, now: datetime) -> None:
    """What was typed before over the same cell or entry, and never got anywhere, is replaced.

    What adds one more entry replaces nothing. Raises `CannotPlan` where something in the cell may
    have reached Asana.
    """
    if intent.precondition.scope is PreconditionScope.NOTHING:
        return
    raise_if_in_doubt(sheet, intent.task, intent.day)
    earlier = _open_in(sheet, intent.task, intent.day).exclude(scope=PreconditionScope.NOTHING)
    if intent.precondition.scope is PreconditionScope.ENTRY:
        earlier = earlier.filter(entry_gid=intent.write.entry)
    discard_unsent(earlier.exclude(edit_id=intent.edit_id), now)


def raise_if_in_doubt(sheet: Sheet, task: str, day: date) -> None:
    """Raises `CannotPlan` while an edit of the cell is in doubt: an entry that is there may be what
    it made, and must be as it made it to be known."""
    if _open_in(sheet, task, day).filter(state=State.IN_DOUBT).exists():
        raise CannotPlan(PlanProblem.IN_DOUBT)


def _open_in(sheet: Sheet, task: str, day: date) -> QuerySet[Edit]:
    return edits_of(sheet).filter(task_gid=task, entered_on=day, state__in=OPEN)


def discard_unsent(edits: Iterable[Edit], now: datetime) -> None:
    """Closes open edits that never left. Raises `CannotPlan` for one that may have arrived."""
    for edit in edits:
        if edit.state == State.IN_DOUBT:
            raise CannotPlan(PlanProblem.IN_DOUBT)
        try:
            close(edit, State.DISCARDED, now)
        except StateChanged:
            raise CannotPlan(PlanProblem.IN_DOUBT) from None


def edits_of(sheet: Sheet) -> QuerySet[Edit]:
    """The person's own edits in this workspace."""
    return Edit.objects.filter(user=sheet.user, workspace_gid=sheet.workspace)


def due(sheet: Sheet, now: datetime) -> list[Edit]:
    """Those of the week that are to be delivered now, in the order they were written down."""
    week = (sheet.week.start, sheet.week.end)
    waiting = edits_of(sheet).filter(state__in=ON_THE_WAY, entered_on__range=week)
    return list(waiting.filter(due_at__lte=now).select_related("user", "follows").order_by("pk"))


def claimed_by_others(edit: Edit) -> set[str]:
    """Gids of entries that other edits are known to have made in the same cell."""
    made = Edit.objects.filter(
        user=edit.user, task_gid=edit.task_gid, entered_on=edit.entered_on, kind=WriteKind.CREATE
    ).exclude(entry_gid="")
    return set(made.values_list("entry_gid", flat=True))
