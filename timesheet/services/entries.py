"""What is done to one entry as a whole: moving it to another task, splitting it in two.

Asana can do neither, so each is two writes, the one that adds first: nothing may vanish in between.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from django.core.cache import cache
from django.db import transaction

from accounts.asana.client import Client
from accounts.asana.records import Category, Entry
from timesheet.domain.cell import Act, Ask, CannotPlan, Compare, Write
from timesheet.domain.duration import Duration
from timesheet.domain.entry import again, mark
from timesheet.domain.journal import Sight
from timesheet.models import Step
from timesheet.services import edits, journal, rows, sheets
from timesheet.services.delivery import deliver
from timesheet.services.edits import Answer, Change
from timesheet.services.journal import Intent
from timesheet.services.sheets import Sheet

# Categories are kept by admins and change seldom; in seconds.
CATEGORIES_KEPT = 600


def categories_of(asana: Client, sheet: Sheet) -> list[Category]:
    """The labels that an entry may be given. Raises `AsanaError`."""
    memory = f"categories:{sheet.user.pk}:{sheet.workspace}"
    known: list[Category] | None = cache.get(memory)
    if known is None:
        known = asana.list_categories(sheet.workspace)
        cache.set(memory, known, CATEGORIES_KEPT)
    return known


def add_entry(asana: Client, sheet: Sheet, change: Change, *, now: datetime) -> Answer:
    """Logs one more entry on a task that need not be in the week yet. Raises `AsanaError`, and
    `CannotPlan`."""
    rows.add_row(asana, sheet, change.task)
    return edits.set_cells(asana, sheet, [change], now=now)


def move_entry(
    asana: Client, sheet: Sheet, step: UUID, gid: str, seen_mark: str, task: str, *, now: datetime
) -> Answer:
    """Takes an entry to another task, which joins the week. Raises `CannotPlan`, `AsanaError`."""
    entry = _read(asana, sheet, gid, seen_mark)
    row = rows.add_row(asana, sheet, task)
    create = Write(Act.CREATE, minutes=entry.duration_minutes, fields=again(entry))
    away = Write(Act.DELETE, gid)
    return _both(asana, sheet, step, entry, (row.task.gid, create), away, now)


def split_entry(
    asana: Client,
    sheet: Sheet,
    step: UUID,
    gid: str,
    seen_mark: str,
    part: Duration,
    *,
    now: datetime,
) -> Answer:
    """Takes `part` of an entry into one of its own. Raises `CannotPlan`, `AsanaError`."""
    entry = _read(asana, sheet, gid, seen_mark)
    left = entry.duration_minutes - part.minutes
    if part.relative or left <= 0:
        raise CannotPlan(Ask.NOTHING_LEFT)
    create = Write(Act.CREATE, minutes=part.minutes, fields=again(entry))
    less = Write(Act.UPDATE, gid, left)
    return _both(asana, sheet, step, entry, (_task_of(entry), create), less, now)


def _read(asana: Client, sheet: Sheet, gid: str, seen_mark: str) -> Entry:
    entries = sheets.read_entries(asana, sheet, anew={gid})
    entry = next((one for one in entries if one.gid == gid), None)
    if entry is None or mark(entry) != seen_mark:
        raise CannotPlan(Ask.CHANGED)
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
    now: datetime,
) -> Answer:
    task, create = first
    unchanged = Sight(compare=Compare.ENTRY, mark=mark(entry))
    intents = [
        Intent(uuid5(step_id, "first"), task, entry.entered_on, create),
        Intent(
            uuid5(step_id, "second"),
            _task_of(entry),
            entry.entered_on,
            second,
            sight=unchanged,
            follows=0,
        ),
    ]
    if Step.objects.filter(user=sheet.user, step_id=step_id).exists():
        written = list(journal.edits_of(sheet).filter(step__step_id=step_id))
        return edits.answer(sheet, written, edits.read_if_possible(asana, sheet))
    with transaction.atomic():
        step = journal.open_step(sheet, step_id, now)
        written = journal.write_down(sheet, step, intents, now)
    return edits.answer(sheet, written, deliver(asana, written, now=now))
