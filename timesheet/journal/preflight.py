"""Edits that are delivered together: which may go side by side, and what they come to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from accounts.asana.records import Entry, Task
from accounts.asana.transport import IN_FLIGHT
from timesheet.domain import grid
from timesheet.domain.approval import Status
from timesheet.domain.cell import WriteKind
from timesheet.domain.journal import ON_THE_WAY
from timesheet.domain.policy import PossibleToday, Refusal, RequestedWrite
from timesheet.models import Edit
from timesheet.sheets import messages
from timesheet.sheets.policy import Rules


def batches(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
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


def refusal_reason(
    edit: Edit,
    entries: Sequence[Entry],
    kept: Collection[str],
    status: Status,
    before: Entry | None,
) -> str:
    """Why we do not even ask Asana; empty when we do. `before` is the entry that is meant.

    An entry of another task may be in a workspace with other rules, or none.
    """
    if status.locks:
        return str(messages.LOCKED[status])
    if before and before.task and before.task.gid != edit.task_gid:
        return str(messages.NOT_A_ROW)
    return "" if is_row(edit.task_gid, entries, kept) else str(messages.NOT_A_ROW)


def is_row(task: str, entries: Iterable[Entry], kept: Collection[str]) -> bool:
    return task in kept or any(entry.task and entry.task.gid == task for entry in entries)


def broken_rule(
    rules: Rules, edit: Edit, coming: Sequence[Entry], before: Entry | None
) -> Refusal | None:
    """Which rule the edit breaks, now that it is known how the entry was `before`, and what else is
    `coming`.

    One that follows another was judged with it: half a change must not be left over. The rules are
    those of now, the day is the one on which it was typed.
    """
    if edit.follows_id:
        return None
    wanted = RequestedWrite.of(edit.write, edit.entered_on, edit.seen_entries)
    if before is not None:
        note = (before.description or "") if wanted.note is None else wanted.note
        days = (before.entered_on, *wanted.days)
        wanted = replace(wanted, days=days, minutes_before=before.duration_minutes, note=note)
    wanted = replace(wanted, total=_grown(edit, coming))
    return rules.refusal(wanted, PossibleToday.at(edit.created_at))


def _grown(edit: Edit, coming: Sequence[Entry]) -> int:
    """The minutes of the day with the edit and all that follows it, if they are more than without;
    else 0."""
    after = list(coming)
    for one in [edit, *Edit.objects.filter(follows=edit, state__in=ON_THE_WAY)]:
        after = grid.replace_entry(after, one.entry_gid, expected_entry(one))
    day = _day_of(edit)
    total = grid.minutes_on(after, day)
    return total if total > grid.minutes_on(coming, day) else 0


def expected_entry(edit: Edit) -> Entry | None:
    """The entry as it is once the edit is confirmed."""
    if edit.kind == WriteKind.DELETE:
        return None
    gid = edit.entry_gid or f"of edit {edit.pk}"
    return Entry(gid, edit.duration_minutes, _day_of(edit), task=Task(edit.task_gid))


def _day_of(edit: Edit) -> date:
    """Where the hours are once it is confirmed."""
    return edit.write.fields.entered_on or edit.entered_on
