"""Sentences about cells and edits, wherever they are shown."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timesheet.core.formats import show
from timesheet.domain.approval import Status
from timesheet.domain.cell import Write, WriteKind

STILL_SAVING = gettext_lazy("Still on its way to Asana.")
LOCKED = {
    Status.SUBMITTED: gettext_lazy(
        "You submitted this week, so its hours stay as they are. Recall it to change them."
    ),
    Status.APPROVED: gettext_lazy(
        "Your manager approved this week, so its hours stay as they are. Ask them to reopen it."
    ),
}


def describe_write(write: Write) -> str:
    """Return what a write does, in a few words."""
    if write.kind is WriteKind.DELETE:
        return _("Delete the entry")
    text = (
        _("Change the entry to %(hours)s") if write.kind is WriteKind.UPDATE else _("Add %(hours)s")
    )
    return text % {"hours": show(write.minutes)}


def day_full(minutes: int) -> str:
    """Return why an edit is refused that would bring its day to more than 24 hours."""
    return _(
        "That would make %(total)s on this day, and a day has 24 hours. Nothing was saved."
    ) % {"total": show(minutes)}
