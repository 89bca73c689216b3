"""What a person did to cells of a week, and recording it in the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from accounts.asana.records import EntryFields
from accounts.lookups import FirstValue, Lookup, found_together
from accounts.models import User
from timesheet.domain.cell import (
    NEW,
    CannotPlan,
    PlanProblem,
    PreconditionScope,
    SeenEntry,
    plan,
    seen_after,
)
from timesheet.domain.duration import Duration
from timesheet.domain.entry import NO_FIELDS
from timesheet.domain.grid import Cell, Pending
from timesheet.domain.journal import ON_THE_WAY, Precondition, State
from timesheet.journal import lock, store
from timesheet.journal.lock import Clock, HeldEdits
from timesheet.journal.store import NO_PRECONDITION, PlannedEdit
from timesheet.models import Edit, Step
from timesheet.sheets.policy import stored_policy_of
from timesheet.sheets.sheet import Sheet
from timesheet.week.messages import PLAN_PROBLEMS
from timesheet.week.results import CellResult
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
    # The gid of the one entry to change, `NEW` for one more, empty for the cell as a whole.
    entry: str = ""
    # What else was changed of that entry, and its fingerprint when the person saw it.
    fields: EntryFields = NO_FIELDS
    fingerprint: str = ""
    # The version of the cell that it was typed on, if it must not replace a later edit of the cell.
    version: str = ""
    # The person's own edit, saved or not, that the cell showed when this was typed; None if none.
    shown: UUID | None = None
    # What they typed with its note, which `text` leaves out; empty if it is the same.
    typed: str = ""

    def plan(self) -> PlannedEdit | None:
        """Return the edit that this asks for; None if the cell is like that already.

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


@dataclass(frozen=True)
class Recorded:
    """The result of recording changes, by edit id."""

    # Includes those that were recorded before.
    edits: dict[UUID, Edit]
    # The edits recorded now, in their order.
    new: tuple[Edit, ...]
    # The results of changes that need a decision first.
    problems: dict[UUID, CellResult]
    # Changes that are not recorded because their cell was edited after they were typed.
    later: set[UUID]
    # The lease with which the new ones are delivered; None while another process holds it.
    held: HeldEdits | None

    @property
    def is_settled(self) -> bool:
        """Whether all of the edits are new and final, so that none can change any more."""
        ends = (State.CONFIRMED, State.REFUSED)
        return len(self.new) == len(self.edits) and all(edit.state in ends for edit in self.new)


def record_changes(
    sheet: Sheet, changes: Sequence[CellChange], clock: Clock, today: date
) -> Recorded:
    """Record those of the changes that are new, and commit them.

    The caller delivers them, or releases the lease. Raises `IntegrityError` if another request has
    just recorded one of them.
    """
    now = clock()
    with (
        lock.recording_for_delivery(sheet.user, clock) as lease,
        _looked_up(sheet, changes) if len(changes) == 1 else nullcontext(),
    ):
        are_alone = not store.open_edits_of(sheet.user).exists()
        known = {edit.edit_id: edit for edit in _known_edits(sheet, changes).read()}
        new = [_with_own_edit(change, known) for change in changes if change.edit_id not in known]
        # Before any is recorded: several may be about the same cell.
        later = {change.edit_id for change in new if _is_outdated(sheet, change)}
        current = [change for change in new if change.edit_id not in later]
        written, problems = _write_down(sheet, current, now, today)
    on_the_way = [edit for edit in written if edit.state in ON_THE_WAY]
    held = HeldEdits(lease, on_the_way if are_alone else None) if lease else None
    known |= {edit.edit_id: edit for edit in written}
    ids = [change.edit_id for change in changes if change.edit_id in known]
    edits = {edit_id: known[edit_id] for edit_id in ids}
    return Recorded(edits, tuple(written), problems, later, held)


def _write_down(
    sheet: Sheet, changes: Iterable[CellChange], now: datetime, today: date
) -> tuple[list[Edit], dict[UUID, CellResult]]:
    """Record changes; return their edits, and the results of changes that need a decision."""
    written: list[Edit] = []
    problems: dict[UUID, CellResult] = {}
    steps: dict[UUID, Step] = {}
    for change in changes:
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
        written += store.record_edits(sheet, steps[change.step], [planned], now, today=today)
    return written, problems


def _looked_up(sheet: Sheet, changes: Sequence[CellChange]) -> AbstractContextManager[None]:
    """Return a context in which recording one change skips queries that would find nothing.

    One query finds out which those are. After the change is recorded, nothing in the context may
    look for it.
    """
    lookups: list[Lookup[Any] | FirstValue] = [
        _known_edits(sheet, changes),
        store.open_edits_of(sheet.user),
        stored_policy_of(sheet.workspace),
        *(store.steps_by_id(sheet, change.step) for change in changes),
    ]
    return found_together(User.objects.filter(pk=sheet.user.pk), lookups)


def _with_own_edit(change: CellChange, known: Mapping[UUID, Edit]) -> CellChange:
    """Return the change with `seen` as the person's own earlier edit left the cell.

    The page may still have shown that edit as waiting when it was saved. Then the entries that the
    page had seen are older than the edit, and would look like a conflict with somebody else.
    """
    shown = known.get(change.shown) if change.shown else None
    if shown is None or shown.state != State.CONFIRMED or shown.seen_entries != change.seen:
        return change
    if (shown.task_gid, shown.entered_on) != (change.task, change.day) or change.fingerprint:
        return change
    return replace(change, seen=tuple(sorted(seen_after(shown.seen_entries, shown.write))))


def _is_outdated(sheet: Sheet, change: CellChange) -> bool:
    return bool(change.version) and has_later_edit(sheet, change.task, change.day, change.version)


def edits_of_changes(sheet: Sheet, changes: Iterable[CellChange]) -> dict[UUID, Edit]:
    """Return the edits of these changes that are recorded, by edit id."""
    ids = [change.edit_id for change in changes]
    return {edit.edit_id: edit for edit in Edit.objects.filter(user=sheet.user, edit_id__in=ids)}


def _known_edits(sheet: Sheet, changes: Iterable[CellChange]) -> Lookup[Edit]:
    """Return the edits of these changes, and those that their cells showed."""
    ids = {known for change in changes for known in (change.edit_id, change.shown) if known}
    return Lookup(
        ("edits by id", sheet.user.pk, frozenset(ids)),
        lambda: Edit.objects.filter(user=sheet.user, edit_id__in=ids),
    )
