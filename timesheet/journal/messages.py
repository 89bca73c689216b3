"""Why an edit is not in Asana, and what happens to it now."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.asana.errors import AsanaError
from accounts.asana.records import Entry
from accounts.problems import problem_for, quoted
from timesheet.core.formats import show
from timesheet.domain.journal import State

CHECKING_AFTER_RESTORE = gettext_lazy(
    "We’re checking what Asana has before sending anything, because this database was restored."
)
PAUSED = gettext_lazy(
    "Saving to Asana is paused until an admin has checked the restored database. Your change "
    "is kept here."
)
MAY_HAVE_ARRIVED = gettext_lazy(
    "Asana hasn’t shown this yet. We’ll check again before sending it a second time."
)
NOT_A_ROW = gettext_lazy("This task isn’t in your week. Add it, then type the hours again.")
WAITS_FOR_ANOTHER = gettext_lazy("Waiting for the other half of this change.")
OTHER_HALF_FAILED = gettext_lazy(
    "The other half of this change didn’t reach Asana, so this half wasn’t saved either."
)
HALF_SAVED = gettext_lazy(
    "The new entry is saved, but the old one is unchanged. Undo this, or correct the old entry."
)

_WHAT_HAPPENS_NOW = {
    State.QUEUED: gettext_lazy("We’ll keep trying."),
    State.IN_DOUBT: gettext_lazy("We’ll check whether Asana received it, then keep trying."),
    State.RESTORED: gettext_lazy("Your change is kept here until Asana responds and you decide."),
    State.REFUSED: gettext_lazy("Nothing was saved."),
}


def reason(error: AsanaError, state: State) -> str:
    """Return why an edit is in `state` after its write got `error` from Asana, or no answer."""
    # A refused edit is closed; all others are tried again, so the person need not do anything.
    then = None if state is State.REFUSED else ""
    return problem_for(error, undone=str(_WHAT_HAPPENS_NOW[state]), then=then).sentence


def rest_refused(error: AsanaError) -> str:
    """Return why the second half of a change was refused after the first half was saved."""
    first = _("Asana rejected the rest of this change: “%(words)s”.")
    return f"{first % {'words': quoted(error.message)}} {HALF_SAVED}"


def changed_in_asana(entries: Iterable[Entry]) -> str:
    """Return the reason of a conflict; `entries` are what Asana has in the cell now."""
    hours = [show(entry.duration_minutes) for entry in entries]
    if not hours:
        return _("Someone deleted this in Asana. Yours isn’t saved yet.")
    return _("Someone changed this to %(now)s in Asana. Yours isn’t saved yet.") % {
        "now": " + ".join(hours)
    }


def discarded_by_admin(by: str, why: str, *, in_doubt: bool) -> str:
    """Return what people read about an edit of theirs that an admin discarded.

    `by` is the admin's name and `why` what the admin gave as the reason.
    """
    quoted = {"name": by, "why": why.rstrip(". ")}
    text = _("%(name)s, an admin, discarded this: “%(why)s”.") % quoted
    if in_doubt:
        return text + " " + _("It may have reached Asana anyway, so check there first.")
    return text + " " + _("It didn’t reach Asana, and nothing changed there.")


def restored(entries: Iterable[Entry]) -> str:
    """Return why the person has to decide about an edit of a restored backup.

    `entries` are what Asana has in the cell now.
    """
    hours = [show(entry.duration_minutes) for entry in entries]
    if not hours:
        return _(
            "This change comes from a restored backup. Asana has no hours here. Do you still "
            "want it?"
        )
    return _(
        "This change comes from a restored backup. Asana has %(now)s here, perhaps because of "
        "it. Do you still want it?"
    ) % {"now": " + ".join(hours)}
