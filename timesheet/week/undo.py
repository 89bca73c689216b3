"""Undo and redo: what was done in a week in the last day, step by step and back again.

A step is undone by new edits that do the reverse of its own, and they are edits like any other:
written down first, compared with what Asana has, refused or confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max, QuerySet

from accounts.asana.client import Client
from accounts.asana.records import Entry
from timesheet.domain.cell import PreconditionScope, Write, WriteKind
from timesheet.domain.entry import fields_to_recreate, fields_to_restore, fingerprint, matches
from timesheet.domain.journal import OPEN, Precondition, State, seen_of
from timesheet.journal import dispatch, lock, moves, store
from timesheet.journal.lock import Clock
from timesheet.journal.store import PlannedEdit
from timesheet.models import Edit, Step
from timesheet.sheets import policy, reading
from timesheet.sheets.reading import Sheet
from timesheet.week import edits
from timesheet.week.edits import SaveResult

KEPT = timedelta(hours=24)


@dataclass(frozen=True)
class History:
    """The step that an undo would undo, and the one that a redo would do again."""

    undo: Step | None
    redo: Step | None


@dataclass(frozen=True)
class UndoResult:
    """What became of an undo or a redo; `left` counts the entries that changed in Asana since, and
    so were left alone."""

    answer: SaveResult
    left: int


def history_of(sheet: Sheet, now: datetime) -> History:
    undo, redo = None, None
    telling = _steps(sheet, now).filter(edits__state__in=[State.CONFIRMED, *OPEN]).distinct()
    for step in telling.order_by("-pk"):
        if step.turn % 2 == 0:
            undo = step
            break
        redo = step
    return History(undo, redo)


def turn(
    asana: Client, sheet: Sheet, step_id: UUID, turn: int, *, clock: Clock, today: date
) -> UndoResult:
    """Undoes a step, or does it again, where its count of turns is `turn`. `today` is the person's.

    Where it is not, the same was asked for twice, and nothing is written. Raises `CannotPlan`
    while one of its edits may still reach Asana, `AsanaError` when Asana could not be read, and
    `Step.DoesNotExist`.
    """
    now = clock()
    step = _steps(sheet, now).get(step_id=step_id)
    entries = reading.read_entries(asana, sheet)
    with transaction.atomic():
        lock.lock(sheet.user)
        ours = Step.objects.filter(pk=step.pk, turn=turn).update(turn=turn + 1)
        if ours:
            step.turn = turn + 1
            store.discard_unsent(step.edits.filter(state__in=OPEN), now)
            done = _last_done(step)
            intents = list(_reverse(done, entries))
            rules = policy.rules_for(sheet.user, sheet.workspace)
            written = store.record_edits(sheet, step, intents, now, rules=rules, today=today)
    if not ours:
        there = list(step.edits.all())
        return UndoResult(edits.save_result(sheet, there, edits.try_read_entries(asana, sheet)), 0)
    if written:
        delivered = dispatch.send(asana, sheet, clock)
        entries = entries if delivered is None else delivered
        written = list(step.edits.filter(pk__in=[edit.pk for edit in written]))
        moves.mark_seen(written, now)
    states = {edit.state for edit in written}
    if written and states <= {State.REFUSED}:
        # Nothing came of it: it can be tried again.
        Step.objects.filter(pk=step.pk, turn=turn + 1).update(turn=turn + 2)
    return UndoResult(
        edits.save_result(sheet, [*done, *written], entries), len(done) - len(written)
    )


def _steps(sheet: Sheet, now: datetime) -> QuerySet[Step]:
    return Step.objects.filter(
        user=sheet.user,
        workspace_gid=sheet.workspace,
        week=str(sheet.week),
        created_at__gte=now - KEPT,
    )


def _last_done(step: Step) -> list[Edit]:
    """The edits that brought the step to where it is, in their order."""
    confirmed = step.edits.filter(state=State.CONFIRMED)
    last = confirmed.aggregate(last=Max("turn"))["last"]
    return list(confirmed.filter(turn=last))


def _reverse(done: Sequence[Edit], entries: Sequence[Entry]) -> Iterator[PlannedEdit]:
    """What does the reverse of these edits, last first; not of those whose entry has changed."""
    places: dict[int, int] = {}
    waits = {edit.follows_id: edit.pk for edit in done if edit.follows_id}
    for edit in reversed(done):
        intent = _reversed(edit, entries, places.get(waits.get(edit.pk, 0)))
        if intent is not None:
            places[edit.pk] = len(places)
            yield intent


def _reversed(edit: Edit, entries: Sequence[Entry], follows: int | None) -> PlannedEdit | None:
    write, before = edit.write, edit.entry_before
    if write.kind is WriteKind.DELETE:
        if before is None:
            return None
        more = fields_to_recreate(before)
        create = Write(WriteKind.CREATE, minutes=before.duration_minutes, fields=more)
        return PlannedEdit(
            uuid4(),
            edit.task_gid,
            before.entered_on,
            create,
            restores=edit.entry_gid,
            follows=follows,
        )
    gid = _now_called(edit)
    entry = next((entry for entry in entries if entry.gid == gid), None)
    if entry is None or not matches(entry, write.minutes, write.fields):
        return None
    sight = Precondition(seen_of([entry]), PreconditionScope.ENTRY, fingerprint(entry))
    if write.kind is WriteKind.CREATE:
        away = Write(WriteKind.DELETE, gid)
        return PlannedEdit(uuid4(), edit.task_gid, entry.entered_on, away, sight, follows=follows)
    if before is None:
        return None
    change = Write(
        WriteKind.UPDATE, gid, before.duration_minutes, fields_to_restore(before, write.fields)
    )
    return PlannedEdit(uuid4(), edit.task_gid, entry.entered_on, change, sight, follows=follows)


def _now_called(edit: Edit) -> str:
    """The gid of the edit's entry: another one, if it was deleted and brought back since."""
    gid = edit.entry_gid
    while True:
        restored = (
            Edit.objects.filter(user=edit.user, restores=gid, state=State.CONFIRMED)
            .order_by("-pk")
            .first()
        )
        if restored is None or restored.entry_gid == gid:
            return gid
        gid = restored.entry_gid
