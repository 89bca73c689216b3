"""The sentences about reminders that were sent, or why they were not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.contrib.messages import INFO, SUCCESS, WARNING
from django.utils.translation import gettext_lazy, ngettext

from accounts.asana.records import AsanaUser
from timesheet.reminders.sending import MailResult

MAX_NAMES = 12
# Isolate a name, so that one written from right to left does not turn the text around it.
_FSI, _PDI = "\u2068", "\u2069"

_SENTENCES = {
    MailResult.SENT: gettext_lazy("Reminded by mail: %(names)s."),
    MailResult.FAILED: gettext_lazy("The mail could not be sent, try again later: %(names)s."),
    MailResult.IN_DOUBT: gettext_lazy(
        "The mail server fell silent, so it may have been sent; not again: %(names)s."
    ),
    MailResult.NO_ADDRESS: gettext_lazy("Not reminded, no mail address is known: %(names)s."),
    MailResult.UNSUBSCRIBED: gettext_lazy("Not reminded, wants no reminders: %(names)s."),
    MailResult.TOO_SOON: gettext_lazy("Not again, reminded less than 12 hours ago: %(names)s."),
    MailResult.SUBMITTED: gettext_lazy("Not reminded, the week is submitted already: %(names)s."),
    MailResult.HIDDEN: gettext_lazy(
        "Not reminded, Asana does not tell you enough about their hours: %(names)s."
    ),
    MailResult.NOT_SHORT: gettext_lazy("Not reminded, nothing is missing by now: %(names)s."),
    MailResult.GONE: gettext_lazy("Not reminded, no longer in the workspace: %(names)s."),
}
_LEVELS = {MailResult.SENT: SUCCESS, MailResult.FAILED: WARNING, MailResult.IN_DOUBT: WARNING}


def remind_results(
    results: Mapping[MailResult, Sequence[AsanaUser]],
) -> Iterator[tuple[int, str]]:
    """Yield the level and the text of a message for each result that people have."""
    for result, sentence in _SENTENCES.items():
        if people := results.get(result):
            yield _LEVELS.get(result, INFO), str(sentence) % {"names": _names(people)}


def _names(people: Sequence[AsanaUser]) -> str:
    names = ", ".join(f"{_FSI}{person.name or person.gid}{_PDI}" for person in people[:MAX_NAMES])
    more = len(people) - MAX_NAMES
    if more <= 0:
        return names
    rest = ngettext("%(number)d more", "%(number)d more", more) % {"number": more}
    return f"{names}, {rest}"
