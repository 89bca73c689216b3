"""The sentences of a cell: what happened, what was not done, what to do now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.asana.errors import AsanaError
from accounts.asana.records import Entry
from accounts.problems import problem_for
from timesheet.core.formats import show
from timesheet.domain.approval import Status
from timesheet.domain.cell import PlanProblem, Write, WriteKind
from timesheet.domain.journal import State

HOW_LONG = gettext_lazy("Say how long it took. Nothing was saved.")

PLAN_PROBLEMS = {
    PlanProblem.AMBIGUOUS: gettext_lazy(
        "Several entries are in this cell. Nothing was changed: open them and say which one."
    ),
    PlanProblem.NO_ENTRY: gettext_lazy("There is no time here to take from."),
    PlanProblem.NOT_POSITIVE: gettext_lazy(
        "That would leave nothing. To delete the entry, empty the cell."
    ),
    PlanProblem.TOO_MUCH: gettext_lazy("A day has 24 hours."),
    PlanProblem.NO_DURATION: HOW_LONG,
    PlanProblem.CHANGED: gettext_lazy(
        "This entry changed in Asana since you opened it. Nothing was written: open it again."
    ),
    PlanProblem.IN_DOUBT: gettext_lazy(
        "What you typed here before may still reach Asana. Wait until that is known, then try "
        "again."
    ),
}

NO_SUCH_STEP = gettext_lazy("That cannot be undone any more. Nothing was changed: reload the page.")
BLOCK_TOO_LARGE = gettext_lazy(
    "That is more than a week can hold. Nothing was pasted: copy a smaller block."
)
DISCARDED = gettext_lazy("Discarded here. What Asana has stays as it is.")
CANNOT_RESUBMIT = gettext_lazy("This cannot be written again. Nothing was saved: type it anew.")
STILL_SAVING = gettext_lazy("Still on its way to Asana.")
DUPLICATE = gettext_lazy(
    "Asana seems to have this entry twice: it was sent again because Asana didn't answer, and the "
    "first one arrived late. Remove the duplicate, or keep both."
)
CHECKING_AFTER_RESTORE = gettext_lazy(
    "Checking after a restore: we're reading what Asana has before anything is sent."
)
PAUSED = gettext_lazy(
    "Saving to Asana is paused until an administrator has checked a restored database. Your change "
    "is kept here."
)
MAY_HAVE_ARRIVED = gettext_lazy(
    "Asana has not shown it yet. We look for it again before anything is sent a second time."
)
NOT_A_ROW = gettext_lazy(
    "This task is not in your week. Nothing was saved: add the task, then type again."
)

WAITS_FOR_ANOTHER = gettext_lazy("It waits for the other half of this change.")
OTHER_HALF_FAILED = gettext_lazy(
    "The other half of this change did not reach Asana, so this one was left alone."
)
LOCKED = {
    Status.SUBMITTED: gettext_lazy(
        "You submitted this week, so its hours stay as they are. Recall it to change them."
    ),
    Status.APPROVED: gettext_lazy(
        "Your manager approved this week, so its hours stay as they are. Ask them to reopen it."
    ),
}

_WHAT_HAPPENS_NOW = {
    State.QUEUED: gettext_lazy("It is kept here and sent again by itself."),
    State.IN_DOUBT: gettext_lazy("It is kept here and may have arrived: that is looked up first."),
    State.RESTORED: gettext_lazy("It's kept here, and you decide once Asana can be read."),
    State.REFUSED: gettext_lazy("Nothing was saved."),
}


def reason(error: AsanaError, state: State) -> str:
    """Return why an edit is in `state` after Asana's answer, or its silence, to the write."""
    # A refused edit is closed; all others are tried again, so the person need not do anything.
    then = None if state is State.REFUSED else ""
    return problem_for(error, undone=str(_WHAT_HAPPENS_NOW[state]), then=then).sentence


def changed_in_asana(entries: Iterable[Entry]) -> str:
    """Return the reason of a conflict; `entries` are what Asana has in the cell now."""
    hours = [show(entry.duration_minutes) for entry in entries]
    if not hours:
        return _("This was deleted in Asana since you opened it. Nothing was written.")
    return _("This changed in Asana since you opened it: now %(now)s. Nothing was written.") % {
        "now": " + ".join(hours)
    }


def restored(entries: Iterable[Entry]) -> str:
    """Return why an edit of a restored backup needs its person.

    `entries` are what Asana has in the cell now.
    """
    hours = [show(entry.duration_minutes) for entry in entries]
    if not hours:
        return _(
            "The timesheet was restored from a backup that has this change. Asana has no hours "
            "here. Is the change still wanted?"
        )
    return _(
        "The timesheet was restored from a backup that has this change. Asana has %(now)s here, "
        "perhaps because of it. Is the change still wanted?"
    ) % {"now": " + ".join(hours)}


def describe_write(write: Write) -> str:
    """Return what a write does, in a few words."""
    if write.kind is WriteKind.DELETE:
        return _("Delete the entry")
    text = (
        _("Change the entry to %(hours)s") if write.kind is WriteKind.UPDATE else _("Add %(hours)s")
    )
    return text % {"hours": show(write.minutes)}


def discarded_by_admin(by: str, why: str, *, in_doubt: bool) -> str:
    """Return the reason that the person reads whose edit an admin discarded.

    `by` is the admin's name and `why` what the admin gave as the reason.
    """
    quoted = {"name": by, "why": why.rstrip(". ")}
    text = _("%(name)s discarded this, as an admin: “%(why)s”.") % quoted
    if in_doubt:
        return text + " " + _("It may have reached Asana all the same: look there first.")
    return text + " " + _("It did not reach Asana, and what Asana has stays as it is.")


def day_full(minutes: int) -> str:
    """Return why an edit is refused that would bring its day to more than 24 hours."""
    return _(
        "That would make %(total)s on this day, and a day has 24 hours. Nothing was saved."
    ) % {"total": show(minutes)}


def saved(cells: int) -> str:
    """Return how many cells were saved; empty when none was."""
    if cells <= 1:
        return _("Saved in Asana.") if cells else ""
    return ngettext(
        "%(number)d cell saved in Asana.", "%(number)d cells saved in Asana.", cells
    ) % {"number": cells}


def undo_result(failed: Sequence[object], *, undone: bool, skipped: int) -> str:
    """Return what an undo, or with `undone` False a redo, came to; empty when some of it failed.

    `skipped` is the number of entries that were left alone.
    """
    if failed:
        return ""
    text = _("Undone.") if undone else _("Done again.")
    if skipped:
        text += " " + ngettext(
            "%(number)d entry was left alone, because it changed in Asana since.",
            "%(number)d entries were left alone, because they changed in Asana since.",
            skipped,
        ) % {"number": skipped}
    return text
