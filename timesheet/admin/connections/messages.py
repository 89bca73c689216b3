"""Messages about actions on a connection, for its person and for admins."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.asana.errors import AsanaError, RateLimited, Unauthorized, Unreachable
from accounts.connections.service import RevokeResult

WORKS = gettext_lazy("Asana answered: the connection works.")
REFRESHED = gettext_lazy("The token was refreshed: the connection works.")
CANNOT_RENEW = gettext_lazy(
    "This connection has no token that could be refreshed. Nothing was changed. Once it ends, it "
    "has to be made again, by signing in."
)
SWITCHED_OFF = gettext_lazy(
    "This person was switched off here, so Asana was asked nothing in their name. Nothing was "
    "changed."
)
NO_CONNECTION = gettext_lazy("This person is not connected. Nothing was changed.")
NOT_ASKED = gettext_lazy(
    "Nobody was asked: connecting again would mend nothing now. Reload the page to see how the "
    "connection stands."
)
NO_ADDRESS = gettext_lazy(
    "Nobody was asked: Asana shows no address of this person. Tell them another way."
)
MAIL_FAILED = gettext_lazy(
    "The mail could not be sent, so nobody was asked. Try again, or tell whoever runs this "
    "timesheet that its mail server does not work."
)
MAIL_IN_DOUBT = gettext_lazy(
    "The mail server fell silent, so the mail may have been sent or not. Ask the person before you "
    "try again."
)

_REVOKED = {
    "nothing": gettext_lazy("Asana has ended the permission, and the tokens here are deleted."),
    "token": gettext_lazy(
        "The token is deleted here, but stays good in Asana until its owner deletes it there, in "
        "the developer console."
    ),
    "unknown": gettext_lazy(
        "The tokens here are deleted, but Asana did not answer: the permission may stand there "
        "until its person takes it back, in their Asana settings under Apps."
    ),
}


def failure_message(error: AsanaError) -> str:
    """Say why a connection could not be checked or refreshed."""
    reason = {"words": error.message.rstrip(". ") or _("no reason given")}
    match error:
        case Unreachable():
            return _("Asana did not answer, so nothing is known. Nothing was changed. Try again.")
        case RateLimited():
            return (
                _(
                    "Asana takes no more requests of this connection for now: “%(words)s”. Nothing "
                    "was changed. Try again in a minute."
                )
                % reason
            )
        case Unauthorized():
            return (
                _(
                    "Asana does not accept this connection: “%(words)s”. It has to be made "
                    "again, by signing in."
                )
                % reason
            )
    return _("Asana said: “%(words)s”. Nothing was changed. Try again later.") % reason


def revoked_message(left: RevokeResult) -> str:
    """Say that the connection is revoked, and what of it is left at Asana."""
    return f"{_('Revoked.')} {_REVOKED[left]}"


def removed_message(left: RevokeResult, open_edits: int) -> str:
    """Say that the connection is removed, what is left at Asana, and that edits wait."""
    message = f"{_('Removed.')} {_REVOKED[left]}"
    if open_edits:
        message += " " + _(
            "The open edits are still here and wait until their person connects again."
        )
    return message


def asked_message(name: str) -> str:
    """Say that the mail to `name` went out."""
    return _("%(name)s was asked by mail to connect again.") % {"name": name}
