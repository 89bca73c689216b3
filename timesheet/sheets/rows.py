"""The tasks that a person puts into their week, and finding them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from django.core.cache import cache
from django.db.models import QuerySet

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, NotFound
from accounts.asana.records import Task
from timesheet.domain.grid import Cell, Grid
from timesheet.domain.grid import GridRow as GridRow
from timesheet.domain.week import Week
from timesheet.models import AddedRow, PinnedTask
from timesheet.sheets import reading
from timesheet.sheets.reading import Sheet

logger = logging.getLogger(__name__)

LONGEST_QUERY = 200
MOST_FOUND = 12
MOST_SUGGESTED = 5
# How long a person's own tasks are remembered, in seconds, and how many weeks back count as recent.
MINE_KEPT = 300
RECENT_WEEKS = 6


@dataclass(frozen=True)
class FoundTask:
    """A task, and why it is among the first: `pinned`, `recent`, `mine`, or empty."""

    task: Task
    why: str = ""


def find_tasks(asana: Client, sheet: Sheet, query: str) -> list[FoundTask]:
    """Tasks that match, first those that are pinned, recent or assigned to the person.

    Without a query it is these, and what Asana suggests. Raises `AsanaError`.
    """
    query = query.strip()[:LONGEST_QUERY]
    mine: list[Task] | None = cache.get(_my_tasks_memory(sheet))
    reads: list[Callable[[Client], list[Task]]] = [
        lambda client: client.find_tasks(sheet.workspace, query, count=MOST_FOUND)
    ]
    if mine is None:
        reads.append(lambda client: client.list_all(listings.my_tasks(sheet.workspace)))
    listed, *own = asana.gather_outcomes(reads)
    if isinstance(listed, AsanaError):
        raise listed
    known = _known_tasks(sheet, _remembered(sheet, own[0]) if own else mine or [])
    wanted = query.casefold().split()
    first = [
        one for one in known.values() if all(word in one.task.name.casefold() for word in wanted)
    ]
    others = [FoundTask(task) for task in listed if task.gid not in {one.task.gid for one in first}]
    return [*first[: MOST_FOUND // 2], *others][:MOST_FOUND]


def guess_tasks(asana: Client, sheet: Sheet, query: str) -> list[FoundTask]:
    """As `find_tasks`, open ones only; where no task has all the words, by the longest of them."""
    found = _open(find_tasks(asana, sheet, query))
    words = query.split()
    if not found and len(words) > 1:
        found = _open(find_tasks(asana, sheet, max(words, key=len)))
    return found[:5]


def _open(found: list[FoundTask]) -> list[FoundTask]:
    return [one for one in found if not one.task.completed]


def suggest_tasks(asana: Client, sheet: Sheet) -> list[Task]:
    """Open tasks of the person's own that the week does not have, while it lacks hours. Raises
    `AsanaError`."""
    listed, mine = asana.gather_outcomes(
        [
            lambda client: reading.list_entries(client, sheet),
            lambda client: client.list_all(listings.my_tasks(sheet.workspace)),
        ]
    )
    if isinstance(listed, AsanaError):
        raise listed
    grid = reading.build_grid(sheet, reading.fill_in_entries(asana, sheet, listed))
    if grid.status.locks or not grid.total.missing:
        return []
    there = {row.task.gid for row in grid.rows}
    return [task for task in _remembered(sheet, mine) if task.gid not in there][:MOST_SUGGESTED]


def _remembered(sheet: Sheet, mine: list[Task] | AsanaError) -> list[Task]:
    """The person's own tasks, kept for a while. Whatever is told about them is a help, no more: if
    they cannot be read it is left out."""
    if isinstance(mine, AsanaError):
        logger.warning("user %s: own tasks not read: %s", sheet.user.pk, mine)
        return []
    cache.set(_my_tasks_memory(sheet), mine, MINE_KEPT)
    return mine


def _my_tasks_memory(sheet: Sheet) -> str:
    return f"my-tasks:{sheet.user.pk}:{sheet.workspace}"


def _known_tasks(sheet: Sheet, mine: list[Task]) -> dict[str, FoundTask]:
    """By gid, the pinned ones first, then the recent ones, then the person's own."""
    pins = PinnedTask.objects.filter(user=sheet.user, workspace_gid=sheet.workspace)
    since = str(Week.of(sheet.week.start - timedelta(weeks=RECENT_WEEKS)))
    recent = AddedRow.objects.filter(
        user=sheet.user, workspace_gid=sheet.workspace, week__gte=since
    ).order_by("-week", "-pk")
    found: dict[str, FoundTask] = {}
    for why, tasks in (
        ("pinned", [reading.task_of(pin) for pin in pins]),
        ("recent", [reading.task_of(row) for row in recent]),
        ("mine", mine),
    ):
        for task in tasks:
            found.setdefault(task.gid, FoundTask(task, why))
    return found


def add_row(asana: Client, sheet: Sheet, task: str) -> GridRow:
    """Puts a task into the week and answers its row as Asana has it.

    Adding a task twice changes nothing. Raises `AsanaError`, `NotFound` too for a task of
    another workspace: its hours would not show in this one.
    """
    found: Task
    found, listed = asana.gather(
        [lambda client: client.get_task(task), lambda client: reading.list_entries(client, sheet)]
    )
    if found.workspace is not None and found.workspace.gid != sheet.workspace:
        raise NotFound(f"task: Unknown object: {task}", 404)
    add_to_week(sheet, found)
    return reading.build_grid(sheet, reading.fill_in_entries(asana, sheet, listed)).row(found.gid)


def copy_rows(asana: Client, sheet: Sheet) -> int:
    """Puts the open tasks of the week before into this one, without hours.

    Answers how many of them were not there. Raises `AsanaError`.
    """
    last, this = _both_weeks(asana, sheet)
    there = {row.task.gid for row in this.rows}
    tasks = [row.task for row in last.rows if row.editable and (row.is_added or row.minutes)]
    new = [task for task in tasks if task.gid not in there and not task.completed]
    for task in new:
        add_to_week(sheet, task)
    return len(new)


def last_weeks_hours(asana: Client, sheet: Sheet) -> tuple[Grid, list[Cell]]:
    """The week, and in it the free cells with hours in the week before, as cells of that week.

    Hours of completed tasks and of tasks that this week cannot have are left out. Raises
    `AsanaError`.
    """
    last, this = _both_weeks(asana, sheet)
    found = [
        cell
        for row in last.rows
        if row.editable and not row.task.completed
        for cell in row.cells
        if cell.entries
    ]
    shift = timedelta(days=7)
    return this, [cell for cell in found if this.cell(cell.task, cell.day + shift).state == "empty"]


def _both_weeks(asana: Client, sheet: Sheet) -> tuple[Grid, Grid]:
    before = replace(sheet, week=sheet.week.previous)
    last, this = asana.gather(
        [
            lambda client: reading.list_entries(client, before),
            lambda client: reading.list_entries(client, sheet),
        ]
    )
    return (
        reading.build_grid(before, reading.fill_in_entries(asana, before, last)),
        reading.build_grid(sheet, reading.fill_in_entries(asana, sheet, this)),
    )


def add_to_week(sheet: Sheet, task: Task) -> None:
    """The row stays in this week until the person removes it, hours or not."""
    AddedRow.objects.update_or_create(
        user=sheet.user,
        workspace_gid=sheet.workspace,
        week=str(sheet.week),
        task_gid=task.gid,
        defaults={"hidden": False},
        create_defaults=_names(task),
    )


def add_known_to_week(asana: Client, sheet: Sheet, task: str) -> None:
    """Keeps a task that the person saw in a week; any other is added, as Asana has it."""
    names = reading.cached_names(sheet.user, sheet.workspace)
    if task in names:
        add_to_week(sheet, Task(task, names[task]))
    elif task not in {one.gid for one in reading.kept_tasks(sheet)}:
        add_row(asana, sheet, task)


def remove_row(sheet: Sheet, task: str) -> None:
    """Takes an added row away, and a pinned one for this week. Its hours, if it has any, stay in
    Asana and so on the page."""
    rows = AddedRow.objects.filter(
        user=sheet.user, workspace_gid=sheet.workspace, week=str(sheet.week), task_gid=task
    )
    pin = _pin(sheet, task).first()
    if pin is None:
        rows.delete()
        return
    AddedRow.objects.update_or_create(
        user=sheet.user,
        workspace_gid=sheet.workspace,
        week=str(sheet.week),
        task_gid=task,
        defaults={"hidden": True},
        create_defaults={
            "hidden": True,
            "task_name": pin.task_name,
            "projects": pin.projects,
        },
    )


def pin_row(asana: Client, sheet: Sheet, task: str) -> GridRow:
    """Puts a task into every week, and answers its row. Raises `AsanaError`."""
    row = add_row(asana, sheet, task)
    PinnedTask.objects.get_or_create(
        user=sheet.user,
        workspace_gid=sheet.workspace,
        task_gid=row.task.gid,
        defaults=_names(row.task),
    )
    return replace(row, pinned=True)


def unpin_row(asana: Client, sheet: Sheet, task: str) -> GridRow:
    """The row stays in this week, and in no other without hours. Raises `AsanaError`."""
    row = add_row(asana, sheet, task)
    _pin(sheet, task).delete()
    return replace(row, pinned=False)


def _pin(sheet: Sheet, task: str) -> QuerySet[PinnedTask]:
    return PinnedTask.objects.filter(user=sheet.user, workspace_gid=sheet.workspace, task_gid=task)


def _names(task: Task) -> dict[str, object]:
    return {
        "task_name": task.name,
        "projects": [[project.gid, project.name] for project in task.projects],
    }
