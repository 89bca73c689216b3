"""What the timesheet mails to people, before it becomes text."""

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
    """A mail about a week in a workspace; `kind` says which."""

    to: AsanaUser
    workspace: str
    week: Week
    kind: ClassVar[MailKind]

    @property
    def subscription(self) -> Subscription:
        return Subscription(self.to.gid, self.workspace, self.kind)


@dataclass(frozen=True, kw_only=True)
class Reminder(Message):
    """To somebody who is short, on this day; `by` who asks for it, where that is a person."""

    looked: PersonWeek
    today: date
    by: User | None = None
    kind = MailKind.SHORT

    @property
    def missing_days(self) -> tuple[Day, ...]:
        """The days that are over and have less than was wanted."""
        return tuple(one for one in self.looked.days if one.day < self.today and one.total.missing)


@dataclass(frozen=True, kw_only=True)
class Digest(Message):
    """To a manager: who is short, whose week waits for approval, and of whom nothing is known.
    `account` is whose reporting connection that was read with, empty where it was their own."""

    account: str = ""
    short: tuple[PersonWeek, ...] = ()
    waiting: tuple[PersonWeek, ...] = ()
    hidden: tuple[PersonWeek, ...] = ()
    kind = MailKind.DIGEST


@dataclass(frozen=True, kw_only=True)
class ReconnectRequest:
    """A mail that asks somebody to connect again, because an admin of the workspace wants it.
    `state` is that of the connection, `open_edits` how many of their edits wait for it."""

    to: AsanaUser
    by: User
    state: str
    open_edits: int
    workspace: str
