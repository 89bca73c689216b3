"""What people read about their own hours: statuses of weeks, and what became of their changes."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timesheet.core.formats import show
from timesheet.domain.cell import WriteKind
from timesheet.domain.journal import State
from timesheet.domain.own_hours import Completeness
from timesheet.models import Edit

SHADES = {
    Completeness.FREE: gettext_lazy("No hours expected"),
    Completeness.OFF: gettext_lazy("Day off"),
    Completeness.EMPTY: gettext_lazy("No hours yet"),
    Completeness.PART: gettext_lazy("Below target"),
    Completeness.FULL: gettext_lazy("On target"),
    Completeness.OVER: gettext_lazy("Above target"),
}
STATES = {
    State.QUEUED: gettext_lazy("Queued"),
    State.IN_DOUBT: gettext_lazy("Checking"),
    State.CONFLICT: gettext_lazy("Conflict"),
    State.RESTORED: gettext_lazy("Checking"),
    State.CONFIRMED: gettext_lazy("Saved"),
    State.REFUSED: gettext_lazy("Not saved"),
    State.DISCARDED: gettext_lazy("Discarded"),
}


def change(edit: Edit) -> str:
    """Say what an edit did, or was meant to do, to its entry."""
    before = edit.entry_before
    values = {
        "before": show(before.duration_minutes) if before else "",
        "after": show(edit.duration_minutes),
    }
    if edit.kind == WriteKind.CREATE:
        return _("Added %(after)s") % values
    if edit.kind == WriteKind.DELETE:
        return _("Deleted %(before)s") % values if before else _("Deleted an entry")
    if before is None:
        return _("Changed to %(after)s") % values
    if before.duration_minutes != edit.duration_minutes:
        return _("%(before)s → %(after)s") % values
    return _("Changed details of %(after)s") % values
