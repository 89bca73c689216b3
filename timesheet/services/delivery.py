"""Getting edits to Asana.

The order matters. An edit is in the journal before Asana is asked, and marked *in doubt* before its
write is sent; see `timesheet.domain.journal`. Nothing here raises `AsanaError`: the edits' states
and reasons say what happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

import msgspec
from django.db import transaction
from msgspec import structs

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, RateLimited, Refused, Unauthorized, Unreachable
from accounts.asana.records import Entry, Task
from timesheet import words
from timesheet.domain import grid
from timesheet.domain.approval import status_of
from timesheet.domain.cell import Act, Compare, Write
from timesheet.domain.duration import DAY
from timesheet.domain.journal import OPEN, Next, State, judge, seen_of
from timesheet.models import Edit
from timesheet.services import journal, rows, sheets
from timesheet.services.sheets import Sheet


def deliver(asana: Client, edits: Sequence[Edit], *, now: datetime) -> list[Entry] | None:
    """Takes open edits of one week one step further, side by side where they do not depend on
    each other, and answers the week's entries if Asana told them."""
    ours = [edit for edit in edits if journal.claim(edit, now)]
    if not ours:
        return None
    try:
        return _attempt(asana, ours, now)
    finally:
        journal.release(ours)


def _attempt(asana: Client, edits: list[Edit], now: datetime) -> list[Entry] | None:
    sheet = Sheet(edits[0].user, edits[0].workspace_gid, edits[0].week)
    try:
        entries = sheets.read_entries(asana, sheet, anew={edit.entry_gid for edit in edits})
    except AsanaError as error:
        for edit in edits:
            # A write that may have arrived stays in doubt, whatever the reading says.
            refused = isinstance(error, Refused) and edit.state == State.QUEUED
            journal.answered(edit, State.REFUSED if refused else State(edit.state), error, now)
        return None
    for wave in waves(edits):
        entries = _deliver(asana, sheet, wave, entries, now)
    sheets.forget_entries(sheet, {edit.entry_gid for edit in edits})
    return entries


def waves(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """The edits in groups that may be sent side by side: none waits for another of its group, none
    touches the same cell or entry."""
    left = sorted(edits, key=lambda edit: edit.pk)
    while left:
        waiting = {edit.pk for edit in left}
        taken: set[object] = set()
        wave = []
        for edit in left:
            places = {(edit.task_gid, edit.entered_on), edit.entry_gid} - {""}
            if edit.follows_id not in waiting and not places & taken:
                wave.append(edit)
            taken |= places
        left = [edit for edit in left if edit not in wave]
        yield wave


def _deliver(
    asana: Client, sheet: Sheet, wave: Sequence[Edit], entries: list[Entry], now: datetime
) -> list[Entry]:
    kept = {task.gid for task in sheets.kept_tasks(sheet)}
    coming = list(entries)
    out = []
    with transaction.atomic():
        for edit in wave:
            if _is_to_be_sent(sheet, edit, entries, coming, kept, now):
                coming = grid.put(coming, edit.entry_gid, _as_wanted(edit))
                out.append(edit)
    answers = asana.try_side_by_side([_sender(edit) for edit in out])
    for edit, answer in zip(out, answers, strict=True):
        if isinstance(answer, AsanaError):
            journal.answered(edit, _after(answer), answer, now)
            continue
        target = edit.entry_gid
        _confirm(sheet, edit, answer, entries, now)
        if answer is not None and answer.task is None:
            answer = structs.replace(answer, task=_task_of(edit, entries))
        entries = grid.put(entries, target, answer)
    return entries


def _is_to_be_sent(
    sheet: Sheet,
    edit: Edit,
    entries: Sequence[Entry],
    coming: Sequence[Entry],
    kept: set[str],
    now: datetime,
) -> bool:
    """Looks at what Asana has, and moves the edit to where that leads: in doubt, if it is sent.

    `coming` are the entries as they will be once those that are on their way have arrived.
    """
    if not _its_turn(edit, now):
        return False
    there = grid.of_cell(entries, edit.task_gid, edit.entered_on)
    verdict = judge(
        edit.write,
        edit.sight,
        entries,
        there,
        sent_at=edit.sent_at if edit.state == State.IN_DOUBT else None,
        now=now,
        claimed=journal.claimed_by_others(edit),
    )
    match verdict.next:
        case Next.WAIT:
            journal.move(edit, State.IN_DOUBT, reason=words.MAY_HAVE_ARRIVED)
        case Next.CONFLICT:
            journal.move(edit, State.CONFLICT, reason=words.changed_in_asana(there))
        case Next.ADOPT:
            _confirm(sheet, edit, verdict.entry, entries, now)
        case Next.SEND if problem := _forbidden(edit, entries, coming, kept):
            journal.refuse(edit, problem, now)
        case Next.SEND:
            before = _find(entries, edit.entry_gid)
            known = seen_of(there) if edit.compare == Compare.NOTHING else edit.was
            journal.move(
                edit,
                State.IN_DOUBT,
                sent_at=now,
                before=None if before is None else msgspec.to_builtins(before),
                seen=[[seen.gid, seen.minutes] for seen in known],
            )
            return True
    return False


def _its_turn(edit: Edit, now: datetime) -> bool:
    """Whether the edit that this one follows is confirmed; without that it must not be sent."""
    if edit.follows is None:
        return True
    first = Edit.objects.get(pk=edit.follows.pk)
    if first.state in OPEN:
        journal.move(edit, State.QUEUED, reason=words.WAITS_FOR_ANOTHER)
    elif first.state != State.CONFIRMED:
        journal.refuse(edit, str(words.OTHER_HALF_FAILED), now)
    return first.state == State.CONFIRMED


def _forbidden(
    edit: Edit, entries: Sequence[Entry], coming: Sequence[Entry], kept: set[str]
) -> str:
    """Why we do not even ask Asana; empty when we do."""
    if (status := status_of(entries)).locks:
        return str(words.LOCKED[status])
    listed = any(entry.task and entry.task.gid == edit.task_gid for entry in entries)
    if not listed and edit.task_gid not in kept:
        return str(words.NOT_A_ROW)
    day = _day_of(edit)
    before = _find(coming, edit.entry_gid)
    there = before.duration_minutes if before and before.entered_on == day else 0
    total = grid.minutes_of(coming, day) - there + edit.duration_minutes
    return words.day_full(total) if total > DAY and edit.duration_minutes > there else ""


def _sender(edit: Edit) -> Callable[[Client], Entry | None]:
    write, task, day = edit.write, edit.task_gid, edit.entered_on
    return lambda asana: _send(asana, write, task, day)


def _send(asana: Client, write: Write, task: str, day: date) -> Entry | None:
    fields = structs.replace(
        write.fields, duration_minutes=write.minutes, entered_on=write.fields.entered_on or day
    )
    match write.act:
        case Act.CREATE:
            return asana.create_entry(task, fields)
        case Act.UPDATE:
            return asana.update_entry(write.entry, fields)
        case Act.DELETE:
            asana.delete_entry(write.entry)
            return None


def _after(error: AsanaError) -> State:
    """Where a write that failed leaves its edit: only a sure "no" lets it go."""
    if isinstance(error, Refused):
        return State.REFUSED
    if isinstance(error, (RateLimited, Unauthorized)):
        return State.QUEUED
    if isinstance(error, Unreachable) and not error.sent:
        return State.QUEUED
    return State.IN_DOUBT


def _confirm(
    sheet: Sheet, edit: Edit, entry: Entry | None, entries: Sequence[Entry], now: datetime
) -> None:
    if entry is None:
        # The row would be gone with its last entry, under the person's hands.
        rows.keep(sheet, _task_of(edit, entries))
    gid = entry.gid if entry else edit.entry_gid
    journal.move(edit, State.CONFIRMED, entry_gid=gid, reason="", closed_at=now)


def _find(entries: Sequence[Entry], gid: str) -> Entry | None:
    return next((entry for entry in entries if entry.gid == gid), None)


def _task_of(edit: Edit, entries: Sequence[Entry]) -> Task:
    found = (entry.task for entry in entries if entry.task and entry.task.gid == edit.task_gid)
    return next(found, Task(edit.task_gid))


def _day_of(edit: Edit) -> date:
    """Where the hours are once it is confirmed."""
    return edit.write.fields.entered_on or edit.entered_on


def _as_wanted(edit: Edit) -> Entry | None:
    if edit.act == Act.DELETE:
        return None
    gid = edit.entry_gid or f"of edit {edit.pk}"
    return Entry(gid, edit.duration_minutes, _day_of(edit), task=Task(edit.task_gid))
