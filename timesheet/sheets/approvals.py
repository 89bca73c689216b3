"""What was decided about weeks, as far as it is known here: all of it where the workspace's Asana
plan has no approvals, else what Asana does not tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import IntegrityError, transaction

from accounts import audit
from accounts.asana.client import Client
from accounts.asana.records import ApprovalStatusRecord, Entry
from accounts.audit import PersonRef
from accounts.models import Action, ManagedPerson, User
from timesheet.domain.approval import Status, read_status, status_of
from timesheet.domain.week import Week
from timesheet.models import Decision

# Plans change seldom; in seconds.
OFFERED_KEPT = 24 * 3600
REFUSED_KEPT = 3600


class ConcurrentDecision(Exception):
    """Somebody else decided about the same week at the same moment, and was first."""


@dataclass(frozen=True)
class WeekStatus:
    """How a week stands. `record` is the gid of Asana's own record, empty while there is none;
    `number` how many decisions led there, where they are kept here."""

    status: Status = Status.DRAFT
    record: str = ""
    number: int = 0


def cached_plan_has_approvals(user: User, workspace: str) -> bool | None:
    """Whether the workspace's plan has approvals; None where this person has not asked of late."""
    known: bool | None = cache.get(f"approvals:{user.pk}:{workspace}")
    return known


def cache_plan_has_approvals(user: User, workspace: str, *, offered: bool) -> None:
    kept = OFFERED_KEPT if offered else REFUSED_KEPT
    cache.set(f"approvals:{user.pk}:{workspace}", offered, kept)


def plan_has_approvals(asana: Client, user: User, workspace: str) -> bool:
    """Whether the workspace's plan has approvals. Raises `AsanaError`."""
    known = cached_plan_has_approvals(user, workspace)
    if known is None:
        known = asana.plan_has_approvals()
        cache_plan_has_approvals(user, workspace, offered=known)
    return known


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
    mark: str = "",
    after: WeekStatus | None = None,
) -> Decision:
    """Writes down what `by` decided, about their own week where no `person` is named; it `was`
    otherwise before. With `after`, how the week stood, the decision is kept here alone; raises
    `Crossed` if it does no more."""
    try:
        with transaction.atomic():
            decision = Decision.objects.create(
                workspace_gid=workspace,
                person_gid=person or by.gid,
                week=str(week),
                status=status.value,
                message=message,
                fingerprint=mark,
                by_gid=by.gid,
                by_name=str(by)[:255],
                is_local=after is not None,
                number=None if after is None else after.number + 1,
                at=at,
            )
            _audit(by, decision, was)
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
    """What was said with it stays between the two."""
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
    """As far as it is known here."""
    if user := User.objects.filter(gid=gid).first():
        return str(user)
    chosen = ManagedPerson.objects.filter(manager__workspace_gid=workspace, gid=gid).first()
    return chosen.name if chosen else ""


def last_of(workspace: str, week: Week, people: Collection[str]) -> dict[str, Decision]:
    """The last decision about the week of each, by gid."""
    made = Decision.objects.filter(
        workspace_gid=workspace, week=str(week), person_gid__in=people
    ).order_by("pk")
    return {one.person_gid: one for one in made}


def fingerprints_of(workspace: str, week: Week, people: Collection[str]) -> dict[str, str]:
    """What the weeks were like when they were handed in here, by gid. Of one that went back to its
    person since, it is not known when it was handed in again, if that was in Asana itself."""
    made = Decision.objects.filter(
        workspace_gid=workspace, week=str(week), person_gid__in=people
    ).order_by("pk")
    marks: dict[str, str] = {}
    for one in made:
        if one.status in (Status.DRAFT, Status.REJECTED):
            marks.pop(one.person_gid, None)
        elif one.fingerprint:
            marks[one.person_gid] = one.fingerprint
    return marks


def asana_statuses(timesheets: Iterable[ApprovalStatusRecord]) -> dict[str, WeekStatus]:
    """How the weeks stand by Asana's records, by gid."""
    return {
        one.user.gid: WeekStatus(read_status(one.approval_status), one.gid)
        for one in timesheets
        if one.user
    }


def local_statuses(workspace: str, week: Week, people: Collection[str]) -> dict[str, WeekStatus]:
    """How the weeks stand where that is kept here, by gid."""
    made = Decision.objects.filter(
        workspace_gid=workspace, week=str(week), person_gid__in=people, is_local=True
    ).order_by("number")
    return {one.person_gid: WeekStatus(Status(one.status), number=one.number or 0) for one in made}


def local_status(user: User, workspace: str, week: Week) -> WeekStatus:
    return local_statuses(workspace, week, [user.gid]).get(user.gid, WeekStatus())


def approved_locally(user: User, workspace: str, week: Week) -> bool:
    """Whether this person's week is approved here: the plan has no approvals, and somebody looks
    after them, or decided about this week before."""
    if cached_plan_has_approvals(user, workspace) is not False:
        return False
    chosen = ManagedPerson.objects.filter(manager__workspace_gid=workspace, gid=user.gid)
    return chosen.exists() or bool(local_status(user, workspace, week).number)


def status_in(user: User, workspace: str, week: Week, entries: Collection[Entry]) -> Status:
    """The status of a person's own week, as far as their entries and what is kept here tell."""
    told = status_of(entries)
    if told.locks or cached_plan_has_approvals(user, workspace):
        return told
    here = local_status(user, workspace, week)
    return here.status if here.number else told
