"""Sends the weekly reminders and digests of each workspace, on the schedule of its admins.

Nobody is signed in then. Hours are read as the manager's own pages read them: with the manager's
connection, or with the workspace's reporting connection.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from datetime import datetime

from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone

from accounts.asana.errors import AsanaError
from accounts.asana.records import AsanaUser
from accounts.connections.reader import open_reader
from accounts.connections.service import client_for
from accounts.models import Connection, Manager
from accounts.workspaces.allowed import is_allowed
from accounts.workspaces.membership import Membership
from timesheet.domain import mail_schedule
from timesheet.domain.team_week import NOT_AGAIN_WITHIN
from timesheet.domain.week import Week
from timesheet.journal.lock import Clock
from timesheet.models import ReminderRun, WorkspacePolicy
from timesheet.reminders import sending
from timesheet.reminders.mail_messages import Message
from timesheet.reminders.sending import MailResult, MessageSender
from timesheet.sheets.policy import zone_of
from timesheet.team.loading import Viewer

logger = logging.getLogger(__name__)

# Tries after which emails that could not be sent are given up.
MAX_FAILED_RUNS = 3
# The key in the cache that a worker holds while it sends, and for how many seconds at most, in case
# it is killed.
RUN_LOCK_KEY, RUN_LOCK_SECONDS = "weekly-mails-running", 1800


def send_due(clock: Clock, *, send_message: MessageSender) -> None:
    """Send the emails that are due, also those that became due while no worker was running.

    Does nothing while another worker is sending.
    """
    if not cache.add(RUN_LOCK_KEY, True, RUN_LOCK_SECONDS):
        return
    try:
        policies = WorkspacePolicy.objects.filter(Q(reminders_on=True) | Q(digest=True))
        for workspace_policy in policies:
            if is_allowed(workspace_policy.workspace_gid):
                _send_for_workspace(workspace_policy, clock, send_message)
    finally:
        cache.delete(RUN_LOCK_KEY)


def _send_for_workspace(
    workspace_policy: WorkspacePolicy, clock: Clock, send_message: MessageSender
) -> None:
    weekday, at = workspace_policy.remind_weekday, workspace_policy.remind_at
    due = mail_schedule.last_due(clock(), weekday, at, zone_of(workspace_policy))
    if not mail_schedule.is_still_due(due, clock(), workspace_policy.schedule_changed_at):
        return
    managers = Manager.objects.filter(
        workspace_gid=workspace_policy.workspace_gid, people__isnull=False
    ).distinct()
    for manager in managers:
        _ManagerRun(workspace_policy, manager, due, clock()).send(send_message)


class _ManagerRun:
    """The emails to one manager and to the manager's people that are due at one time."""

    def __init__(
        self, workspace_policy: WorkspacePolicy, manager: Manager, due: datetime, now: datetime
    ) -> None:
        self.workspace_policy, self.manager = workspace_policy, manager
        self.due, self.now = due, now
        self.zone = zone_of(workspace_policy)
        self.today = now.astimezone(self.zone).date()
        self.week: Week = mail_schedule.week_to_check(due.astimezone(self.zone).date())
        # Whether days off could not be read, so that it is not certain whose hours are missing.
        self.is_incomplete = False

    def __str__(self) -> str:
        return f"nobody of {self.manager} was reminded of {self.week}"

    def send(self, send_message: MessageSender) -> None:
        row = self._claim()
        if row is None:
            return
        results = self._send_messages(send_message)
        if results is None:
            return
        row.failures += MailResult.FAILED in results
        is_sent = MailResult.FAILED not in results or row.failures >= MAX_FAILED_RUNS
        row.done = is_sent and not self.is_incomplete
        row.save(update_fields=["failures", "done"])

    def _claim(self) -> ReminderRun | None:
        """Record a try; return None if the run is done, another worker's, or just failed."""
        row, created = ReminderRun.objects.get_or_create(
            workspace_gid=self.workspace_policy.workspace_gid,
            manager_gid=self.manager.gid,
            due=self.due,
            defaults={"tried_at": self.now},
        )
        if created:
            return row
        if row.done or self.now < row.tried_at + mail_schedule.retry_delay(row.tries):
            return None
        unclaimed = ReminderRun.objects.filter(pk=row.pk, tries=row.tries, done=False)
        if not unclaimed.update(tries=row.tries + 1, tried_at=self.now):
            return None
        row.refresh_from_db()
        return row

    def _send_messages(self, send_message: MessageSender) -> set[MailResult] | None:
        """Return the results of the emails; None if hours could not be read."""
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
            # Who stands in for a manager today is a matter of the workspace's own day.
            with timezone.override(self.zone):
                messages = self._messages(connection)
        except AsanaError as error:
            logger.warning("%s: %s", self, error)
            return None
        before = self.due - NOT_AGAIN_WITHIN
        return {
            sending.send(message, self.now, before=before, send_message=send_message)
            for message in messages
        }

    def _messages(self, connection: Connection) -> list[Message]:
        """Read the week of the manager's people, and return the emails about it.

        Raises `AsanaError`.
        """
        user, workspace = connection.user, self.workspace_policy.workspace_gid
        with ExitStack() as stack:
            asana = stack.enter_context(client_for(connection, workspace))
            membership = Membership(asana, user, workspace)
            reader = stack.enter_context(open_reader(asana, user, membership))
            viewer = Viewer(reader, membership, self.today, self.now)
            people = sending.load_people(asana, viewer, self.week)
        self.is_incomplete = any(
            person_week.may_be_short and not person_week.days_off_known for person_week in people
        )
        messages: list[Message] = []
        if self.workspace_policy.reminders_on:
            messages += [
                sending.reminder(person_week, viewer, self.week)
                for person_week in people
                if person_week.is_short
            ]
        if self.workspace_policy.digest and not self.is_incomplete:
            to = AsanaUser(user.gid, user.name, user.email or self.manager.email)
            messages.append(sending.digest(to, viewer, self.week, people))
        return messages
