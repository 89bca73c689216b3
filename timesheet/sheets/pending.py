"""An edit as the cell and the list of unsynced changes show it."""

from __future__ import annotations

from timesheet.core import formats
from timesheet.domain.cell import PreconditionScope, SeenEntry, WriteKind
from timesheet.domain.conflict import Conflict
from timesheet.domain.grid import Pending
from timesheet.domain.journal import State
from timesheet.models import Edit
from timesheet.sheets import messages


def pending_of(edit: Edit) -> Pending:
    """Return the edit as its cell shows it, with the sentence that says why it is not saved."""
    return Pending(
        edit.edit_id,
        State(edit.state),
        _with_note(edit, edit.text) if edit.text else text_of_write(edit),
        _reason(edit),
        conflict_of(edit),
        noted=edit.unacknowledged,
        again=edit.unacknowledged and edit.can_be_resubmitted,
        rule="" if edit.duplicate_gid else edit.rule,
        instead=_rounded_text(edit),
        duplicate=bool(edit.duplicate_gid),
    )


def text_of_write(edit: Edit) -> str:
    """Return what a person would type to get the same minutes; empty for a deletion.

    The edits of an undo were typed by nobody, so they have no text of their own.
    """
    return formats.show(edit.duration_minutes) if edit.duration_minutes else ""


def conflict_of(edit: Edit) -> Conflict | None:
    """Return both sides of the conflict that the edit is in; None if it is in none."""
    if edit.state != State.CONFLICT or edit.theirs is None:
        return None
    theirs = tuple(SeenEntry(gid, minutes) for gid, minutes in edit.theirs["seen"])
    return Conflict(
        edit.write,
        edit.text,
        theirs,
        there=bool(edit.theirs["fingerprint"]),
        adds=edit.scope == PreconditionScope.NOTHING,
        fingerprint=edit.theirs["fingerprint"],
    )


def _rounded_text(edit: Edit) -> str:
    """Return what a person would type to get the rounded minutes that the rules allow."""
    if not edit.rounded_minutes or edit.duplicate_gid:
        return ""
    added = edit.kind == WriteKind.CREATE and edit.scope == PreconditionScope.CELL and edit.seen
    return _with_note(edit, f"{'+' if added else ''}{formats.show(edit.rounded_minutes)}")


def _with_note(edit: Edit, text: str) -> str:
    """Return the text with the note that was typed behind it, into the cell."""
    note = edit.write.fields.description
    return f"{text} {note}" if edit.scope == PreconditionScope.CELL and note else text


def _reason(edit: Edit) -> str:
    if edit.duplicate_gid:
        is_twice = edit.state == State.CONFIRMED
        return str(messages.DUPLICATE if is_twice else messages.ARRIVED_LATE)
    return edit.reason or str(messages.STILL_SAVING)
