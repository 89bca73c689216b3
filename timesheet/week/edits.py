"""What a person changes in the cells of a week: written down, and delivered to Asana."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import IntegrityError
from django.db.models import Q

from accounts.asana.client import Client
from accounts.asana.records import Entry, EntryFields
from timesheet.domain.cell import (
    NEW,
    CannotPlan,
    PlanProblem,
    PreconditionScope,
    SeenEntry,
    Write,
    WriteKind,
    plan,
    seen_after,
)
from timesheet.domain.duration import BadDuration, Duration, parse
from timesheet.domain.entry import NO_FIELDS, fingerprint, matches
from timesheet.domain.grid import Cell, Pending, find_entry
from timesheet.domain.journal import ON_THE_WAY, Precondition, State, seen_of
from timesheet.journal import dispatch, lock, moves, store
from timesheet.journal.lock import Clock
from timesheet.journal.store import NO_PRECONDITION, PlannedEdit
from timesheet.models import Edit, Step
from timesheet.sheets import reading, rows
from timesheet.sheets.pending import conflict_of
from timesheet.sheets.sheet import Sheet
from timesheet.week.messages import PLAN_PROBLEMS
from timesheet.week.results import (
    CellResult,
    KnownCells,
    SaveResult,
    known_cells,
    result_of_edit,
    results_of_moved,
    save_result,
    try_read_entries,
)
from timesheet.week.versions import has_later_edit


@dataclass(frozen=True)
class CellChange:
    """What a person did to a cell."""

    edit_id: UUID
    # Changes of the same step are undone together.
    step: UUID
    task: str
    day: date
    # What they typed, and what that means; None where they cleared the cell.
    text: str
    duration: Duration | None
    # The entries that they saw in the cell.
    seen: tuple[SeenEntry, ...]
    # The gid of the one entry that is meant, `NEW` for one more, empty for the cell as a whole.
    entry: str = ""
    # What else was changed of that entry, and its fingerprint when the person saw it.
    fields: EntryFields = NO_FIELDS
    fingerprint: str = ""
    # The version of the cell that it was typed on, if a later edit of the cell forbids it.
    version: str = ""
    # The person's own edit that the cell showed when this was typed, saved by then or not; None if
    # it showed none.
    shown: UUID | None = None
    # What they typed with a note, which `text` leaves out; empty if it is the same.
    typed: str = ""

    def plan(self) -> PlannedEdit | None:
        """Return the edit that this asks for; None when the cell is like that already.

        Raises `CannotPlan`.
        """
        write = plan(self.seen, self.duration, entry=self.entry, fields=self.fields)
        if write is None:
            return None
        return PlannedEdit(
            self.edit_id,
            self.task,
            self.day,
            write,
            precondition=self._precondition,
            text=self.text,
        )

    @property
    def _precondition(self) -> Precondition:
        if self.entry == NEW:
            return NO_PRECONDITION
        if self.fingerprint:
            return Precondition(self.seen, PreconditionScope.ENTRY, self.fingerprint)
        return Precondition(self.seen)

    def refused(self, problem: PlanProblem) -> CellResult:
        """Return the cell as the person saw it, with what they typed and why it was not taken."""
        reason = str(PLAN_PROBLEMS[problem])
        pending = Pending(self.edit_id, State.REFUSED, self.typed or self.text, reason)
        return CellResult(Cell.as_seen(self.task, self.day, self.seen, pending), problem)


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
    could not be read: once an edit is written down nothing is raised.
    """
    try:
        recorded = _record(sheet, changes, clock(), today)
    except IntegrityError:
        # The same edit, sent twice at once: the other request has written it down.
        recorded = _record(sheet, changes, clock(), today)
    edits = recorded.edits
    entries = None
    if _on_the_way(edits):
        entries = dispatch.deliver_now(asana, sheet, clock)
        edits = _edits_of(sheet, changes)
    if not edits:
        entries = reading.read_entries(asana, sheet)
    elif entries is None and not _on_the_way(edits):
        # In this order: an edit must not look confirmed beside entries from before it was.
        entries = try_read_entries(asana, sheet)
    moves.mark_seen(edits.values(), clock())
    return WrittenCells(sheet, changes, replace(recorded, edits=edits), entries)


@dataclass(frozen=True)
class WrittenCells:
    """Changes that were written down, and delivered as far as that was possible."""

    sheet: Sheet
    changes: Sequence[CellChange]
    recorded: _Recorded
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
        return SaveResult((*results, *moved), cells.grid)


@dataclass(frozen=True)
class _Recorded:
    """What came of writing down changes, by edit id."""

    edits: dict[UUID, Edit]
    # The results of changes that need a decision first.
    problems: dict[UUID, CellResult]
    # Changes that are not written down because their cell was edited after they were typed.
    later: set[UUID]


def _record(sheet: Sheet, changes: Sequence[CellChange], now: datetime, today: date) -> _Recorded:
    """Write down what is new of the changes, and commit it.

    Raises `IntegrityError` where another request has just written down one of them.
    """
    problems: dict[UUID, CellResult] = {}
    steps: dict[UUID, Step] = {}
    with lock.recording(sheet.user):
        edits = _edits_of(sheet, changes)
        shown = _edits_by_id(sheet, {change.shown for change in changes if change.shown})
        new = [
            _with_own_edit(change, shown.get(change.shown) if change.shown else None)
            for change in changes
            if change.edit_id not in edits
        ]
        # Before any is written down: several may be about the same cell.
        later = {change.edit_id for change in new if _is_outdated(sheet, change)}
        for change in new:
            if change.edit_id in later:
                continue
            try:
                planned = change.plan()
                if planned is None:
                    continue
                store.supersede_open_edits(sheet, planned, now)
            except CannotPlan as problem:
                problems[change.edit_id] = change.refused(problem.ask)
                continue
            if change.step not in steps:
                steps[change.step] = store.open_step(sheet, change.step, now)
            step = steps[change.step]
            (edit,) = store.record_edits(sheet, step, [planned], now, today=today)
            edits[change.edit_id] = edit
    return _Recorded(edits, problems, later)


def _with_own_edit(change: CellChange, shown: Edit | None) -> CellChange:
    """Return the change as typed on what the person's own edit led to, which the cell showed.

    An edit that the cell showed as waiting may have been saved just before the next one came: then
    the entries that the page had are those from before it, and are compared with in vain.
    """
    if shown is None or shown.state != State.CONFIRMED or shown.seen_entries != change.seen:
        return change
    if (shown.task_gid, shown.entered_on) != (change.task, change.day) or change.fingerprint:
        return change
    return replace(change, seen=tuple(sorted(seen_after(shown.seen_entries, shown.write))))


def _is_outdated(sheet: Sheet, change: CellChange) -> bool:
    return bool(change.version) and has_later_edit(sheet, change.task, change.day, change.version)


def retry(asana: Client, sheet: Sheet, edit: Edit, *, clock: Clock) -> SaveResult:
    """Try an open edit again; one that may have arrived is looked for first."""
    moves.make_due_now(Edit.objects.filter(pk=edit.pk), clock())
    return deliver_recorded(asana, sheet, [edit], clock=clock)


def discard(asana: Client, sheet: Sheet, edit: Edit, *, clock: Clock) -> SaveResult:
    """Close an open edit because its person says so, or note that they know that it is closed.

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
    """Delete the entry that an edit made a second time; it can be undone as any deletion.

    An entry that is gone, or was changed since, is left alone. Raises `AsanaError` where Asana
    could not be read.
    """
    entries = reading.read_entries(asana, sheet)
    entry = find_entry(entries, edit.duplicate_gid)
    removal: list[Edit] = []
    with lock.recording(sheet.user):
        pressed = Edit.objects.filter(pk=edit.pk).exclude(duplicate_gid="")
        if pressed.update(duplicate_gid="") and entry and _is_as_written(entry, edit):
            unchanged = Precondition(seen_of([entry]), PreconditionScope.ENTRY, fingerprint(entry))
            write = Write(WriteKind.DELETE, entry.gid)
            edit_id = uuid5(edit.edit_id, f"duplicate {entry.gid}")
            planned = PlannedEdit(
                edit_id, edit.task_gid, edit.entered_on, write, precondition=unchanged
            )
            step = store.open_step(sheet, edit_id, clock())
            removal = store.record_edits(sheet, step, [planned], clock(), today=today)
    edit.refresh_from_db()
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
        moves.requeue_with(edit, write, clock(), rules=sheet.rules, today=today)
    return deliver_recorded(asana, sheet, [edit], clock=clock)


def deliver_recorded(
    asana: Client, sheet: Sheet, edits: Collection[Edit], *, clock: Clock
) -> SaveResult:
    """Deliver edits that are written down, unless all are closed, and return their cells."""
    if any(edit.is_open for edit in edits):
        entries = dispatch.deliver_now(asana, sheet, clock)
        for edit in edits:
            edit.refresh_from_db()
    else:
        entries = try_read_entries(asana, sheet)
    moves.mark_seen(edits, clock())
    return save_result(sheet, edits, entries)


def _result(change: CellChange, edit: Edit | None, cells: KnownCells) -> CellResult:
    if edit is not None:
        return result_of_edit(edit, cells)
    return CellResult(cells.cell(change.task, change.day, change.seen))


def _edits_of(sheet: Sheet, changes: Iterable[CellChange]) -> dict[UUID, Edit]:
    """Return the edits of these changes that are written down, by edit id."""
    return _edits_by_id(sheet, {change.edit_id for change in changes})


def _edits_by_id(sheet: Sheet, edit_ids: Collection[UUID]) -> dict[UUID, Edit]:
    if not edit_ids:
        return {}
    edits = Edit.objects.filter(user=sheet.user, edit_id__in=edit_ids)
    return {edit.edit_id: edit for edit in edits}


def _on_the_way(edits: Mapping[UUID, Edit]) -> bool:
    return any(edit.state in ON_THE_WAY for edit in edits.values())


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
