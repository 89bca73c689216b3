"""The sentences about reminders that were sent, or why they were not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.contrib.messages import INFO, SUCCESS, WARNING
from django.utils.translation import gettext_lazy, ngettext

from accounts.asana.records import AsanaUser
from timesheet.reminders.sending import MailResult, Recipient

MAX_NAMES = 12
# Isolate a name, so that one written from right to left does not turn the text around it.
_FSI, _PDI = "\u2068", "\u2069"

_SENTENCES = {
    MailResult.SENT: gettext_lazy("Reminder sent to %(names)s."),
    MailResult.FAILED: gettext_lazy("The email couldn’t be sent. Try again later: %(names)s."),
    MailResult.IN_DOUBT: gettext_lazy(
        "The mail server stopped answering, so the email may have been sent: %(names)s."
    ),
    MailResult.NO_ADDRESS: gettext_lazy("Not reminded, no email address: %(names)s."),
    MailResult.UNSUBSCRIBED: gettext_lazy("Not reminded, unsubscribed from reminders: %(names)s."),
    MailResult.TOO_SOON: gettext_lazy("Already reminded within the last 12 hours: %(names)s."),
    MailResult.SUBMITTED: gettext_lazy("Not reminded, the week is submitted: %(names)s."),
    MailResult.HIDDEN: gettext_lazy(
        "Not reminded, their hours or time off aren’t known: %(names)s."
    ),
    MailResult.NOT_SHORT: gettext_lazy("Not reminded, nothing is missing: %(names)s."),
    MailResult.GONE: gettext_lazy("Not reminded, no longer in the workspace: %(names)s."),
}
_OBSTACLES = {
    MailResult.NO_ADDRESS: gettext_lazy("No email address"),
    MailResult.UNSUBSCRIBED: gettext_lazy("Unsubscribed from reminders"),
    MailResult.TOO_SOON: gettext_lazy("Reminded within the last 12 hours"),
    MailResult.SUBMITTED: gettext_lazy("Week submitted"),
    MailResult.HIDDEN: gettext_lazy("Hours or time off not known"),
    MailResult.NOT_SHORT: gettext_lazy("Nothing missing"),
    MailResult.GONE: gettext_lazy("No longer in the workspace"),
}
_LEVELS = {MailResult.SENT: SUCCESS, MailResult.FAILED: WARNING, MailResult.IN_DOUBT: WARNING}


def remind_results(
    results: Mapping[MailResult, Sequence[AsanaUser]],
) -> Iterator[tuple[int, str]]:
    """Yield the level and the text of a message for each result that people have."""
    for result, sentence in _SENTENCES.items():
        if people := results.get(result):
            yield _LEVELS.get(result, INFO), str(sentence) % {"names": _names(people)}


def obstacle_message(recipient: Recipient) -> str:
    """Say why a person would get no reminder; empty if they would."""
    return str(_OBSTACLES[recipient.obstacle]) if recipient.obstacle else ""


def _names(people: Sequence[AsanaUser]) -> str:
    names = ", ".join(f"{_FSI}{person.name or person.gid}{_PDI}" for person in people[:MAX_NAMES])
    more = len(people) - MAX_NAMES
    if more <= 0:
        return names
    rest = ngettext("%(number)d more", "%(number)d more", more) % {"number": more}
    return f"{names}, {rest}"
