"""Messages of the admins' page of open edits: why edits are open, and what an action did."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from timesheet.admin.unsynced.actions import EditResult
from timesheet.admin.unsynced.listing import OpenReason
from timesheet.models import Edit

TITLES = {
    OpenReason.GIVEN_UP: gettext_lazy("No more automatic retries"),
    OpenReason.RECONNECT: gettext_lazy("Waiting for the person to reconnect"),
    OpenReason.SWITCHED_OFF: gettext_lazy("Waiting for a deactivated person"),
    OpenReason.CONFLICT: gettext_lazy("Conflict"),
    OpenReason.RESTORED: gettext_lazy("Needs review after a restore"),
    OpenReason.BLOCKED: gettext_lazy("Blocked by Asana admin"),
    OpenReason.TROUBLE: gettext_lazy("Asana server error"),
    OpenReason.SLOW: gettext_lazy("Rate limited by Asana"),
    OpenReason.AWAY: gettext_lazy("Asana isn’t responding"),
    OpenReason.IN_DOUBT: gettext_lazy("Checking"),
    OpenReason.OTHER_HALF: gettext_lazy("Waiting for its other half"),
    OpenReason.UNDER_WAY: gettext_lazy("Saving"),
    OpenReason.NOT_IN_PLAN: gettext_lazy("Not saved: not included in the Asana plan"),
    OpenReason.NOT_ALLOWED: gettext_lazy("Not saved: not allowed in Asana"),
    OpenReason.NOT_FOUND: gettext_lazy("Not saved: not found in Asana"),
    OpenReason.NOT_TAKEN: gettext_lazy("Not saved: rejected by Asana"),
    OpenReason.NOT_SENT: gettext_lazy("Not saved: not allowed by the rules"),
}

_UNREAD = gettext_lazy(
    "This change wasn’t saved. It stays in the person’s week with the reason until they "
    "dismiss it. You don’t need to do anything."
)
_BY_ITSELF = gettext_lazy("We’ll retry automatically. Use Retry to try now.")

HINTS = {
    OpenReason.GIVEN_UP: gettext_lazy(
        "Asana didn’t accept this change after about six hours of retries. Use Retry to try again."
    ),
    OpenReason.RECONNECT: gettext_lazy(
        "We save hours with each person’s own connection, and this person’s isn’t working. "
        "We’ll save the change once they reconnect."
    ),
    OpenReason.SWITCHED_OFF: gettext_lazy(
        "We don’t save changes for deactivated people. Reactivate the person or discard the change."
    ),
    OpenReason.CONFLICT: gettext_lazy(
        "The hours were also changed in Asana, so this change isn’t saved yet. Only the "
        "person can choose which to keep."
    ),
    OpenReason.RESTORED: gettext_lazy(
        "This change comes from the restored backup. We’ll save it once the person has "
        "compared it with Asana."
    ),
    OpenReason.BLOCKED: gettext_lazy(
        "The connection works, but Asana doesn’t allow it in this workspace. An Asana admin"
        " may have blocked this app. We’ll retry automatically."
    ),
    OpenReason.TROUBLE: _BY_ITSELF,
    OpenReason.SLOW: _BY_ITSELF,
    OpenReason.AWAY: _BY_ITSELF,
    OpenReason.IN_DOUBT: gettext_lazy(
        "We sent this change, but Asana didn’t confirm it. We’re checking whether Asana "
        "received it, so it’s never saved twice."
    ),
    OpenReason.OTHER_HALF: gettext_lazy(
        "Moving or splitting hours takes two changes. The second waits for the first."
    ),
    OpenReason.UNDER_WAY: gettext_lazy("We’re about to send this change to Asana."),
    OpenReason.NOT_IN_PLAN: _UNREAD,
    OpenReason.NOT_ALLOWED: _UNREAD,
    OpenReason.NOT_FOUND: _UNREAD,
    OpenReason.NOT_TAKEN: _UNREAD,
    OpenReason.NOT_SENT: _UNREAD,
}

# What an action did to one person's edits, the results that did something first.
_RESULTS = {
    EditResult.TRIED: ngettext_lazy("%(n)d being retried", "%(n)d being retried", "n"),
    EditResult.LATER: ngettext_lazy(
        "%(n)d will be saved once they reconnect to Asana",
        "%(n)d will be saved once they reconnect to Asana",
        "n",
    ),
    EditResult.DISCARDED: ngettext_lazy("%(n)d discarded", "%(n)d discarded", "n"),
    EditResult.PERHAPS_ARRIVED: ngettext_lazy(
        "%(n)d discarded that may have reached Asana already",
        "%(n)d discarded that may have reached Asana already",
        "n",
    ),
    EditResult.ON_ITS_WAY: ngettext_lazy(
        "%(n)d not changed because it’s being saved right now",
        "%(n)d not changed because they’re being saved right now",
        "n",
    ),
    EditResult.OTHER_HALF: ngettext_lazy(
        "%(n)d not changed because its other half is being saved",
        "%(n)d not changed because their other halves are being saved",
        "n",
    ),
    EditResult.CONFLICT: ngettext_lazy(
        "%(n)d conflict for them to resolve",
        "%(n)d conflicts for them to resolve",
        "n",
    ),
    EditResult.SWITCHED_OFF: ngettext_lazy(
        "%(n)d not changed because the person is deactivated",
        "%(n)d not changed because the person is deactivated",
        "n",
    ),
    EditResult.REFUSED: ngettext_lazy(
        "%(n)d not saved, for them to dismiss",
        "%(n)d not saved, for them to dismiss",
        "n",
    ),
    EditResult.SETTLED: ngettext_lazy(
        "%(n)d resolved in the meantime", "%(n)d resolved in the meantime", "n"
    ),
}

NO_REASON = gettext_lazy("Enter a reason. The people affected will see it.")


def result_message(results: Mapping[EditResult, int]) -> str:
    """Say how many edits had which result; empty if there are none."""
    return ", ".join(
        str(phrase % {"n": results[result]})
        for result, phrase in _RESULTS.items()
        if results.get(result)
    )


def gone_message(number: int) -> str:
    """Say that `number` selected edits are not open in the workspace any more."""
    return ngettext(
        "%(number)d of the selected changes is no longer unsynced.",
        "%(number)d of the selected changes are no longer unsynced.",
        number,
    ) % {"number": number}


def last_answer(edit: Edit) -> str:
    """Say what Asana answered to the last attempt; empty before the first one."""
    if not edit.attempts:
        return ""
    if edit.asana_status is None:
        return _("no response")
    return _("HTTP %(status)d from Asana") % {"status": edit.asana_status}
