"""What is checked before edits are sent: which may go together, and whether each may go at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from msgspec import structs

from accounts.asana.client import Client
from accounts.asana.records import Entry, Task
from accounts.asana.transport import IN_FLIGHT
from timesheet.domain import grid
from timesheet.domain.approval import Status
from timesheet.domain.cell import WriteKind
from timesheet.domain.journal import State
from timesheet.domain.policy import PossibleToday, Refusal, RequestedWrite
from timesheet.domain.week import Week
from timesheet.journal.messages import NOT_A_ROW
from timesheet.models import Edit
from timesheet.sheets.messages import LOCKED
from timesheet.sheets.policy import Rules
from timesheet.sheets.sheet import Sheet


def may_exist(edit: Edit) -> bool:
    """Return whether an earlier send may have taken effect, so that we have to look for it first.

    That is very unlikely after 401 and 429. But nobody would notice an entry that was added twice,
    so a create is never sent again without looking.
    """
    sent_before = edit.kind == WriteKind.CREATE and edit.sent_at is not None
    return edit.state == State.IN_DOUBT or sent_before


def batches(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """Yield the edits in groups that may be sent at the same time, in order.

    No two edits of a group touch the same cell or entry, and none follows another one in it.
    """
    left = sorted(edits, key=lambda edit: edit.pk)
    while left:
        waiting = {edit.pk for edit in left}
        taken: set[object] = set()
        batch: list[Edit] = []
        for edit in left:
            touched = {(edit.task_gid, edit.entered_on), edit.entry_gid} - {""}
            free = edit.follows_id not in waiting and not touched & taken
            if free and len(batch) < IN_FLIGHT:
                batch.append(edit)
            taken |= touched
        left = [edit for edit in left if edit not in batch]
        yield batch


def status_of_week(sheet: Sheet, entries: Sequence[Entry], before: Entry | None) -> Status:
    """Return the status of the week that the entry `before` is in, else that of the sheet.

    `entries` are those of the sheet's week.
    """
    if before is None or before.entered_on in sheet.week:
        return sheet.status(entries)
    return replace(sheet, week=Week.of(before.entered_on)).status([before])


def refusal_reason(edit: Edit, status: Status, before: Entry | None, *, has_row: bool) -> str:
    """Return why the edit must not be sent to Asana; empty if it may.

    `status` is that of the week, `before` the entry to be changed, and `has_row` whether the task
    is a row of the week. An entry of another task may be in a workspace with other rules, or none.
    """
    if status.locks:
        return str(LOCKED[status])
    if before and before.task and before.task.gid != edit.task_gid:
        return str(NOT_A_ROW)
    return "" if has_row else str(NOT_A_ROW)


def has_entries(task: str, entries: Iterable[Entry]) -> bool:
    """Return whether one of the `entries` is of this task."""
    return any(entry.task and entry.task.gid == task for entry in entries)


def broken_rule(
    rules: Rules,
    edit: Edit,
    before: Entry | None,
    expected: Sequence[Entry],
    followers: Iterable[Edit],
) -> Refusal | None:
    """Return the rule that the edit breaks, now that Asana has been read; None if it breaks none.

    `before` is the entry to be changed, as Asana has it; `expected` are the entries of the week as
    they will be without the edit, and `followers` the edits that follow it.

    An edit that follows another was checked together with that one, so that no change is saved by
    half. The rules are the current ones; "today" is the day on which the edit was recorded.
    """
    if edit.follows_id:
        return None
    requested = RequestedWrite.of(edit.write, edit.entered_on, edit.seen_entries)
    if before is not None:
        note = (before.description or "") if requested.note is None else requested.note
        days = (before.entered_on, *requested.days)
        requested = replace(requested, days=days, minutes_before=before.duration_minutes, note=note)
    requested = replace(requested, total=_grown_total(edit, expected, followers))
    return rules.refusal(requested, PossibleToday.at(edit.created_at))


def _grown_total(edit: Edit, expected: Sequence[Entry], followers: Iterable[Edit]) -> int:
    """Return the day's minutes with the edit and its followers; 0 if these do not add to them."""
    after = list(expected)
    for written in [edit, *followers]:
        after = grid.replace_entry(after, written.entry_gid, expected_entry(written))
    day = _final_day(edit)
    total = grid.minutes_on(after, day)
    return total if total > grid.minutes_on(expected, day) else 0


def expected_entry(edit: Edit) -> Entry | None:
    """Return the entry as it will be once the edit is confirmed; None if that deletes it."""
    if edit.kind == WriteKind.DELETE:
        return None
    gid = edit.entry_gid or f"of edit {edit.pk}"
    return Entry(gid, edit.duration_minutes, _final_day(edit), task=Task(edit.task_gid))


def _final_day(edit: Edit) -> date:
    return edit.write.fields.entered_on or edit.entered_on


def task_of(edit: Edit, entries: Iterable[Entry]) -> Task:
    """Return the edit's task as the entries have it; only its gid where none has it."""
    tasks = (entry.task for entry in entries if entry.task and entry.task.gid == edit.task_gid)
    return next(tasks, Task(edit.task_gid))


def send_write(edit: Edit, asana: Client) -> Entry | None:
    """Make the one request that writes the edit, and return the entry; None if that is deleted."""
    write = edit.write
    fields = structs.replace(
        write.fields,
        duration_minutes=write.minutes,
        entered_on=write.fields.entered_on or edit.entered_on,
    )
    match write.kind:
        case WriteKind.CREATE:
            return asana.create_entry(edit.task_gid, fields)
        case WriteKind.UPDATE:
            return asana.update_entry(write.entry, fields)
        case WriteKind.DELETE:
            asana.delete_entry(write.entry)
            return None
