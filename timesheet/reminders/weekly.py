"""The weekly mails of each workspace, on the schedule that its admins set. Nobody is signed in
then: what a manager's people logged is read with the eyes that the manager's own pages have."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from datetime import datetime

from django.core.cache import cache
from django.db.models import Q

from accounts.asana.errors import AsanaError
from accounts.asana.records import AsanaUser
from accounts.connections.reader import open_reader
from accounts.connections.service import client_for
from accounts.models import Connection, Manager
from accounts.workspaces.allowed import is_allowed
from accounts.workspaces.membership import Membership
from timesheet.domain import mail_schedule
from timesheet.domain.week import Week
from timesheet.journal.lock import Clock
from timesheet.models import ReminderRun, WorkspacePolicy
from timesheet.reminders import sending
from timesheet.reminders.letters import Message
from timesheet.reminders.sending import MailResult, MessageSender
from timesheet.sheets.policy import zone_of
from timesheet.team.loading import Viewer

logger = logging.getLogger(__name__)

# What could not be sent is tried so often.
MOST_UNSENT = 3
# Held by the worker that makes the round; no longer than that, in case it was killed. In seconds.
UNDER_WAY, LONGEST = "round-under-way", 1800


def send_due(clock: Clock, *, post: MessageSender) -> None:
    """Sends what is due now, or was while no worker was there. Another's round that is under way is
    left to that one."""
    if not cache.add(UNDER_WAY, True, LONGEST):
        return
    try:
        for workspace_policy in WorkspacePolicy.objects.filter(
            Q(reminders_on=True) | Q(digest=True)
        ):
            if is_allowed(workspace_policy.workspace_gid):
                _make_of(workspace_policy, clock, post)
    finally:
        cache.delete(UNDER_WAY)


def _make_of(workspace_policy: WorkspacePolicy, clock: Clock, post: MessageSender) -> None:
    due = mail_schedule.last_due(
        clock(),
        workspace_policy.remind_weekday,
        workspace_policy.remind_at,
        zone_of(workspace_policy),
    )
    if not mail_schedule.is_open(due, clock(), workspace_policy.since):
        return
    managers = Manager.objects.filter(
        workspace_gid=workspace_policy.workspace_gid, people__isnull=False
    ).distinct()
    for manager in managers:
        _ManagerRun(workspace_policy, manager, due, clock()).make(post)


class _ManagerRun:
    """One manager's share of a round."""

    def __init__(
        self, workspace_policy: WorkspacePolicy, manager: Manager, due: datetime, now: datetime
    ) -> None:
        self.workspace_policy, self.manager, self.due, self.now = (
            workspace_policy,
            manager,
            due,
            now,
        )
        self.today = now.astimezone(zone_of(workspace_policy)).date()
        self.week: Week = mail_schedule.week_meant(due.date())
        # Whether days off could not be read, so that it is not known who is short.
        self.unknown = False

    def __str__(self) -> str:
        return f"nobody of {self.manager} was reminded of {self.week}"

    def make(self, post: MessageSender) -> None:
        row = self._take()
        if row is None:
            return
        fates = self._mail(post)
        if fates is None:
            return
        row.unsent += MailResult.FAILED in fates
        sent = MailResult.FAILED not in fates or row.unsent >= MOST_UNSENT
        row.done = sent and not self.unknown
        row.save(update_fields=["unsent", "done"])

    def _take(self) -> ReminderRun | None:
        """The row, if it is our turn: nobody else's, and not too soon after the last try."""
        row, made = ReminderRun.objects.get_or_create(
            workspace_gid=self.workspace_policy.workspace_gid,
            manager_gid=self.manager.gid,
            due=self.due,
            defaults={"tried_at": self.now},
        )
        if made:
            return row
        if row.done or self.now < row.tried_at + mail_schedule.pause_after(row.tries):
            return None
        tried = ReminderRun.objects.filter(pk=row.pk, tries=row.tries, done=False)
        if not tried.update(tries=row.tries + 1, tried_at=self.now):
            return None
        row.refresh_from_db()
        return row

    def _mail(self, post: MessageSender) -> set[MailResult] | None:
        """What became of the mails; None where nothing could be read."""
        connection = (
            Connection.objects.usable()
            .filter(user__gid=self.manager.gid)
            .select_related("user")
            .first()
        )
        if connection is None:
            logger.warning("%s: the manager has no healthy connection", self)
            return None
        try:
            letters = self._letters(connection)
        except AsanaError as error:
            logger.warning("%s: %s", self, error)
            return None
        before = self.due - sending.NOT_AGAIN_WITHIN
        return {sending.send(one, self.now, before=before, post=post) for one in letters}

    def _letters(self, connection: Connection) -> list[Message]:
        user, workspace = connection.user, self.workspace_policy.workspace_gid
        with ExitStack() as opened:
            asana = opened.enter_context(client_for(connection, workspace))
            membership = Membership(asana, user, workspace)
            reader = opened.enter_context(open_reader(asana, user, membership))
            viewer = Viewer(reader, membership, self.today, self.now)
            people = sending.look(asana, viewer, self.week)
        self.unknown = any(one.may_be_short and not one.days_off_known for one in people)
        letters: list[Message] = []
        if self.workspace_policy.reminders_on:
            letters += [sending.reminder(one, viewer, self.week) for one in people if one.is_short]
        if self.workspace_policy.digest and not self.unknown:
            to = AsanaUser(user.gid, user.name, user.email or self.manager.email)
            letters.append(sending.digest(to, viewer, self.week, people))
        return letters
