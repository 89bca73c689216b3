"""Finds out with one query which tables have anything for a week, instead of asking each."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from accounts.lookups import FirstValue, Lookup, found_together
from accounts.models import User
from accounts.workspaces import admins, membership
from timesheet.journal import status
from timesheet.sheets import approvals, reading, sent_back
from timesheet.sheets.sheet import Sheet
from timesheet.sheets.timers import timer_rows
from timesheet.week import submit, undo, versions
from timesheet.week.recording import CellChange


def found_for_page(sheet: Sheet, now: datetime) -> AbstractContextManager[None]:
    """Return a context in which a week page and its header skip queries that would find nothing.

    One query finds out which those are.
    """
    user, workspace, week = sheet.user, sheet.workspace, sheet.week
    lookups: list[Lookup[Any] | FirstValue] = [
        *reading.grid_lookups(sheet),
        *(approvals.decisions_of(workspace, week, [user.gid]), submit.managers_of(sheet)),
        *(undo.steps_of(sheet, now), versions.edits_of_week(sheet)),
        admins.grants_of(user.gid, workspace),
        membership.assigned_managers(user.gid, workspace),
        membership.replaced_by(user.gid, workspace),
        *(sent_back.weeks_of(workspace, user.gid), status.last_saved(user), timer_rows(user)),
    ]
    return found_together(User.objects.filter(pk=user.pk), lookups)


def found_for_answer(
    sheet: Sheet, changes: Sequence[CellChange] = ()
) -> AbstractContextManager[None]:
    """Return a context in which rendering the saved cells skips queries that would find nothing.

    Enter it once everything is written: one query finds out which those are, and when Asana last
    confirmed an edit. For a single change it also reads the version of its cell and the newest
    step.
    """
    lookups = [*reading.grid_lookups(sheet), status.last_saved(sheet.user)]
    if len(changes) == 1:
        [change] = changes
        lookups.append(versions.newest_of_cell(sheet, change.task, change.day))
        lookups.append(undo.newest_step(sheet))
    return found_together(User.objects.filter(pk=sheet.user.pk), lookups)
