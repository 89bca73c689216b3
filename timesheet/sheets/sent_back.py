"""The weeks that were sent back and not submitted again: noted when a manager sends them back here,
and when Asana shows that they were, so that every page can say so without asking Asana."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.lookups import Lookup
from timesheet.domain.approval import Status
from timesheet.domain.week import Week
from timesheet.models import Decision, SentBackWeek

# People get no email about a decision on a week that ended longer ago.
MAIL_WITHIN = timedelta(days=35)
NOTHING: Mapping[str, str] = {}


def note_decision(decision: Decision) -> None:
    """Note a decision about a week that took effect: who sent the week back, and why."""
    note(
        decision.workspace_gid,
        decision.person_gid,
        Week.parse(decision.week),
        Status(decision.status),
        decision.at,
        known={
            "by_gid": decision.by_gid,
            "by_name": decision.by_name,
            "message": decision.message,
        },
    )


def note(
    workspace: str,
    person: str,
    week: Week,
    status: Status,
    now: datetime,
    *,
    known: Mapping[str, str] = NOTHING,
) -> None:
    """Note that a person's week has this status.

    `known` are the fields of a `SentBackWeek` that say who decided and why.
    """
    weeks = SentBackWeek.objects.filter(workspace_gid=workspace, person_gid=person, week=str(week))
    if status is not Status.REJECTED:
        weeks.delete()
        return
    is_recent = now.date() - week.end <= MAIL_WITHIN
    mail_due_at = now if is_recent else None
    SentBackWeek.objects.get_or_create(
        workspace_gid=workspace,
        person_gid=person,
        week=str(week),
        defaults={**known, "found_at": now, "mail_due_at": mail_due_at},
    )


def note_all(workspace: str, person: str, statuses: Mapping[Week, Status], now: datetime) -> None:
    """Note the statuses of many weeks of a person, as `note` does; most cost no write."""
    known = SentBackWeek.objects.filter(
        workspace_gid=workspace, person_gid=person, week__in=map(str, statuses)
    )
    noted = set(known.values_list("week", flat=True))
    for week, status in statuses.items():
        if (status is Status.REJECTED) != (str(week) in noted):
            note(workspace, person, week, status, now)


def weeks_of(workspace: str, person: str) -> Lookup[SentBackWeek]:
    """Return a person's weeks that were sent back, the newest week first."""
    return Lookup(
        ("sent back", workspace, person),
        lambda: SentBackWeek.objects.filter(workspace_gid=workspace, person_gid=person).order_by(
            "-week"
        ),
    )
