"""The sentences that a cell can say. They tell what happened, what was not done, what to do now."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.asana.errors import AsanaError
from accounts.asana.records import Entry
from accounts.problems import problem_for
from timesheet.domain.cell import Ask
from timesheet.domain.duration import Fault, show
from timesheet.domain.journal import State

FAULTS = {
    Fault.FORM: gettext_lazy(
        "This is not a duration. Write 1:30, 1.5, 1h 30m, 90m or 8; +0:30 adds half an hour."
    ),
    Fault.MINUTES: gettext_lazy(
        "An hour has 60 minutes. Write 1:30, 1.5, 1h 30m, 90m or 8; +0:30 adds half an hour."
    ),
    Fault.ZERO: gettext_lazy("Time is more than nothing. To delete an entry, empty its cell."),
    Fault.TOO_MUCH: gettext_lazy("A day has 24 hours."),
}

ASKS = {
    Ask.WHICH: gettext_lazy(
        "Several entries are in this cell. Nothing was changed: open them and say which one."
    ),
    Ask.NOTHING_THERE: gettext_lazy("There is no time here to take from."),
    Ask.NOTHING_LEFT: gettext_lazy(
        "That would leave nothing. To delete the entry, empty the cell."
    ),
    Ask.TOO_MUCH: gettext_lazy("A day has 24 hours."),
    Ask.UNSETTLED: gettext_lazy(
        "What you typed here before may still reach Asana. Press its Retry first, then type again."
    ),
}

SAVED = gettext_lazy("Saved in Asana.")
DISCARDED = gettext_lazy("Discarded here. What Asana has stays as it is.")
STILL_SAVING = gettext_lazy("Still on its way to Asana.")
MAY_HAVE_ARRIVED = gettext_lazy(
    "Asana has not shown it yet. It will not be sent twice: press Retry in a few seconds."
)
NOT_A_ROW = gettext_lazy(
    "This task is not in your week. Nothing was saved: add the task, then type again."
)

_UNDONE = {
    State.QUEUED: gettext_lazy("It is kept here and is not in Asana yet."),
    State.IN_DOUBT: gettext_lazy("It is kept here and may have arrived; Retry looks first."),
    State.REFUSED: gettext_lazy("Nothing was saved."),
}


def reason(error: AsanaError, state: State) -> str:
    """What Asana's answer means for an edit that it left in `state`."""
    return problem_for(error, undone=str(_UNDONE[state])).sentence


def changed_in_asana(there: Iterable[Entry]) -> str:
    minutes = [show(entry.duration_minutes) for entry in there]
    if not minutes:
        return _("This was deleted in Asana since you opened it. Nothing was written.")
    return _("This changed in Asana since you opened it: now %(now)s. Nothing was written.") % {
        "now": " + ".join(minutes)
    }


def day_full(minutes: int) -> str:
    return _(
        "That would make %(total)s on this day, and a day has 24 hours. Nothing was saved."
    ) % {"total": show(minutes)}
