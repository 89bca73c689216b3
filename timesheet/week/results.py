"""The cells of a week after a change, as pages show them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError
from accounts.asana.records import Entry
from timesheet.domain.cell import PlanProblem, SeenEntry, WriteKind, seen_after
from timesheet.domain.grid import Cell, Grid, Pending
from timesheet.domain.journal import ON_THE_WAY, State
from timesheet.journal import store
from timesheet.models import Edit
from timesheet.sheets import reading, stored_weeks
from timesheet.sheets.pending import pending_of
from timesheet.sheets.sheet import Sheet


@dataclass(frozen=True)
class CellResult:
    """A cell as it is after a change."""

    cell: Cell
    # What the person has to decide first.
    asks: PlanProblem | None = None
    # Whether Asana has confirmed the change.
    saved: bool = False
    # Whether nothing was written because the cell was edited after the change was typed.
    later: bool = False
    # The minutes of the entry that the change deleted.
    deleted: int = 0

    @property
    def failed(self) -> bool:
        """Whether the change is closed without being in Asana."""
        pending = self._own_pending
        return pending is not None and not pending.is_open and not pending.duplicate

    @property
    def waits(self) -> bool:
        """Whether the change is on its way to Asana."""
        pending = self._own_pending
        return pending is not None and pending.state in ON_THE_WAY

    @property
    def is_conflict(self) -> bool:
        """Whether the person has to decide between the change and what Asana has."""
        pending = self._own_pending
        return pending is not None and pending.state == State.CONFLICT

    @property
    def _own_pending(self) -> Pending | None:
        """The change where it is not in Asana. Beside a saved one its cell may show another."""
        return None if self.saved else self.cell.pending


@dataclass(frozen=True)
class SaveResult:
    """What came of a request to change cells."""

    results: tuple[CellResult, ...]
    # None when Asana could not be read.
    grid: Grid | None = None
    # The edits that were recorded for it.
    written: tuple[Edit, ...] = ()

    @property
    def failed(self) -> tuple[CellResult, ...]:
        """The cells whose change is closed without being in Asana."""
        return tuple(result for result in self.results if result.failed)

    @property
    def saved_count(self) -> int:
        """How many cells Asana has confirmed."""
        return sum(result.saved for result in self.results)

    @property
    def waiting_count(self) -> int:
        """How many cells are on their way to Asana."""
        return sum(result.waits for result in self.results)


@dataclass(frozen=True)
class KnownCells:
    """The cells of a week: as Asana has them, or as they were last known where it can't be read."""

    sheet: Sheet
    # As Asana has the week now; None where it could not be read.
    grid: Grid | None

    def cell(self, task: str, day: date, seen: Iterable[SeenEntry] = ()) -> Cell:
        """Return a cell; if nothing is known of it, with what the person has `seen` in it."""
        if grid := self.grid or self._last_known:
            return grid.cell(task, day)
        newest = store.edits_of(self.sheet).filter(task_gid=task, entered_on=day).last()
        if newest is None:
            return Cell.as_seen(task, day, seen)
        is_saved = newest.state == State.CONFIRMED
        seen = seen_after(newest.seen_entries, newest.write) if is_saved else newest.seen_entries
        unsynced = reading.unsynced_in_week(self.sheet).filter(task_gid=task, entered_on=day)
        # Not only the newest: an entry added before may still wait while the newest was refused.
        shown = unsynced.order_by("pk").last()
        return Cell.as_seen(task, day, seen, pending_of(shown) if shown else None)

    @cached_property
    def _last_known(self) -> Grid | None:
        copy = stored_weeks.find(self.sheet)
        return None if copy is None else reading.build_grid(self.sheet, copy.entries)


def save_result(
    sheet: Sheet, edits: Collection[Edit], entries: Sequence[Entry] | None
) -> SaveResult:
    """Return the cells that these edits touched, each once, as they are now.

    `entries` are those of the week; None where Asana could not be read.
    """
    cells = known_cells(sheet, entries)
    results: dict[tuple[str, date], CellResult] = {}
    for edit in edits:
        result = result_of_edit(edit, cells)
        key = (edit.task_gid, edit.entered_on)
        if key not in results or result.cell.pending:
            results[key] = result
    for result in results_of_moved(edits, cells.grid):
        results.setdefault((result.cell.task, result.cell.day), result)
    return SaveResult(tuple(results.values()), cells.grid)


def known_cells(sheet: Sheet, entries: Sequence[Entry] | None) -> KnownCells:
    """Return the week's cells. `entries` are Asana's; None where it could not be read."""
    return KnownCells(sheet, None if entries is None else reading.build_grid(sheet, entries))


def result_of_edit(edit: Edit, cells: KnownCells) -> CellResult:
    """Return the cell of an edit as it is now: a later edit of the cell may be shown in it."""
    cell = cells.cell(edit.task_gid, edit.entered_on, edit.seen_entries)
    if edit.is_open or edit.state == State.REFUSED or edit.unacknowledged:
        cell = replace(cell, pending=pending_of(edit))
    saved = edit.state == State.CONFIRMED
    return CellResult(cell, saved=saved, deleted=_deleted_minutes(edit) if saved else 0)


def _deleted_minutes(edit: Edit) -> int:
    if edit.kind != WriteKind.DELETE:
        return 0
    return next((seen.minutes for seen in edit.seen_entries if seen.gid == edit.entry_gid), 0)


def results_of_moved(edits: Iterable[Edit], grid: Grid | None) -> Iterator[CellResult]:
    """Yield the cells to which confirmed edits moved an entry, by changing its day."""
    for edit in edits:
        day = edit.write.fields.entered_on
        if day and grid and edit.state == State.CONFIRMED:
            yield CellResult(grid.cell(edit.task_gid, day), saved=True)


def entries_after_delivery(
    asana: Client, sheet: Sheet, edits: Iterable[Edit], delivered: list[Entry] | None
) -> list[Entry] | None:
    """Return the week's entries to show beside these edits, which were read after they were due.

    They are those that our own delivery returned. Where it returned none, another process may have
    delivered the edits: then the entries are read now, because an edit must not look confirmed
    beside entries from before it was. None where Asana could not be read, or edits still wait.
    """
    if delivered is None and not any(edit.state in ON_THE_WAY for edit in edits):
        return try_read_entries(asana, sheet)
    return delivered


def try_read_entries(asana: Client, sheet: Sheet) -> list[Entry] | None:
    """Return the week's entries; None where Asana could not be read."""
    try:
        return reading.read_entries(asana, sheet)
    except AsanaError:
        return None
