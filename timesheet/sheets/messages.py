"""Sentences about cells and edits, wherever they are shown."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timesheet.core.formats import show
from timesheet.domain.approval import Status
from timesheet.domain.cell import Write, WriteKind
from timesheet.domain.read_failures import ReadFailures

STILL_SAVING = gettext_lazy("Saving to Asana…")
DUPLICATE = gettext_lazy(
    "Asana seems to have this entry twice: we sent it again because Asana didn’t respond, and "
    "the first one arrived late. Remove the duplicate, or keep both."
)
ARRIVED_LATE = gettext_lazy(
    "This reached Asana after all: the first time we sent it, it arrived late. Keep the entry, or "
    "remove it."
)
LOCKED = {
    Status.SUBMITTED: gettext_lazy("Submitted for approval. Recall the week to make changes."),
    Status.APPROVED: gettext_lazy(
        "Your manager approved this week. Ask them to reopen it if something needs to change."
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
    return _("That would make %(total)s on this day, and a day has 24 hours.") % {
        "total": show(minutes)
    }


def read_failures(failures: ReadFailures) -> Iterator[str]:
    """Say which entries of a week could not be read, each kind in a sentence of its own."""
    if failures.partial:
        yield ngettext(
            "%(n)d entry couldn’t be read in full. Its %(time)s count, but its task or details may "
            "be missing.",
            "%(n)d entries couldn’t be read in full. Their %(time)s count, but their tasks or "
            "details may be missing.",
            failures.partial,
        ) % {"n": failures.partial, "time": show(failures.partial_minutes)}
    if failures.missing:
        yield unread_entries(failures.missing, failures.missing_minutes)


def unread_entries(count: int, minutes: int) -> str:
    """Say how many entries are left out because they could not be read; 0 minutes if unknown."""
    if minutes:
        return ngettext(
            "%(n)d entry couldn’t be read. Its %(time)s are missing here.",
            "%(n)d entries couldn’t be read. At least %(time)s are missing here.",
            count,
        ) % {"n": count, "time": show(minutes)}
    return ngettext(
        "%(n)d entry couldn’t be read. Its hours are missing here.",
        "%(n)d entries couldn’t be read. Their hours are missing here.",
        count,
    ) % {"n": count}


def lost_workspace(name: str) -> str:
    """Say that the person is no longer in a workspace; its name is empty if not known."""
    if not name:
        return _("You no longer have access to the workspace you used last.")
    return _("You no longer have access to %(name)s in Asana.") % {"name": name}
