"""What a person changes in a cell: planned, journalled, then delivered to Asana.

The order matters. The edit is committed before Asana is asked, and marked *in doubt* before its
write is sent; see `timesheet.domain.journal`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from msgspec import structs

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, RateLimited, Refused, Unauthorized, Unreachable
from accounts.asana.records import Entry, Task
from timesheet import words
from timesheet.domain import grid
from timesheet.domain.cell import Act, Ask, CannotPlan, Seen, Write, after, plan
from timesheet.domain.duration import DAY, Duration
from timesheet.domain.grid import Cell, Grid
from timesheet.domain.journal import MOVES, OPEN, Next, State, judge
from timesheet.models import Edit, Row
from timesheet.services import rows, sheets
from timesheet.services.sheets import Sheet

# Longer than a delivery can take: two reads and a write, each with its deadline.
LEASE = timedelta(minutes=2)


@dataclass(frozen=True)
class Change:
    """What a person did to a cell. `duration` None means that they cleared it.

    `entry` is the one entry meant, `cell.NEW` for one more, empty for the cell as a whole.
    """

    edit_id: UUID
    task: str
    day: date
    text: str
    duration: Duration | None
    seen: tuple[Seen, ...]
    entry: str = ""


@dataclass(frozen=True)
class Outcome:
    """How the cell stands after a change.

    `grid` is None when Asana could not be read; `asks` says what the person has to decide;
    `saved` that Asana has confirmed the change.
    """

    cell: Cell
    grid: Grid | None = None
    asks: Ask | None = None
    saved: bool = False


def set_cell(asana: Client, sheet: Sheet, change: Change, *, now: datetime) -> Outcome:
    """Brings a cell to what was typed.

    The same edit id again answers how the first one stands and writes nothing. Raises
    `CannotPlan` when it is not clear what to write, and `AsanaError` only when there was nothing
    to write and Asana could not be read: an edit that was journalled never raises.
    """
    edit = Edit.objects.filter(user=sheet.user, edit_id=change.edit_id).first()
    if edit is None:
        write = plan(change.seen, change.duration, entry=change.entry)
        if write is None:
            return _as_it_is(sheet, change, sheets.read_entries(asana, sheet))
        try:
            edit = _journal(sheet, change, write, now)
        except IntegrityError:
            # The same edit, sent twice at once: the other one is on its way.
            edit = Edit.objects.get(user=sheet.user, edit_id=change.edit_id)
        else:
            return _outcome(sheet, edit, deliver(asana, edit, now=now))
    return _outcome(sheet, edit, _read_if_possible(asana, sheet))


def retry(asana: Client, sheet: Sheet, edit: Edit, *, now: datetime) -> Outcome:
    """Tries an open edit again; one that may have arrived is looked for first."""
    return _outcome(sheet, edit, deliver(asana, edit, now=now))


def discard(asana: Client, sheet: Sheet, edit: Edit, *, now: datetime) -> Outcome:
    """Closes an open edit because the person says so. What Asana has stays as it is.

    One that is being delivered at this moment stays open: its answer is still to come.
    """
    if edit.is_open and not _leased(edit, now):
        _move(edit, State.DISCARDED, closed_at=now)
    return _outcome(sheet, edit, _read_if_possible(asana, sheet))


def edits_of(sheet: Sheet) -> QuerySet[Edit]:
    """The person's own edits in this workspace."""
    return Edit.objects.filter(user=sheet.user, workspace_gid=sheet.workspace)


def deliver(asana: Client, edit: Edit, *, now: datetime) -> list[Entry] | None:
    """Takes an open edit one step further and answers the week's entries, if Asana told them.

    Never raises `AsanaError`: the edit's state and reason say what happened.
    """
    if not _claim(edit, now):
        return None
    try:
        return _attempt(asana, edit, now)
    finally:
        Edit.objects.filter(pk=edit.pk).update(lease_until=None)


def _attempt(asana: Client, edit: Edit, now: datetime) -> list[Entry] | None:
    sheet = Sheet(edit.user, edit.workspace_gid, edit.week)
    try:
        entries = sheets.read_entries(asana, sheet)
    except AsanaError as error:
        # A write that may have arrived stays in doubt, whatever the reading says.
        refused = isinstance(error, Refused) and edit.state == State.QUEUED
        _answered(edit, State.REFUSED if refused else State(edit.state), error, now)
        return None
    there = grid.of_cell(entries, edit.task_gid, edit.entered_on)
    verdict = judge(
        edit.write,
        edit.was,
        there,
        sent_at=edit.sent_at if edit.state == State.IN_DOUBT else None,
        now=now,
        claimed=_claimed(edit),
    )
    match verdict.next:
        case Next.WAIT:
            _move(edit, State.IN_DOUBT, reason=words.MAY_HAVE_ARRIVED)
        case Next.CONFLICT:
            _move(edit, State.CONFLICT, reason=words.changed_in_asana(there))
        case Next.ADOPT:
            _confirm(sheet, edit, verdict.entry, there, now)
        case Next.SEND:
            return _send(asana, sheet, edit, entries, now)
    return entries


def _send(
    asana: Client, sheet: Sheet, edit: Edit, entries: list[Entry], now: datetime
) -> list[Entry]:
    if problem := _forbidden(sheet, edit, entries):
        _move(edit, State.REFUSED, reason=problem, closed_at=now)
        return entries
    target = edit.entry_gid
    _move(edit, State.IN_DOUBT, sent_at=now)
    try:
        entry = _write(asana, edit.write, edit.task_gid, edit.entered_on)
    except AsanaError as error:
        _answered(edit, _after(error), error, now)
        return entries
    there = grid.of_cell(entries, edit.task_gid, edit.entered_on)
    _confirm(sheet, edit, entry, there, now)
    if entry is not None and entry.task is None:
        entry = structs.replace(entry, task=Task(edit.task_gid))
    return grid.put(entries, target, entry)


def _write(asana: Client, write: Write, task: str, day: date) -> Entry | None:
    match write.act:
        case Act.CREATE:
            return asana.create_entry(task, duration_minutes=write.minutes, entered_on=day)
        case Act.UPDATE:
            return asana.update_entry(write.entry, duration_minutes=write.minutes, entered_on=day)
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


def _forbidden(sheet: Sheet, edit: Edit, entries: Sequence[Entry]) -> str:
    """Why we do not even ask Asana; empty when we do."""
    listed = any(entry.task and entry.task.gid == edit.task_gid for entry in entries)
    if (
        not listed
        and not Row.objects.filter(
            user=sheet.user,
            workspace_gid=sheet.workspace,
            week=str(sheet.week),
            task_gid=edit.task_gid,
        ).exists()
    ):
        return str(words.NOT_A_ROW)
    was = next((seen.minutes for seen in edit.was if seen.gid == edit.entry_gid), 0)
    minutes = grid.day_after(entries, edit.entered_on, less=was, more=edit.duration_minutes)
    return words.day_full(minutes) if minutes > DAY and edit.duration_minutes > was else ""


# The journal


def _journal(sheet: Sheet, change: Change, write: Write, now: datetime) -> Edit:
    """Writes the edit down. What was typed before over the same entry, and never got anywhere, is
    replaced by it; raises `CannotPlan` where that may have reached Asana."""
    with transaction.atomic():
        earlier = edits_of(sheet).filter(
            task_gid=change.task,
            entered_on=change.day,
            entry_gid=write.entry,
            state__in=OPEN,
        )
        for edit in earlier:
            if edit.state == State.IN_DOUBT or _leased(edit, now):
                raise CannotPlan(Ask.UNSETTLED)
            _move(edit, State.DISCARDED, closed_at=now)
        return Edit.objects.create(
            user=sheet.user,
            edit_id=change.edit_id,
            workspace_gid=sheet.workspace,
            task_gid=change.task,
            entered_on=change.day,
            text=change.text,
            seen=[[seen.gid, seen.minutes] for seen in change.seen],
            act=write.act,
            entry_gid=write.entry,
            duration_minutes=write.minutes,
            created_at=now,
        )


def _claim(edit: Edit, now: datetime) -> bool:
    """One delivery at a time; the edit is as it stands once it is ours."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    ours = Edit.objects.filter(free, pk=edit.pk, state__in=OPEN).update(lease_until=now + LEASE)
    edit.refresh_from_db()
    return bool(ours)


def _leased(edit: Edit, now: datetime) -> bool:
    return edit.lease_until is not None and edit.lease_until >= now


def _move(edit: Edit, state: State, **fields: object) -> None:
    """Changes an edit's state in the database, only along `MOVES` and only from where it is."""
    if state not in MOVES[State(edit.state)]:
        raise ValueError(f"{edit.state} does not lead to {state}")
    moved = Edit.objects.filter(pk=edit.pk, state=edit.state).update(state=state, **fields)
    if not moved:
        raise RuntimeError(f"edit {edit.pk} is no longer {edit.state}")
    edit.refresh_from_db()


def _answered(edit: Edit, state: State, error: AsanaError, now: datetime) -> None:
    """Writes down what Asana said, and where that leaves the edit."""
    _move(
        edit,
        state,
        reason=words.reason(error, state),
        asana_status=error.status,
        closed_at=None if state in OPEN else now,
    )


def _confirm(
    sheet: Sheet, edit: Edit, entry: Entry | None, there: Sequence[Entry], now: datetime
) -> None:
    if entry is None:
        # The row would be gone with its last entry, under the person's hands.
        rows.keep(sheet, next((one.task for one in there if one.task), Task(edit.task_gid)))
    gid = entry.gid if entry else edit.entry_gid
    _move(edit, State.CONFIRMED, entry_gid=gid, reason="", closed_at=now)


def _claimed(edit: Edit) -> set[str]:
    made = Edit.objects.filter(
        user=edit.user, task_gid=edit.task_gid, entered_on=edit.entered_on, act=Act.CREATE
    ).exclude(entry_gid="")
    return set(made.values_list("entry_gid", flat=True))


# What the page is told


def _outcome(sheet: Sheet, edit: Edit, entries: Sequence[Entry] | None) -> Outcome:
    shown = edit.pending if edit.is_open or edit.state == State.REFUSED else None
    saved = edit.state == State.CONFIRMED
    if entries is None:
        there = after(edit.was, edit.write) if saved else edit.was
        cell = Cell.as_seen(edit.task_gid, edit.entered_on, there, shown)
        return Outcome(cell, saved=saved)
    laid_out = sheets.lay_out(sheet, entries)
    cell = laid_out.cell(edit.task_gid, edit.entered_on)
    return Outcome(replace(cell, pending=shown), laid_out, saved=saved)


def _as_it_is(sheet: Sheet, change: Change, entries: Sequence[Entry]) -> Outcome:
    laid_out = sheets.lay_out(sheet, entries)
    return Outcome(laid_out.cell(change.task, change.day), laid_out)


def _read_if_possible(asana: Client, sheet: Sheet) -> list[Entry] | None:
    try:
        return sheets.read_entries(asana, sheet)
    except AsanaError:
        return None
