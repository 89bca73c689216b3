"""One person's week in one workspace: reading it from Asana and laying it out as a grid."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q
from msgspec.structs import replace

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.records import AsanaUser, Entry, Named, OutOfOffice, Task, Workspace
from accounts.models import User
from accounts.workspaces.allowed import only_allowed
from timesheet.domain import grid
from timesheet.domain.grid import CellKey, Grid, Pending, RowSettings
from timesheet.domain.journal import OPEN, State
from timesheet.domain.target import targets
from timesheet.models import AddedRow, Edit, PinnedTask
from timesheet.sheets.pending import pending_of
from timesheet.sheets.sheet import Sheet

# How long what Asana showed a person is cached.
WORKSPACES_CACHED_SECONDS = 600
ENTRIES_CACHED_SECONDS = 300
TIME_OFF_CACHED_SECONDS = 600
NAMES_CACHED_SECONDS = 30 * 24 * 3600


def workspaces_of(asana: Client, user: User) -> tuple[Workspace, ...]:
    """Return the workspaces of this person that this timesheet may be used for.

    Raises `AsanaError`.
    """
    workspaces = cached_workspaces(user)
    return workspaces if workspaces is not None else cache_workspaces(user, asana.get_user())


def read_entries(asana: Client, sheet: Sheet, *, refresh: Collection[str] = ()) -> list[Entry]:
    """Return the person's entries of the week, each with its task. Raises `AsanaError`.

    The entries in `refresh`, by gid, are about to be changed: nothing of them comes from the cache.
    """
    return fill_in_entries(asana, sheet, list_entries(asana, sheet), refresh)


def build_grid(sheet: Sheet, entries: Sequence[Entry]) -> Grid:
    """Lay out `entries` as rows, with the tasks that the person keeps and the unsynced edits."""
    pins = _pins(sheet)
    kept = RowSettings(
        tuple(_kept_tasks(sheet, pins)),
        frozenset(pin.task_gid for pin in pins),
        by_name=sheet.preferences.by_name,
    )
    day_targets = targets(
        sheet.week.days,
        sheet.preferences.targets or sheet.workspace_policy.targets,
        cached_time_off(sheet) or (),
        sheet.holidays,
    )
    pending = _pending(sheet)
    names = cached_names(sheet.user, sheet.workspace) if pending else None
    status = sheet.status(entries)
    return grid.build(sheet.week, entries, kept, pending, day_targets, status, names)


def kept_tasks(sheet: Sheet) -> list[Task]:
    """Return the tasks that are in the week with or without hours: added to it, or pinned."""
    return _kept_tasks(sheet, _pins(sheet))


def _kept_tasks(sheet: Sheet, pins: Sequence[PinnedTask]) -> list[Task]:
    rows = list(
        AddedRow.objects.filter(
            user=sheet.user, workspace_gid=sheet.workspace, week=str(sheet.week)
        )
    )
    hidden = {row.task_gid for row in rows if row.hidden}
    kept: dict[str, AddedRow | PinnedTask] = {pin.task_gid: pin for pin in pins}
    kept |= {row.task_gid: row for row in rows}
    return [task_of(row) for gid, row in kept.items() if gid not in hidden]


def task_of(kept: AddedRow | PinnedTask) -> Task:
    """Return the task with the name and projects that it had when the person put it into a week."""
    projects = [Named(*project) for project in kept.projects]
    return Task(kept.task_gid, kept.task_name, projects=projects)


def _pins(sheet: Sheet) -> list[PinnedTask]:
    return list(PinnedTask.objects.filter(user=sheet.user, workspace_gid=sheet.workspace))


def cached_names(user: User, workspace: str) -> dict[str, str]:
    """Return the names of the tasks that this person saw in their weeks, by gid."""
    names: dict[str, str] = cache.get(_names_cache_key(user, workspace), {})
    return names


def cache_names(sheet: Sheet, grid: Grid) -> None:
    """Keep the names of the grid's tasks.

    Tasks without a name are left out: that a task has one here shows that Asana showed it to this
    person in this workspace.
    """
    cached = cached_names(sheet.user, sheet.workspace)
    rows = [row for row in grid.rows if row.editable and row.task.name]
    names = cached | {row.task.gid: row.task.name for row in rows}
    if names != cached:
        cache.set(_names_cache_key(sheet.user, sheet.workspace), names, NAMES_CACHED_SECONDS)


def _names_cache_key(user: User, workspace: str) -> str:
    return f"names:{user.pk}:{workspace}"


def list_time_off(asana: Client, sheet: Sheet) -> list[OutOfOffice]:
    """Return the person's time off in the week. Raises `AsanaError`."""
    return asana.list_all(
        listings.time_off(sheet.workspace, start=sheet.week.start, end=sheet.week.end)
    )


def cached_time_off(sheet: Sheet) -> list[OutOfOffice] | None:
    """Return the person's time off in the week; None where that is not cached."""
    time_off: list[OutOfOffice] | None = cache.get(_time_off_cache_key(sheet))
    return time_off


def cache_time_off(sheet: Sheet, time_off: list[OutOfOffice]) -> None:
    """Keep the person's time off in the week for a while."""
    cache.set(_time_off_cache_key(sheet), time_off, TIME_OFF_CACHED_SECONDS)


def _time_off_cache_key(sheet: Sheet) -> str:
    return f"time-off:{sheet.user.pk}:{sheet.workspace}:{sheet.week}"


def _pending(sheet: Sheet) -> dict[CellKey, Pending]:
    """Return the edits that cells show because they are not in Asana, by task and day.

    A closed edit is not shown any more once a later one of the same cell was saved.
    """
    saved_later = Edit.objects.filter(
        user=OuterRef("user"),
        workspace_gid=OuterRef("workspace_gid"),
        task_gid=OuterRef("task_gid"),
        entered_on=OuterRef("entered_on"),
        pk__gt=OuterRef("pk"),
        state=State.CONFIRMED,
    )
    edits = (
        Edit.objects.unsynced()
        .filter(Q(state__in=OPEN) | ~Exists(saved_later))
        .filter(
            user=sheet.user,
            workspace_gid=sheet.workspace,
            entered_on__range=(sheet.week.start, sheet.week.end),
        )
    )
    return {(edit.task_gid, edit.entered_on): pending_of(edit) for edit in edits}


def list_entries(asana: Client, sheet: Sheet) -> list[Entry]:
    """Return the person's entries of the week as Asana lists them. Raises `AsanaError`."""
    return asana.list_all(
        listings.entries(sheet.workspace, start=sheet.week.start, end=sheet.week.end)
    )


def fill_in_entries(
    asana: Client, sheet: Sheet, listed: list[Entry], refresh: Collection[str] = ()
) -> list[Entry]:
    """Return the listed entries of the week, each with its task. See `fill_in_cached`."""
    return fill_in_cached(asana, _entries_cache_key(sheet), listed, refresh)


def fill_in_cached(
    asana: Client, cache_key: str, listed: list[Entry], refresh: Collection[str] = ()
) -> list[Entry]:
    """Return the listed entries, each with its task. Raises `AsanaError`.

    Asana's lists may leave out the task. Such entries are read one by one, at the same time, and
    cached; those in `refresh`, by gid, are read again.
    """
    without_task = [entry.gid for entry in listed if entry.task is None]
    if not without_task:
        return listed
    complete: dict[str, Entry] = cache.get(cache_key, {})
    missing = [gid for gid in without_task if gid not in complete or gid in refresh]
    if missing:
        entries = asana.gather([entry_reader(gid) for gid in missing])
        complete |= dict(zip(missing, entries, strict=True))
        cache.set(cache_key, complete, ENTRIES_CACHED_SECONDS)
    return [
        replace(
            complete[entry.gid],
            duration_minutes=entry.duration_minutes,
            entered_on=entry.entered_on,
            attributable_to=entry.attributable_to,
            categories=entry.categories,
            # It changes without the entry: a cached one would lock a week that was recalled.
            approval_status=complete[entry.gid].approval_status if entry.gid in missing else None,
        )
        if entry.task is None
        else entry
        for entry in listed
    ]


def forget_entries(sheet: Sheet, gids: Collection[str]) -> None:
    """Drop these entries from the cache, because they were changed."""
    key = _entries_cache_key(sheet)
    complete: dict[str, Entry] | None = cache.get(key) if gids else None
    if complete:
        others = {gid: entry for gid, entry in complete.items() if gid not in gids}
        cache.set(key, others, ENTRIES_CACHED_SECONDS)


def _entries_cache_key(sheet: Sheet) -> str:
    return f"entries:{sheet.user.pk}:{sheet.workspace}:{sheet.week}"


def entry_reader(gid: str) -> Callable[[Client], Entry]:
    """Return a function that reads this entry with a client, for `Client.gather`."""
    return lambda client: client.get_entry(gid)


def find_workspace(gid: str, workspaces: Sequence[Workspace]) -> Workspace | None:
    """Return the workspace with this gid; None where it is not among them."""
    return next((workspace for workspace in workspaces if workspace.gid == gid), None)


def cached_workspaces(user: User) -> tuple[Workspace, ...] | None:
    """Return the allowed workspaces of this person; None where they are not cached."""
    workspaces: tuple[Workspace, ...] | None = cache.get(f"workspaces:{user.pk}")
    return None if workspaces is None else only_allowed(workspaces)


def cache_workspaces(user: User, me: AsanaUser) -> tuple[Workspace, ...]:
    """Keep the workspaces of this person for a while, and return those that are allowed."""
    workspaces = tuple(me.workspaces)
    cache.set(f"workspaces:{user.pk}", workspaces, WORKSPACES_CACHED_SECONDS)
    return only_allowed(workspaces)
