"""Mailing people whose hours are missing: who is short, who is written to, and nobody twice."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.asana.client import Client
from accounts.asana.records import AsanaUser
from accounts.models import User
from accounts.workspaces import membership
from timesheet.domain.approval import Status
from timesheet.domain.team_week import PersonWeek
from timesheet.domain.week import Week
from timesheet.models import SentReminder
from timesheet.reminders.letters import Digest, Message, Reminder
from timesheet.team import loading
from timesheet.team.loading import Viewer

logger = logging.getLogger(__name__)

# Nobody is mailed about the same week twice in this time.
NOT_AGAIN_WITHIN = timedelta(hours=12)
# A large team is read in so many turns at the most.
MAX_LOADS = 5


class NotSent(Exception):
    """The mail did not leave."""


class MaybeSent(Exception):
    """The mail may have left: nobody knows."""


class NotYourPeople(Exception):
    """Nobody was mailed: among those named is one whom the viewer does not look after."""


class MailResult(StrEnum):
    """What became of a mail that was to be sent."""

    SENT = "sent"
    TOO_SOON = "lately"
    UNSUBSCRIBED = "unsubscribed"
    NO_ADDRESS = "no_address"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    SUBMITTED = "handed_in"
    HIDDEN = "hidden"
    NOT_SHORT = "not_short"
    GONE = "gone"


# Sends a letter. Raises `NotSent`, `InDoubt`.
MessageSender = Callable[[Message], None]


def remind(
    asana: Client, viewer: Viewer, week: Week, gids: Collection[str], *, post: MessageSender
) -> dict[MailResult, list[AsanaUser]]:
    """Mails those of the viewer's people who are named and short, and tells what became of each.
    Raises `NotYours`, `AsanaError`."""
    theirs = {person.gid: person for person in loading.people_of(asana, viewer)}
    if not all(gid in theirs and viewer.membership.can_review(gid) for gid in gids):
        raise NotYourPeople
    looked = {one.person.gid: one for one in load_people(asana, viewer, week)}
    fates: dict[MailResult, list[AsanaUser]] = {}
    for gid in dict.fromkeys(gids):
        one = looked.get(gid)
        fate = MailResult.GONE if one is None else _fate_of(one)
        if one is not None and fate is None:
            letter = reminder(one, viewer, week, by=viewer.user)
            fate = send(letter, viewer.now, before=viewer.now - NOT_AGAIN_WITHIN, post=post)
        fates.setdefault(fate or MailResult.NOT_SHORT, []).append(
            one.person if one else theirs[gid]
        )
    return fates


def load_people(asana: Client, viewer: Viewer, week: Week) -> tuple[PersonWeek, ...]:
    """The weeks of the viewer's people, all of them as Asana tells them now, with the addresses to
    write to; of those who are still there. Raises `AsanaError`."""
    everybody = {
        one.gid: one
        for one in membership.directory(asana, viewer.user, viewer.membership.workspace)
    }
    found = loading.load(asana, viewer, week, fresh=True)
    for _turn in range(MAX_LOADS):
        if not found.behind:
            break
        found = loading.load(asana, viewer, week, fresh=True)
    if found.problem is not None:
        raise found.problem
    gids = [one.person.gid for one in found.people]
    here = {user.gid: user for user in User.objects.filter(gid__in=gids)}
    return tuple(
        replace(one, person=_addressed(everybody[one.person.gid], one.person, here))
        for one in found.people
        if one.person.gid in everybody and _is_on(here, one.person.gid)
    )


def reminder(one: PersonWeek, viewer: Viewer, week: Week, *, by: User | None = None) -> Reminder:
    workspace, today = viewer.membership.workspace, viewer.today
    return Reminder(to=one.person, workspace=workspace, week=week, looked=one, today=today, by=by)


def digest(to: AsanaUser, viewer: Viewer, week: Week, people: Iterable[PersonWeek]) -> Digest:
    found = tuple(people)
    return Digest(
        to=to,
        workspace=viewer.membership.workspace,
        week=week,
        account=viewer.reader.account,
        short=tuple(one for one in found if one.is_short),
        waiting=tuple(one for one in found if one.status is Status.SUBMITTED),
        hidden=tuple(one for one in found if one.hidden),
    )


def send(letter: Message, now: datetime, *, before: datetime, post: MessageSender) -> MailResult:
    """Sends it, unless the person was mailed about this week since `before`."""
    if not is_address(letter.to.email):
        return MailResult.NO_ADDRESS
    if not letter.subscription.is_wanted:
        return MailResult.UNSUBSCRIBED
    claimed = _claim(letter, now, before)
    if claimed is None:
        return MailResult.TOO_SOON
    try:
        post(letter)
    except NotSent as error:
        logger.warning("%s %s to %s not sent: %s", letter.kind, letter.week, letter.to.gid, error)
        SentReminder.objects.filter(pk=claimed.pk, at=now).delete()
        return MailResult.FAILED
    except MaybeSent as error:
        # Better once too few than twice.
        logger.warning("%s %s to %s in doubt: %s", letter.kind, letter.week, letter.to.gid, error)
        return MailResult.IN_DOUBT
    return MailResult.SENT


def is_address(text: str | None) -> bool:
    """Whether a mail can be addressed so; what is none would end the mails to all others too."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _claim(letter: Message, now: datetime, before: datetime) -> SentReminder | None:
    """The row that says so, if this letter is ours to send."""
    with transaction.atomic():
        row, made = SentReminder.objects.get_or_create(
            workspace_gid=letter.workspace,
            week=str(letter.week),
            person_gid=letter.to.gid,
            kind=letter.kind,
            defaults={"at": now},
        )
        if made or SentReminder.objects.filter(pk=row.pk, at__lte=before).update(at=now):
            return row
    return None


def _fate_of(one: PersonWeek) -> MailResult | None:
    """Why somebody is not to be mailed; None for who is short."""
    if one.is_short:
        return None
    if one.hidden or not one.days_off_known:
        return MailResult.HIDDEN
    return MailResult.SUBMITTED if one.status.locks else MailResult.NOT_SHORT


def _addressed(now: AsanaUser, then: AsanaUser, here: dict[str, User]) -> AsanaUser:
    """As Asana calls them now, with the address that is known last."""
    known = here[now.gid].email if now.gid in here else ""
    return AsanaUser(now.gid, now.name or then.name, now.email or then.email or known)


def _is_on(here: dict[str, User], gid: str) -> bool:
    """Not who was switched off here."""
    return gid not in here or here[gid].is_active
