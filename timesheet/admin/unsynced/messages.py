"""Messages of the admins' page of open edits: why edits are open, and what an action did."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from timesheet.admin.unsynced.actions import EditResult
from timesheet.admin.unsynced.listing import OpenReason
from timesheet.models import Edit

TITLES = {
    OpenReason.GIVEN_UP: gettext_lazy("Not tried any more by itself"),
    OpenReason.RECONNECT: gettext_lazy("Waits until its person connects to Asana"),
    OpenReason.SWITCHED_OFF: gettext_lazy("Of people who are switched off here"),
    OpenReason.CONFLICT: gettext_lazy("Changed in Asana too"),
    OpenReason.RESTORED: gettext_lazy("Checking after a restore"),
    OpenReason.BLOCKED: gettext_lazy("Asana does not let this app in"),
    OpenReason.TROUBLE: gettext_lazy("Asana answers with an error of its own"),
    OpenReason.SLOW: gettext_lazy("Asana asks us to slow down"),
    OpenReason.AWAY: gettext_lazy("Asana does not answer"),
    OpenReason.IN_DOUBT: gettext_lazy("May have reached Asana"),
    OpenReason.OTHER_HALF: gettext_lazy("Waits for its other half"),
    OpenReason.UNDER_WAY: gettext_lazy("On its way"),
    OpenReason.NOT_IN_PLAN: gettext_lazy("Refused: not in the Asana plan"),
    OpenReason.NOT_ALLOWED: gettext_lazy("Refused: not allowed in Asana"),
    OpenReason.NOT_FOUND: gettext_lazy("Refused: not found in Asana"),
    OpenReason.NOT_TAKEN: gettext_lazy("Refused by Asana"),
    OpenReason.NOT_SENT: gettext_lazy("Refused here"),
}

_UNREAD = gettext_lazy(
    "Nothing was saved, and there is nothing to do here: it stays in its person’s week until they "
    "have read why."
)
_BY_ITSELF = gettext_lazy("It is tried again by itself. Retry has it tried at once.")

HINTS = {
    OpenReason.GIVEN_UP: gettext_lazy(
        "Asana did not take it in all the attempts that are made, for some six hours. Retry has it "
        "tried once more."
    ),
    OpenReason.RECONNECT: gettext_lazy(
        "Asana takes hours from their own person only, and this person’s connection does not work. "
        "It is sent once they have connected again."
    ),
    OpenReason.SWITCHED_OFF: gettext_lazy(
        "Nothing is sent in their name. Switch them on again, or discard what is not wanted any "
        "more."
    ),
    OpenReason.CONFLICT: gettext_lazy(
        "Asana has something else than its person saw, so nothing was written. They choose between "
        "the two; nobody can do that for them."
    ),
    OpenReason.RESTORED: gettext_lazy(
        "It was open in the backup that was restored. Nothing is sent before its person has "
        "compared it with what Asana has."
    ),
    OpenReason.BLOCKED: gettext_lazy(
        "The connection works, but Asana refuses it in this workspace: perhaps an Asana admin has "
        "blocked this app. It is tried again by itself."
    ),
    OpenReason.TROUBLE: _BY_ITSELF,
    OpenReason.SLOW: _BY_ITSELF,
    OpenReason.AWAY: _BY_ITSELF,
    OpenReason.IN_DOUBT: gettext_lazy(
        "It was sent, and no answer told what came of it. That is looked up first, by itself, and "
        "nothing is written twice."
    ),
    OpenReason.OTHER_HALF: gettext_lazy(
        "Moving or splitting hours is two writes, and the second waits for the first."
    ),
    OpenReason.UNDER_WAY: gettext_lazy("It was written down just now, and is about to be sent."),
    OpenReason.NOT_IN_PLAN: _UNREAD,
    OpenReason.NOT_ALLOWED: _UNREAD,
    OpenReason.NOT_FOUND: _UNREAD,
    OpenReason.NOT_TAKEN: _UNREAD,
    OpenReason.NOT_SENT: _UNREAD,
}

# What an action did to one person's edits, the results that did something first.
_RESULTS = {
    EditResult.TRIED: ngettext_lazy(
        "%(n)d is being tried again", "%(n)d are being tried again", "n"
    ),
    EditResult.LATER: ngettext_lazy(
        "%(n)d is tried as soon as they connect to Asana again",
        "%(n)d are tried as soon as they connect to Asana again",
        "n",
    ),
    EditResult.DISCARDED: ngettext_lazy("%(n)d discarded", "%(n)d discarded", "n"),
    EditResult.PERHAPS_ARRIVED: ngettext_lazy(
        "%(n)d discarded that may have reached Asana all the same",
        "%(n)d discarded that may have reached Asana all the same",
        "n",
    ),
    EditResult.ON_ITS_WAY: ngettext_lazy(
        "%(n)d is on its way at this moment and stayed",
        "%(n)d are on their way at this moment and stayed",
        "n",
    ),
    EditResult.OTHER_HALF: ngettext_lazy(
        "%(n)d stayed because its other half is on its way",
        "%(n)d stayed because their other halves are on their way",
        "n",
    ),
    EditResult.CONFLICT: ngettext_lazy(
        "%(n)d waits for them to choose between Asana’s hours and their own",
        "%(n)d wait for them to choose between Asana’s hours and their own",
        "n",
    ),
    EditResult.SWITCHED_OFF: ngettext_lazy(
        "%(n)d stays because they are switched off here",
        "%(n)d stay because they are switched off here",
        "n",
    ),
    EditResult.REFUSED: ngettext_lazy(
        "%(n)d was refused, and only has to be read by them",
        "%(n)d were refused, and only have to be read by them",
        "n",
    ),
    EditResult.SETTLED: ngettext_lazy(
        "%(n)d was settled in the meantime", "%(n)d were settled in the meantime", "n"
    ),
}

NO_REASON = gettext_lazy("Say why: their people are told. Nothing was discarded.")
NOTHING_CHOSEN = gettext_lazy("No edits were chosen. Nothing was changed: go back and choose some.")


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
        "%(number)d of the chosen is not open in this workspace any more: nothing was done about "
        "it.",
        "%(number)d of the chosen are not open in this workspace any more: nothing was done about "
        "them.",
        number,
    ) % {"number": number}


def last_answer(edit: Edit) -> str:
    """Say what Asana answered to the last attempt; empty before the first one."""
    if not edit.attempts:
        return ""
    if edit.asana_status is None:
        return _("no answer")
    return _("Asana answered %(status)d") % {"status": edit.asana_status}
