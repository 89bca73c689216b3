"""Copying hours into a week: from any other week, or from a template."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import QuerySet

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, Forbidden, NotFound
from accounts.asana.records import Task, TaskProject
from accounts.models import User
from timesheet.core.params import as_uuid
from timesheet.domain.grid import Grid, GridRow
from timesheet.domain.week import Week
from timesheet.models import WeekTemplate
from timesheet.sheets import reading, rows
from timesheet.sheets.sheet import Sheet

# How many weeks back are offered by name.
WEEKS_OFFERED = 12
# How long it is cached which tasks of a template are open.
OPEN_TASKS_CACHED_SECONDS = 300
_TEMPLATE = "template:"

# As `WeekTemplate.rows` has it.
TemplateRow = dict[str, Any]


class UnknownSource(Exception):
    """There is no such week, and the person has no such template."""


@dataclass(frozen=True)
class CopySource:
    """What is copied: the hours of a week, or those of a template."""

    week: Week | None = None
    template: WeekTemplate | None = None

    @property
    def key(self) -> str:
        """The source as a form sends it, which `find_source` reads."""
        return f"{_TEMPLATE}{self.template.slug}" if self.template else str(self.week)


@dataclass(frozen=True)
class CopyCell:
    """Hours to copy to a day of the week, 0 for Monday."""

    task: Task
    weekday: int
    minutes: int
    # Whether they are the total of several entries.
    several: bool = False


def find_source(sheet: Sheet, key: str) -> CopySource:
    """Return the source with this key; the week before for an empty key. Raises `UnknownSource`."""
    if not key:
        return CopySource(sheet.week.previous)
    if key.startswith(_TEMPLATE):
        slug = as_uuid(key.removeprefix(_TEMPLATE))
        templates = templates_of(sheet.user, sheet.workspace)
        template = templates.filter(slug=slug).first() if slug else None
        if template is None:
            raise UnknownSource
        return CopySource(template=template)
    try:
        return CopySource(Week.parse(key))
    except ValueError as error:
        raise UnknownSource from error


def offered_weeks(sheet: Sheet) -> list[Week]:
    """Return the weeks before this one, the latest first."""
    weeks = [sheet.week.previous]
    while len(weeks) < WEEKS_OFFERED:
        weeks.append(weeks[-1].previous)
    return weeks


@dataclass(frozen=True)
class CopyContent:
    """What a source has for a week."""

    # The week with a row for each task.
    grid: Grid
    # The cells whose place in the week is empty.
    cells: Sequence[CopyCell]
    # The tasks of a template on which nobody logs time any more.
    closed: Sequence[Task] = ()


def read(asana: Client, sheet: Sheet, source: CopySource) -> CopyContent:
    """Return what copying the source would do.

    Tasks that are completed or gone, and time on no task are left out. Raises `AsanaError`.
    """
    closed: list[Task] = []
    if source.template:
        grid = reading.build_grid(sheet, reading.read_entries(asana, sheet))
        open_rows, closed_rows = _sorted_out(asana, source.template, fresh=True)
        closed = [_task(row) for row in closed_rows]
        cells = list(_cells_of(open_rows))
    else:
        grid, from_week = rows.hours_to_copy(asana, sheet, source.week or sheet.week.previous)
        cells = [
            CopyCell(
                cell.entries[0].task or Task(cell.task),
                cell.day.weekday(),
                cell.minutes,
                cell.several,
            )
            for cell in from_week
        ]
    free = [
        cell
        for cell in cells
        if grid.cell(cell.task.gid, sheet.week.days[cell.weekday]).state == "empty"
    ]
    tasks = {cell.task.gid: cell.task for cell in free}
    return CopyContent(grid.with_tasks(tasks.values()), free, closed)


def add_rows(
    asana: Client, sheet: Sheet, source: CopySource, *, leave_out: Collection[str] = ()
) -> int:
    """Put the open tasks of the source into the week, but for those to `leave_out`, by gid.

    Returns how many of them were new here. Raises `AsanaError`.
    """
    if source.template is None:
        return rows.copy_rows(asana, sheet, source.week, leave_out=leave_out)
    here = {task.gid for task in reading.kept_tasks(sheet)} | set(leave_out)
    open_rows, _closed = _sorted_out(asana, source.template)
    new = [_task(row) for row in open_rows if row["task"] not in here]
    for task in new:
        rows.add_to_week(sheet, task)
    return len(new)


def templates_of(user: User, workspace: str) -> QuerySet[WeekTemplate]:
    """Return the person's templates in a workspace, by name."""
    return WeekTemplate.objects.filter(user=user, workspace_gid=workspace)


def save_template(asana: Client, sheet: Sheet, name: str) -> WeekTemplate:
    """Save the rows and the hours of a week under a name; a template of that name is replaced.

    Raises `AsanaError`.
    """
    grid = reading.build_grid(sheet, reading.read_entries(asana, sheet))
    template, _created = WeekTemplate.objects.update_or_create(
        user=sheet.user,
        workspace_gid=sheet.workspace,
        name=name,
        defaults={"rows": [_template_row(row) for row in grid.rows if row.editable]},
    )
    return template


def delete_template(user: User, workspace: str, slug: UUID) -> str:
    """Delete a template and return its name; empty if the person has none like that."""
    template = templates_of(user, workspace).filter(slug=slug).first()
    if template is None:
        return ""
    template.delete()
    return template.name


def _template_row(row: GridRow) -> TemplateRow:
    return {
        "task": row.task.gid,
        "name": row.task.name,
        "projects": [[one.gid, one.name, one.color] for one in row.task.projects],
        "minutes": [cell.minutes for cell in row.cells],
    }


def _sorted_out(
    asana: Client, template: WeekTemplate, *, fresh: bool = False
) -> tuple[list[TemplateRow], list[TemplateRow]]:
    """Return the rows of a template whose task is open, and those whose task is completed or gone.

    Gone is a task that Asana does not show the person. What Asana says is cached, for the copy that
    follows a preview; with `fresh` it is asked anyway. Raises `AsanaError`.
    """
    key = f"open-tasks:{template.user_id}:{template.slug}"
    is_open: dict[str, bool] = {} if fresh else cache.get(key, {})
    unknown = [row["task"] for row in template.rows if row["task"] not in is_open]
    outcomes = asana.gather_outcomes([_task_reader(gid) for gid in unknown])
    for gid, outcome in zip(unknown, outcomes, strict=True):
        if isinstance(outcome, AsanaError) and not isinstance(outcome, Forbidden | NotFound):
            raise outcome
        is_open[gid] = isinstance(outcome, Task) and not outcome.completed
    cache.set(key, is_open, OPEN_TASKS_CACHED_SECONDS)
    return (
        [row for row in template.rows if is_open[row["task"]]],
        [row for row in template.rows if not is_open[row["task"]]],
    )


def _task_reader(gid: str) -> Callable[[Client], Task]:
    return lambda client: client.get_task(gid)


def _cells_of(template_rows: Iterable[TemplateRow]) -> Iterator[CopyCell]:
    for row in template_rows:
        for weekday, minutes in enumerate(row["minutes"]):
            if minutes:
                yield CopyCell(_task(row), weekday, minutes)


def _task(row: TemplateRow) -> Task:
    return Task(row["task"], row["name"], projects=[TaskProject(*one) for one in row["projects"]])
