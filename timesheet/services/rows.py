"""The tasks that a person puts into their week, and finding them."""

from __future__ import annotations

from dataclasses import replace

from accounts.asana.client import Client
from accounts.asana.errors import NotFound
from accounts.asana.records import Task
from timesheet.domain.grid import Row as GridRow
from timesheet.models import Row
from timesheet.services import sheets
from timesheet.services.sheets import Sheet

LONGEST_QUERY = 200


def find_tasks(asana: Client, workspace: str, query: str) -> list[Task]:
    """Tasks that match, the best first; without a query what Asana suggests. Raises
    `AsanaError`."""
    return asana.find_tasks(workspace, query.strip()[:LONGEST_QUERY], count=12)


def add_row(asana: Client, sheet: Sheet, task: str) -> GridRow:
    """Puts a task into the week and answers its row as Asana has it.

    Adding a task twice changes nothing. Raises `AsanaError`, `NotFound` too for a task of
    another workspace: its hours would not show in this one.
    """
    found: Task
    found, entries = asana.side_by_side(
        [lambda client: client.get_task(task), lambda client: sheets.read_entries(client, sheet)]
    )
    if found.workspace is not None and found.workspace.gid != sheet.workspace:
        raise NotFound(f"task: Unknown object: {task}", 404)
    keep(sheet, found)
    return sheets.lay_out(sheet, entries).row(found.gid)


def copy_rows(asana: Client, sheet: Sheet) -> int:
    """Puts the open tasks of the week before into this one, without hours.

    Answers how many of them were not there. Raises `AsanaError`.
    """
    before = replace(sheet, week=sheet.week.previous)
    last, this = asana.side_by_side(
        [
            lambda client: sheets.read_entries(client, before),
            lambda client: sheets.read_entries(client, sheet),
        ]
    )
    there = {row.task.gid for row in sheets.lay_out(sheet, this).rows}
    tasks = [row.task for row in sheets.lay_out(before, last).rows if row.editable]
    new = [task for task in tasks if task.gid not in there and not task.completed]
    for task in new:
        keep(sheet, task)
    return len(new)


def keep(sheet: Sheet, task: Task) -> None:
    """The row stays in this week until the person removes it, hours or not."""
    Row.objects.get_or_create(
        user=sheet.user,
        workspace_gid=sheet.workspace,
        week=str(sheet.week),
        task_gid=task.gid,
        defaults={
            "task_name": task.name,
            "project_names": [project.name or "" for project in task.projects],
        },
    )


def remove_row(sheet: Sheet, task: str) -> None:
    """Takes an added row away. Its hours, if it has any, stay in Asana and so on the page."""
    Row.objects.filter(
        user=sheet.user, workspace_gid=sheet.workspace, week=str(sheet.week), task_gid=task
    ).delete()
