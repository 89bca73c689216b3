"""The emails that the timesheet sends, before they become text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from accounts.asana.records import AsanaUser
from accounts.models import User
from timesheet.domain.grid import Day
from timesheet.domain.team_week import PersonWeek
from timesheet.domain.week import Week
from timesheet.models import MailKind
from timesheet.reminders.subscriptions import Subscription


@dataclass(frozen=True, kw_only=True)
class Message:
    """An email about a week in a workspace, which people can unsubscribe from."""

    to: AsanaUser
    # The workspace's gid.
    workspace: str
    week: Week
    kind: ClassVar[MailKind]

    @property
    def subscription(self) -> Subscription:
        """The recipient's subscription to this kind of email."""
        return Subscription(self.to.gid, self.workspace, self.kind)


@dataclass(frozen=True, kw_only=True)
class Reminder(Message):
    """An email to a person with missing hours."""

    person_week: PersonWeek
    # In the time zone of the manager who sends it, or of the workspace.
    today: date
    # The manager who sends it; None for a scheduled reminder.
    by: User | None = None
    kind = MailKind.SHORT

    @property
    def missing_days(self) -> tuple[Day, ...]:
        """The days that are over and have less than their target."""
        return tuple(
            day for day in self.person_week.days if day.day < self.today and day.total.missing
        )


@dataclass(frozen=True, kw_only=True)
class Digest(Message):
    """An email to a manager about their people's week."""

    # The account of the reporting connection that read the hours; empty for the manager's own.
    account: str = ""
    # People with missing hours.
    short: tuple[PersonWeek, ...] = ()
    # People whose week waits for approval.
    waiting: tuple[PersonWeek, ...] = ()
    # People whose hours Asana does not show.
    hidden: tuple[PersonWeek, ...] = ()
    kind = MailKind.DIGEST


@dataclass(frozen=True, kw_only=True)
class SentBack(Message):
    """An email to a person whose week was sent back."""

    # Why, and who did it; empty and None where that is not known here.
    reason: str = ""
    by_name: str = ""
    by: User | None = None
    kind = MailKind.SENT_BACK


@dataclass(frozen=True, kw_only=True)
class Approved(Message):
    """An email to a person whose week was approved."""

    by_name: str = ""
    by: User | None = None
    kind = MailKind.APPROVED


@dataclass(frozen=True)
class SubmittedWeek:
    """A week that was submitted, by whom, and what they wrote with it."""

    name: str
    week: Week
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class Submitted(Message):
    """An email about the weeks that were submitted to a manager since the last one.

    Its `week` is that in which it is due; the weeks that it is about are `submitted`, the oldest
    first.
    """

    submitted: tuple[SubmittedWeek, ...]
    kind = MailKind.SUBMITTED

    @property
    def latest(self) -> Week:
        """The latest week that was submitted."""
        return self.submitted[-1].week


@dataclass(frozen=True, kw_only=True)
class ReconnectRequest:
    """An email in which an admin asks a person to reconnect to Asana."""

    to: AsanaUser
    by: User
    # Of the connection; a value of `ConnectionState`.
    state: str
    # Number of the person's edits that wait for the connection.
    open_edits: int
    workspace: str
