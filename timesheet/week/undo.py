"""Undo and redo: the steps of a week in the last 24 hours, one at a time.

A step is undone by new edits that do the reverse of its own. They are edits like any other:
recorded first, compared with what Asana has, refused or confirmed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from uuid import UUID, uuid4

from django.db.models import Exists, OuterRef

from accounts.asana.client import Client
from accounts.asana.records import Entry
from accounts.lookups import FirstValue, Lookup
from timesheet.domain import grid
from timesheet.domain.cell import CannotPlan, PlanProblem, PreconditionScope, Write, WriteKind
from timesheet.domain.entry import fields_to_recreate, fields_to_restore, fingerprint, matches
from timesheet.domain.journal import OPEN, Precondition, State, seen_of
from timesheet.journal import dispatch, lock, moves, store
from timesheet.journal.lock import Clock
from timesheet.journal.store import PlannedEdit
from timesheet.models import Edit, Step
from timesheet.sheets import reading
from timesheet.sheets.sheet import Sheet
from timesheet.week.results import (
    SaveResult,
    entries_after_delivery,
    save_result,
    try_read_entries,
)

# How long a step can be undone.
HISTORY_KEPT = timedelta(hours=24)
# How many of the newest steps are read at first; the others only if all of these are undone.
MOST_UNDONE = 10
# How often the week is read for one undo, where more of the step is saved meanwhile.
MOST_READS = 3


@dataclass(frozen=True)
class History:
    """The steps that the next undo and the next redo are about."""

    undo: Step | None
    redo: Step | None


@dataclass(frozen=True)
class UndoResult:
    """What came of an undo or a redo."""

    result: SaveResult
    # How many entries were left alone because they changed in Asana since.
    skipped: int = 0
    # Whether anything else was to be done, now or when the same was asked for before.
    is_done: bool = True


def history_of(sheet: Sheet, now: datetime) -> History:
    """Return what can be undone and redone in the week."""
    undo, redo = None, None
    recent = steps_of(sheet, now)
    if recent.is_empty:
        return History(None, None)
    kept = Edit.objects.filter(step=OuterRef("pk"), state__in=[State.CONFIRMED, *OPEN])
    steps = recent.rows.filter(Exists(kept)).order_by("-pk")
    # Usually the newest step is the one to undo.
    for step in chain(steps[:MOST_UNDONE], steps[MOST_UNDONE:]):
        if step.undo_count % 2 == 0:
            undo = step
            break
        redo = step
    return History(undo, redo)


def history_after(sheet: Sheet, written: Sequence[Edit], now: datetime) -> History:
    """Return what can be undone and redone after these edits were recorded, oldest first.

    If their step is new and the newest of the week, the next undo is about it.
    """
    step = written[-1].step if written else None
    if step is None or step.created_at != written[-1].created_at:
        return history_of(sheet, now)
    kept = any(edit.step == step and edit.state in (State.CONFIRMED, *OPEN) for edit in written)
    if not kept or newest_step(sheet).read() != step.pk:
        return history_of(sheet, now)
    return History(step, None)


def newest_step(sheet: Sheet) -> FirstValue:
    """Return the key of the newest step of the week."""
    of_week = {"user": sheet.user, "workspace_gid": sheet.workspace, "week": str(sheet.week)}
    return FirstValue(
        ("newest step", sheet.user.pk, sheet.workspace, sheet.week),
        lambda: Step.objects.filter(**of_week).order_by("-pk").values_list("pk", flat=True),
    )


def undo_or_redo(
    asana: Client, sheet: Sheet, step_id: UUID, undo_count: int, *, clock: Clock, today: date
) -> UndoResult:
    """Undo a step, or redo it if it is undone; `today` is the person's.

    If the step's count is no longer `undo_count`, the request came twice and nothing is written.
    Raises `CannotPlan` while one of its edits may still reach Asana or is being saved, `AsanaError`
    if Asana could not be read, and `Step.DoesNotExist`.
    """
    now = clock()
    step = steps_of(sheet, now).rows.get(step_id=step_id)
    turn, entries = _read_and_record(asana, sheet, step, undo_count, now=now, today=today)
    if not turn.is_first:
        of_step = list(step.edits.all())
        read = try_read_entries(asana, sheet)
        return UndoResult(save_result(sheet, of_step, read))
    reversed_edits, recorded = turn.reversed_edits, turn.recorded
    shown: list[Entry] | None = entries
    if recorded:
        delivered = dispatch.deliver_now(asana, sheet, clock)
        recorded = list(step.edits.filter(pk__in=[edit.pk for edit in recorded]))
        shown = entries_after_delivery(asana, sheet, recorded, delivered)
        moves.mark_seen(recorded, now)
    if recorded and all(edit.state == State.REFUSED for edit in recorded):
        # All of it was refused, so it can be tried again.
        Step.objects.filter(pk=step.pk, undo_count=undo_count + 1).update(undo_count=undo_count + 2)
    result = save_result(sheet, [*turn.discarded, *reversed_edits, *recorded], shown)
    skipped = len(reversed_edits) - len(recorded)
    return UndoResult(result, skipped, is_done=bool(turn.discarded or recorded) or not skipped)


class _SavedMeanwhile(Exception):
    """An edit of the step was saved after the week had been read."""


@dataclass(frozen=True)
class _Turn:
    """What was recorded for an undo or redo."""

    # Whether the request came for the first time; if not, nothing was recorded.
    is_first: bool
    # The edits of the step that were not sent yet, and never will be.
    discarded: Sequence[Edit] = ()
    # The edits that are reversed, and the edits that reverse them.
    reversed_edits: Sequence[Edit] = ()
    recorded: Sequence[Edit] = ()


def _read_and_record(
    asana: Client, sheet: Sheet, step: Step, undo_count: int, *, now: datetime, today: date
) -> tuple[_Turn, list[Entry]]:
    """Record the reverse of a step, and return it with the week's entries that it was made of.

    Raises `CannotPlan` where more of the step is saved each time that the week is read, and
    `AsanaError`.
    """
    for _ in range(MOST_READS):
        saved = _saved_keys(step)
        entries = reading.read_entries(asana, sheet)
        try:
            turn = _record(sheet, step, undo_count, entries, saved, now=now, today=today)
        except _SavedMeanwhile:
            # The entries are from before that, and would lack what it saved.
            continue
        return turn, entries
    raise CannotPlan(PlanProblem.BEING_SAVED)


def _record(
    sheet: Sheet,
    step: Step,
    undo_count: int,
    entries: Sequence[Entry],
    saved: Collection[int],
    *,
    now: datetime,
    today: date,
) -> _Turn:
    """Record the reverse of a step.

    `saved` are the keys of its edits that were saved before the `entries` were read. Raises
    `CannotPlan`, and `_SavedMeanwhile` where there are more of them now.
    """
    with lock.recording(sheet.user):
        counted = Step.objects.filter(pk=step.pk, undo_count=undo_count)
        if not counted.update(undo_count=undo_count + 1):
            return _Turn(is_first=False)
        discarded = list(step.edits.filter(state__in=OPEN))
        store.discard_unsent(discarded, now)
        if _saved_keys(step) != saved:
            raise _SavedMeanwhile
        step.undo_count = undo_count + 1
        to_reverse = _edits_to_reverse(step, undo_count)
        planned = list(_reverse(to_reverse, entries))
        recorded = store.record_edits(sheet, step, planned, now, today=today)
        return _Turn(True, discarded, to_reverse, recorded)


def _saved_keys(step: Step) -> set[int]:
    return set(step.edits.filter(state=State.CONFIRMED).values_list("pk", flat=True))


def steps_of(sheet: Sheet, now: datetime) -> Lookup[Step]:
    """Return the steps of the week that can be undone or redone."""
    return Lookup(
        ("steps", sheet.user.pk, sheet.workspace, sheet.week),
        lambda: Step.objects.filter(
            user=sheet.user,
            workspace_gid=sheet.workspace,
            week=str(sheet.week),
            created_at__gte=now - HISTORY_KEPT,
        ),
    )


def _edits_to_reverse(step: Step, undo_count: int) -> list[Edit]:
    """Return the edits of a step that the next undo or redo reverses, in their order.

    `undo_count` is how often the step was undone or redone. An undo may be saved in part: some of
    its edits were refused, or discarded by a redo before they were sent. What was not undone is not
    redone; the next undo takes it back.
    """
    saved = list(step.edits.filter(state=State.CONFIRMED))
    reversed_keys = {edit.reverses_id for edit in saved}
    return [
        edit
        for edit in saved
        if edit.pk not in reversed_keys and edit.undo_count % 2 == undo_count % 2
    ]


def _reverse(done: Sequence[Edit], entries: Sequence[Entry]) -> Iterator[PlannedEdit]:
    """Yield the reverse of these edits, last first, except of those whose entry has changed."""
    places: dict[int, int] = {}
    followers = {edit.follows_id: edit.pk for edit in done if edit.follows_id}
    for edit in reversed(done):
        # The second half is reversed first, and the first half waits for that.
        planned = _reverse_one(edit, entries, places.get(followers.get(edit.pk, 0)))
        if planned is not None:
            places[edit.pk] = len(places)
            yield planned


def _reverse_one(edit: Edit, entries: Sequence[Entry], follows: int | None) -> PlannedEdit | None:
    write, before = edit.write, edit.entry_before
    if write.kind is WriteKind.DELETE:
        if before is None:
            return None
        fields = fields_to_recreate(before)
        create = Write(WriteKind.CREATE, minutes=before.duration_minutes, fields=fields)
        return PlannedEdit(
            uuid4(),
            edit.task_gid,
            before.entered_on,
            create,
            restored_gid=edit.entry_gid,
            reverses=edit,
            follows=follows,
        )
    entry = grid.find_entry(entries, _current_gid(edit))
    if entry is None or not matches(entry, write.minutes, write.fields):
        return None
    if write.kind is WriteKind.CREATE:
        reverse = Write(WriteKind.DELETE, entry.gid)
    elif before is None:
        return None
    else:
        fields = fields_to_restore(before, write.fields)
        reverse = Write(WriteKind.UPDATE, entry.gid, before.duration_minutes, fields)
    unchanged = Precondition(seen_of([entry]), PreconditionScope.ENTRY, fingerprint(entry))
    return PlannedEdit(
        uuid4(),
        edit.task_gid,
        entry.entered_on,
        reverse,
        unchanged,
        reverses=edit,
        follows=follows,
    )


def _current_gid(edit: Edit) -> str:
    """Return the gid of the edit's entry, which is a new one if it was deleted and brought back."""
    gid = edit.entry_gid
    while True:
        restored = (
            Edit.objects.filter(user=edit.user_id, restored_gid=gid, state=State.CONFIRMED)
            .order_by("-pk")
            .first()
        )
        if restored is None or restored.entry_gid == gid:
            return gid
        gid = restored.entry_gid
