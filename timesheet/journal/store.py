"""The journal in the database: edits are recorded, and found when they are due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from accounts.asana.records import Entry
from accounts.lookups import Lookup
from accounts.models import User
from timesheet.domain.cell import CannotPlan, PlanProblem, PreconditionScope, Write, WriteKind
from timesheet.domain.journal import ON_THE_WAY, OPEN, Precondition, State
from timesheet.domain.policy import PossibleToday, RequestedWrite
from timesheet.journal.moves import StateChanged, close, refusal_fields
from timesheet.models import Edit, Step
from timesheet.sheets.policy import Rules
from timesheet.sheets.sheet import Sheet

NO_PRECONDITION = Precondition(scope=PreconditionScope.NOTHING)


@dataclass(frozen=True)
class PlannedEdit:
    """A write that a person asked for, before it is in the journal."""

    edit_id: UUID
    # The cell: a task's gid, and a day.
    task: str
    day: date
    write: Write
    precondition: Precondition = NO_PRECONDITION
    # What the person typed.
    text: str = ""
    # The gid of the deleted entry that this create brings back.
    restored_gid: str = ""
    # The edit that this one reverses, in an undo or redo.
    reverses: Edit | None = None
    # The index, among those planned with it, of the edit that must be confirmed first.
    follows: int | None = None


def open_step(sheet: Sheet, step_id: UUID, now: datetime) -> Step:
    """Return the person's step with this id; create it if there is none.

    Call it within `lock.recording`, so that nobody else creates the same one.
    """
    known = steps_by_id(sheet, step_id).read()
    return (
        known[0]
        if known
        else Step.objects.create(
            user=sheet.user,
            step_id=step_id,
            workspace_gid=sheet.workspace,
            week=str(sheet.week),
            created_at=now,
        )
    )


def steps_by_id(sheet: Sheet, step_id: UUID) -> Lookup[Step]:
    """Return the person's step with this id."""
    return Lookup(
        ("step", sheet.user.pk, step_id),
        lambda: Step.objects.filter(user=sheet.user, step_id=step_id),
    )


def record_edits(
    sheet: Sheet, step: Step, planned: Sequence[PlannedEdit], now: datetime, *, today: date
) -> list[Edit]:
    """Record edits, within `lock.recording`, and return them in the order of `planned`.

    They are due now. Edits that the workspace's rules refuse are recorded as refused, with those
    that depend on them, and never sent. `today` is the person's. Raises `IntegrityError` if one of
    these edits is recorded already.
    """
    edits: list[Edit] = []
    followed = {edit.follows for edit in planned}
    states = _initial_states(planned, sheet.rules, today, now)
    for edit, fields in zip(planned, states, strict=True):
        edits.append(
            Edit.objects.create(
                user=sheet.user,
                step=step,
                undo_count=step.undo_count,
                reverses=edit.reverses,
                follows=None if edit.follows is None else edits[edit.follows],
                edit_id=edit.edit_id,
                workspace_gid=sheet.workspace,
                task_gid=edit.task,
                entered_on=edit.day,
                text=edit.text,
                seen=[[seen.gid, seen.minutes] for seen in edit.precondition.seen],
                scope=edit.precondition.scope,
                fingerprint=edit.precondition.fingerprint,
                kind=edit.write.kind,
                entry_gid=edit.write.entry,
                duration_minutes=edit.write.minutes,
                fields=msgspec.to_builtins(edit.write.fields),
                restored_gid=edit.restored_gid,
                created_at=now,
                **fields,
            )
        )
    for place, recorded in enumerate(edits):
        recorded.has_followers = place in followed
    return edits


def _initial_states(
    planned: Sequence[PlannedEdit], rules: Rules, today: date, now: datetime
) -> list[dict[str, Any]]:
    """Return the fields with which each edit begins: due now, or refused.

    Edits that follow one another are refused together, so that no change is saved by half.
    """
    firsts: list[int] = []
    refused: dict[int, dict[str, Any]] = {}
    for place, edit in enumerate(planned):
        first = place if edit.follows is None else firsts[edit.follows]
        firsts.append(first)
        requested = RequestedWrite.of(edit.write, edit.day, edit.precondition.seen)
        refusal = rules.refusal(requested, PossibleToday.of(today))
        if refusal and first not in refused:
            refused[first] = refusal_fields(refusal, rules, now)
            if first != place:
                # Nobody typed this one, so there is no rounded time to suggest.
                refused[first]["rounded_minutes"] = None
    return [refused.get(first, {"due_at": now}) for first in firsts]


def supersede_open_edits(sheet: Sheet, planned: PlannedEdit, now: datetime) -> None:
    """Discard unsent edits of the same cell or entry, which this one replaces.

    An edit that adds one more entry replaces nothing. Of a move or split, the first half is
    discarded with the second. Raises `CannotPlan` if one of them may have reached Asana; then all
    stay.
    """
    if planned.precondition.scope is PreconditionScope.NOTHING:
        return
    of_one_entry = planned.precondition.scope is PreconditionScope.ENTRY
    superseded = []
    for edit in _open_edits(sheet, planned.task, planned.day):
        adds_one = edit.scope == PreconditionScope.NOTHING
        if not adds_one and (not of_one_entry or edit.entry_gid == planned.write.entry):
            superseded.append(edit)
            if edit.follows and edit.follows.state in OPEN:
                superseded.append(edit.follows)
    if superseded:
        with transaction.atomic():
            discard_unsent(superseded, now)


def raise_if_in_doubt(sheet: Sheet, task: str, day: date) -> None:
    """Raise `CannotPlan` while an edit of the cell is in doubt.

    An entry in the cell may be the one that this edit created. We can recognize it only as long as
    nobody changes it.
    """
    _open_edits(sheet, task, day)


def _open_edits(sheet: Sheet, task: str, day: date) -> list[Edit]:
    """Return the open edits of a cell. Raises `CannotPlan` if one of them is in doubt."""
    if open_edits_of(sheet.user).is_empty:
        return []
    edits = list(edits_of(sheet).filter(task_gid=task, entered_on=day, state__in=OPEN))
    if any(edit.state == State.IN_DOUBT for edit in edits):
        raise CannotPlan(PlanProblem.IN_DOUBT)
    return edits


def open_edits_of(user: User) -> Lookup[Edit]:
    """Return all of a person's edits that are neither in Asana nor closed."""
    return Lookup(("open edits", user.pk), lambda: Edit.objects.filter(user=user, state__in=OPEN))


def discard_unsent(edits: Iterable[Edit], now: datetime) -> None:
    """Close open edits that were never sent. Raises `CannotPlan` for one that may have arrived."""
    for edit in edits:
        _discard_unsent(edit, now)


def _discard_unsent(edit: Edit, now: datetime) -> None:
    if edit.state == State.IN_DOUBT:
        raise CannotPlan(PlanProblem.IN_DOUBT)
    try:
        close(edit, State.DISCARDED, now)
    except StateChanged:
        raise CannotPlan(PlanProblem.IN_DOUBT) from None


def edits_of(sheet: Sheet) -> QuerySet[Edit]:
    """Return the person's own edits in this workspace, of all weeks."""
    return Edit.objects.filter(user=sheet.user, workspace_gid=sheet.workspace)


def progress_of(sheet: Sheet) -> tuple[object, ...]:
    """Return a value that changes whenever an edit of the week is recorded, delivered or closed."""
    week = (sheet.week.start, sheet.week.end)
    newest = (
        edits_of(sheet)
        .filter(entered_on__range=week)
        .aggregate(last=Max("pk"), closed=Max("closed_at"), sent=Max("sent_at"))
    )
    return tuple(newest.values())


def due_edits(sheet: Sheet, now: datetime) -> list[Edit]:
    """Return the edits of the week that are to be delivered now, in the order they were made."""
    week = (sheet.week.start, sheet.week.end)
    followers = Edit.objects.filter(follows=OuterRef("pk"))
    edits = edits_of(sheet).filter(state__in=ON_THE_WAY, entered_on__range=week)
    due = edits.filter(due_at__lte=now)
    due = due.annotate(has_followers=Exists(followers))  # type: ignore[no-redef]
    return list(due.order_by("pk"))


def followers_of(edits: Collection[Edit]) -> dict[int, list[Edit]]:
    """Return the edits still to be delivered that follow these, by the key of the one followed."""
    followers: dict[int, list[Edit]] = defaultdict(list)
    if not edits:
        return followers
    for edit in Edit.objects.filter(follows__in=edits, state__in=ON_THE_WAY):
        if edit.follows_id:
            followers[edit.follows_id].append(edit)
    return followers


def claimed(edit: Edit, entries: Iterable[Entry]) -> set[str]:
    """Return the gids of those of the entries that an edit of the person is known to have created.

    It may have been in another cell: entries are moved.
    """
    gids = [entry.gid for entry in entries]
    creates = Edit.objects.filter(
        user=edit.user_id, kind=WriteKind.CREATE, state=State.CONFIRMED, entry_gid__in=gids
    )
    return set(creates.values_list("entry_gid", flat=True))


def is_half_saved(edit: Edit) -> bool:
    """Return whether this is the second half of a change whose first half is in Asana."""
    if edit.follows_id is None:
        return False
    return Edit.objects.filter(pk=edit.follows_id, state=State.CONFIRMED).exists()
