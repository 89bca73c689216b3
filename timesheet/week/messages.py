"""What a person reads when they change their own week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timesheet.core.formats import show, spoken
from timesheet.domain.approval import Status
from timesheet.domain.cell import PlanProblem

# Cells

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
DISCARDED = gettext_lazy("Discarded here. What Asana has stays as it is.")
CANNOT_RESUBMIT = gettext_lazy("This cannot be written again. Nothing was saved: type it anew.")
NO_SUCH_STEP = gettext_lazy("That cannot be undone any more. Nothing was changed: reload the page.")

# What no page of ours sends

BAD_REQUEST = gettext_lazy("That does not fit this page")
TOO_MANY_CELLS = gettext_lazy(
    "That’s more than a week can hold, so nothing was saved. Reload the page and save fewer cells "
    "at once."
)
NO_DAY = gettext_lazy("The page did not say which day. Nothing was saved: reload the page.")
BAD_DAY = gettext_lazy("The page named a day that does not exist. Nothing was saved.")
OTHER_WEEK = gettext_lazy("That day is not in this week. Nothing was saved: reload the page.")
NO_EDIT_ID = gettext_lazy("The page sent no edit number. Nothing was saved: reload the page.")
BAD_EDIT_ID = gettext_lazy("The page sent an odd edit number. Nothing was saved: reload the page.")
BAD_SEEN = gettext_lazy("The page lost track of this cell. Nothing was saved: reload the page.")
BAD_ENTRY = gettext_lazy("The page named an entry in a way Asana does not. Nothing was saved.")
BAD_BILLABLE = gettext_lazy("Asana has no such billable status.")
NO_TASK = gettext_lazy("Say on which task. Nothing was saved.")

# Many cells

BLOCK_TOO_LARGE = gettext_lazy(
    "That is more than a week can hold. Nothing was pasted: copy a smaller block."
)
PASTE = gettext_lazy("Paste")
COPY_HOURS = gettext_lazy("Copy hours")
NO_SUCH_SOURCE = gettext_lazy("There is no such week or template to copy from.")
TEMPLATE_NEEDS_NAME = gettext_lazy("Give the template a name of up to 80 characters.")
NO_ROWS_TO_COPY = gettext_lazy("The week before has no open tasks that are not here already.")

# Submitting

SUBMITTED = gettext_lazy("The week is submitted.")
NOT_SUBMITTED = gettext_lazy("The week was not submitted.")
RECALLED = gettext_lazy("The week is yours again. Submit it when it is right.")
NOT_RECALLED = gettext_lazy("The week was not recalled.")
# Why nothing was done: the status of the week is not the one that the page still showed.
STATUS_CHANGED = {
    Status.DRAFT: gettext_lazy("Nothing was done: the week is yours already."),
    Status.SUBMITTED: gettext_lazy("Nothing was done: the week is submitted already."),
    Status.APPROVED: gettext_lazy("Nothing was done: your manager has approved the week by now."),
    Status.REJECTED: gettext_lazy("Nothing was done: your manager has returned the week by now."),
}

NOT_KNOWN_YET = gettext_lazy(
    "Asana didn't answer, so we don't know yet whether the week has changed. We're checking: "
    "reload this page in a minute."
)

PREFERENCES_SAVED = gettext_lazy("Your preferences are saved.")


def saved(cells: int) -> str:
    """Return how many cells were saved; empty when none was."""
    if cells <= 1:
        return _("Saved in Asana.") if cells else ""
    return ngettext(
        "%(number)d cell saved in Asana.", "%(number)d cells saved in Asana.", cells
    ) % {"number": cells}


def saved_aloud(task: str, day: date, minutes: int) -> str:
    """Return for a screen reader what one cell holds after it was saved."""
    return _("Saved: %(task)s, %(day)s, %(time)s.") % {
        "task": task,
        "day": date_format(day, "l"),
        "time": spoken(minutes),
    }


def entry_deleted(minutes: int, task: str, day: date) -> str:
    """Return which entry was deleted."""
    return _("Deleted %(time)s, %(task)s, %(day)s.") % {
        "time": show(minutes),
        "task": task,
        "day": date_format(day, "l"),
    }


def entries_deleted(count: int, minutes: int) -> str:
    """Return how many entries were deleted, and their total."""
    return ngettext(
        "Deleted %(number)d entry, %(time)s.", "Deleted %(number)d entries, %(time)s in all.", count
    ) % {"number": count, "time": show(minutes)}


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


def entry_added(minutes: int, day: date) -> str:
    """Return what a quick entry came to."""
    return _("%(time)s added on %(day)s.") % {
        "time": show(minutes),
        "day": date_format(day, "l, j F"),
    }


def rows_copied(count: int) -> str:
    """Return how many tasks of the week before were added."""
    if not count:
        return str(NO_ROWS_TO_COPY)
    return ngettext(
        "%(number)s task of the week before was added. Type its hours.",
        "%(number)s tasks of the week before were added. Type their hours.",
        count,
    ) % {"number": count}


def hours_copied(cells: int) -> str:
    """Return how many cells of the week before were copied."""
    return ngettext("%(number)d cell was copied.", "%(number)d cells were copied.", cells) % {
        "number": cells
    }


def template_saved(name: str) -> str:
    """Return that a template was saved."""
    return _("Saved “%(name)s”.") % {"name": name}


def template_deleted(name: str) -> str:
    """Return that a template was deleted."""
    return _("Deleted “%(name)s”.") % {"name": name}


def unsaved_changes(count: int) -> str:
    """Return why a week with `count` unsynced changes is not submitted."""
    return ngettext(
        "The week was not submitted: %(number)d change is not in Asana yet. Retry or discard "
        "it first.",
        "The week was not submitted: %(number)d changes are not in Asana yet. Retry or discard "
        "them first.",
        count,
    ) % {"number": count}
