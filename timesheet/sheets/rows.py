"""The tasks that a person puts into their week, and finding them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from django.core.cache import cache
from django.db.models import QuerySet

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, NotFound
from accounts.asana.records import Task
from accounts.models import User
from timesheet.domain.grid import Cell, Grid, GridRow
from timesheet.domain.week import Week
from timesheet.models import AddedRow, PinnedTask
from timesheet.sheets import reading
from timesheet.sheets.sheet import Sheet

logger = logging.getLogger(__name__)

LONGEST_QUERY = 200
MOST_FOUND = 12
MOST_GUESSED = 5
# How long a person's own tasks are cached.
MY_TASKS_CACHED_SECONDS = 300
# How many weeks back a task counts as recent.
RECENT_WEEKS = 6


@dataclass(frozen=True)
class FoundTask:
    """A task that a search found."""

    task: Task
    # Why it is among the first: `pinned`, `recent`, `mine`, or empty.
    why: str = ""


@dataclass(frozen=True)
class PlacedRow:
    """A row of the week and its place."""

    row: GridRow
    # The key of the row above it; empty if it is the first.
    after: str


def find_tasks(asana: Client, sheet: Sheet, query: str) -> list[FoundTask]:
    """Return tasks that match, first those that are pinned, recent or assigned to the person.

    Without a query these come first, and then what Asana suggests. Raises `AsanaError`.
    """
    query = query.strip()[:LONGEST_QUERY]
    my_tasks: list[Task] | None = cache.get(_my_tasks_cache_key(sheet))
    reads: list[Callable[[Client], list[Task]]] = [
        lambda client: client.find_tasks(sheet.workspace, query, count=MOST_FOUND)
    ]
    if my_tasks is None:
        reads.append(lambda client: client.list_all(listings.my_tasks(sheet.workspace)))
    listed, *mine = asana.gather_outcomes(reads)
    if isinstance(listed, AsanaError):
        raise listed
    familiar = _familiar_tasks(sheet, keep_my_tasks(sheet, mine[0]) if mine else my_tasks or [])
    words = query.casefold().split()
    first = [
        match
        for match in familiar.values()
        if all(word in match.task.name.casefold() for word in words)
    ]
    gids = {match.task.gid for match in first}
    others = [FoundTask(task) for task in listed if task.gid not in gids]
    return [*first[: MOST_FOUND // 2], *others][:MOST_FOUND]


def guess_tasks(asana: Client, sheet: Sheet, query: str) -> list[FoundTask]:
    """Return open tasks as `find_tasks` does; if none has all the words, those with the longest.

    Raises `AsanaError`.
    """
    matches = _open(find_tasks(asana, sheet, query))
    words = query.split()
    if not matches and len(words) > 1:
        matches = _open(find_tasks(asana, sheet, max(words, key=len)))
    return matches[:MOST_GUESSED]


def _open(matches: list[FoundTask]) -> list[FoundTask]:
    return [match for match in matches if not match.task.completed]


def keep_my_tasks(sheet: Sheet, my_tasks: list[Task] | AsanaError) -> list[Task]:
    """Cache the person's own tasks and return them; none where they could not be read.

    They only help to find a task, so failing to read them is not worth an error.
    """
    if isinstance(my_tasks, AsanaError):
        logger.warning("user %s: own tasks not read: %s", sheet.user.pk, my_tasks)
        return []
    cache.set(_my_tasks_cache_key(sheet), my_tasks, MY_TASKS_CACHED_SECONDS)
    return my_tasks


def _my_tasks_cache_key(sheet: Sheet) -> str:
    return f"my-tasks:{sheet.user.pk}:{sheet.workspace}"


def _familiar_tasks(sheet: Sheet, my_tasks: list[Task]) -> dict[str, FoundTask]:
    """Return tasks by gid: the pinned ones first, then the recent ones, then the person's own."""
    pins = PinnedTask.objects.filter(user=sheet.user, workspace_gid=sheet.workspace)
    since = str(Week.of(sheet.week.start - timedelta(weeks=RECENT_WEEKS)))
    recent = AddedRow.objects.filter(
        user=sheet.user, workspace_gid=sheet.workspace, week__gte=since
    ).order_by("-week", "-pk")
    familiar: dict[str, FoundTask] = {}
    for why, tasks in (
        ("pinned", [reading.task_of(pin) for pin in pins]),
        ("recent", [reading.task_of(row) for row in recent]),
        ("mine", my_tasks),
    ):
        for task in tasks:
            familiar.setdefault(task.gid, FoundTask(task, why))
    return familiar


def add_row(asana: Client, sheet: Sheet, task: str) -> PlacedRow:
    """Put a task, by its gid, into the week and return its row.

    Adding a task twice changes nothing. Raises `AsanaError`; it is `NotFound` for a task of another
    workspace too, because its hours would not show in this one.
    """
    added: Task
    added, listed = asana.gather(
        [lambda client: client.get_task(task), lambda client: reading.list_entries(client, sheet)]
    )
    _raise_if_elsewhere(added, sheet.workspace)
    add_to_week(sheet, added)
    grid = reading.build_grid(sheet, reading.fill_in_entries(asana, sheet, listed))
    return PlacedRow(grid.row(added.gid), grid.before(added.gid))


def read_task(asana: Client, workspace: str, gid: str) -> Task:
    """Return a task of the workspace.

    Raises `AsanaError`; it is `NotFound` for a task of another workspace too.
    """
    task = asana.get_task(gid)
    _raise_if_elsewhere(task, workspace)
    return task


def _raise_if_elsewhere(task: Task, workspace: str) -> None:
    if task.workspace is not None and task.workspace.gid != workspace:
        raise NotFound(f"task: Unknown object: {task.gid}", 404)


def copy_rows(
    asana: Client, sheet: Sheet, source: Week | None = None, *, leave_out: Collection[str] = ()
) -> int:
    """Put the open tasks of another week, by default the one before, into this one without hours.

    Those to `leave_out`, by gid, are not copied. Returns how many tasks were new here. Raises
    `AsanaError`.
    """
    last, this = _both_weeks(asana, sheet, source or sheet.week.previous)
    gids = {row.task.gid for row in this.rows} | set(leave_out)
    tasks = [row.task for row in last.rows if row.editable and (row.is_added or row.minutes)]
    new = [task for task in tasks if task.gid not in gids and not task.completed]
    for task in new:
        add_to_week(sheet, task)
    return len(new)


def hours_to_copy(asana: Client, sheet: Sheet, source: Week) -> tuple[Grid, list[Cell]]:
    """Return this week, and the cells with hours of another one.

    Completed tasks and time on no task are left out. Raises `AsanaError`.
    """
    last, this = _both_weeks(asana, sheet, source)
    return this, [
        cell
        for row in last.rows
        if row.editable and not row.task.completed
        for cell in row.cells
        if cell.entries
    ]


def _both_weeks(asana: Client, sheet: Sheet, source: Week) -> tuple[Grid, Grid]:
    before = replace(sheet, week=source)
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
    """Put a task into the week, where it stays until the person removes it, hours or not."""
    AddedRow.objects.update_or_create(
        user=sheet.user,
        workspace_gid=sheet.workspace,
        week=str(sheet.week),
        task_gid=task.gid,
        defaults={"hidden": False},
        create_defaults=_names(task),
    )


def add_known_to_week(asana: Client, sheet: Sheet, task: str) -> None:
    """Put a task into the week, with its projects.

    It is read from Asana unless an earlier row of the person has its projects. Raises `AsanaError`
    where that fails and the person never saw the task in a week.
    """
    if task in {kept.gid for kept in reading.kept_tasks(sheet)}:
        return
    known = remembered_task(sheet.user, sheet.workspace, task)
    if known is None:
        try:
            known = read_task(asana, sheet.workspace, task)
        except AsanaError:
            names = reading.cached_names(sheet.user, sheet.workspace)
            if task not in names:
                raise
            known = Task(task, names[task])
    add_to_week(sheet, known)


def remembered_task(user: User, workspace: str, gid: str) -> Task | None:
    """Return a task with the projects that it had when the person last put it into a week.

    None where they did not, or where it was in no project.
    """
    of_task = {"user": user, "workspace_gid": workspace, "task_gid": gid}
    row = AddedRow.objects.filter(**of_task).exclude(projects=[]).last()
    kept = row or PinnedTask.objects.filter(**of_task).exclude(projects=[]).first()
    if kept is None:
        return None
    task = reading.task_of(kept)
    name = reading.cached_names(user, workspace).get(gid, task.name)
    return Task(gid, name, projects=task.projects)


def remove_row(sheet: Sheet, task: str) -> None:
    """Remove an added row; a pinned one is hidden in this week.

    Its hours, if it has any, stay in Asana and so on the page.
    """
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


def pin_row(asana: Client, sheet: Sheet, task: str) -> PlacedRow:
    """Put a task into every week and return its row in this one. Raises `AsanaError`."""
    placed = add_row(asana, sheet, task)
    PinnedTask.objects.get_or_create(
        user=sheet.user,
        workspace_gid=sheet.workspace,
        task_gid=placed.row.task.gid,
        defaults=_names(placed.row.task),
    )
    return replace(placed, row=replace(placed.row, pinned=True))


def unpin_row(asana: Client, sheet: Sheet, task: str) -> PlacedRow:
    """Unpin a task and return its row, which stays in this week. Raises `AsanaError`."""
    placed = add_row(asana, sheet, task)
    _pin(sheet, task).delete()
    return replace(placed, row=replace(placed.row, pinned=False))


def _pin(sheet: Sheet, task: str) -> QuerySet[PinnedTask]:
    return PinnedTask.objects.filter(user=sheet.user, workspace_gid=sheet.workspace, task_gid=task)


def _names(task: Task) -> dict[str, object]:
    return {
        "task_name": task.name,
        "projects": [[one.gid, one.name, one.color] for one in task.projects],
    }
