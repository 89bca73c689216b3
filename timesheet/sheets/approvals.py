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
from accounts.asana.records import Entry, Timesheet
from accounts.audit import Who
from accounts.models import Action, Reviewed, User
from timesheet.domain.approval import Status, read_status, status_of
from timesheet.domain.week import Week
from timesheet.models import Decision

# Plans change seldom; in seconds.
OFFERED_KEPT = 24 * 3600
REFUSED_KEPT = 3600


class Crossed(Exception):
    """Somebody else decided about the same week at the same moment, and was first."""


@dataclass(frozen=True)
class Standing:
    """How a week stands. `record` is the gid of Asana's own record, empty while there is none;
    `number` how many decisions led there, where they are kept here."""

    status: Status = Status.DRAFT
    record: str = ""
    number: int = 0


def remembered_offer(user: User, workspace: str) -> bool | None:
    """Whether the workspace's plan has approvals; None where this person has not asked of late."""
    known: bool | None = cache.get(f"approvals:{user.pk}:{workspace}")
    return known


def remember_offer(user: User, workspace: str, *, offered: bool) -> None:
    kept = OFFERED_KEPT if offered else REFUSED_KEPT
    cache.set(f"approvals:{user.pk}:{workspace}", offered, kept)


def offers(asana: Client, user: User, workspace: str) -> bool:
    """Whether the workspace's plan has approvals. Raises `AsanaError`."""
    known = remembered_offer(user, workspace)
    if known is None:
        known = asana.offers_timesheets()
        remember_offer(user, workspace, offered=known)
    return known


def note(
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
    after: Standing | None = None,
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
                mark=mark,
                by_gid=by.gid,
                by_name=str(by)[:255],
                kept_here=after is not None,
                number=None if after is None else after.number + 1,
                at=at,
            )
            _audit(by, decision, was)
            return decision
    except IntegrityError as error:
        raise Crossed from error


_OWN = {Status.SUBMITTED: Action.WEEK_SUBMITTED, Status.DRAFT: Action.WEEK_RECALLED}
_REVIEWERS = {
    Status.APPROVED: Action.WEEK_APPROVED,
    Status.REJECTED: Action.WEEK_RETURNED,
    Status.SUBMITTED: Action.WEEK_REOPENED,
}


def _audit(by: User, decision: Decision, was: Status) -> None:
    """What was said with it stays between the two."""
    gid, status = decision.person_gid, Status(decision.status)
    own = gid == by.gid
    audit.record(
        (_OWN if own else _REVIEWERS)[status],
        by,
        workspace=decision.workspace_gid,
        to=by if own else Who(gid, _name_of(decision.workspace_gid, gid)),
        before={"status": was},
        after={"week": decision.week, "status": status},
    )


def _name_of(workspace: str, gid: str) -> str:
    """As far as it is known here."""
    if user := User.objects.filter(gid=gid).first():
        return str(user)
    chosen = Reviewed.objects.filter(reviewer__workspace_gid=workspace, gid=gid).first()
    return chosen.name if chosen else ""


def last_of(workspace: str, week: Week, people: Collection[str]) -> dict[str, Decision]:
    """The last decision about the week of each, by gid."""
    made = Decision.objects.filter(
        workspace_gid=workspace, week=str(week), person_gid__in=people
    ).order_by("pk")
    return {one.person_gid: one for one in made}


def marks_of(workspace: str, week: Week, people: Collection[str]) -> dict[str, str]:
    """What the weeks were like when they were handed in here, by gid. Of one that went back to its
    person since, it is not known when it was handed in again, if that was in Asana itself."""
    made = Decision.objects.filter(
        workspace_gid=workspace, week=str(week), person_gid__in=people
    ).order_by("pk")
    marks: dict[str, str] = {}
    for one in made:
        if one.status in (Status.DRAFT, Status.REJECTED):
            marks.pop(one.person_gid, None)
        elif one.mark:
            marks[one.person_gid] = one.mark
    return marks


def standings_in_asana(timesheets: Iterable[Timesheet]) -> dict[str, Standing]:
    """How the weeks stand by Asana's records, by gid."""
    return {
        one.user.gid: Standing(read_status(one.approval_status), one.gid)
        for one in timesheets
        if one.user
    }


def standings_here(workspace: str, week: Week, people: Collection[str]) -> dict[str, Standing]:
    """How the weeks stand where that is kept here, by gid."""
    made = Decision.objects.filter(
        workspace_gid=workspace, week=str(week), person_gid__in=people, kept_here=True
    ).order_by("number")
    return {one.person_gid: Standing(Status(one.status), number=one.number or 0) for one in made}


def standing_here(user: User, workspace: str, week: Week) -> Standing:
    return standings_here(workspace, week, [user.gid]).get(user.gid, Standing())


def kept_here(user: User, workspace: str, week: Week) -> bool:
    """Whether this person's week is approved here: the plan has no approvals, and somebody looks
    after them, or decided about this week before."""
    if remembered_offer(user, workspace) is not False:
        return False
    chosen = Reviewed.objects.filter(reviewer__workspace_gid=workspace, gid=user.gid)
    return chosen.exists() or bool(standing_here(user, workspace, week).number)


def status_in(user: User, workspace: str, week: Week, entries: Collection[Entry]) -> Status:
    """The status of a person's own week, as far as their entries and what is kept here tell."""
    told = status_of(entries)
    if told.locks or remembered_offer(user, workspace):
        return told
    here = standing_here(user, workspace, week)
    return here.status if here.number else told
