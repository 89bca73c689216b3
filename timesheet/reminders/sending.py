"""Sending reminders and digests: who gets them, and that nobody gets one twice."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts import audit
from accounts.asana.client import Client
from accounts.asana.records import AsanaUser
from accounts.audit import PersonRef
from accounts.models import Action, User
from accounts.workspaces import membership
from timesheet.domain.approval import Status
from timesheet.domain.team_week import NOT_AGAIN_WITHIN, PersonWeek
from timesheet.domain.week import Week
from timesheet.models import SentReminder
from timesheet.reminders.mail_messages import Digest, Message, Reminder
from timesheet.team import loading
from timesheet.team.loading import Viewer

logger = logging.getLogger(__name__)

# A large team is loaded in several steps; no more than these follow the first.
MAX_LOADS = 50


class NotSent(Exception):
    """The email was not sent."""


class MaybeSent(Exception):
    """Nobody knows whether the email was sent."""


class NotYourPeople(Exception):
    """No email was sent, because somebody on the list is not one of the viewer's people."""


class MailResult(StrEnum):
    """What became of an email to a person."""

    SENT = "sent"
    TOO_SOON = "too_soon"
    UNSUBSCRIBED = "unsubscribed"
    NO_ADDRESS = "no_address"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    SUBMITTED = "submitted"
    HIDDEN = "hidden"
    NOT_SHORT = "not_short"
    GONE = "gone"


# Sends a message. Raises `NotSent`, `MaybeSent`.
MessageSender = Callable[[Message], None]


def remind(
    asana: Client, viewer: Viewer, week: Week, gids: Collection[str], *, send_message: MessageSender
) -> dict[MailResult, list[AsanaUser]]:
    """Remind those of the viewer's people with the gids `gids` who have missing hours.

    Returns the people by result, and records in the audit log whom it reminded. Raises
    `NotYourPeople`, `AsanaError`.
    """
    results: dict[MailResult, list[AsanaUser]] = {}
    for recipient in recipients(asana, viewer, week, gids):
        result = recipient.obstacle
        if result is None and recipient.person_week is not None:
            message = reminder(recipient.person_week, viewer, week, by=viewer.user)
            before = viewer.now - NOT_AGAIN_WITHIN
            result = send(message, viewer.now, before=before, send_message=send_message)
            if result in (MailResult.SENT, MailResult.IN_DOUBT):
                _record_reminder(viewer, week, recipient.person)
        results.setdefault(result or MailResult.GONE, []).append(recipient.person)
    return results


@dataclass(frozen=True)
class Recipient:
    """A person who is to be reminded, and why they get no email, if they get none."""

    person: AsanaUser
    # None for people who left the workspace or are switched off here.
    person_week: PersonWeek | None
    obstacle: MailResult | None

    @property
    def missing(self) -> int:
        """Minutes that the email would name."""
        return self.person_week.missing if self.person_week else 0


def recipients(asana: Client, viewer: Viewer, week: Week, gids: Collection[str]) -> list[Recipient]:
    """Return who of the viewer's people with these gids gets a reminder, and why others do not.

    Raises `NotYourPeople`, `AsanaError`.
    """
    people = {person.gid: person for person in loading.people_of(asana, viewer)}
    if not all(gid in people and viewer.membership.can_approve(gid) for gid in gids):
        raise NotYourPeople
    weeks = {
        person_week.person.gid: person_week for person_week in load_people(asana, viewer, week)
    }
    found = []
    for gid in dict.fromkeys(gids):
        person_week = weeks.get(gid)
        if person_week is None:
            found.append(Recipient(people[gid], None, MailResult.GONE))
        else:
            obstacle = _reason_not_to_remind(person_week) or _obstacle(person_week, viewer, week)
            found.append(Recipient(person_week.person, person_week, obstacle))
    return found


def short_people(asana: Client, viewer: Viewer, week: Week) -> list[str]:
    """Return the gids of those with missing hours, the most missing first. Raises `AsanaError`."""
    return [person_week.person.gid for person_week in loading.load(asana, viewer, week).short]


def load_people(asana: Client, viewer: Viewer, week: Week) -> tuple[PersonWeek, ...]:
    """Read the weeks of the viewer's people from Asana, with the addresses to write to.

    People who left the workspace or are switched off here are left out. Raises `AsanaError`.
    """
    members = {
        member.gid: member
        for member in membership.directory(asana, viewer.user, viewer.membership.workspace)
    }
    team = loading.load(asana, viewer, week, fresh=True)
    for _load in range(MAX_LOADS):
        if not team.behind:
            break
        before, team = team.left, loading.load(asana, viewer, week, fresh=True)
        if team.left >= before:
            break
    if team.problem is not None:
        raise team.problem
    gids = [person_week.person.gid for person_week in team.people]
    users = {user.gid: user for user in User.objects.filter(gid__in=gids)}
    return tuple(
        replace(
            person_week,
            person=_with_address(members[person_week.person.gid], person_week.person, users),
        )
        for person_week in team.people
        if person_week.person.gid in members and _is_active(users, person_week.person.gid)
    )


def reminder(
    person_week: PersonWeek, viewer: Viewer, week: Week, *, by: User | None = None
) -> Reminder:
    """Return the reminder for a person, sent `by` a manager or, without one, by the schedule."""
    return Reminder(
        to=person_week.person,
        workspace=viewer.membership.workspace,
        week=week,
        person_week=person_week,
        today=viewer.today,
        by=by,
    )


def digest(to: AsanaUser, viewer: Viewer, week: Week, people: Iterable[PersonWeek]) -> Digest:
    """Return the digest for a manager about the weeks of their people."""
    weeks = tuple(people)
    return Digest(
        to=to,
        workspace=viewer.membership.workspace,
        week=week,
        account=viewer.reader.account,
        short=tuple(person_week for person_week in weeks if person_week.is_short),
        waiting=tuple(
            person_week for person_week in weeks if person_week.status is Status.SUBMITTED
        ),
        hidden=tuple(person_week for person_week in weeks if person_week.hidden),
    )


def send(
    message: Message, now: datetime, *, before: datetime, send_message: MessageSender
) -> MailResult:
    """Send a message, unless the person got one of its kind about the week after `before`."""
    if not is_address(message.to.email):
        return MailResult.NO_ADDRESS
    if not message.subscription.is_wanted:
        return MailResult.UNSUBSCRIBED
    claim = _claim(message, now, before)
    if claim is None:
        return MailResult.TOO_SOON
    email = (message.kind, message.week, message.to.gid)
    try:
        send_message(message)
    except NotSent as error:
        logger.warning("%s %s to %s not sent: %s", *email, error)
        SentReminder.objects.filter(pk=claim.pk, at=now).delete()
        return MailResult.FAILED
    except MaybeSent as error:
        # Rather no email than the same one twice.
        logger.warning("%s %s to %s in doubt: %s", *email, error)
        return MailResult.IN_DOUBT
    return MailResult.SENT


def is_address(text: str | None) -> bool:
    """Return whether an email can be addressed to `text`.

    An invalid address would also stop the emails to everybody after it.
    """
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _claim(message: Message, now: datetime, before: datetime) -> SentReminder | None:
    """Record that the message is sent now; return None if another one was, after `before`."""
    with transaction.atomic():
        row, created = SentReminder.objects.get_or_create(
            workspace_gid=message.workspace,
            week=str(message.week),
            person_gid=message.to.gid,
            kind=message.kind,
            defaults={"at": now},
        )
        if created or SentReminder.objects.filter(pk=row.pk, at__lte=before).update(at=now):
            return row
    return None


def _obstacle(person_week: PersonWeek, viewer: Viewer, week: Week) -> MailResult | None:
    """Return why an email to a person would not be sent; None if it would."""
    message = reminder(person_week, viewer, week, by=viewer.user)
    if not is_address(message.to.email):
        return MailResult.NO_ADDRESS
    if not message.subscription.is_wanted:
        return MailResult.UNSUBSCRIBED
    return MailResult.TOO_SOON if person_week.is_just_reminded(viewer.now) else None


def _record_reminder(viewer: Viewer, week: Week, person: AsanaUser) -> None:
    audit.record(
        Action.REMINDED,
        viewer.user,
        workspace=viewer.membership.workspace,
        to=PersonRef(person.gid, person.name),
        after={"week": str(week)},
    )


def _reason_not_to_remind(person_week: PersonWeek) -> MailResult | None:
    """Return why a person gets no reminder; None if hours are missing for certain."""
    if person_week.is_short:
        return None
    if not person_week.is_known:
        return MailResult.HIDDEN
    return MailResult.SUBMITTED if person_week.status.locks else MailResult.NOT_SHORT


def _with_address(member: AsanaUser, person: AsanaUser, users: dict[str, User]) -> AsanaUser:
    """Return the person with the newest name and address that are known."""
    stored = users[member.gid].email if member.gid in users else ""
    return AsanaUser(member.gid, member.name or person.name, member.email or person.email or stored)


def _is_active(users: dict[str, User], gid: str) -> bool:
    """Return whether a person is not switched off here; they may never have signed in."""
    return gid not in users or users[gid].is_active
