"""A manager's team in one week: everybody's hours, how they stand, and what is odd about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError
from accounts.asana.records import AsanaUser, Entry
from accounts.connections.reader import Reader
from accounts.models import User
from accounts.workspaces import membership
from accounts.workspaces.membership import Membership
from timesheet.domain.approval import Status
from timesheet.domain.cell import WriteKind
from timesheet.domain.grid import Day
from timesheet.domain.journal import State
from timesheet.domain.target import Target, Total, targets
from timesheet.domain.team_week import PersonWeek, assess_week, sort_by_attention
from timesheet.domain.week import Week
from timesheet.models import Decision, Edit
from timesheet.sheets import approvals
from timesheet.sheets.approvals import WeekStatus
from timesheet.sheets.holidays import days_off
from timesheet.sheets.policy import workspace_policy_of
from timesheet.sheets.preferences import wanted_of
from timesheet.team.snapshot import Snapshot, keep, look_again, read, remembered

# What is older is looked at again behind the page.
FRESH = timedelta(seconds=60)


@dataclass(frozen=True)
class TeamWeek:
    """`at` is when Asana told the hours; `problem` why it could not be asked again just now.
    `behind` when there is more to ask, or what is shown is not of just now. The weeks are approved
    here, not in Asana, when `kept_here`. `hours` are the entries, as a list of Asana's tells them,
    by gid; None for those whose hours it refuses to show. `holidays` are the days on which nobody
    is expected to work, by name."""

    workspace: str
    week: Week
    people: tuple[PersonWeek, ...]
    at: datetime
    kept_here: bool
    behind: bool
    hours: Mapping[str, list[Entry] | None]
    holidays: Mapping[date, str]
    problem: AsanaError | None = None

    @property
    def hidden(self) -> tuple[PersonWeek, ...]:
        return tuple(one for one in self.people if one.hidden)

    @property
    def short(self) -> tuple[PersonWeek, ...]:
        return tuple(one for one in self.people if one.is_short)

    @property
    def clean(self) -> tuple[PersonWeek, ...]:
        return tuple(one for one in self.people if one.is_clean)

    def of(self, gid: str) -> PersonWeek | None:
        return next((one for one in self.people if one.person.gid == gid), None)


@dataclass(frozen=True)
class Viewer:
    """Who looks at the team, with whose eyes, and when."""

    reader: Reader
    membership: Membership
    today: date
    now: datetime

    @property
    def user(self) -> User:
        return self.reader.user


def people_of(asana: Client, viewer: Viewer) -> tuple[AsanaUser, ...]:
    """Those whom the viewer looks after: the people chosen for them, or for an admin for whom none
    were chosen everybody else. Raises `AsanaError`."""
    if viewer.membership.people or not viewer.membership.is_admin:
        return viewer.membership.people
    everybody = membership.directory(asana, viewer.user, viewer.membership.workspace)
    return tuple(one for one in everybody if one.gid != viewer.user.gid)


def load(asana: Client, viewer: Viewer, week: Week, *, fresh: bool = False) -> TeamWeek:
    """The team as it was seen last, or as Asana tells it now where nothing is remembered, or it is
    to be `fresh`. Raises `AsanaError` where there is nothing to show."""
    people = people_of(asana, viewer)
    gids = [person.gid for person in people]
    workspace = viewer.membership.workspace
    known = remembered(viewer.reader, workspace, week)
    if known is not None and set(gids) - known.hours.keys():
        known = None
    problem = None
    if known is None or fresh:
        recent = known if known and viewer.now - known.at < FRESH and known.lacks(gids) else None
        try:
            known = read(viewer.reader, workspace, week, gids, now=viewer.now, known=recent)
        except AsanaError as error:
            if known is None or viewer.reader.has_ended:
                raise
            problem = error
    return _team(viewer, week, people, known, problem)


def load_person(asana: Client, viewer: Viewer, week: Week, gid: str) -> TeamWeek:
    """The team as it was seen last, with this person's week as Asana tells it now. Raises
    `AsanaError` where there is nothing to show."""
    people = people_of(asana, viewer)
    known = remembered(viewer.reader, viewer.membership.workspace, week)
    if known is None or gid not in known.hours:
        return load(asana, viewer, week, fresh=True)
    problem = None
    try:
        look_again(viewer.reader, viewer.membership.workspace, week, gid, known)
    except AsanaError as error:
        if viewer.reader.has_ended:
            raise
        problem = error
    return _team(viewer, week, people, known, problem)


def _team(
    viewer: Viewer,
    week: Week,
    people: Sequence[AsanaUser],
    snapshot: Snapshot,
    problem: AsanaError | None,
) -> TeamWeek:
    gids = [person.gid for person in people]
    workspace = viewer.membership.workspace
    looking = _TeamAssessment(viewer, week, gids, snapshot)
    behind = snapshot.lacks(gids) or viewer.now - snapshot.at >= FRESH
    return TeamWeek(
        workspace,
        week,
        tuple(sort_by_attention(looking.at(person) for person in people)),
        snapshot.at,
        looking.kept_here,
        behind=behind and problem is None,
        hours=snapshot.hours,
        holidays=looking.holidays,
        problem=problem,
    )


class _TeamAssessment:
    """What is to be known of all to tell how the week of each stands."""

    def __init__(
        self, viewer: Viewer, week: Week, people: Collection[str], snapshot: Snapshot
    ) -> None:
        workspace = viewer.membership.workspace
        self.viewer, self.week, self.snapshot = viewer, week, snapshot
        offered = approvals.cached_plan_has_approvals(viewer.user, workspace)
        self.kept_here = snapshot.kept_here if offered is None else not offered
        self.standings = (
            approvals.local_statuses(workspace, week, people)
            if self.kept_here
            else snapshot.statuses
        )
        self.decisions: dict[str, Decision] = approvals.last_of(workspace, week, people)
        self.marks = approvals.fingerprints_of(workspace, week, people)
        workspace_policy = workspace_policy_of(workspace)
        self.wanted = wanted_of(people, workspace_policy)
        self.holidays = days_off(workspace_policy, week.start, week.end)
        self.notes_required = workspace_policy.note_required
        self.logging = _logging_here(workspace, week, people)

    def at(self, person: AsanaUser) -> PersonWeek:
        gid = person.gid
        status = self.standings.get(gid, WeekStatus()).status
        last = self.decisions.get(gid)
        message = last.message if last and last.status == status else ""
        if self._is_hidden(gid):
            looked = PersonWeek(person, self._no_days(gid), 0, status, hidden=True)
        else:
            looked = assess_week(
                person,
                self.week,
                self.snapshot.hours.get(gid) or [],
                self._targets(gid),
                self.viewer.today,
                status=status,
                submitted_fingerprint=self.marks.get(gid, ""),
                notes_required=self.notes_required,
            )
        return replace(
            looked,
            never_visible=not looked.hidden and gid in self.snapshot.asked - self.snapshot.visible,
            days_off_known=gid in self.snapshot.time_off,
            message=message,
        )

    def _is_hidden(self, gid: str) -> bool:
        """Asana answers the same for somebody without hours and for somebody whose hours it does
        not show. Whoever logged through us has some; and a token that shows nobody else's shows
        nobody's."""
        hours = self.snapshot.hours.get(gid)
        if hours is None or (not hours and gid in self.logging):
            return True
        if hours or gid in self.snapshot.visible:
            return False
        return not self.snapshot.visible - {self.viewer.reader.gid}

    def _targets(self, gid: str) -> tuple[Target, ...]:
        time_off = self.snapshot.time_off.get(gid, ())
        return targets(self.week.days, self.wanted[gid], time_off, self.holidays)

    def _no_days(self, gid: str) -> tuple[Day, ...]:
        return tuple(
            Day(day, Total(0, target))
            for day, target in zip(self.week.days, self._targets(gid), strict=True)
        )


def _logging_here(workspace: str, week: Week, people: Collection[str]) -> set[str]:
    """Who has hours in the week that they logged through us."""
    done = Edit.objects.filter(
        user__gid__in=people,
        workspace_gid=workspace,
        entered_on__range=(week.start, week.end),
        state=State.CONFIRMED.value,
    )
    counted = done.values("user__gid").annotate(
        made=Count("pk", filter=Q(kind=WriteKind.CREATE.value)),
        gone=Count("pk", filter=Q(kind=WriteKind.DELETE.value)),
    )
    return {one["user__gid"] for one in counted if one["made"] > one["gone"]}


def note_status(reader: Reader, workspace: str, week: Week, changed: dict[str, Status]) -> None:
    """Has what is remembered of a team agree with what was just decided."""
    known = remembered(reader, workspace, week)
    if known is None:
        return
    for gid, status in changed.items():
        known.statuses[gid] = replace(known.statuses.get(gid, WeekStatus()), status=status)
    keep(reader, workspace, week, known)
