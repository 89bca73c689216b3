"""Tells people by email that their week was approved, and managers which weeks were submitted.

Each approval is an email of its own. Submitted weeks are collected: a manager, and their delegates,
get one email in the morning of a working day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from accounts.models import Delegate, ManagedPerson, User
from accounts.workspaces.allowed import is_allowed
from timesheet.domain.approval import Status
from timesheet.domain.week import Week
from timesheet.journal.lock import Clock
from timesheet.models import DecisionMail
from timesheet.reminders import sending
from timesheet.reminders.mail_messages import Approved, Message, Submitted, SubmittedWeek
from timesheet.reminders.recipients import recipient
from timesheet.reminders.sending import MailResult, MessageSender
from timesheet.sheets.policy import workspace_policy_of, zone_of

# How many approvals are told in one run.
MOST_AT_ONCE = 100
# How long to wait after a failure, and after what time to give up: before the next morning.
RETRY_AFTER = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(hours=12)


def send_due(clock: Clock, *, send_message: MessageSender) -> None:
    """Send the emails that are due about approved and submitted weeks."""
    due = DecisionMail.objects.filter(next_try_at__lte=clock())
    approved = due.filter(status=Status.APPROVED).order_by("next_try_at", "pk")
    for row in approved[:MOST_AT_ONCE]:
        _send([row], _approval_messages(row), clock(), send_message)
    submitted = due.filter(status=Status.SUBMITTED).order_by("workspace_gid", "due_at", "pk")
    for _key, group in groupby(submitted, key=lambda row: (row.workspace_gid, row.due_at)):
        rows = list(group)
        _send(rows, _submission_messages(rows, clock()), clock(), send_message)


def _send(
    rows: Sequence[DecisionMail],
    messages: Iterable[Message],
    now: datetime,
    send_message: MessageSender,
) -> None:
    """Send the messages about decisions that are due together, and note what came of it.

    Those that were sent are not sent again with the ones that failed.
    """
    due_at = rows[0].due_at
    before = due_at - timedelta.resolution
    results: set[MailResult] = set()
    if is_allowed(rows[0].workspace_gid):
        results = {
            sending.send(message, now, before=before, send_message=send_message)
            for message in messages
        }
    # A decision that replaced one of these meanwhile is due at another time.
    sent = DecisionMail.objects.filter(pk__in=[row.pk for row in rows], due_at=due_at)
    if MailResult.FAILED in results and now < due_at + GIVE_UP_AFTER:
        sent.update(next_try_at=now + RETRY_AFTER)
    else:
        sent.delete()


def _approval_messages(row: DecisionMail) -> Iterable[Approved]:
    to = recipient(row.workspace_gid, row.person_gid)
    if to is not None:
        yield Approved(
            to=to,
            workspace=row.workspace_gid,
            week=row.parsed_week,
            by_name=row.by_name,
            by=User.objects.filter(gid=row.by_gid).first(),
        )


def _submission_messages(rows: Sequence[DecisionMail], now: datetime) -> Iterable[Submitted]:
    """Yield a digest for each person who may approve some of the weeks."""
    workspace = rows[0].workspace_gid
    zone = zone_of(workspace_policy_of(workspace))
    morning, today = rows[0].due_at.astimezone(zone).date(), now.astimezone(zone).date()
    gids = [row.person_gid for row in rows]
    for gid, people in _people_by_approver(workspace, gids, today).items():
        weeks = [
            SubmittedWeek(row.by_name, row.parsed_week, row.message)
            for row in rows
            if row.person_gid in people and row.person_gid != gid
        ]
        to = recipient(workspace, gid)
        if weeks and to is not None:
            weeks.sort(key=lambda submitted: (submitted.week, submitted.name.casefold()))
            yield Submitted(
                to=to, workspace=workspace, week=Week.of(morning), submitted=tuple(weeks)
            )


def _people_by_approver(workspace: str, gids: Sequence[str], today: date) -> dict[str, set[str]]:
    """Return which of these people each manager and delegate approves, by gid."""
    approves: dict[str, set[str]] = {}
    managed = ManagedPerson.objects.filter(manager__workspace_gid=workspace, gid__in=gids)
    people_of: dict[int, set[str]] = {}
    for person in managed.select_related("manager"):
        people_of.setdefault(person.manager_id, set()).add(person.gid)
        approves.setdefault(person.manager.gid, set()).add(person.gid)
    stand_ins = Delegate.objects.filter(
        manager__in=people_of, starts_on__lte=today, ends_on__gte=today
    )
    for stand_in in stand_ins:
        approves.setdefault(stand_in.gid, set()).update(people_of[stand_in.manager_id])
    return approves
