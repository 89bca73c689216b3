"""Looks for entries that a write created late: twice, or after its edit was refused or discarded.

Asana has no way to tell that two requests are the same. So for some minutes after a second send, or
after an edit without an answer was closed, the cell is read again. What is found is shown to its
person, who may remove it.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError
from accounts.connections.service import client_for
from accounts.models import Connection, User
from timesheet.domain import grid
from timesheet.domain.journal import OPEN, State, find_created
from timesheet.domain.week import Week
from timesheet.journal import late_writes, lock, store
from timesheet.journal.lock import Clock
from timesheet.models import Edit
from timesheet.sheets import reading
from timesheet.sheets.sheet import Sheet

logger = logging.getLogger(__name__)

# A cell that can't be read is given up after this time.
KEPT = timedelta(days=1)
_CLOSED = frozenset(State) - OPEN


def look(clock: Clock) -> None:
    """Look for what all entries that were sent twice made late, as the worker does each minute."""
    by_week: dict[tuple[User, str, Week], list[Edit]] = defaultdict(list)
    watched = Edit.objects.filter(watch_until__isnull=False).select_related("user")
    for edit in watched.order_by("pk"):
        by_week[edit.user, edit.workspace_gid, edit.week].append(edit)
    for (user, workspace, week), edits in by_week.items():
        able = Connection.objects.usable().for_workspace(workspace).select_related("user")
        connection = able.filter(user=user).first()
        with lock.acquire(user, clock) as lease:
            if connection and lease:
                with client_for(connection, workspace) as asana:
                    _look_in_week(asana, Sheet(user, workspace, week), edits, clock())
        Edit.objects.filter(watch_until__lt=clock() - KEPT).update(watch_until=None)


def _look_in_week(asana: Client, sheet: Sheet, edits: Sequence[Edit], now: datetime) -> None:
    try:
        entries = reading.read_entries(asana, sheet)
    except AsanaError as error:
        logger.warning("user %s: no look for duplicates: %s", sheet.user.pk, error)
        return
    for edit in edits:
        in_cell = grid.entries_in_cell(entries, edit.task_gid, edit.entered_on)
        in_doubt = store.edits_of(sheet).filter(
            task_gid=edit.task_gid, entered_on=edit.entered_on, state=State.IN_DOUBT
        )
        if in_doubt.exists():
            # The entry may be the one that this edit creates.
            continue
        excluded = store.claimed(edit, in_cell) | {seen.gid for seen in edit.seen_entries}
        entry = edit.state in _CLOSED and find_created(
            edit.write, in_cell, since=edit.asana_sent_at, excluded=excluded
        )
        watched = Edit.objects.filter(pk=edit.pk)
        if entry:
            is_twice = edit.state == State.CONFIRMED
            what = "a duplicate of it" if is_twice else f"its own, though it is {edit.state}"
            logger.warning("edit %s: entry %s is %s", edit.pk, entry.gid, what)
            late_writes.observe(edit, entry)
            watched.update(duplicate_gid=entry.gid, watch_until=None)
        elif edit.watch_until and edit.watch_until < now:
            watched.update(watch_until=None)
