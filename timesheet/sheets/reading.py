"""One person's week in one workspace: reading it from Asana and laying it out as a grid."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet
from msgspec.structs import replace

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import Malformed, Refused, Unavailable
from accounts.asana.records import (
    AsanaUser,
    Entry,
    OutOfOffice,
    Records,
    Task,
    TaskProject,
    Workspace,
)
from accounts.lookups import FirstValue, Lookup, found_together
from accounts.models import User
from accounts.workspaces import membership
from accounts.workspaces.allowed import only_allowed
from timesheet.domain import grid
from timesheet.domain.cell import PreconditionScope, WriteKind
from timesheet.domain.grid import CellKey, Grid, Pending, RowSettings
from timesheet.domain.journal import OPEN, State
from timesheet.domain.target import targets
from timesheet.models import AddedRow, Edit, PinnedTask
from timesheet.sheets.capacity import capacities, changes_of, half_days_of
from timesheet.sheets.pending import pending_of
from timesheet.sheets.sheet import Sheet

logger = logging.getLogger(__name__)

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


def read_entries(
    asana: Client, sheet: Sheet, *, refresh: Collection[str] | None = None
) -> Records[Entry]:
    """Return the person's entries of the week, each with its task. Raises `AsanaError`.

    `refresh` is for writing: the entries with these gids are about to be changed, so nothing of
    them comes from the cache. An entry that could not be read may be what an edit in doubt has
    written; then this raises `Malformed`, and the edit waits.
    """
    entries = fill_in_entries(asana, sheet, list_entries(asana, sheet), refresh or ())
    if refresh is not None and _may_hide_a_write(sheet, entries):
        raise Malformed("an entry that may be the one written before cannot be read")
    return entries


def _may_hide_a_write(sheet: Sheet, entries: Records[Entry]) -> bool:
    """Whether an edit in doubt may have written one of the entries that could not be read."""
    unread: list[int | None] = [entry.duration_minutes for entry in entries if entry.is_partial]
    unread += [record.minutes for record in entries.unreadable]
    if not unread:
        return False
    in_doubt = Edit.objects.filter(
        user=sheet.user,
        workspace_gid=sheet.workspace,
        entered_on__range=(sheet.week.start, sheet.week.end),
        state=State.IN_DOUBT,
    )
    return any(None in unread or edit.duration_minutes in unread for edit in in_doubt)


def build_grid(sheet: Sheet, entries: Sequence[Entry]) -> Grid:
    """Lay out `entries` as rows, with the tasks that the person keeps and the unsynced edits."""
    with found_together(User.objects.filter(pk=sheet.user.pk), grid_lookups(sheet)):
        return _build_grid(sheet, entries)


def grid_lookups(sheet: Sheet) -> list[Lookup[Any] | FirstValue]:
    """Return what a grid needs from our tables, and seldom finds there."""
    person, workspace, week = sheet.user.gid, sheet.workspace, sheet.week
    return [
        pins_of(sheet),
        added_rows_of(sheet),
        unsynced_of(sheet.user),
        changes_of([person], workspace, week.end),
        half_days_of([person], workspace, week.start, week.end),
    ]


def _build_grid(sheet: Sheet, entries: Sequence[Entry]) -> Grid:
    pins = pins_of(sheet).read()
    kept = RowSettings(
        tuple(_kept_tasks(sheet, pins)),
        frozenset(pin.task_gid for pin in pins),
        by_name=sheet.preferences.by_name,
    )
    week = sheet.week
    gid = sheet.user.gid
    own_targets = {gid: sheet.preferences.targets}
    expected = capacities(
        [gid], sheet.workspace_policy, week.start, week.end, own_targets=own_targets
    )
    day_targets = targets(
        week.days,
        expected[gid].on,
        cached_time_off(sheet) or (),
        sheet.holidays,
    )
    pending = _pending(sheet)
    names = cached_names(sheet.user, sheet.workspace) if pending else None
    status = sheet.status(entries)
    return grid.build(sheet.week, entries, kept, pending, day_targets, status, names)


def kept_tasks(sheet: Sheet) -> list[Task]:
    """Return the tasks that are in the week with or without hours: added to it, or pinned."""
    return _kept_tasks(sheet, pins_of(sheet).read())


def _kept_tasks(sheet: Sheet, pins: Sequence[PinnedTask]) -> list[Task]:
    rows = added_rows_of(sheet).read()
    hidden = {row.task_gid for row in rows if row.hidden}
    kept: dict[str, AddedRow | PinnedTask] = {pin.task_gid: pin for pin in pins}
    kept |= {row.task_gid: row for row in rows}
    return [task_of(row) for gid, row in kept.items() if gid not in hidden]


def task_of(kept: AddedRow | PinnedTask) -> Task:
    """Return the task with the name and projects that it had when the person put it into a week."""
    projects = [TaskProject(*project) for project in kept.projects]
    return Task(kept.task_gid, kept.task_name, projects=projects)


def pins_of(sheet: Sheet) -> Lookup[PinnedTask]:
    """Return the tasks that the person has pinned."""
    return Lookup(
        ("pins", sheet.user.pk, sheet.workspace),
        lambda: PinnedTask.objects.filter(user=sheet.user, workspace_gid=sheet.workspace),
    )


def added_rows_of(sheet: Sheet) -> Lookup[AddedRow]:
    """Return the rows that the person added to the week, or hid in it."""
    return Lookup(
        ("added rows", sheet.user.pk, sheet.workspace, sheet.week),
        lambda: AddedRow.objects.filter(
            user=sheet.user, workspace_gid=sheet.workspace, week=str(sheet.week)
        ),
    )


def cached_names(user: User, workspace: str) -> dict[str, str]:
    """Return the names of the tasks that this person saw in their weeks, by gid."""
    names: dict[str, str] = cache.get(names_cache_key(user, workspace), {})
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
        cache.set(names_cache_key(sheet.user, sheet.workspace), names, NAMES_CACHED_SECONDS)


def names_cache_key(user: User, workspace: str) -> str:
    """Return the cache's key for the names of the tasks that a person saw."""
    return f"names:{user.pk}:{workspace}"


def list_time_off(asana: Client, sheet: Sheet) -> list[OutOfOffice]:
    """Return the person's time off in the week. Raises `AsanaError`."""
    return asana.list_all(
        listings.time_off(sheet.workspace, start=sheet.week.start, end=sheet.week.end)
    )


def cached_time_off(sheet: Sheet) -> list[OutOfOffice] | None:
    """Return the person's time off in the week; None where that is not cached."""
    time_off: list[OutOfOffice] | None = cache.get(time_off_cache_key(sheet))
    return time_off


def cache_time_off(sheet: Sheet, time_off: list[OutOfOffice]) -> None:
    """Keep the person's time off in the week for a while."""
    cache.set(time_off_cache_key(sheet), time_off, TIME_OFF_CACHED_SECONDS)


def time_off_cache_key(sheet: Sheet) -> str:
    """Return the cache's key for a person's time off in a week."""
    return f"time-off:{sheet.user.pk}:{sheet.workspace}:{sheet.week}"


def _pending(sheet: Sheet) -> dict[CellKey, Pending]:
    """Return the edits that cells show because they are not in Asana, by task and day."""
    if unsynced_of(sheet.user).is_empty:
        return {}
    edits = unsynced_in_week(sheet)
    return {(edit.task_gid, edit.entered_on): pending_of(edit) for edit in edits}


def unsynced_in_week(sheet: Sheet) -> QuerySet[Edit]:
    """Return the edits of the week that its cells show because their person has to know of them.

    A closed edit is not shown any more once what was typed in its place was saved.
    """
    return (
        Edit.objects.unsynced()
        .filter(Q(state__in=OPEN) | ~Exists(_saved_instead()))
        .filter(
            user=sheet.user,
            workspace_gid=sheet.workspace,
            entered_on__range=(sheet.week.start, sheet.week.end),
        )
    )


def _saved_instead() -> QuerySet[Edit]:
    """Return the saved edits that a person made in place of a closed one, which they had seen.

    They typed over the whole cell, changed the same entry, or added one after one was not added.
    What they did to another entry of the cell, or before the edit was closed, doesn't hide it.
    """
    is_another_try = (
        Q(scope=PreconditionScope.CELL)
        | Q(entry_gid=OuterRef("entry_gid"))
        | (Q(kind=WriteKind.CREATE) & Q(kind=OuterRef("kind")))
    )
    return Edit.objects.filter(
        is_another_try,
        user=OuterRef("user"),
        workspace_gid=OuterRef("workspace_gid"),
        task_gid=OuterRef("task_gid"),
        entered_on=OuterRef("entered_on"),
        pk__gt=OuterRef("pk"),
        created_at__gte=OuterRef("closed_at"),
        state=State.CONFIRMED,
    )


def unsynced_of(user: User) -> Lookup[Edit]:
    """Return the edits that this person has to know of, oldest first."""
    return Lookup(
        ("unsynced", user.pk),
        lambda: Edit.objects.unsynced().filter(user=user).order_by("pk"),
    )


def list_entries(asana: Client, sheet: Sheet) -> Records[Entry]:
    """Return the person's entries of the week as Asana lists them. Raises `AsanaError`."""
    return asana.list_all(
        listings.entries(sheet.workspace, start=sheet.week.start, end=sheet.week.end)
    )


def fill_in_entries(
    asana: Client, sheet: Sheet, listed: Records[Entry], refresh: Collection[str] = ()
) -> Records[Entry]:
    """Return the listed entries of the week, each with its task. See `fill_in_cached`."""
    return fill_in_cached(asana, _entries_cache_key(sheet), listed, refresh)


def fill_in_cached(
    asana: Client, cache_key: str, listed: Records[Entry], refresh: Collection[str] = ()
) -> Records[Entry]:
    """Return the listed entries, each with its task. Raises `AsanaError`.

    Asana's lists may leave out the task. Such entries are read one by one, at the same time, and
    cached; those in `refresh`, by gid, are read again. One that Asana does not show by itself stays
    as it was listed, marked as partial.
    """
    without_task = [entry.gid for entry in listed if entry.task is None]
    if not without_task:
        return listed
    complete: dict[str, Entry] = cache.get(cache_key, {})
    missing = [gid for gid in without_task if gid not in complete or gid in refresh]
    if missing:
        complete = {gid: entry for gid, entry in complete.items() if gid not in missing}
        complete |= _read_one_by_one(asana, missing)
        readable = {gid: entry for gid, entry in complete.items() if not entry.is_partial}
        cache.set(cache_key, readable, ENTRIES_CACHED_SECONDS)
    filled = (
        _fill_in(entry, complete.get(entry.gid), is_fresh=entry.gid in missing)
        if entry.task is None
        else entry
        for entry in listed
    )
    return Records(filled, listed.unreadable, is_filled_in=True)


def _read_one_by_one(asana: Client, gids: Sequence[str]) -> dict[str, Entry]:
    """Return the entries by gid, without those that Asana does not show or that make no sense.

    Raises any `AsanaError` that is not about a single entry.
    """
    answers = asana.gather_outcomes([entry_reader(gid) for gid in gids])
    is_away = len(gids) > 1 and all(isinstance(answer, Unavailable) for answer in answers)
    entries = {}
    for gid, answer in zip(gids, answers, strict=True):
        if isinstance(answer, Entry):
            entries[gid] = answer
        elif is_away or not isinstance(answer, Refused | Unavailable | Malformed):
            raise answer
        else:
            logger.warning("the entry %s is listed but cannot be read: %s", gid, answer)
    return entries


def _fill_in(listed: Entry, complete: Entry | None, *, is_fresh: bool) -> Entry:
    if complete is None:
        return replace(listed, is_partial=True)
    return replace(
        complete,
        duration_minutes=listed.duration_minutes,
        entered_on=listed.entered_on,
        attributable_to=listed.attributable_to,
        categories=listed.categories,
        # It changes without the entry: a cached one would lock a week that was recalled.
        approval_status=complete.approval_status if is_fresh else None,
    )


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


def has_lost(asana: Client, sheet: Sheet) -> bool:
    """Ask Asana whether the person is no longer in the workspace. Raises `AsanaError`."""
    forget_workspaces(sheet.user)
    return find_workspace(sheet.workspace, workspaces_of(asana, sheet.user)) is None


def forget_workspaces(user: User) -> None:
    """Drop the workspaces of this person from the cache: they may have lost one."""
    cache.delete(f"workspaces:{user.pk}")


def cache_workspaces(user: User, me: AsanaUser) -> tuple[Workspace, ...]:
    """Keep the workspaces of this person for a while, and return those that are allowed."""
    workspaces = tuple(me.workspaces)
    membership.note_workspaces(user, workspaces)
    cache.set(f"workspaces:{user.pk}", workspaces, WORKSPACES_CACHED_SECONDS)
    return only_allowed(workspaces)
