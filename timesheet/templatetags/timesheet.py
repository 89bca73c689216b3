"""Filters and tags of all pages: durations, days, and the cells and entries of a week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format, time_format

from accounts.asana.records import Entry
from timesheet.core import clock, formats, page_cache
from timesheet.domain.entry import category_of, fingerprint
from timesheet.domain.grid import Cell
from timesheet.domain.journal import State
from timesheet.domain.week import Week
from timesheet.models import Edit
from timesheet.sheets import messages
from timesheet.week import locked_days, versions
from timesheet.week.entry_forms import EntryForm

register = template.Library()


@register.filter
def hours(minutes: int) -> str:
    """Write 90 as 1:30, or as the person prefers it."""
    return formats.show(minutes)


@register.filter
def weekday_hours(minutes: Sequence[int]) -> str:
    """Write the minutes of each weekday, Monday's first: Mon–Thu 8:00, Fri 4:00."""
    return formats.show_weekdays(minutes)


@register.filter
def spoken(minutes: int) -> str:
    """Write 90 as 1 hour 30 minutes, for screen readers."""
    return formats.spoken(minutes)


register.filter(formats.percentage)
register.filter(formats.short_day)
register.filter(formats.day_with_weekday)


@register.filter
def in_asana(cell: Cell) -> str:
    """Return the duration that a cell has in Asana; empty without entries."""
    return formats.show(cell.minutes) if cell.entries else ""


@register.filter
def text(cell: Cell) -> str:
    """Return the text of a cell's field: what was typed, unless discarded, or what Asana has."""
    pending = cell.pending
    if pending is None or pending.duplicate or pending.state == State.DISCARDED:
        return in_asana(cell)
    return pending.text


register.filter("fingerprint", fingerprint)
register.filter("on", locked_days.find_lock)
register.filter("read_failures", messages.read_failures)
register.filter("version_of", versions.version_of)


@register.filter
def action(edit: Edit) -> str:
    """Return what an edit does, in a few words."""
    return messages.describe_write(edit.write)


@register.filter
def full_date(day: date) -> str:
    """Write a day as Tuesday, 24 November 2026, in the order of the person's language."""
    return f"{date_format(day, 'l')}, {date_format(day, 'DATE_FORMAT')}"


@register.filter
def short_week(week: Week, parts: str = "") -> str:
    """Write the days of a week as 16 – 22 Nov, with the `year` where it is asked for."""
    return formats.short_span(week.start, week.end, parts)


@register.filter
def weekday_and_time(moment: datetime) -> str:
    """Write a moment as Tuesday 09:30, on the clock of the person's language and time zone."""
    local = timezone.localtime(moment)
    return f"{date_format(local, 'l')} {time_format(local, 'TIME_FORMAT')}"


@register.filter
def is_today(moment: datetime) -> bool:
    """Return whether a moment is on today's date, in the person's time zone."""
    return timezone.localtime(moment).date() == clock.today()


@register.filter
def seconds_left(moment: datetime | None) -> int:
    """Return the seconds until a moment; negative after it, and 0 without one."""
    return round((moment - clock.now()).total_seconds()) if moment else 0


@register.simple_tag
def edit_id() -> str:
    """Return an edit id for forms without JavaScript; with it, the browser creates one."""
    return page_cache.new_id()


@register.simple_tag
def panel_values(
    entry: Entry | None, draft: EntryForm | None, which: str, which_entry: str, typed: str | None
) -> dict[str, str]:
    """Return the values of an entry's fields, by name.

    They are those of the rejected form `draft`, if it is of this entry (`which`), and otherwise
    what Asana has. A new entry has the `typed` duration.
    """
    if draft is not None and which == which_entry:
        names = ("text", "to_day", "billable", "category", "project", "description")
        return {name: str(draft.data.get(name, "")) for name in names}
    if entry is None:
        return {"text": typed or ""}
    return {
        "text": formats.show(entry.duration_minutes),
        "to_day": entry.entered_on.isoformat(),
        "billable": entry.billable_status or "",
        "category": "".join(category_of(entry)),
        "project": entry.attributable_to.gid if entry.attributable_to else "",
        "description": entry.description or "",
    }
