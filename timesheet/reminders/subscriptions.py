"""Who gets which emails: people unsubscribe by a link in an email, or in their preferences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.core import signing

from timesheet.models import MailKind, Unsubscribed

_SIGNER = signing.Signer(salt="timesheet.subscriptions")
# Stands for all workspaces.
EVERYWHERE = ""


class InvalidLink(Exception):
    """The token of a link was not created here, or is incomplete."""


@dataclass(frozen=True)
class Subscription:
    """The emails of a kind to one person from one workspace."""

    # Gids.
    person: str
    workspace: str
    kind: MailKind

    @property
    def token(self) -> str:
        """The signed token of the links in emails. It never expires, because people keep emails."""
        return _SIGNER.sign_object([self.person, self.workspace, self.kind.value])

    @classmethod
    def read(cls, token: str) -> Self:
        """Parse a token. Raises `InvalidLink`."""
        try:
            person, workspace, kind = _SIGNER.unsign_object(token)
            return cls(person, workspace, MailKind(kind))
        except (signing.BadSignature, ValueError) as error:
            raise InvalidLink from error

    @property
    def is_wanted(self) -> bool:
        """Whether the person has unsubscribed neither from the workspace nor from all."""
        workspaces = (self.workspace, EVERYWHERE)
        return not Unsubscribed.objects.filter(
            person_gid=self.person, workspace_gid__in=workspaces, kind=self.kind
        ).exists()

    def end(self) -> None:
        """Unsubscribe the person."""
        Unsubscribed.objects.get_or_create(
            person_gid=self.person, workspace_gid=self.workspace, kind=self.kind
        )

    def resume(self) -> None:
        """Subscribe the person again, also if they had unsubscribed from all workspaces."""
        Unsubscribed.objects.filter(
            person_gid=self.person, workspace_gid__in=(self.workspace, EVERYWHERE), kind=self.kind
        ).delete()


def wants_emails(person: str, kind: MailKind) -> bool:
    """Return whether the person with the gid `person` gets a kind of email from all workspaces."""
    return not Unsubscribed.objects.filter(person_gid=person, kind=kind).exists()


def set_wants_emails(person: str, kind: MailKind, *, enabled: bool) -> None:
    """Subscribe a person to a kind of email from all workspaces, or unsubscribe them."""
    if enabled:
        Unsubscribed.objects.filter(person_gid=person, kind=kind).delete()
    else:
        Subscription(person, EVERYWHERE, kind).end()
