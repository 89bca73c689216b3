"""Which emails are due about decisions on weeks; `reminders.decisions` sends them."""

from __future__ import annotations

from datetime import datetime, timedelta

from timesheet.domain import mail_schedule
from timesheet.domain.approval import Status
from timesheet.domain.week import Week
from timesheet.models import Decision, DecisionMail
from timesheet.sheets.policy import workspace_policy_of, zone_of
from timesheet.sheets.sent_back import MAIL_WITHIN

# Until then an approval can be taken back before its person reads of it.
APPROVAL_DELAY = timedelta(minutes=10)


def note(decision: Decision) -> None:
    """Note that an email is due about a decision, instead of one about an earlier decision."""
    mails = DecisionMail.objects.filter(
        workspace_gid=decision.workspace_gid, person_gid=decision.person_gid, week=decision.week
    )
    due_at = _due_at(decision)
    if due_at is None:
        mails.delete()
        return
    DecisionMail.objects.update_or_create(
        workspace_gid=decision.workspace_gid,
        person_gid=decision.person_gid,
        week=decision.week,
        defaults={
            "status": decision.status,
            "by_gid": decision.by_gid,
            "by_name": decision.by_name,
            "message": decision.message,
            "due_at": due_at,
            "next_try_at": due_at,
        },
    )


def _due_at(decision: Decision) -> datetime | None:
    """Return when an email about a decision is due; None if there is none about it."""
    if decision.status == Status.APPROVED:
        is_recent = decision.at.date() - Week.parse(decision.week).end <= MAIL_WITHIN
        return decision.at + APPROVAL_DELAY if is_recent else None
    # A manager who reopens a week needs no email about it.
    if decision.status != Status.SUBMITTED or not decision.is_own:
        return None
    policy = workspace_policy_of(decision.workspace_gid)
    return mail_schedule.next_working_time(decision.at, policy.remind_at, zone_of(policy))
