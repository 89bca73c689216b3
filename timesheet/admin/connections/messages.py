"""Messages about actions on a connection, for its person and for admins."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.asana.errors import AsanaError, RateLimited, Unauthorized, Unreachable
from accounts.connections.service import RevokeResult

WORKS = gettext_lazy("The connection works.")
REFRESHED = gettext_lazy("Token refreshed. The connection works.")
CANNOT_RENEW = gettext_lazy(
    "This connection has no token to refresh. When it expires, the person has to sign in again."
)
SWITCHED_OFF = gettext_lazy("This person is deactivated, so we didn’t contact Asana.")
NO_CONNECTION = gettext_lazy("This person isn’t connected.")
NOT_ASKED = gettext_lazy(
    "We didn’t send an email because reconnecting wouldn’t help. Reload the page to see the"
    " current status."
)
NO_ADDRESS = gettext_lazy(
    "We didn’t send an email because Asana doesn’t show this person’s address. Contact them"
    " another way."
)
MAIL_FAILED = gettext_lazy("The email couldn’t be sent. Try again, or check the mail server.")
MAIL_IN_DOUBT = gettext_lazy(
    "The mail server stopped responding, so we don’t know whether the email was sent. Ask "
    "the person before you try again."
)

_REVOKED = {
    "nothing": gettext_lazy("Asana has revoked access, and we’ve deleted the tokens here."),
    "token": gettext_lazy(
        "We’ve deleted the token here, but it still works in Asana until its owner deletes "
        "it in the developer console."
    ),
    "unknown": gettext_lazy(
        "We’ve deleted the tokens here, but Asana didn’t respond. The person may have to "
        "remove this app in Asana too: Settings, Apps."
    ),
}


def failure_message(error: AsanaError) -> str:
    """Say why a connection could not be checked or refreshed."""
    reason = {"words": error.message.rstrip(". ") or _("no details")}
    match error:
        case Unreachable():
            return _("Asana didn’t respond. Try again.")
        case RateLimited():
            return (
                _(
                    "Asana is limiting requests from this connection: “%(words)s”. Try "
                    "again in a minute."
                )
                % reason
            )
        case Unauthorized():
            return (
                _(
                    "Asana no longer accepts this connection: “%(words)s”. The person has "
                    "to sign in again."
                )
                % reason
            )
    return _("Asana returned an error: “%(words)s”. Try again later.") % reason


def revoked_message(left: RevokeResult) -> str:
    """Say that the connection is revoked, and what of it is left at Asana."""
    return f"{_('Revoked.')} {_REVOKED[left]}"


def removed_message(left: RevokeResult, open_edits: int) -> str:
    """Say that the connection is removed, what is left at Asana, and that edits wait."""
    message = f"{_('Removed.')} {_REVOKED[left]}"
    if open_edits:
        message += " " + _("Their unsynced changes will be saved once they reconnect.")
    return message


def asked_message(name: str) -> str:
    """Say that the mail to `name` went out."""
    return _("We’ve emailed %(name)s to ask them to reconnect.") % {"name": name}
