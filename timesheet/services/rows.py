"""The tasks that a person puts into their week, and finding them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.db.models import QuerySet

from accounts.asana.client import Client
from accounts.asana.errors import NotFound
from accounts.asana.records import Task
from timesheet.domain.grid import Cell, Grid
from timesheet.domain.grid import Row as GridRow
from timesheet.models import Pin, Row
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
    found, listed = asana.side_by_side(
        [lambda client: client.get_task(task), lambda client: sheets.list_entries(client, sheet)]
    )
    if found.workspace is not None and found.workspace.gid != sheet.workspace:
        raise NotFound(f"task: Unknown object: {task}", 404)
    keep(sheet, found)
    return sheets.lay_out(sheet, sheets.complete(asana, sheet, listed)).row(found.gid)


def copy_rows(asana: Client, sheet: Sheet) -> int:
    """Puts the open tasks of the week before into this one, without hours.

    Answers how many of them were not there. Raises `AsanaError`.
    """
    last, this = _both_weeks(asana, sheet)
    there = {row.task.gid for row in this.rows}
    tasks = [row.task for row in last.rows if row.editable]
    new = [task for task in tasks if task.gid not in there and not task.completed]
    for task in new:
        keep(sheet, task)
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
    last, this = asana.side_by_side(
        [
            lambda client: sheets.list_entries(client, before),
            lambda client: sheets.list_entries(client, sheet),
        ]
    )
    return (
        sheets.lay_out(before, sheets.complete(asana, before, last)),
        sheets.lay_out(sheet, sheets.complete(asana, sheet, this)),
    )


def keep(sheet: Sheet, task: Task) -> None:
    """The row stays in this week until the person removes it, hours or not."""
    Row.objects.update_or_create(
        user=sheet.user,
        workspace_gid=sheet.workspace,
        week=str(sheet.week),
        task_gid=task.gid,
        defaults={"hidden": False},
        create_defaults=_names(task),
    )


def remove_row(sheet: Sheet, task: str) -> None:
    """Takes an added row away, and a pinned one for this week. Its hours, if it has any, stay in
    Asana and so on the page."""
    rows = Row.objects.filter(
        user=sheet.user, workspace_gid=sheet.workspace, week=str(sheet.week), task_gid=task
    )
    pin = _pin(sheet, task).first()
    if pin is None:
        rows.delete()
        return
    Row.objects.update_or_create(
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
    Pin.objects.get_or_create(
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


def _pin(sheet: Sheet, task: str) -> QuerySet[Pin]:
    return Pin.objects.filter(user=sheet.user, workspace_gid=sheet.workspace, task_gid=task)


def _names(task: Task) -> dict[str, object]:
    return {
        "task_name": task.name,
        "projects": [[project.gid, project.name] for project in task.projects],
    }
