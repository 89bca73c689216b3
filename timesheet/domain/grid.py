"""The week as rows, cells and totals, made of Asana's entries and of edits still under way."""

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

# The key of the row for time that Asana has on no task at all.
NO_TASK = "none"
NO_TARGETS = (Target(),) * 7

Key = tuple[str, date]


@dataclass(frozen=True)
class Pending:
    """An edit that is not in Asana (yet): what was typed, how it stands, and why. It is `noted`
    for the person while they do not know that it was refused, or discarded by another; then what
    they typed can be written `again`. The workspace's `rule` refused it, where it has one, and
    would take what is `instead`."""

    edit: UUID
    state: State
    text: str
    reason: str
    conflict: Conflict | None = None
    noted: bool = False
    again: bool = False
    rule: str = ""
    instead: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True)
class Cell:
    """One task on one day. `task` is the row's key."""

    task: str
    day: date
    entries: tuple[Entry, ...] = ()
    pending: Pending | None = None

    @classmethod
    def as_seen(
        cls, task: str, day: date, seen: Iterable[SeenEntry], pending: Pending | None = None
    ) -> Cell:
        """A cell as a person saw it, for when Asana cannot be asked."""
        entries = (Entry(one.gid, one.minutes, day, task=Task(task)) for one in seen)
        return cls(task, day, tuple(entries), pending)

    def is_at(self, task: str, day: date) -> bool:
        return (self.task, self.day) == (task, day)

    @property
    def minutes(self) -> int:
        return sum(entry.duration_minutes for entry in self.entries)

    @property
    def seen(self) -> str:
        return write_seen(SeenEntry(entry.gid, entry.duration_minutes) for entry in self.entries)

    @property
    def several(self) -> bool:
        return len(self.entries) > 1

    @property
    def noted(self) -> bool:
        return any(entry.description for entry in self.entries)

    @property
    def state(self) -> str:
        if self.pending:
            return self.pending.state
        return "several" if self.several else "value" if self.entries else "empty"


@dataclass(frozen=True)
class GridRow:
    """A task with its seven cells. `kept` when the person added or pinned it, so that it may be
    taken away."""

    task: Task
    cells: tuple[Cell, ...]
    kept: bool = False
    pinned: bool = False

    @property
    def minutes(self) -> int:
        return sum(cell.minutes for cell in self.cells)

    def showing(self, cell: Cell) -> GridRow:
        if cell.task != self.task.gid:
            return self
        return replace(
            self, cells=tuple(cell if one.day == cell.day else one for one in self.cells)
        )

    @property
    def editable(self) -> bool:
        return self.task.gid != NO_TASK

    @property
    def removable(self) -> bool:
        return self.kept and not any(cell.entries or cell.pending for cell in self.cells)


@dataclass(frozen=True)
class Day:
    """A column: its day and its total."""

    day: date
    total: Total


@dataclass(frozen=True)
class Grid:
    """`targets` are the days', Monday's first."""

    week: Week
    rows: tuple[GridRow, ...]
    targets: tuple[Target, ...]
    status: Status = Status.DRAFT

    @property
    def days(self) -> tuple[Day, ...]:
        return tuple(
            Day(day, Total(sum(row.cells[place].minutes for row in self.rows), target))
            for place, (day, target) in enumerate(zip(self.week.days, self.targets, strict=True))
        )

    @property
    def total(self) -> Total:
        wanted = sum(target.minutes for target in self.targets)
        return Total(sum(row.minutes for row in self.rows), Target(wanted))

    @property
    def weekend_is_free(self) -> bool:
        return not any(cell.entries or cell.pending for row in self.rows for cell in row.cells[5:])

    def row(self, task: str) -> GridRow:
        """The row of a task, an empty one where the week has none."""
        found = next((row for row in self.rows if row.task.gid == task), None)
        return found or _row(self.week, Task(task), {}, {})

    def cell(self, task: str, day: date) -> Cell:
        return self.row(task).cells[day.weekday()]

    def having(self, tasks: Iterable[Task]) -> Grid:
        """The same grid with empty rows for those of the tasks that it does not have."""
        there = {row.task.gid for row in self.rows}
        new = [task for task in tasks if task.gid not in there]
        return replace(self, rows=(*self.rows, *(_row(self.week, task, {}, {}) for task in new)))

    def showing(self, cell: Cell) -> Grid:
        """The same grid with `cell` in its place, if it has such a row."""
        return replace(self, rows=tuple(row.showing(cell) for row in self.rows))


@dataclass(frozen=True)
class Kept:
    """What a person put into the week: tasks without hours, the pinned ones, and the order."""

    tasks: tuple[Task, ...] = ()
    pinned: frozenset[str] = frozenset()
    by_name: bool = False


def build(
    week: Week,
    entries: Iterable[Entry],
    kept: Kept = Kept(),
    pending: Mapping[Key, Pending] | None = None,
    targets: tuple[Target, ...] = NO_TARGETS,
    status: Status = Status.DRAFT,
    names: Mapping[str, str] | None = None,
) -> Grid:
    """Rows with hours in their order, then those without hours in the order of `kept`, then those
    of edits under way that are in neither, by their last known `names`."""
    pending = pending or {}
    by_cell: dict[Key, list[Entry]] = defaultdict(list)
    tasks: dict[str, Task] = {}
    for entry in entries:
        task = entry.task or Task(NO_TASK)
        tasks[task.gid] = task
        by_cell[task.gid, entry.entered_on].append(entry)
    kept_tasks = {task.gid: task for task in kept.tasks}
    ordered = sorted(tasks.values(), key=_by_name if kept.by_name else _by_project_and_name)
    ordered += [task for gid, task in kept_tasks.items() if gid not in tasks]
    ordered += [
        Task(gid, (names or {}).get(gid, "")) for gid in _unlisted(pending, tasks, kept_tasks)
    ]
    rows = (_row(week, task, by_cell, pending) for task in ordered)
    return Grid(
        week,
        tuple(
            replace(row, kept=row.task.gid in kept_tasks, pinned=row.task.gid in kept.pinned)
            for row in rows
        ),
        targets,
        status,
    )


def minutes_of(entries: Iterable[Entry], day: date) -> int:
    return sum(entry.duration_minutes for entry in entries if entry.entered_on == day)


def put(entries: Iterable[Entry], gid: str, entry: Entry | None) -> list[Entry]:
    """The entries after a write: `entry` in place of the one called `gid`, or that one gone."""
    others = [one for one in entries if one.gid != gid]
    return others if entry is None else [*others, entry]


def find(entries: Iterable[Entry], gid: str) -> Entry | None:
    return next((entry for entry in entries if entry.gid == gid), None)


def of_cell(entries: Iterable[Entry], task: str, day: date) -> list[Entry]:
    return [
        entry
        for entry in entries
        if entry.task and entry.task.gid == task and entry.entered_on == day
    ]


def _row(
    week: Week,
    task: Task,
    by_cell: Mapping[Key, list[Entry]],
    pending: Mapping[Key, Pending],
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


def _unlisted(pending: Mapping[Key, Pending], *known: Mapping[str, Task]) -> list[str]:
    """Tasks of open edits that neither Asana's entries nor the kept rows show any more."""
    gids = dict.fromkeys(gid for gid, _ in pending)
    return [gid for gid in gids if not any(gid in tasks for tasks in known)]
