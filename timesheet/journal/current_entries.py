"""Reads what Asana has of a week before edits of it are sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.asana import listings
from accounts.asana.client import PAGE_SIZE, Client
from accounts.asana.errors import AsanaError, NotFound
from accounts.asana.records import Entry, Records
from timesheet.domain.grid import find_entry
from timesheet.domain.journal import State
from timesheet.models import Edit
from timesheet.sheets import reading, stored_weeks
from timesheet.sheets.sheet import Sheet
from timesheet.sheets.stored_weeks import WeekCopy

# A day is read alone only if the other days of the week were read within this time.
OTHER_DAYS_KEPT = timedelta(minutes=5)


@dataclass(frozen=True)
class CurrentEntries:
    """The entries of a week, as Asana has them."""

    entries: list[Entry] = field(default_factory=list)
    # Entries that the edits change and that were moved to another week.
    elsewhere: list[Entry] = field(default_factory=list)
    # Whether some come from the cache, because Asana's list leaves out fields.
    is_filled_in: bool = False
    # The copy that the other days come from, if only the day of an edit was read.
    copy: WeekCopy | None = None


def read(asana: Client, sheet: Sheet, edits: Sequence[Edit], now: datetime) -> CurrentEntries:
    """Return the entries of the week, and those elsewhere that the edits are about.

    If Asana lists the week on several pages, only the day of a single edit is read, provided that
    the other days are known and do not matter to it. Raises `AsanaError`.
    """
    if len(edits) == 1 and (of_day := _read_day(asana, sheet, edits[0], now)):
        return of_day
    gids = {edit.entry_gid for edit in edits if edit.entry_gid}
    entries = reading.read_entries(asana, sheet, refresh=gids)
    elsewhere = _read_elsewhere(asana, gids - {entry.gid for entry in entries})
    return CurrentEntries(entries, elsewhere, entries.is_filled_in)


def _read_elsewhere(asana: Client, gids: Collection[str]) -> list[Entry]:
    answers = asana.gather_outcomes([reading.entry_reader(gid) for gid in sorted(gids)])
    errors = [answer for answer in answers if isinstance(answer, AsanaError)]
    if others := [error for error in errors if not isinstance(error, NotFound)]:
        raise others[0]
    return [answer for answer in answers if isinstance(answer, Entry)]


def _read_day(asana: Client, sheet: Sheet, edit: Edit, now: datetime) -> CurrentEntries | None:
    """Return the week with the day of the edit as Asana has it, and the rest as it was stored.

    None if the whole week has to be read: it fits on one page, its copy is old or has gaps, the
    edit may have been sent or changes another day too, or the day alone does not show everything
    that the edit is checked against.
    """
    if not _is_about_one_day(edit):
        return None
    copy = stored_weeks.find(sheet)
    if copy is None or len(copy.entries) <= PAGE_SIZE or copy.entries.unreadable:
        return None
    if now - copy.complete_at > OTHER_DAYS_KEPT:
        return None
    day = edit.entered_on
    listed = asana.list_all(listings.entries(sheet.workspace, start=day, end=day))
    gids = {edit.entry_gid} - {""}
    shown = reading.fill_in_entries(asana, sheet, listed, gids)
    has_gaps = shown.unreadable or any(entry.is_partial for entry in [*shown, *copy.entries])
    # Without an entry, nothing says whether the week is approved.
    if not shown or has_gaps or (gids and not find_entry(shown, edit.entry_gid)):
        return None
    week = _with_day(copy.entries, shown, day)
    return CurrentEntries(week, is_filled_in=shown.is_filled_in, copy=copy)


def _is_about_one_day(edit: Edit) -> bool:
    """Whether an edit was never sent, and moves no entry to another day."""
    is_first = edit.state == State.QUEUED and edit.sent_at is None and edit.follows_id is None
    return is_first and not edit.has_followers and not edit.write.fields.entered_on


def _with_day(stored: Sequence[Entry], shown: Records[Entry], day: date) -> list[Entry]:
    """Return the entries of a week with those of one day replaced, each in its place."""
    fresh = {entry.gid: entry for entry in shown}
    week = [
        fresh.pop(entry.gid, entry)
        for entry in stored
        if entry.gid in fresh or entry.entered_on != day
    ]
    return [*week, *fresh.values()]
