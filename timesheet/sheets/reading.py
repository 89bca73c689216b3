"""One person's week in one workspace: reading it from Asana and laying it out as a grid."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet
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
from timesheet.domain.week import Week
from timesheet.models import AddedRow, Edit, PinnedTask
from timesheet.sheets import approvals
from timesheet.sheets.holidays import days_off
from timesheet.sheets.pending import pending_of
from timesheet.sheets.policy import workspace_policy_of
from timesheet.sheets.preferences import preferences_of

# What Asana showed a person is remembered for this long, in seconds.
WORKSPACES_KEPT = 600
COMPLETED_KEPT = 300
TIME_OFF_KEPT = 600
NAMES_KEPT = 30 * 24 * 3600


@dataclass(frozen=True)
class Sheet:
    """Whose week, where, and which."""

    user: User
    workspace: str
    week: Week

    @property
    def place(self) -> tuple[User, str, Week]:
        return self.user, self.workspace, self.week


def workspaces_of(asana: Client, user: User) -> tuple[Workspace, ...]:
    """The workspaces that Asana shows to this person, of those that this timesheet is for. Raises
    `AsanaError`."""
    workspaces = cached_workspaces(user)
    return workspaces if workspaces is not None else cache_workspaces(user, asana.get_user())


def read_entries(asana: Client, sheet: Sheet, *, anew: Collection[str] = ()) -> list[Entry]:
    """The person's entries of the week, each with its task. Raises `AsanaError`.

    Of those in `anew`, by gid, nothing is taken from memory: they are about to be changed.
    """
    return fill_in_entries(asana, sheet, list_entries(asana, sheet), anew)


def build_grid(sheet: Sheet, entries: Sequence[Entry]) -> Grid:
    """The grid of `entries`, with what the person keeps in the week and the edits under way."""
    prefers = preferences_of(sheet.user)
    time_off = cached_time_off(sheet) or ()
    kept = RowSettings(
        tuple(kept_tasks(sheet)),
        frozenset(_pins(sheet).values_list("task_gid", flat=True)),
        by_name=prefers.by_name,
    )
    workspace_policy = workspace_policy_of(sheet.workspace)
    off = days_off(workspace_policy, sheet.week.start, sheet.week.end)
    wanted = targets(sheet.week.days, prefers.targets or workspace_policy.targets, time_off, off)
    pending = _pending(sheet)
    names = cached_names(sheet.user, sheet.workspace) if pending else None
    status = approvals.status_in(*sheet.place, entries)
    return grid.build(sheet.week, entries, kept, pending, wanted, status, names)


def kept_tasks(sheet: Sheet) -> list[Task]:
    """Tasks that are in the week with or without hours: added to it, or pinned."""
    rows = list(
        AddedRow.objects.filter(
            user=sheet.user, workspace_gid=sheet.workspace, week=str(sheet.week)
        )
    )
    hidden = {row.task_gid for row in rows if row.hidden}
    named: dict[str, AddedRow | PinnedTask] = {pin.task_gid: pin for pin in _pins(sheet)}
    named |= {row.task_gid: row for row in rows}
    return [task_of(one) for gid, one in named.items() if gid not in hidden]


def task_of(kept: AddedRow | PinnedTask) -> Task:
    """The task as it was called when the person put it into a week."""
    projects = [Named(*project) for project in kept.projects]
    return Task(kept.task_gid, kept.task_name, projects=projects)


def _pins(sheet: Sheet) -> QuerySet[PinnedTask]:
    return PinnedTask.objects.filter(user=sheet.user, workspace_gid=sheet.workspace)


def cached_names(user: User, workspace: str) -> dict[str, str]:
    """What the tasks were called that this person saw in their weeks, by gid."""
    names: dict[str, str] = cache.get(f"names:{user.pk}:{workspace}", {})
    return names


def cache_names(sheet: Sheet, grid: Grid) -> None:
    """Only of tasks that Asana named: that one belongs to the workspace is read off it."""
    known = cached_names(sheet.user, sheet.workspace)
    rows = [row for row in grid.rows if row.editable and row.task.name]
    named = known | {row.task.gid: row.task.name for row in rows}
    if named != known:
        cache.set(f"names:{sheet.user.pk}:{sheet.workspace}", named, NAMES_KEPT)


def list_time_off(asana: Client, sheet: Sheet) -> list[OutOfOffice]:
    return asana.list_all(
        listings.time_off(sheet.workspace, start=sheet.week.start, end=sheet.week.end)
    )


def cached_time_off(sheet: Sheet) -> list[OutOfOffice] | None:
    found: list[OutOfOffice] | None = cache.get(_time_off_memory(sheet))
    return found


def cache_time_off(sheet: Sheet, time_off: list[OutOfOffice]) -> None:
    cache.set(_time_off_memory(sheet), time_off, TIME_OFF_KEPT)


def _time_off_memory(sheet: Sheet) -> str:
    return f"time-off:{sheet.user.pk}:{sheet.workspace}:{sheet.week}"


def _pending(sheet: Sheet) -> dict[CellKey, Pending]:
    """What cells show that is not in Asana; what is closed gives way to what was saved after it."""
    since = Edit.objects.filter(
        user=OuterRef("user"),
        workspace_gid=OuterRef("workspace_gid"),
        task_gid=OuterRef("task_gid"),
        entered_on=OuterRef("entered_on"),
        pk__gt=OuterRef("pk"),
        state=State.CONFIRMED,
    )
    edits = (
        Edit.objects.unsynced()
        .filter(Q(state__in=OPEN) | ~Exists(since))
        .filter(
            user=sheet.user,
            workspace_gid=sheet.workspace,
            entered_on__range=(sheet.week.start, sheet.week.end),
        )
    )
    return {(edit.task_gid, edit.entered_on): pending_of(edit) for edit in edits}


def list_entries(asana: Client, sheet: Sheet) -> list[Entry]:
    return asana.list_all(
        listings.entries(sheet.workspace, start=sheet.week.start, end=sheet.week.end)
    )


def fill_in_entries(
    asana: Client, sheet: Sheet, listed: list[Entry], anew: Collection[str] = ()
) -> list[Entry]:
    """Asana's lists may leave out the task: reads such entries singly, side by side, and once."""
    return fill_in_cached(asana, _entries_memory(sheet), listed, anew)


def fill_in_cached(
    asana: Client, memory: str, listed: list[Entry], anew: Collection[str] = ()
) -> list[Entry]:
    """`complete`, remembered by that name."""
    short = [entry.gid for entry in listed if entry.task is None]
    if not short:
        return listed
    known: dict[str, Entry] = cache.get(memory, {})
    missing = [gid for gid in short if gid not in known or gid in anew]
    if missing:
        found = asana.gather([reader(gid) for gid in missing])
        known |= dict(zip(missing, found, strict=True))
        cache.set(memory, known, COMPLETED_KEPT)
    return [
        replace(
            known[entry.gid],
            duration_minutes=entry.duration_minutes,
            entered_on=entry.entered_on,
            attributable_to=entry.attributable_to,
            categories=entry.categories,
            # It changes without the entry: what is remembered of it would lock a recalled week.
            approval_status=known[entry.gid].approval_status if entry.gid in missing else None,
        )
        if entry.task is None
        else entry
        for entry in listed
    ]


def forget_entries(sheet: Sheet, gids: Collection[str]) -> None:
    """What is remembered of these is no longer so."""
    known: dict[str, Entry] | None = cache.get(_entries_memory(sheet))
    if known:
        left = {gid: entry for gid, entry in known.items() if gid not in gids}
        cache.set(_entries_memory(sheet), left, COMPLETED_KEPT)


def _entries_memory(sheet: Sheet) -> str:
    return f"entries:{sheet.user.pk}:{sheet.workspace}:{sheet.week}"


def reader(gid: str) -> Callable[[Client], Entry]:
    return lambda client: client.get_entry(gid)


def find_workspace(gid: str, workspaces: Sequence[Workspace]) -> Workspace | None:
    return next((workspace for workspace in workspaces if workspace.gid == gid), None)


def cached_workspaces(user: User) -> tuple[Workspace, ...] | None:
    found: tuple[Workspace, ...] | None = cache.get(f"workspaces:{user.pk}")
    return None if found is None else only_allowed(found)


def cache_workspaces(user: User, me: AsanaUser) -> tuple[Workspace, ...]:
    workspaces = tuple(me.workspaces)
    cache.set(f"workspaces:{user.pk}", workspaces, WORKSPACES_KEPT)
    return only_allowed(workspaces)
