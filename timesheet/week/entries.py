"""What is done to one entry as a whole: moving it to another task, splitting it in two.

Asana can do neither, so each is two writes, the one that adds first, so that no time is lost.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from django.db import IntegrityError

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, Refused
from accounts.asana.records import Category, Entry
from accounts.caching import cached
from timesheet.domain.cell import CannotPlan, PlanProblem, PreconditionScope, Write, WriteKind
from timesheet.domain.duration import Duration
from timesheet.domain.entry import fields_to_recreate, fingerprint
from timesheet.domain.journal import Precondition, seen_of
from timesheet.journal import lock, store
from timesheet.journal.lock import Clock
from timesheet.journal.store import PlannedEdit
from timesheet.sheets import reading, rows
from timesheet.sheets.sheet import Sheet
from timesheet.week import edits
from timesheet.week.recording import CellChange
from timesheet.week.results import SaveResult, save_result, try_read_entries

logger = logging.getLogger(__name__)

# Admins maintain the categories, and change them seldom.
CATEGORIES_CACHED_SECONDS = 600


def categories_of(asana: Client, sheet: Sheet) -> list[Category]:
    """Return the categories that an entry can have; none where the plan has none.

    They are shown beside the result of a write, so failing to read them raises nothing: it is no
    reason to say that nothing was saved.
    """
    key = f"categories:{sheet.user.pk}:{sheet.workspace}"
    try:
        return cached(key, CATEGORIES_CACHED_SECONDS, lambda: _read_categories(asana, sheet))
    except AsanaError as error:
        logger.warning("user %s: categories not read: %s", sheet.user.pk, error)
        return []


def _read_categories(asana: Client, sheet: Sheet) -> list[Category]:
    try:
        return asana.list_all(listings.categories(sheet.workspace))
    except Refused:
        return []


def add_entry(
    asana: Client, sheet: Sheet, change: CellChange, *, clock: Clock, today: date
) -> SaveResult:
    """Log one more entry on a task that need not be in the week yet. Raises `AsanaError`."""
    rows.add_row(asana, sheet, change.task)
    return edits.set_cells(asana, sheet, [change], clock=clock, today=today)


@dataclass(frozen=True)
class EntryRef:
    """The entry to change, as the person saw it."""

    # The step that this is.
    step: UUID
    gid: str
    fingerprint: str


def move_entry(
    asana: Client, sheet: Sheet, ref: EntryRef, task: str, *, clock: Clock, today: date
) -> SaveResult:
    """Move an entry to another task, by its gid, which joins the week.

    Raises `CannotPlan` and `AsanaError`.
    """
    if result := _recorded_before(asana, sheet, ref.step):
        return result
    entry = _read(asana, sheet, ref)
    row = rows.add_row(asana, sheet, task).row
    create = Write(
        WriteKind.CREATE, minutes=entry.duration_minutes, fields=fields_to_recreate(entry)
    )
    delete = Write(WriteKind.DELETE, ref.gid)
    _record_pair(sheet, ref.step, entry, (row.task.gid, create), delete, clock, today)
    return _deliver(asana, sheet, ref.step, clock)


def split_entry(
    asana: Client, sheet: Sheet, ref: EntryRef, part: Duration, *, clock: Clock, today: date
) -> SaveResult:
    """Move `part` of an entry's time to a new entry. Raises `CannotPlan` and `AsanaError`."""
    if result := _recorded_before(asana, sheet, ref.step):
        return result
    entry = _read(asana, sheet, ref)
    left = entry.duration_minutes - part.minutes
    if part.relative or left <= 0:
        raise CannotPlan(PlanProblem.NOT_POSITIVE)
    create = Write(WriteKind.CREATE, minutes=part.minutes, fields=fields_to_recreate(entry))
    update = Write(WriteKind.UPDATE, ref.gid, left)
    _record_pair(sheet, ref.step, entry, (_task_of(entry), create), update, clock, today)
    return _deliver(asana, sheet, ref.step, clock)


def _recorded_before(asana: Client, sheet: Sheet, step_id: UUID) -> SaveResult | None:
    """Return the cells as they are, where the same was asked for before."""
    recorded = list(store.edits_of(sheet).filter(step__step_id=step_id))
    if not recorded:
        return None
    return save_result(sheet, recorded, try_read_entries(asana, sheet))


def _read(asana: Client, sheet: Sheet, ref: EntryRef) -> Entry:
    entries = reading.read_entries(asana, sheet, refresh={ref.gid})
    entry = next((entry for entry in entries if entry.gid == ref.gid), None)
    if entry is None or fingerprint(entry) != ref.fingerprint:
        raise CannotPlan(PlanProblem.CHANGED)
    return entry


def _task_of(entry: Entry) -> str:
    return entry.task.gid if entry.task else ""


def _record_pair(
    sheet: Sheet,
    step_id: UUID,
    entry: Entry,
    first: tuple[str, Write],
    second: Write,
    clock: Clock,
    today: date,
) -> None:
    """Record two edits: one on a task, and one that changes `entry` and follows it."""
    task, create = first
    unchanged = Precondition(seen_of([entry]), PreconditionScope.ENTRY, fingerprint(entry))
    planned = [
        PlannedEdit(uuid5(step_id, "first"), task, entry.entered_on, create),
        PlannedEdit(
            uuid5(step_id, "second"),
            _task_of(entry),
            entry.entered_on,
            second,
            precondition=unchanged,
            follows=0,
        ),
    ]
    # The same, sent twice at once: the other request has written it down.
    with suppress(IntegrityError), lock.recording(sheet.user):
        store.raise_if_in_doubt(sheet, _task_of(entry), entry.entered_on)
        step = store.open_step(sheet, step_id, clock())
        store.record_edits(sheet, step, planned, clock(), today=today)


def _deliver(asana: Client, sheet: Sheet, step_id: UUID, clock: Clock) -> SaveResult:
    recorded = list(store.edits_of(sheet).filter(step__step_id=step_id))
    return edits.deliver_recorded(asana, sheet, recorded, clock=clock)
