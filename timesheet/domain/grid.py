"""The week as rows, cells and totals, built from Asana's entries and from open edits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from accounts.asana.records import Entry, Task
from timesheet.domain.approval import Status
from timesheet.domain.cell import SeenEntry, write_seen
from timesheet.domain.conflict import Conflict
from timesheet.domain.journal import OPEN, State
from timesheet.domain.target import Target, Total
from timesheet.domain.week import Week

# The key of the row for time that is on no task in Asana.
NO_TASK = "none"
NO_TARGETS = (Target(),) * 7

# A row's key and a day.
CellKey = tuple[str, date]


@dataclass(frozen=True)
class Pending:
    """An edit that is not in Asana, perhaps not yet."""

    edit: UUID
    state: State
    # What the person typed.
    text: str
    # Why it is not in Asana, as a sentence.
    reason: str
    conflict: Conflict | None = None
    # Whether the person has yet to see that it was refused, or discarded by somebody else.
    noted: bool = False
    # Whether what they typed can be submitted again.
    again: bool = False
    # The workspace's rule that refused it.
    rule: str = ""
    # What the rule would accept.
    instead: str = ""
    # Whether Asana has it twice, or has it though it was refused or discarded.
    duplicate: bool = False

    @property
    def arrived_late(self) -> bool:
        """Whether Asana has it though it was refused or discarded."""
        return self.duplicate and self.state != State.CONFIRMED

    @property
    def is_open(self) -> bool:
        """Whether the edit may still get to Asana."""
        return self.state in OPEN


@dataclass(frozen=True)
class Cell:
    """One task on one day."""

    # The row's key: the gid of the task, or `NO_TASK`.
    task: str
    day: date
    entries: tuple[Entry, ...] = ()
    pending: Pending | None = None

    @classmethod
    def as_seen(
        cls, task: str, day: date, seen: Iterable[SeenEntry], pending: Pending | None = None
    ) -> Cell:
        """Build a cell from what a person saw, for when Asana cannot be read."""
        entries = (Entry(entry.gid, entry.minutes, day, task=Task(task)) for entry in seen)
        return cls(task, day, tuple(entries), pending)

    def is_at(self, task: str, day: date) -> bool:
        """Return whether this is the cell of that task and day."""
        return (self.task, self.day) == (task, day)

    @property
    def minutes(self) -> int:
        """Minutes in Asana."""
        return sum(entry.duration_minutes for entry in self.entries)

    @property
    def seen(self) -> str:
        """The entries as a form field has them; see `cell.write_seen`."""
        return write_seen(SeenEntry(entry.gid, entry.duration_minutes) for entry in self.entries)

    @property
    def several(self) -> bool:
        """Whether the cell has more than one entry."""
        return len(self.entries) > 1

    @property
    def noted(self) -> bool:
        """Whether any entry has a note."""
        return any(entry.description for entry in self.entries)

    @property
    def state(self) -> str:
        """The state of the pending edit, `late` or `duplicate`, or else `several`, `value` or
        `empty`."""
        if self.pending and self.pending.duplicate:
            return "late" if self.pending.arrived_late else "duplicate"
        if self.pending:
            return self.pending.state
        return "several" if self.several else "value" if self.entries else "empty"


@dataclass(frozen=True)
class GridRow:
    """A task with its seven cells, Monday's first."""

    task: Task
    cells: tuple[Cell, ...]
    # Whether the person added or pinned the task.
    is_added: bool = False
    pinned: bool = False

    @property
    def minutes(self) -> int:
        """Minutes in Asana, of all days."""
        return sum(cell.minutes for cell in self.cells)

    @property
    def seen(self) -> str:
        """The entries of its cells as a form field has them: `day:entries;…`; see `Cell.seen`."""
        return ";".join(f"{cell.day}:{cell.seen}" for cell in self.cells if cell.entries)

    def with_cell(self, cell: Cell) -> GridRow:
        """Return a copy with `cell` on its day, or the row itself if it is of another task."""
        if cell.task != self.task.gid:
            return self
        cells = tuple(cell if old.day == cell.day else old for old in self.cells)
        return replace(self, cells=cells)

    @property
    def editable(self) -> bool:
        """Whether time can be logged in the row: it has a task."""
        return self.task.gid != NO_TASK

    @property
    def removable(self) -> bool:
        """Whether the person can remove the row: they added it, and it is empty."""
        return self.is_added and not any(cell.entries or cell.pending for cell in self.cells)


@dataclass(frozen=True)
class Day:
    """A column: its day and its total."""

    day: date
    total: Total


@dataclass(frozen=True)
class Grid:
    """One person's week."""

    week: Week
    rows: tuple[GridRow, ...]
    # Monday's first.
    targets: tuple[Target, ...]
    status: Status = Status.DRAFT

    @property
    def days(self) -> tuple[Day, ...]:
        """The columns, Monday's first."""
        return tuple(
            Day(day, Total(sum(row.cells[column].minutes for row in self.rows), target))
            for column, (day, target) in enumerate(zip(self.week.days, self.targets, strict=True))
        )

    @property
    def total(self) -> Total:
        """The minutes of the week beside the sum of its targets."""
        target = sum(target.minutes for target in self.targets)
        return Total(sum(row.minutes for row in self.rows), Target(target))

    @property
    def weekend_is_free(self) -> bool:
        """Whether the cells of Saturday and Sunday are all empty."""
        return not any(cell.entries or cell.pending for row in self.rows for cell in row.cells[5:])

    def row(self, task: str) -> GridRow:
        """Return the row of a task, or an empty row if the grid has none."""
        row = next((row for row in self.rows if row.task.gid == task), None)
        return row or _row(self.week, Task(task), {}, {})

    def cell(self, task: str, day: date) -> Cell:
        """Return a cell of the row of a task; `day` must be in the week."""
        return self.row(task).cells[day.weekday()]

    def before(self, task: str) -> str:
        """Return the key of the row above that of a task; empty if there is none."""
        keys = [row.task.gid for row in self.rows]
        place = keys.index(task) if task in keys else 0
        return keys[place - 1] if place else ""

    def with_tasks(self, tasks: Iterable[Task]) -> Grid:
        """Return a copy with empty rows for the tasks that the grid does not have."""
        gids = {row.task.gid for row in self.rows}
        rows = (_row(self.week, task, {}, {}) for task in tasks if task.gid not in gids)
        return replace(self, rows=(*self.rows, *rows))

    def with_cell(self, cell: Cell) -> Grid:
        """Return a copy with `cell` in its place; unchanged if the grid has no row for it."""
        return replace(self, rows=tuple(row.with_cell(cell) for row in self.rows))


@dataclass(frozen=True)
class RowSettings:
    """Which rows a person wants in a week, and in which order."""

    # The tasks that they added or pinned.
    tasks: tuple[Task, ...] = ()
    # The gids of the pinned tasks.
    pinned: frozenset[str] = frozenset()
    # Rows are ordered by name, instead of by project and name.
    by_name: bool = False


def build(
    week: Week,
    entries: Iterable[Entry],
    row_settings: RowSettings = RowSettings(),
    pending: Mapping[CellKey, Pending] | None = None,
    targets: tuple[Target, ...] = NO_TARGETS,
    status: Status = Status.DRAFT,
    names: Mapping[str, str] | None = None,
) -> Grid:
    """Build the grid of a week.

    Its rows are the tasks with hours, those of `row_settings`, and those of pending edits, with the
    name that `names` has for the gid. They are sorted together: a row that gets its first hours, or
    a pin, stays where it is.
    """
    pending = pending or {}
    by_cell: dict[CellKey, list[Entry]] = defaultdict(list)
    tasks: dict[str, Task] = {}
    for entry in entries:
        task = entry.task or Task(NO_TASK)
        tasks[task.gid] = task
        by_cell[task.gid, entry.entered_on].append(entry)
    added = {task.gid: task for task in row_settings.tasks}
    known = added | tasks
    unlisted = {gid: Task(gid, (names or {}).get(gid, "")) for gid in _unlisted(pending, known)}
    key = _by_name if row_settings.by_name else _by_project_and_name
    ordered = sorted((known | unlisted).values(), key=key)
    rows = (_row(week, task, by_cell, pending) for task in ordered)
    return Grid(
        week,
        tuple(
            replace(row, is_added=row.task.gid in added, pinned=row.task.gid in row_settings.pinned)
            for row in rows
        ),
        targets,
        status,
    )


def minutes_on(entries: Iterable[Entry], day: date) -> int:
    """Return the minutes of the entries of a day."""
    return sum(entry.duration_minutes for entry in entries if entry.entered_on == day)


def replace_entry(entries: Iterable[Entry], gid: str, entry: Entry | None) -> list[Entry]:
    """Return the entries with the one with `gid` replaced by `entry`; left out if None."""
    others = [other for other in entries if other.gid != gid]
    return others if entry is None else [*others, entry]


def find_entry(entries: Iterable[Entry], gid: str) -> Entry | None:
    """Return the entry with `gid`; None if there is none."""
    return next((entry for entry in entries if entry.gid == gid), None)


def entries_in_cell(entries: Iterable[Entry], task: str, day: date) -> list[Entry]:
    """Return the entries of the task with the gid `task` on a day."""
    return [
        entry
        for entry in entries
        if entry.task and entry.task.gid == task and entry.entered_on == day
    ]


def _row(
    week: Week,
    task: Task,
    by_cell: Mapping[CellKey, list[Entry]],
    pending: Mapping[CellKey, Pending],
) -> GridRow:
    return GridRow(
        task,
        tuple(
            Cell(
                task.gid,
                day,
                tuple(sorted(by_cell.get((task.gid, day), ()), key=lambda entry: entry.gid)),
                pending.get((task.gid, day)),
            )
            for day in week.days
        ),
    )


def _by_name(task: Task) -> tuple[bool, str, str]:
    return (task.gid == NO_TASK, task.name.casefold(), task.gid)


def _by_project_and_name(task: Task) -> tuple[bool, str, str, str]:
    project = task.projects[0].name if task.projects else ""
    return (task.gid == NO_TASK, (project or "").casefold(), task.name.casefold(), task.gid)


def _unlisted(pending: Mapping[CellKey, Pending], listed: Mapping[str, Task]) -> list[str]:
    """Return the gids of tasks with a pending edit that are not in `listed`."""
    gids = dict.fromkeys(gid for gid, _ in pending)
    return [gid for gid in gids if gid not in listed]
