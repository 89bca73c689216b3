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
from timesheet.domain.cell import NEW, Act, Ask, CannotPlan, Compare, Seen, after, plan
from timesheet.domain.duration import BadDuration, Duration, parse
from timesheet.domain.entry import NOTHING_MORE
from timesheet.domain.grid import Cell, Grid, Pending
from timesheet.domain.journal import ON_THE_WAY, Sight, State
from timesheet.journal import dispatch, lock, moves, store
from timesheet.journal.lock import Clock
from timesheet.journal.store import ANYTHING, Intent
from timesheet.models import Edit
from timesheet.sheets import messages, policy, reading, rows
from timesheet.sheets.pending import conflict_of, pending_of
from timesheet.sheets.reading import Sheet


@dataclass(frozen=True)
class Change:
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
    seen: tuple[Seen, ...]
    entry: str = ""
    fields: EntryFields = NOTHING_MORE
    mark: str = ""

    @property
    def sight(self) -> Sight:
        if self.entry == NEW:
            return ANYTHING
        if self.mark:
            return Sight(self.seen, Compare.ENTRY, self.mark)
        return Sight(self.seen)

    def refused(self, ask: Ask) -> Outcome:
        """The cell as the person saw it, with what they typed and why it was not taken."""
        pending = Pending(self.edit_id, State.REFUSED, self.text, str(messages.ASKS[ask]))
        return Outcome(Cell.as_seen(self.task, self.day, self.seen, pending), ask)


@dataclass(frozen=True)
class Outcome:
    """How a cell stands after a change. `asks` says what the person has to decide; `saved` that
    Asana has confirmed the change."""

    cell: Cell
    asks: Ask | None = None
    saved: bool = False

    @property
    def failed(self) -> bool:
        return self.cell.pending is not None and not self.cell.pending.is_open


@dataclass(frozen=True)
class Answer:
    """What became of a request. `grid` is None when Asana could not be read."""

    outcomes: tuple[Outcome, ...]
    grid: Grid | None = None

    @property
    def failed(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.failed)


def set_cells(
    asana: Client, sheet: Sheet, changes: Sequence[Change], *, clock: Clock, today: date
) -> Answer:
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
        entries = read_if_possible(asana, sheet)
    moves.told(known.values(), clock())
    laid_out = None if entries is None else reading.lay_out(sheet, entries)
    outcomes = [
        asked.get(change.edit_id) or _outcome(change, known.get(change.edit_id), laid_out)
        for change in changes
    ]
    return Answer((*outcomes, *_moved_to(known.values(), laid_out)), laid_out)


def retry(asana: Client, sheet: Sheet, edit: Edit, *, clock: Clock) -> Answer:
    """Tries an open edit again; one that may have arrived is looked for first."""
    moves.hurry(Edit.objects.filter(pk=edit.pk), clock())
    entries = dispatch.send(asana, sheet, clock)
    edit.refresh_from_db()
    moves.told([edit], clock())
    return answer(sheet, [edit], entries)


def discard(asana: Client, sheet: Sheet, edit: Edit, *, clock: Clock) -> Answer:
    """Closes an open edit because the person says so, or takes note that they know that it was
    refused, or discarded by another. What Asana has stays as it is.

    One that is being delivered at this moment stays open: its answer is still to come.
    """
    moves.discard(edit, clock())
    return answer(sheet, [edit], read_if_possible(asana, sheet))


def write_again(asana: Client, sheet: Sheet, edit: Edit, *, clock: Clock, today: date) -> Answer:
    """Writes down anew what another discarded, as it was typed, to be compared with what was seen
    then. Twice is once. Raises `AsanaError` as `set_cells` does."""
    change = _again(edit)
    answered = set_cells(asana, sheet, [change], clock=clock, today=today)
    if store.edits_of(sheet).filter(edit_id=change.edit_id).exists():
        moves.understood(edit, clock())
    return answered


def insist(
    asana: Client, sheet: Sheet, edit: Edit, *, beside: bool = False, clock: Clock, today: date
) -> Answer:
    """Writes mine where Asana had something else, or mine `beside` theirs, because the person who
    saw both says so. What changed since they did is a conflict once more; what breaks a rule on
    this day is refused.

    Raises `CannotPlan` while theirs may be what another edit in doubt has made; `AsanaError` where
    the person never saw the task in a week, and Asana does not show that it belongs here.
    """
    conflict = conflict_of(edit)
    write = conflict and (conflict.both if beside else conflict.mine)
    if write:
        store.refuse_unsettled(sheet, edit.task_gid, edit.entered_on)
        # With its last entry deleted in Asana the task would not be in the week any more.
        rows.keep_known(asana, sheet, edit.task_gid)
        rules = policy.rules_of(sheet.user, sheet.workspace)
        moves.insist(edit, write, clock(), rules=rules, today=today)
    return sent(asana, sheet, [edit], clock=clock)


def sent(asana: Client, sheet: Sheet, written: Collection[Edit], *, clock: Clock) -> Answer:
    """Has what was written down delivered, unless all of it was refused at once."""
    if any(edit.is_open for edit in written):
        entries = dispatch.send(asana, sheet, clock)
        for edit in written:
            edit.refresh_from_db()
    else:
        entries = read_if_possible(asana, sheet)
    moves.told(written, clock())
    return answer(sheet, written, entries)


def answer(sheet: Sheet, edits: Collection[Edit], entries: Sequence[Entry] | None) -> Answer:
    """The cells that these edits touched, each once, as they stand now."""
    laid_out = None if entries is None else reading.lay_out(sheet, entries)
    outcomes: dict[tuple[str, date], Outcome] = {}
    for edit in edits:
        outcome = outcome_of(edit, laid_out)
        place = (edit.task_gid, edit.entered_on)
        if place not in outcomes or outcome.cell.pending:
            outcomes[place] = outcome
    for outcome in _moved_to(edits, laid_out):
        outcomes.setdefault((outcome.cell.task, outcome.cell.day), outcome)
    return Answer(tuple(outcomes.values()), laid_out)


def outcome_of(edit: Edit, laid_out: Grid | None) -> Outcome:
    is_shown = edit.is_open or edit.state == State.REFUSED or edit.untold
    shown = pending_of(edit) if is_shown else None
    saved = edit.state == State.CONFIRMED
    if laid_out is None:
        there = after(edit.was, edit.write) if saved else edit.was
        cell = Cell.as_seen(edit.task_gid, edit.entered_on, there, shown)
    else:
        cell = replace(laid_out.cell(edit.task_gid, edit.entered_on), pending=shown)
    return Outcome(cell, saved=saved)


def _moved_to(edits: Iterable[Edit], laid_out: Grid | None) -> Iterator[Outcome]:
    for edit in edits:
        day = edit.write.fields.entered_on
        if day and laid_out and edit.state == State.CONFIRMED:
            yield Outcome(laid_out.cell(edit.task_gid, day), saved=True)


def read_if_possible(asana: Client, sheet: Sheet) -> list[Entry] | None:
    try:
        return reading.read_entries(asana, sheet)
    except AsanaError:
        return None


def _write_down(
    sheet: Sheet, changes: Sequence[Change], now: datetime, today: date
) -> dict[UUID, Outcome]:
    """Journals what is new of the changes, and answers what has to be asked back instead."""
    asked: dict[UUID, Outcome] = {}
    rules = policy.rules_of(sheet.user, sheet.workspace)
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
                store.make_room(sheet, intent, now)
            except CannotPlan as problem:
                asked[change.edit_id] = change.refused(problem.ask)
                continue
            step = store.open_step(sheet, change.step, now)
            store.write_down(sheet, step, [intent], now, rules=rules, today=today)
    return asked


def _intent(change: Change) -> Intent | None:
    write = plan(change.seen, change.duration, entry=change.entry, fields=change.fields)
    if write is None:
        return None
    return Intent(
        change.edit_id, change.task, change.day, write, sight=change.sight, text=change.text
    )


def _again(edit: Edit) -> Change:
    entries = {Compare.CELL: "", Compare.ENTRY: edit.entry_gid, Compare.NOTHING: NEW}
    return Change(
        uuid5(edit.edit_id, "again"),
        uuid5(edit.edit_id, "again"),
        edit.task_gid,
        edit.entered_on,
        edit.text,
        _meant(edit),
        edit.was,
        entry=entries[Compare(edit.compare)],
        fields=edit.write.fields,
        mark=edit.mark,
    )


def _meant(edit: Edit) -> Duration | None:
    """What was typed where it is to be added, else what it came to."""
    if edit.act == Act.DELETE:
        return None
    try:
        typed = parse(edit.text)
    except BadDuration:
        return Duration(edit.duration_minutes)
    return typed if typed.relative else Duration(edit.duration_minutes)


def _known(sheet: Sheet, changes: Iterable[Change]) -> dict[UUID, Edit]:
    edits = Edit.objects.filter(user=sheet.user, edit_id__in=[change.edit_id for change in changes])
    return {edit.edit_id: edit for edit in edits}


def _under_way(known: Mapping[UUID, Edit]) -> bool:
    return any(edit.state in ON_THE_WAY for edit in known.values())


def _outcome(change: Change, edit: Edit | None, laid_out: Grid | None) -> Outcome:
    if edit is not None:
        return outcome_of(edit, laid_out)
    if laid_out is None:
        return Outcome(Cell.as_seen(change.task, change.day, change.seen))
    return Outcome(laid_out.cell(change.task, change.day))
