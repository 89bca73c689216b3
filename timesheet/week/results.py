"""The cells of a week after a change, as pages show them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError
from accounts.asana.records import Entry
from timesheet.domain.cell import PlanProblem, WriteKind, seen_after
from timesheet.domain.grid import Cell, Grid
from timesheet.domain.journal import State
from timesheet.models import Edit
from timesheet.sheets import reading
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
        pending = self.cell.pending
        return pending is not None and not pending.is_open and not pending.duplicate


@dataclass(frozen=True)
class SaveResult:
    """What came of a request to change cells."""

    results: tuple[CellResult, ...]
    # None when Asana could not be read.
    grid: Grid | None = None

    @property
    def failed(self) -> tuple[CellResult, ...]:
        """The cells whose change is closed without being in Asana."""
        return tuple(result for result in self.results if result.failed)


def save_result(
    sheet: Sheet, edits: Collection[Edit], entries: Sequence[Entry] | None
) -> SaveResult:
    """Return the cells that these edits touched, each once, as they are now.

    `entries` are those of the week; None where Asana could not be read.
    """
    grid = None if entries is None else reading.build_grid(sheet, entries)
    results: dict[tuple[str, date], CellResult] = {}
    for edit in edits:
        result = result_of_edit(edit, grid)
        key = (edit.task_gid, edit.entered_on)
        if key not in results or result.cell.pending:
            results[key] = result
    for result in results_of_moved(edits, grid):
        results.setdefault((result.cell.task, result.cell.day), result)
    return SaveResult(tuple(results.values()), grid)


def result_of_edit(edit: Edit, grid: Grid | None) -> CellResult:
    """Return the cell of an edit as it is now; as the person saw it where there is no grid."""
    is_shown = edit.is_open or edit.state == State.REFUSED or edit.unacknowledged
    pending = pending_of(edit) if is_shown else None
    saved = edit.state == State.CONFIRMED
    if grid is None:
        seen = seen_after(edit.seen_entries, edit.write) if saved else edit.seen_entries
        cell = Cell.as_seen(edit.task_gid, edit.entered_on, seen, pending)
    else:
        cell = replace(grid.cell(edit.task_gid, edit.entered_on), pending=pending)
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


def try_read_entries(asana: Client, sheet: Sheet) -> list[Entry] | None:
    """Return the week's entries; None where Asana could not be read."""
    try:
        return reading.read_entries(asana, sheet)
    except AsanaError:
        return None
