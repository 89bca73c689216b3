"""Why an edit is not in Asana, and what happens with it now."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.asana.errors import AsanaError
from accounts.asana.records import Entry
from accounts.problems import problem_for
from timesheet.core.formats import show
from timesheet.domain.journal import State

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


def discarded_by_admin(by: str, why: str, *, in_doubt: bool) -> str:
    """Return the reason that the person reads whose edit an admin discarded.

    `by` is the admin's name and `why` what the admin gave as the reason.
    """
    quoted = {"name": by, "why": why.rstrip(". ")}
    text = _("%(name)s discarded this, as an admin: “%(why)s”.") % quoted
    if in_doubt:
        return text + " " + _("It may have reached Asana all the same: look there first.")
    return text + " " + _("It did not reach Asana, and what Asana has stays as it is.")


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
