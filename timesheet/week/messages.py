"""What a person reads when they change their own week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timesheet.core.formats import day_with_weekday, show, spoken
from timesheet.domain.approval import Status
from timesheet.domain.cell import PlanProblem

# Cells

HOW_LONG = gettext_lazy("Type how long it took.")
PLAN_PROBLEMS = {
    PlanProblem.AMBIGUOUS: gettext_lazy(
        "This cell has several entries. Open it to choose which one to change."
    ),
    PlanProblem.NO_ENTRY: gettext_lazy("There’s no time here to subtract from."),
    PlanProblem.NOT_POSITIVE: gettext_lazy(
        "That would leave no time. To delete the entry, clear its cell."
    ),
    PlanProblem.TOO_MUCH: gettext_lazy("A day has 24 hours."),
    PlanProblem.NO_DURATION: HOW_LONG,
    PlanProblem.CHANGED: gettext_lazy(
        "Someone changed this entry in Asana. Open it again to see what’s there; yours isn’t saved."
    ),
    PlanProblem.IN_DOUBT: gettext_lazy(
        "An earlier change to this cell may still reach Asana. Try again in a moment."
    ),
    PlanProblem.DUPLICATE_CHANGED: gettext_lazy(
        "The duplicate was changed in Asana, so it wasn’t removed. Check both entries of the cell."
    ),
    PlanProblem.BEING_SAVED: gettext_lazy(
        "These changes are being saved to Asana right now. Try again in a moment."
    ),
}
DISCARDED = gettext_lazy("Kept Asana’s version.")
CANNOT_RESUBMIT = gettext_lazy("This can’t be saved again. Type it once more.")
NO_SUCH_STEP = gettext_lazy("This can’t be undone any more. Reload the page to see what changed.")

# Requests that none of our pages sends

BAD_REQUEST = gettext_lazy("This page is out of date")
TOO_MANY_CELLS = gettext_lazy(
    "That’s more than a week can hold, so nothing was saved. Reload the page and save fewer cells "
    "at once."
)
NO_DAY = gettext_lazy(
    "The day is missing. Your change wasn’t saved. Reload the page and try again."
)
BAD_DAY = gettext_lazy(
    "That day doesn’t exist. Your change wasn’t saved. Reload the page and try again."
)
OTHER_WEEK = gettext_lazy(
    "That day isn’t in this week. Your change wasn’t saved. Reload the page and try again."
)
NO_EDIT_ID = gettext_lazy(
    "Your change arrived incomplete and wasn’t saved. Reload the page and try again."
)
BAD_SEEN = gettext_lazy(
    "This page is out of date, so your change wasn’t saved. Reload the page and try again."
)
BAD_ENTRY = gettext_lazy(
    "We can’t tell which entry this is. Your change wasn’t saved. Reload the page and try again."
)
BAD_CATEGORY = gettext_lazy(
    "Asana doesn’t know this category. Your change wasn’t saved. Reload the page and try again."
)
BAD_PROJECT = gettext_lazy(
    "Asana doesn’t know this project. Your change wasn’t saved. Reload the page and try again."
)
BAD_BILLABLE = gettext_lazy("That isn’t a billable status in Asana. Reload the page and try again.")
NO_TASK = gettext_lazy("Choose a task.")

CHANGED_SINCE = gettext_lazy(
    "This cell has changed since you typed this, so it isn’t saved. Check it and save it again."
)

# Many cells

BLOCK_TOO_LARGE = gettext_lazy("That’s more than a week can hold. Copy a smaller block.")
PASTE = gettext_lazy("Paste")
COPY_HOURS = gettext_lazy("Copy hours")
NO_SUCH_SOURCE = gettext_lazy("We can’t find that week or template.")
TEMPLATE_NEEDS_NAME = gettext_lazy("Give the template a name of up to 80 characters.")
NOTHING_COPIED = gettext_lazy("Nothing was copied.")
# How many reasons of a copy that failed are shown one by one.
MOST_REASONS = 3
NO_ROWS_TO_COPY = gettext_lazy("Last week has no other open tasks.")

# Submitting

SUBMITTED = gettext_lazy("Week submitted for approval.")
NOT_SUBMITTED = gettext_lazy("The week wasn’t submitted.")
RECALLED = gettext_lazy("Week recalled. You can edit it and submit it again.")
NOT_RECALLED = gettext_lazy("The week wasn’t recalled.")
# Why nothing was done: the status of the week is not the one that the page still showed.
STATUS_CHANGED = {
    Status.DRAFT: gettext_lazy("This week has been recalled already."),
    Status.SUBMITTED: gettext_lazy("This week has been submitted already."),
    Status.APPROVED: gettext_lazy("Your manager has approved this week in the meantime."),
    Status.REJECTED: gettext_lazy("Your manager has sent this week back in the meantime."),
}

NOT_KNOWN_YET = gettext_lazy(
    "Asana didn’t respond, so we don’t know yet whether the week changed. We’re checking. "
    "Reload this page in a minute."
)

PREFERENCES_SAVED = gettext_lazy("Preferences saved.")


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


def undo_result(*, is_undo: bool, is_done: bool, waiting: int, skipped: int) -> str:
    """Return the result of an undo or a redo, in sentences.

    `is_done` is whether it was more than leaving entries alone, `skipped` the number of these, and
    `waiting` that of the cells that are on their way to Asana.
    """
    sentences = [_("Undone.") if is_undo else _("Redone.")] if is_done else []
    if waiting:
        sentences.append(still_saving(waiting))
    if skipped:
        text = ngettext(
            "%(number)d entry was left alone, because someone changed it in Asana.",
            "%(number)d entries were left alone, because someone changed them in Asana.",
            skipped,
        )
        sentences.append(text % {"number": skipped})
    return " ".join(sentences)


def entry_added(minutes: int, day: date) -> str:
    """Return what a quick entry came to."""
    return _("%(time)s added on %(day)s.") % {
        "time": show(minutes),
        "day": day_with_weekday(day),
    }


def entry_waits(minutes: int, day: date, reason: str) -> str:
    """Return that a quick entry is not in Asana yet, and the reason."""
    text = _("%(time)s on %(day)s isn’t saved to Asana yet.") % {
        "time": show(minutes),
        "day": day_with_weekday(day),
    }
    return f"{text} {reason}".strip()


def rows_copied(count: int) -> str:
    """Return how many tasks of the week before were added."""
    if not count:
        return str(NO_ROWS_TO_COPY)
    return ngettext(
        "Added %(number)s task from last week.",
        "Added %(number)s tasks from last week.",
        count,
    ) % {"number": count}


def still_saving(cells: int) -> str:
    """Return how many cells are on their way to Asana; empty when none is."""
    if not cells:
        return ""
    return ngettext(
        "%(number)d cell is still being saved to Asana.",
        "%(number)d cells are still being saved to Asana.",
        cells,
    ) % {"number": cells}


def hours_copied(cells: int, *, waiting: int = 0, rows: int = 0) -> str:
    """Return how many cells were copied, and how many are still on their way to Asana.

    `rows` is the number of tasks that were added to the week, with or without hours.
    """
    sentences = []
    if cells:
        text = ngettext("Copied %(number)d cell.", "Copied %(number)d cells.", cells)
        sentences.append(text % {"number": cells})
    if waiting:
        sentences.append(still_saving(waiting))
    if not sentences and rows:
        text = ngettext(
            "Added %(number)d task without hours.", "Added %(number)d tasks without hours.", rows
        )
        sentences.append(text % {"number": rows})
    return " ".join(sentences) or str(NOTHING_COPIED)


def not_copied(reasons: Sequence[str], *, later: int, conflicts: int) -> list[str]:
    """Return why cells were not copied.

    These are the first reasons, how many cells were edited since, and how many have other hours in
    Asana.
    """
    sentences = list(reasons[:MOST_REASONS])
    more = len(reasons) - len(sentences)
    if more:
        text = ngettext("And %(number)d more.", "And %(number)d more.", more)
        sentences.append(text % {"number": more})
    if later:
        text = ngettext(
            "%(number)d cell was changed in the meantime, so it wasn’t copied.",
            "%(number)d cells were changed in the meantime, so they weren’t copied.",
            later,
        )
        sentences.append(text % {"number": later})
    if conflicts:
        text = ngettext(
            "%(number)d cell was changed in Asana in the meantime. Choose which hours to keep.",
            "%(number)d cells were changed in Asana in the meantime. Choose which hours to keep.",
            conflicts,
        )
        sentences.append(text % {"number": conflicts})
    return sentences


def template_saved(name: str) -> str:
    """Return that a template was saved."""
    return _("Saved “%(name)s”.") % {"name": name}


def template_deleted(name: str) -> str:
    """Return that a template was deleted."""
    return _("Deleted “%(name)s”.") % {"name": name}


def unsynced_changes(count: int) -> str:
    """Return why a week with `count` unsynced changes is not submitted."""
    return ngettext(
        "This week has %(number)d unsynced change. Review it, then submit the week.",
        "This week has %(number)d unsynced changes. Review them, then submit the week.",
        count,
    ) % {"number": count}
