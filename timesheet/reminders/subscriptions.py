"""Who wants no mails: by the link in a mail, or by their preferences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.core import signing

from timesheet.models import MailKind, Unsubscribed

_SIGNER = signing.Signer(salt="timesheet.subscriptions")
EVERYWHERE = ""


class InvalidLink(Exception):
    """The link was not made here, or is not whole."""


@dataclass(frozen=True)
class Subscription:
    """The mails of a kind to one person from one workspace."""

    person: str
    workspace: str
    kind: MailKind

    @property
    def token(self) -> str:
        """For the links of mails: good for ever, because mails are kept."""
        return _SIGNER.sign_object([self.person, self.workspace, self.kind.value])

    @classmethod
    def read(cls, token: str) -> Self:
        """Raises `NotOurs`."""
        try:
            person, workspace, kind = _SIGNER.unsign_object(token)
            return cls(person, workspace, MailKind(kind))
        except (signing.BadSignature, ValueError) as error:
            raise InvalidLink from error

    @property
    def is_wanted(self) -> bool:
        places = (self.workspace, EVERYWHERE)
        return not Unsubscribed.objects.filter(
            person_gid=self.person, workspace_gid__in=places, kind=self.kind
        ).exists()

    def end(self) -> None:
        Unsubscribed.objects.get_or_create(
            person_gid=self.person, workspace_gid=self.workspace, kind=self.kind
        )

    def resume(self) -> None:
        """From everywhere, if it was ended so."""
        Unsubscribed.objects.filter(
            person_gid=self.person, workspace_gid__in=(self.workspace, EVERYWHERE), kind=self.kind
        ).delete()


def wants_reminders(person: str) -> bool:
    """Whether somebody has ended no reminders, nowhere."""
    return not Unsubscribed.objects.filter(person_gid=person, kind=MailKind.SHORT).exists()


def set_wants_reminders(person: str, *, wanted: bool) -> None:
    """For all workspaces."""
    if wanted:
        Unsubscribed.objects.filter(person_gid=person, kind=MailKind.SHORT).delete()
    else:
        Subscription(person, EVERYWHERE, MailKind.SHORT).end()
