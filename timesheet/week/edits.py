"""Records what a person changes in the cells of a week, and delivers it to Asana."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid5

from django.db import IntegrityError
from django.db.models import Q

from accounts.asana.client import Client
from accounts.asana.records import Entry
from timesheet.domain.cell import (
    NEW,
    CannotPlan,
    PlanProblem,
    PreconditionScope,
    Write,
    WriteKind,
)
from timesheet.domain.duration import BadDuration, Duration, parse
from timesheet.domain.entry import fingerprint, matches
from timesheet.domain.grid import find_entry
from timesheet.domain.journal import ON_THE_WAY, Precondition, seen_of
from timesheet.journal import dispatch, lock, moves, store
from timesheet.journal.lock import Clock
from timesheet.journal.moves import StateChanged
from timesheet.journal.store import PlannedEdit
from timesheet.models import Edit
from timesheet.sheets import reading, rows
from timesheet.sheets.pending import conflict_of
from timesheet.sheets.sheet import Sheet
from timesheet.week.recording import CellChange, Recorded, edits_of_changes, record_changes
from timesheet.week.results import (
    CellResult,
    KnownCells,
    SaveResult,
    entries_after_delivery,
    known_cells,
    result_of_edit,
    results_of_moved,
    save_result,
    try_read_entries,
)


def set_cells(
    asana: Client, sheet: Sheet, changes: Sequence[CellChange], *, clock: Clock, today: date
) -> SaveResult:
    """Bring cells to what was typed, and return them as they are then: see `write_cells`."""
    return write_cells(asana, sheet, changes, clock=clock, today=today).result()


def write_cells(
    asana: Client, sheet: Sheet, changes: Sequence[CellChange], *, clock: Clock, today: date
) -> WrittenCells:
    """Bring cells to what was typed, all at once. `today` is the person's.

    A change that is sent again with its `version` is not written where the cell was edited since.
    The same edit id again writes nothing: it returns the state of the first one, once that is not
    being delivered any more. Raises `AsanaError` only where there was nothing to write and Asana
    could not be read: once an edit is recorded, nothing is raised.
    """
    try:
        recorded = record_changes(sheet, changes, clock, today)
    except IntegrityError:
        # The same edit, sent twice at once: the other request has written it down.
        recorded = record_changes(sheet, changes, clock, today)
    edits, held = recorded.edits, recorded.held
    delivered = None
    if any(edit.state in ON_THE_WAY for edit in edits.values()):
        delivered = dispatch.deliver_now(asana, sheet, clock, held)
        if not recorded.is_settled:
            edits = edits_of_changes(sheet, changes)
    elif held:
        held.lease.release()
    entries = (
        entries_after_delivery(asana, sheet, edits.values(), delivered)
        if edits
        else reading.read_entries(asana, sheet)
    )
    moves.mark_seen(edits.values(), clock())
    return WrittenCells(sheet, changes, replace(recorded, edits=edits), entries)


@dataclass(frozen=True)
class WrittenCells:
    """Changes that were recorded, and delivered as far as possible."""

    sheet: Sheet
    changes: Sequence[CellChange]
    recorded: Recorded
    # Those of the week; None where Asana could not be read.
    entries: Sequence[Entry] | None

    def result(self) -> SaveResult:
        """Return the cells as they are now.

        They are in the order of the changes, followed by those that an entry was moved to.
        """
        recorded, cells = self.recorded, known_cells(self.sheet, self.entries)
        results = [
            recorded.problems.get(change.edit_id)
            or _result(change, recorded.edits.get(change.edit_id), cells)
            for change in self.changes
        ]
        results = [
            replace(result, later=True) if change.edit_id in recorded.later else result
            for change, result in zip(self.changes, results, strict=True)
        ]
        moved = results_of_moved(recorded.edits.values(), cells.grid)
        return SaveResult((*results, *moved), cells.grid, recorded.new)


def retry(asana: Client, sheet: Sheet, edit: Edit, *, clock: Clock) -> SaveResult:
    """Try an open edit again; one that may have arrived is looked for first."""
    moves.make_due_now(Edit.objects.filter(pk=edit.pk), clock())
    return deliver_recorded(asana, sheet, [edit], clock=clock)


def discard(asana: Client, sheet: Sheet, edit: Edit, *, clock: Clock) -> SaveResult:
    """Discard an open edit for its person, or acknowledge one that is closed already.

    What Asana has stays as it is. Both halves of a move or split are closed. An edit that is being
    delivered at this moment stays open: its answer is still to come.
    """
    moves.discard_whole(edit, clock())
    halves = Edit.objects.filter(Q(pk=edit.follows_id) | Q(follows=edit.pk))
    return save_result(sheet, [edit, *halves], try_read_entries(asana, sheet))


def resubmit(asana: Client, sheet: Sheet, edit: Edit, *, clock: Clock, today: date) -> SaveResult:
    """Record again, as it was typed, what an admin discarded; a second call changes nothing.

    It is compared with what the person saw then. Raises `AsanaError` as `set_cells` does.
    """
    change = _same_change(edit)
    result = set_cells(asana, sheet, [change], clock=clock, today=today)
    if store.edits_of(sheet).filter(edit_id=change.edit_id).exists():
        moves.acknowledge(edit, clock())
    return result


def remove_duplicate(
    asana: Client, sheet: Sheet, edit: Edit, *, clock: Clock, today: date
) -> SaveResult:
    """Delete the entry that an edit created late; that can be undone like any deletion.

    Raises `CannotPlan` where it was changed since and is left alone, and `AsanaError` where Asana
    could not be read.
    """
    entries = reading.read_entries(asana, sheet)
    entry = find_entry(entries, edit.duplicate_gid)
    removal: list[Edit] = []
    with lock.recording(sheet.user):
        pressed = Edit.objects.filter(pk=edit.pk).exclude(duplicate_gid="")
        is_first = bool(pressed.update(duplicate_gid=""))
        if is_first and entry and _is_as_written(entry, edit):
            unchanged = Precondition(seen_of([entry]), PreconditionScope.ENTRY, fingerprint(entry))
            write = Write(WriteKind.DELETE, entry.gid)
            edit_id = uuid5(edit.edit_id, f"duplicate {entry.gid}")
            planned = PlannedEdit(
                edit_id, edit.task_gid, edit.entered_on, write, precondition=unchanged
            )
            step = store.open_step(sheet, edit_id, clock())
            removal = store.record_edits(sheet, step, [planned], clock(), today=today)
    moves.acknowledge(edit, clock())
    edit.refresh_from_db()
    if is_first and entry and not removal:
        raise CannotPlan(PlanProblem.DUPLICATE_CHANGED)
    if not removal:
        return save_result(sheet, [edit], entries)
    return deliver_recorded(asana, sheet, removal, clock=clock)


def _is_as_written(entry: Entry, edit: Edit) -> bool:
    return matches(entry, edit.write.minutes, edit.write.fields)


def resolve_conflict(
    asana: Client,
    sheet: Sheet,
    edit: Edit,
    *,
    beside: bool = False,
    version: str = "",
    clock: Clock,
    today: date,
) -> SaveResult:
    """Write the person's change where Asana had something else, because they saw both.

    It replaces what Asana has or, with `beside`, is added to it. What changed again since then is a
    conflict once more; what breaks a rule on this day is refused. If `version` is given and is not
    that of the conflict, the choice was taken before, and only the edit's state is returned.

    Raises `CannotPlan` while what Asana has may come from another edit in doubt, and `AsanaError`
    where the person never saw the task in a week and Asana does not show that it belongs here.
    """
    conflict = conflict_of(edit)
    is_current = conflict and version in ("", conflict.version)
    write = conflict and is_current and (conflict.both if beside else conflict.mine)
    if write:
        store.raise_if_in_doubt(sheet, edit.task_gid, edit.entered_on)
        # With its last entry deleted in Asana the task would not be in the week any more.
        rows.add_known_to_week(asana, sheet, edit.task_gid)
        # Another request may have decided meanwhile.
        with suppress(StateChanged):
            moves.requeue_with(edit, write, clock(), rules=sheet.rules, today=today)
    return deliver_recorded(asana, sheet, [edit], clock=clock)


def deliver_recorded(
    asana: Client, sheet: Sheet, edits: Collection[Edit], *, clock: Clock
) -> SaveResult:
    """Deliver recorded edits, unless all are closed, and return their cells."""
    delivered = None
    if any(edit.is_open for edit in edits):
        delivered = dispatch.deliver_now(asana, sheet, clock)
        for edit in edits:
            edit.refresh_from_db()
    entries = entries_after_delivery(asana, sheet, edits, delivered)
    moves.mark_seen(edits, clock())
    return save_result(sheet, edits, entries)


def _result(change: CellChange, edit: Edit | None, cells: KnownCells) -> CellResult:
    if edit is not None:
        return result_of_edit(edit, cells)
    return CellResult(cells.cell(change.task, change.day, change.seen))


def _same_change(edit: Edit) -> CellChange:
    """Return the change that the edit was made of, with a new edit id that is always the same."""
    entries = {
        PreconditionScope.CELL: "",
        PreconditionScope.ENTRY: edit.entry_gid,
        PreconditionScope.NOTHING: NEW,
    }
    return CellChange(
        uuid5(edit.edit_id, "again"),
        uuid5(edit.edit_id, "again"),
        edit.task_gid,
        edit.entered_on,
        edit.text,
        _duration_of(edit),
        edit.seen_entries,
        entry=entries[PreconditionScope(edit.scope)],
        fields=edit.write.fields,
        fingerprint=edit.fingerprint,
    )


def _duration_of(edit: Edit) -> Duration | None:
    """Return what was typed if that is to be added to what is there, else the minutes it led to."""
    if edit.kind == WriteKind.DELETE:
        return None
    try:
        typed = parse(edit.text)
    except BadDuration:
        return Duration(edit.duration_minutes)
    return typed if typed.relative else Duration(edit.duration_minutes)
