"""Decisions about weeks that were made here.

Where the workspace's Asana plan has no approvals they are all there is; elsewhere they add what
Asana does not tell: who decided, when, and why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import IntegrityError, transaction

from accounts import audit
from accounts.asana.client import Client
from accounts.asana.records import ApprovalStatusRecord
from accounts.audit import PersonRef
from accounts.lookups import Lookup
from accounts.models import Action, ManagedPerson, User
from timesheet.domain.approval import Status, read_status
from timesheet.domain.week import Week
from timesheet.models import Decision
from timesheet.sheets import decision_mail, sent_back

# How long it is cached that a plan has approvals, and that it has none. Plans change seldom.
APPROVALS_CACHED_SECONDS = 24 * 3600
NO_APPROVALS_CACHED_SECONDS = 3600


class ConcurrentDecision(Exception):
    """Somebody else decided about the same week at the same moment, and was first."""


@dataclass(frozen=True)
class WeekStatus:
    """The approval status of a person's week."""

    status: Status = Status.DRAFT
    # The gid of Asana's own record; empty while there is none.
    record: str = ""
    # How many decisions were made about the week, where they are kept here.
    number: int = 0


def cached_plan_has_approvals(user: User, workspace: str) -> bool | None:
    """Return whether the workspace's plan has approvals; None where that is not cached."""
    has_approvals: bool | None = cache.get(cache_key(user, workspace))
    return has_approvals


def cache_plan_has_approvals(user: User, workspace: str, *, offered: bool) -> None:
    """Keep for a while whether the workspace's plan has approvals."""
    seconds = APPROVALS_CACHED_SECONDS if offered else NO_APPROVALS_CACHED_SECONDS
    cache.set(cache_key(user, workspace), offered, seconds)


def cache_key(user: User, workspace: str) -> str:
    """Return the cache's key for whether the plan has approvals."""
    return f"approvals:{user.pk}:{workspace}"


def plan_has_approvals(asana: Client, user: User, workspace: str) -> bool:
    """Return whether the workspace's plan has approvals. Raises `AsanaError`."""
    offered = cached_plan_has_approvals(user, workspace)
    if offered is None:
        offered = asana.plan_has_approvals()
        cache_plan_has_approvals(user, workspace, offered=offered)
    return offered


def record_decision(
    by: User,
    workspace: str,
    week: Week,
    status: Status,
    at: datetime,
    *,
    was: Status,
    person: str = "",
    message: str = "",
    fingerprint: str = "",
    after: WeekStatus | None = None,
) -> Decision:
    """Store what `by` decided about the week of `person`, by gid, or about their own, and audit it.

    `status` is what the week became and `was` what it was before; `fingerprint` that of its hours.
    With `after`, the week's status before, the decision is kept here alone; then it raises
    `ConcurrentDecision` if another one came first.
    """
    try:
        with transaction.atomic():
            decision = Decision.objects.create(
                workspace_gid=workspace,
                person_gid=person or by.gid,
                week=str(week),
                status=status.value,
                message=message,
                fingerprint=fingerprint,
                by_gid=by.gid,
                by_name=str(by)[:255],
                is_local=after is not None,
                number=None if after is None else after.number + 1,
                at=at,
            )
            _audit(by, decision, was)
            sent_back.note_decision(decision)
            decision_mail.note(decision)
            return decision
    except IntegrityError as error:
        raise ConcurrentDecision from error


_OWN = {Status.SUBMITTED: Action.WEEK_SUBMITTED, Status.DRAFT: Action.WEEK_RECALLED}
_MANAGERS = {
    Status.APPROVED: Action.WEEK_APPROVED,
    Status.REJECTED: Action.WEEK_RETURNED,
    Status.SUBMITTED: Action.WEEK_REOPENED,
}


def _audit(by: User, decision: Decision, was: Status) -> None:
    # Without the message: that stays between the two.
    gid, status = decision.person_gid, Status(decision.status)
    own = gid == by.gid
    audit.record(
        (_OWN if own else _MANAGERS)[status],
        by,
        workspace=decision.workspace_gid,
        to=by if own else PersonRef(gid, _name_of(decision.workspace_gid, gid)),
        before={"status": was},
        after={"week": decision.week, "status": status},
    )


def _name_of(workspace: str, gid: str) -> str:
    """Return the person's name; empty where it is not known here."""
    if user := User.objects.filter(gid=gid).first():
        return str(user)
    person = ManagedPerson.objects.filter(manager__workspace_gid=workspace, gid=gid).first()
    return person.name if person else ""


def last_of(workspace: str, week: Week, people: Collection[str]) -> dict[str, Decision]:
    """Return the last decision about the week of each person, by gid."""
    decisions = decisions_of(workspace, week, people).read()
    return {decision.person_gid: decision for decision in decisions}


def history_of(workspace: str, week: Week, person: str) -> list[Decision]:
    """Return what is known here of the decisions about a person's week, the latest first."""
    return decisions_of(workspace, week, [person]).read()[::-1]


def fingerprints_of(workspace: str, week: Week, people: Collection[str]) -> dict[str, str]:
    """Return the fingerprints of the hours that each person submitted here, by gid.

    A week that was recalled or sent back since has none: it may have been submitted again in Asana.
    """
    fingerprints: dict[str, str] = {}
    for decision in decisions_of(workspace, week, people).read():
        if decision.status in (Status.DRAFT, Status.REJECTED):
            fingerprints.pop(decision.person_gid, None)
        elif decision.fingerprint:
            fingerprints[decision.person_gid] = decision.fingerprint
    return fingerprints


def asana_statuses(records: Iterable[ApprovalStatusRecord]) -> dict[str, WeekStatus]:
    """Return the statuses that Asana's records have, by the person's gid."""
    return {
        record.user.gid: WeekStatus(read_status(record.approval_status), record.gid)
        for record in records
        if record.user
    }


def local_statuses(workspace: str, week: Week, people: Collection[str]) -> dict[str, WeekStatus]:
    """Return the statuses of weeks that are approved here, by the person's gid."""
    decisions = decisions_of(workspace, week, people)
    local = () if decisions.is_empty else decisions.rows.filter(is_local=True).order_by("number")
    return {
        decision.person_gid: WeekStatus(Status(decision.status), number=decision.number or 0)
        for decision in local
    }


def local_statuses_of_weeks(
    workspace: str, weeks: Iterable[Week], person: str
) -> dict[str, Status]:
    """Return the statuses of one person's weeks that were decided here, by week (2026-W48)."""
    decisions = Decision.objects.filter(
        workspace_gid=workspace, person_gid=person, week__in=[str(week) for week in weeks]
    )
    local = decisions.filter(is_local=True).order_by("number")
    return {decision.week: Status(decision.status) for decision in local}


def local_status(workspace: str, week: Week, person: str) -> WeekStatus:
    """Return the status of one person's week as approved here; a draft before any decision."""
    return local_statuses(workspace, week, [person]).get(person, WeekStatus())


def decisions_of(workspace: str, week: Week, people: Collection[str]) -> Lookup[Decision]:
    """Return the decisions about a week of these people, in their order."""
    return Lookup(
        ("decisions", workspace, week, frozenset(people)),
        lambda: Decision.objects.filter(
            workspace_gid=workspace, week=str(week), person_gid__in=people
        ).order_by("pk"),
    )
