"""What was decided about weeks, as far as it is known here: all of it where the workspace's Asana
plan has no approvals, else what Asana does not tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from accounts.asana.client import Client
from accounts.asana.records import Entry, Timesheet
from accounts.models import Reviewed, User
from timesheet.domain.approval import Status, read_status, status_of
from timesheet.domain.week import Week
from timesheet.models import Decision

# Plans change seldom; in seconds.
OFFERED_KEPT = 24 * 3600
REFUSED_KEPT = 3600


@dataclass(frozen=True)
class Standing:
    """How a week stands. `record` is the gid of Asana's own record, empty while there is none."""

    status: Status = Status.DRAFT
    record: str = ""


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
    person: str = "",
    message: str = "",
    mark: str = "",
    kept_here: bool = False,
) -> Decision:
    """Writes down what `by` decided, about their own week where no `person` is named."""
    return Decision.objects.create(
        workspace_gid=workspace,
        person_gid=person or by.gid,
        week=str(week),
        status=status.value,
        message=message,
        mark=mark,
        by_gid=by.gid,
        by_name=str(by)[:255],
        kept_here=kept_here,
        at=at,
    )


def last_of(workspace: str, week: Week, people: Collection[str]) -> dict[str, Decision]:
    """The last decision about the week of each, by gid."""
    made = Decision.objects.filter(
        workspace_gid=workspace, week=str(week), person_gid__in=people
    ).order_by("pk")
    return {one.person_gid: one for one in made}


def marks_of(workspace: str, week: Week, people: Collection[str]) -> dict[str, str]:
    """What the weeks were like when they were last handed in, by gid, where that is known."""
    made = Decision.objects.filter(
        workspace_gid=workspace,
        week=str(week),
        person_gid__in=people,
        status=Status.SUBMITTED.value,
    ).order_by("pk")
    return {one.person_gid: one.mark for one in made if one.mark}


def standings_in_asana(timesheets: Iterable[Timesheet]) -> dict[str, Standing]:
    """How the weeks stand by Asana's records, by gid."""
    return {
        one.user.gid: Standing(read_status(one.approval_status), one.gid)
        for one in timesheets
        if one.user
    }


def standings_here(workspace: str, week: Week, people: Collection[str]) -> dict[str, Standing]:
    """How the weeks stand where that is kept here, by gid."""
    made = last_of(workspace, week, people)
    return {gid: Standing(Status(one.status)) for gid, one in made.items() if one.kept_here}


def kept_here(user: User, workspace: str) -> bool:
    """Whether this person's weeks are approved here: the plan has no approvals, and somebody
    looks after them."""
    if remembered_offer(user, workspace) is not False:
        return False
    return Reviewed.objects.filter(reviewer__workspace_gid=workspace, gid=user.gid).exists()


def status_in(user: User, workspace: str, week: Week, entries: Collection[Entry]) -> Status:
    """The status of a person's own week, as far as their entries and what is kept here tell."""
    told = status_of(entries)
    if told.locks or remembered_offer(user, workspace):
        return told
    here = standings_here(workspace, week, [user.gid])
    return here[user.gid].status if user.gid in here else told
