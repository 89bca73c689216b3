"""One person's week in one workspace: reading it from Asana and laying it out as a grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from msgspec.structs import replace

from accounts.asana.client import Client
from accounts.asana.errors import NotFound
from accounts.asana.records import Entry, Named, Task, User, Workspace
from accounts.models import User as Person
from timesheet.domain import grid
from timesheet.domain.grid import Grid, Key, Pending
from timesheet.domain.journal import OPEN
from timesheet.domain.week import Week
from timesheet.models import Edit, Row

# What Asana showed a person is remembered for this long, in seconds.
WORKSPACES_KEPT = 600
COMPLETED_KEPT = 300


@dataclass(frozen=True)
class Sheet:
    """Whose week, where, and which."""

    user: Person
    workspace: str
    week: Week


@dataclass(frozen=True)
class Loaded:
    grid: Grid
    workspace: Workspace
    workspaces: tuple[Workspace, ...]


def load(asana: Client, sheet: Sheet) -> Loaded:
    """The week as the person sees it. Raises `AsanaError`."""
    workspaces = _remembered_workspaces(sheet.user)
    if workspaces is None or _named(sheet.workspace, workspaces) is None:
        me: User
        listed: list[Entry]
        me, listed = asana.side_by_side([Client.get_user, lambda client: _list(client, sheet)])
        workspaces = _remember_workspaces(sheet.user, me)
    else:
        listed = _list(asana, sheet)
    workspace = _named(sheet.workspace, workspaces)
    if workspace is None:
        raise NotFound(f"workspace: Unknown object: {sheet.workspace}", 404)
    return Loaded(lay_out(sheet, _complete(asana, sheet, listed)), workspace, workspaces)


def workspaces_of(asana: Client, user: Person) -> tuple[Workspace, ...]:
    """The workspaces that Asana shows to this person. Raises `AsanaError`."""
    workspaces = _remembered_workspaces(user)
    return workspaces if workspaces is not None else _remember_workspaces(user, asana.get_user())


def read_entries(asana: Client, sheet: Sheet) -> list[Entry]:
    """The person's entries of the week, each with its task. Raises `AsanaError`."""
    return _complete(asana, sheet, _list(asana, sheet))


def lay_out(sheet: Sheet, entries: Sequence[Entry]) -> Grid:
    """The grid of `entries`, with the rows that the person added and the edits under way."""
    return grid.build(sheet.week, entries, kept_tasks(sheet), _pending(sheet))


def kept_tasks(sheet: Sheet) -> list[Task]:
    rows = Row.objects.filter(
        user=sheet.user, workspace_gid=sheet.workspace, week=str(sheet.week)
    ).values_list("task_gid", "task_name", "project_names")
    return [
        Task(gid, name, projects=[Named("", project) for project in projects])
        for gid, name, projects in rows
    ]


def _pending(sheet: Sheet) -> dict[Key, Pending]:
    edits = Edit.objects.filter(
        user=sheet.user,
        workspace_gid=sheet.workspace,
        entered_on__range=(sheet.week.start, sheet.week.end),
        state__in=OPEN,
    )
    return {(edit.task_gid, edit.entered_on): edit.pending for edit in edits}


def _list(asana: Client, sheet: Sheet) -> list[Entry]:
    return asana.list_entries(sheet.workspace, start=sheet.week.start, end=sheet.week.end)


def _complete(asana: Client, sheet: Sheet, listed: list[Entry]) -> list[Entry]:
    """Asana's lists may leave out the task: reads such entries singly, side by side, and once."""
    short = [entry.gid for entry in listed if entry.task is None]
    if not short:
        return listed
    memory = f"entries:{sheet.user.pk}:{sheet.workspace}:{sheet.week}"
    known: dict[str, Entry] = cache.get(memory, {})
    missing = [gid for gid in short if gid not in known]
    if missing:
        found = asana.side_by_side([_reader(gid) for gid in missing])
        known |= dict(zip(missing, found, strict=True))
        cache.set(memory, known, COMPLETED_KEPT)
    return [
        replace(
            known[entry.gid],
            duration_minutes=entry.duration_minutes,
            entered_on=entry.entered_on,
            attributable_to=entry.attributable_to,
            categories=entry.categories,
        )
        if entry.task is None
        else entry
        for entry in listed
    ]


def _reader(gid: str) -> Callable[[Client], Entry]:
    return lambda client: client.get_entry(gid)


def _named(gid: str, workspaces: Sequence[Workspace]) -> Workspace | None:
    return next((workspace for workspace in workspaces if workspace.gid == gid), None)


def _remembered_workspaces(user: Person) -> tuple[Workspace, ...] | None:
    found: tuple[Workspace, ...] | None = cache.get(f"workspaces:{user.pk}")
    return found


def _remember_workspaces(user: Person, me: User) -> tuple[Workspace, ...]:
    workspaces = tuple(me.workspaces)
    cache.set(f"workspaces:{user.pk}", workspaces, WORKSPACES_KEPT)
    return workspaces
