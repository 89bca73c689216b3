"""What is done to one entry as a whole: moving it to another task, splitting it in two.

Asana can do neither, so each is two writes, the one that adds first: nothing may vanish in between.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from django.core.cache import cache
from django.db import IntegrityError, transaction

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, Refused
from accounts.asana.records import Category, Entry
from timesheet.domain.cell import CannotPlan, PlanProblem, PreconditionScope, Write, WriteKind
from timesheet.domain.duration import Duration
from timesheet.domain.entry import fields_to_recreate, fingerprint
from timesheet.domain.journal import Precondition, seen_of
from timesheet.journal import lock, store
from timesheet.journal.lock import Clock
from timesheet.journal.store import PlannedEdit
from timesheet.sheets import policy, reading, rows
from timesheet.sheets.reading import Sheet
from timesheet.week import edits
from timesheet.week.edits import CellChange, SaveResult

logger = logging.getLogger(__name__)

# Categories are kept by admins and change seldom; in seconds.
CATEGORIES_KEPT = 600


def categories_of(asana: Client, sheet: Sheet) -> list[Category]:
    """The labels that an entry may be given; none where the plan has none.

    They come with answers about what was written, so reading them never fails: one that could not
    be read is no reason to say that nothing was saved.
    """
    memory = f"categories:{sheet.user.pk}:{sheet.workspace}"
    known: list[Category] | None = cache.get(memory)
    if known is not None:
        return known
    try:
        known = asana.list_all(listings.categories(sheet.workspace))
    except Refused:
        known = []
    except AsanaError as error:
        logger.warning("user %s: categories not read: %s", sheet.user.pk, error)
        return []
    cache.set(memory, known, CATEGORIES_KEPT)
    return known


def add_entry(
    asana: Client, sheet: Sheet, change: CellChange, *, clock: Clock, today: date
) -> SaveResult:
    """Logs one more entry on a task that need not be in the week yet. Raises `AsanaError`, and
    `CannotPlan`."""
    rows.add_row(asana, sheet, change.task)
    return edits.set_cells(asana, sheet, [change], clock=clock, today=today)


@dataclass(frozen=True)
class EntryRef:
    """The entry that is meant, as the person saw it, and the step that this is."""

    step: UUID
    gid: str
    fingerprint: str


def move_entry(
    asana: Client, sheet: Sheet, meant: EntryRef, task: str, *, clock: Clock, today: date
) -> SaveResult:
    """Takes an entry to another task, which joins the week. Raises `CannotPlan`, `AsanaError`."""
    if done := _done_before(asana, sheet, meant.step):
        return done
    entry = _read(asana, sheet, meant)
    row = rows.add_row(asana, sheet, task)
    create = Write(
        WriteKind.CREATE, minutes=entry.duration_minutes, fields=fields_to_recreate(entry)
    )
    away = Write(WriteKind.DELETE, meant.gid)
    return _both(asana, sheet, meant.step, entry, (row.task.gid, create), away, clock, today)


def split_entry(
    asana: Client, sheet: Sheet, meant: EntryRef, part: Duration, *, clock: Clock, today: date
) -> SaveResult:
    """Takes `part` of an entry into one of its own. Raises `CannotPlan`, `AsanaError`."""
    if done := _done_before(asana, sheet, meant.step):
        return done
    entry = _read(asana, sheet, meant)
    left = entry.duration_minutes - part.minutes
    if part.relative or left <= 0:
        raise CannotPlan(PlanProblem.NOT_POSITIVE)
    create = Write(WriteKind.CREATE, minutes=part.minutes, fields=fields_to_recreate(entry))
    less = Write(WriteKind.UPDATE, meant.gid, left)
    return _both(asana, sheet, meant.step, entry, (_task_of(entry), create), less, clock, today)


def _done_before(asana: Client, sheet: Sheet, step: UUID) -> SaveResult | None:
    """How it stands, where the same was asked for before."""
    written = list(store.edits_of(sheet).filter(step__step_id=step))
    if not written:
        return None
    return edits.save_result(sheet, written, edits.try_read_entries(asana, sheet))


def _read(asana: Client, sheet: Sheet, meant: EntryRef) -> Entry:
    entries = reading.read_entries(asana, sheet, anew={meant.gid})
    entry = next((one for one in entries if one.gid == meant.gid), None)
    if entry is None or fingerprint(entry) != meant.fingerprint:
        raise CannotPlan(PlanProblem.CHANGED)
    return entry


def _task_of(entry: Entry) -> str:
    return entry.task.gid if entry.task else ""


def _both(
    asana: Client,
    sheet: Sheet,
    step_id: UUID,
    entry: Entry,
    first: tuple[str, Write],
    second: Write,
    clock: Clock,
    today: date,
) -> SaveResult:
    task, create = first
    unchanged = Precondition(seen_of([entry]), PreconditionScope.ENTRY, fingerprint(entry))
    rules = policy.rules_for(sheet.user, sheet.workspace)
    intents = [
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
    # What is written down already was sent twice at once: the other one is on its way.
    with suppress(IntegrityError), transaction.atomic():
        lock.lock(sheet.user)
        store.raise_if_in_doubt(sheet, _task_of(entry), entry.entered_on)
        step = store.open_step(sheet, step_id, clock())
        store.record_edits(sheet, step, intents, clock(), rules=rules, today=today)
    written = list(store.edits_of(sheet).filter(step__step_id=step_id))
    return edits.deliver_written(asana, sheet, written, clock=clock)
