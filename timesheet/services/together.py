"""Edits that are delivered together: which may go side by side, and what they come to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from accounts.asana.records import Entry, Task
from accounts.asana.transport import IN_FLIGHT
from timesheet import words
from timesheet.domain import grid
from timesheet.domain.approval import Status
from timesheet.domain.cell import Act
from timesheet.domain.duration import DAY
from timesheet.models import Edit


def waves(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """The edits in groups that may be sent side by side: none waits for another of its group, none
    touches the same cell or entry."""
    left = sorted(edits, key=lambda edit: edit.pk)
    while left:
        waiting = {edit.pk for edit in left}
        taken: set[object] = set()
        wave: list[Edit] = []
        for edit in left:
            places = {(edit.task_gid, edit.entered_on), edit.entry_gid} - {""}
            free = edit.follows_id not in waiting and not places & taken
            if free and len(wave) < IN_FLIGHT:
                wave.append(edit)
            taken |= places
        left = [edit for edit in left if edit not in wave]
        yield wave


def forbidden(
    edit: Edit,
    entries: Sequence[Entry],
    coming: Sequence[Entry],
    kept: Collection[str],
    status: Status,
) -> str:
    """Why we do not even ask Asana; empty when we do."""
    if status.locks:
        return str(words.LOCKED[status])
    listed = any(entry.task and entry.task.gid == edit.task_gid for entry in entries)
    if not listed and edit.task_gid not in kept:
        return str(words.NOT_A_ROW)
    day = _day_of(edit)
    before = grid.find(coming, edit.entry_gid)
    there = before.duration_minutes if before and before.entered_on == day else 0
    total = grid.minutes_of(coming, day) - there + edit.duration_minutes
    return words.day_full(total) if total > DAY and edit.duration_minutes > there else ""


def as_wanted(edit: Edit) -> Entry | None:
    """The entry as it is once the edit is confirmed."""
    if edit.act == Act.DELETE:
        return None
    gid = edit.entry_gid or f"of edit {edit.pk}"
    return Entry(gid, edit.duration_minutes, _day_of(edit), task=Task(edit.task_gid))


def _day_of(edit: Edit) -> date:
    """Where the hours are once it is confirmed."""
    return edit.write.fields.entered_on or edit.entered_on
