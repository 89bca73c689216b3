"""Tells people by email that their week was sent back, and why."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from accounts.workspaces.allowed import is_allowed
from timesheet.journal.lock import Clock
from timesheet.models import SentBackWeek
from timesheet.reminders import sending
from timesheet.reminders.mail_messages import SentBack
from timesheet.reminders.recipients import recipient
from timesheet.reminders.sending import MailResult, MessageSender

# How many emails are sent in one run.
MOST_AT_ONCE = 100
# How long to wait after a failure, and after what time to give up.
RETRY_AFTER = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(days=1)


def send_due(clock: Clock, *, send_message: MessageSender) -> None:
    """Send the emails that are due about weeks that were sent back."""
    due = SentBackWeek.objects.filter(mail_due_at__lte=clock())
    for row in due.order_by("mail_due_at", "pk")[:MOST_AT_ONCE]:
        next_try = _send(row, clock(), send_message)
        SentBackWeek.objects.filter(pk=row.pk).update(mail_due_at=next_try)


def _send(row: SentBackWeek, now: datetime, send_message: MessageSender) -> datetime | None:
    """Send one email; return when to try again, None if that is not needed."""
    is_here = is_allowed(row.workspace_gid)
    to = recipient(row.workspace_gid, row.person_gid) if is_here else None
    if to is None:
        return None
    message = SentBack(
        to=to,
        workspace=row.workspace_gid,
        week=row.parsed_week,
        reason=row.message,
        by_name=row.by_name,
        by=User.objects.filter(gid=row.by_gid).first() if row.by_gid else None,
    )
    # Once for each time that the week is sent back.
    result = sending.send(message, now, before=row.found_at, send_message=send_message)
    if result is not MailResult.FAILED or now >= row.found_at + GIVE_UP_AFTER:
        return None
    return now + RETRY_AFTER
