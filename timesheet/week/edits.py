"""What a person changes in the cells of a week: planned, written down, then delivered to Asana."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError
from accounts.asana.records import Entry, EntryFields
from timesheet.domain.cell import (
    NEW,
    CannotPlan,
    PlanProblem,
    PreconditionScope,
    SeenEntry,
    WriteKind,
    plan,
    seen_after,
)
from timesheet.domain.duration import BadDuration, Duration, parse
from timesheet.domain.entry import NO_FIELDS
from timesheet.domain.grid import Cell, Grid, Pending
from timesheet.domain.journal import ON_THE_WAY, Precondition, State
from timesheet.journal import dispatch, lock, moves, store
from timesheet.journal.lock import Clock
from timesheet.journal.store import NO_PRECONDITION, PlannedEdit
from timesheet.models import Edit
from timesheet.sheets import messages, policy, reading, rows
from timesheet.sheets.pending import conflict_of, pending_of
from timesheet.sheets.reading import Sheet


@dataclass(frozen=True)
class CellChange:
    """What a person did to a cell. `duration` None means that they cleared it.

    `entry` is the one entry meant, `cell.NEW` for one more, empty for the cell as a whole;
    `fields` what else was changed of it, and `mark` what it was like. Changes of the same `step`
    are undone together.
    """

    edit_id: UUID
    step: UUID
    task: str
    day: date
    text: str
    duration: Duration | None
    seen: tuple[SeenEntry, ...]
    entry: str = ""
    fields: EntryFields = NO_FIELDS
    fingerprint: str = ""

    @property
    def precondition(self) -> Precondition:
        if self.entry == NEW:
            return NO_PRECONDITION
        if self.fingerprint:
            return Precondition(self.seen, PreconditionScope.ENTRY, self.fingerprint)
        return Precondition(self.seen)

    def refused(self, ask: PlanProblem) -> CellResult:
        """The cell as the person saw it, with what they typed and why it was not taken."""
        pending = Pending(self.edit_id, State.REFUSED, self.text, str(messages.ASKS[ask]))
        return CellResult(Cell.as_seen(self.task, self.day, self.seen, pending), ask)


@dataclass(frozen=True)
class CellResult:
    """How a cell stands after a change. `asks` says what the person has to decide; `saved` that
    Asana has confirmed the change."""

    cell: Cell
    asks: PlanProblem | None = None
    saved: bool = False

    @property
    def failed(self) -> bool:
        return self.cell.pending is not None and not self.cell.pending.is_open


@dataclass(frozen=True)
class SaveResult:
    """What became of a request. `grid` is None when Asana could not be read."""

    results: tuple[CellResult, ...]
    grid: Grid | None = None

    @property
    def failed(self) -> tuple[CellResult, ...]:
        return tuple(outcome for outcome in self.results if outcome.failed)


def set_cells(
    asana: Client, sheet: Sheet, changes: Sequence[CellChange], *, clock: Clock, today: date
) -> SaveResult:
    """Brings cells to what was typed, all in one go; the outcomes are in the changes' order, and
    after them those of cells that an entry was moved to. `today` is the person's.

    The same edit id again answers how the first one stands, waiting for one that is on its way, and
    writes nothing. Raises `AsanaError` only when there was nothing to write and Asana could not be
    read: an edit that was journalled never raises.
    """
    try:
        asked = _write_down(sheet, changes, clock(), today)
    except IntegrityError:
        # The same edit, sent twice at once: the other one is on its way.
        asked = _write_down(sheet, changes, clock(), today)
    entries = None
    known = _known(sheet, changes)
    if _under_way(known):
        entries = dispatch.send(asana, sheet, clock)
        known = _known(sheet, changes)
    if not known:
        entries = reading.read_entries(asana, sheet)
    elif entries is None and not _under_way(known):
        # In this order: an edit must not look confirmed over entries from before it was.
        entries = try_read_entries(asana, sheet)
    moves.mark_seen(known.values(), clock())
    laid_out = None if entries is None else reading.build_grid(sheet, entries)
    outcomes = [
        asked.get(change.edit_id) or _outcome(change, known.get(change.edit_id), laid_out)
        for change in changes
    ]
    return SaveResult((*outcomes, *_moved_to(known.values(), laid_out)), laid_out)


def retry(asana: Client, sheet: Sheet, edit: Edit, *, clock: Clock) -> SaveResult:
    """Tries an open edit again; one that may have arrived is looked for first."""
    moves.make_due_now(Edit.objects.filter(pk=edit.pk), clock())
    entries = dispatch.send(asana, sheet, clock)
    edit.refresh_from_db()
    moves.mark_seen([edit], clock())
    return save_result(sheet, [edit], entries)


def discard(asana: Client, sheet: Sheet, edit: Edit, *, clock: Clock) -> SaveResult:
    """Closes an open edit because the person says so, or takes note that they know that it was
    refused, or discarded by another. What Asana has stays as it is.

    One that is being delivered at this moment stays open: its answer is still to come.
    """
    moves.discard(edit, clock())
    return save_result(sheet, [edit], try_read_entries(asana, sheet))


def resubmit(asana: Client, sheet: Sheet, edit: Edit, *, clock: Clock, today: date) -> SaveResult:
    """Writes down anew what another discarded, as it was typed, to be compared with what was seen
    then. Twice is once. Raises `AsanaError` as `set_cells` does."""
    change = _again(edit)
    answered = set_cells(asana, sheet, [change], clock=clock, today=today)
    if store.edits_of(sheet).filter(edit_id=change.edit_id).exists():
        moves.acknowledge(edit, clock())
    return answered


def resolve_conflict(
    asana: Client, sheet: Sheet, edit: Edit, *, beside: bool = False, clock: Clock, today: date
) -> SaveResult:
    """Writes mine where Asana had something else, or mine `beside` theirs, because the person who
    saw both says so. What changed since they did is a conflict once more; what breaks a rule on
    this day is refused.

    Raises `CannotPlan` while theirs may be what another edit in doubt has made; `AsanaError` where
    the person never saw the task in a week, and Asana does not show that it belongs here.
    """
    conflict = conflict_of(edit)
    write = conflict and (conflict.both if beside else conflict.mine)
    if write:
        store.raise_if_in_doubt(sheet, edit.task_gid, edit.entered_on)
        # With its last entry deleted in Asana the task would not be in the week any more.
        rows.add_known_to_week(asana, sheet, edit.task_gid)
        rules = policy.rules_for(sheet.user, sheet.workspace)
        moves.requeue_with(edit, write, clock(), rules=rules, today=today)
    return deliver_written(asana, sheet, [edit], clock=clock)


def deliver_written(
    asana: Client, sheet: Sheet, written: Collection[Edit], *, clock: Clock
) -> SaveResult:
    """Has what was written down delivered, unless all of it was refused at once."""
    if any(edit.is_open for edit in written):
        entries = dispatch.send(asana, sheet, clock)
        for edit in written:
            edit.refresh_from_db()
    else:
        entries = try_read_entries(asana, sheet)
    moves.mark_seen(written, clock())
    return save_result(sheet, written, entries)


def save_result(
    sheet: Sheet, edits: Collection[Edit], entries: Sequence[Entry] | None
) -> SaveResult:
    """The cells that these edits touched, each once, as they stand now."""
    laid_out = None if entries is None else reading.build_grid(sheet, entries)
    outcomes: dict[tuple[str, date], CellResult] = {}
    for edit in edits:
        outcome = result_of(edit, laid_out)
        place = (edit.task_gid, edit.entered_on)
        if place not in outcomes or outcome.cell.pending:
            outcomes[place] = outcome
    for outcome in _moved_to(edits, laid_out):
        outcomes.setdefault((outcome.cell.task, outcome.cell.day), outcome)
    return SaveResult(tuple(outcomes.values()), laid_out)


def result_of(edit: Edit, laid_out: Grid | None) -> CellResult:
    is_shown = edit.is_open or edit.state == State.REFUSED or edit.unacknowledged
    shown = pending_of(edit) if is_shown else None
    saved = edit.state == State.CONFIRMED
    if laid_out is None:
        there = seen_after(edit.seen_entries, edit.write) if saved else edit.seen_entries
        cell = Cell.as_seen(edit.task_gid, edit.entered_on, there, shown)
    else:
        cell = replace(laid_out.cell(edit.task_gid, edit.entered_on), pending=shown)
    return CellResult(cell, saved=saved)


def _moved_to(edits: Iterable[Edit], laid_out: Grid | None) -> Iterator[CellResult]:
    for edit in edits:
        day = edit.write.fields.entered_on
        if day and laid_out and edit.state == State.CONFIRMED:
            yield CellResult(laid_out.cell(edit.task_gid, day), saved=True)


def try_read_entries(asana: Client, sheet: Sheet) -> list[Entry] | None:
    try:
        return reading.read_entries(asana, sheet)
    except AsanaError:
        return None


def _write_down(
    sheet: Sheet, changes: Sequence[CellChange], now: datetime, today: date
) -> dict[UUID, CellResult]:
    """Journals what is new of the changes, and answers what has to be asked back instead."""
    asked: dict[UUID, CellResult] = {}
    rules = policy.rules_for(sheet.user, sheet.workspace)
    with transaction.atomic():
        lock.lock(sheet.user)
        known = _known(sheet, changes)
        for change in changes:
            if change.edit_id in known:
                continue
            try:
                intent = _intent(change)
                if intent is None:
                    continue
                store.supersede_open_edits(sheet, intent, now)
            except CannotPlan as problem:
                asked[change.edit_id] = change.refused(problem.ask)
                continue
            step = store.open_step(sheet, change.step, now)
            store.record_edits(sheet, step, [intent], now, rules=rules, today=today)
    return asked


def _intent(change: CellChange) -> PlannedEdit | None:
    write = plan(change.seen, change.duration, entry=change.entry, fields=change.fields)
    if write is None:
        return None
    return PlannedEdit(
        change.edit_id,
        change.task,
        change.day,
        write,
        precondition=change.precondition,
        text=change.text,
    )


def _again(edit: Edit) -> CellChange:
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
        _meant(edit),
        edit.seen_entries,
        entry=entries[PreconditionScope(edit.scope)],
        fields=edit.write.fields,
        fingerprint=edit.fingerprint,
    )


def _meant(edit: Edit) -> Duration | None:
    """What was typed where it is to be added, else what it came to."""
    if edit.kind == WriteKind.DELETE:
        return None
    try:
        typed = parse(edit.text)
    except BadDuration:
        return Duration(edit.duration_minutes)
    return typed if typed.relative else Duration(edit.duration_minutes)


def _known(sheet: Sheet, changes: Iterable[CellChange]) -> dict[UUID, Edit]:
    edits = Edit.objects.filter(user=sheet.user, edit_id__in=[change.edit_id for change in changes])
    return {edit.edit_id: edit for edit in edits}


def _under_way(known: Mapping[UUID, Edit]) -> bool:
    return any(edit.state in ON_THE_WAY for edit in known.values())


def _outcome(change: CellChange, edit: Edit | None, laid_out: Grid | None) -> CellResult:
    if edit is not None:
        return result_of(edit, laid_out)
    if laid_out is None:
        return CellResult(Cell.as_seen(change.task, change.day, change.seen))
    return CellResult(laid_out.cell(change.task, change.day))
