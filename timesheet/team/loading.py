"""A manager's team in one week: everybody's hours, status and flags."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, Busy
from accounts.asana.records import AsanaUser, Entry
from accounts.connections.reader import Reader
from accounts.models import User
from accounts.workspaces import membership
from accounts.workspaces.membership import Membership
from timesheet.core import clock
from timesheet.domain.approval import Status
from timesheet.domain.cell import WriteKind
from timesheet.domain.grid import Day
from timesheet.domain.journal import State
from timesheet.domain.target import Target, Total, targets
from timesheet.domain.team_summary import percent
from timesheet.domain.team_week import (
    PersonWeek,
    assess_week,
    billable_minutes,
    sort_by_attention,
)
from timesheet.domain.week import Week
from timesheet.models import Decision, Edit, MailKind, SentReminder
from timesheet.sheets import approvals
from timesheet.sheets.approvals import WeekStatus
from timesheet.sheets.capacity import capacities
from timesheet.sheets.holidays import days_off
from timesheet.sheets.policy import workspace_policy_of
from timesheet.team.snapshot import Snapshot, add_to_snapshot, cached_snapshot
from timesheet.team.snapshot_reading import read, read_person

# A page with older hours refreshes itself.
FRESH = timedelta(seconds=60)
# The hours and the time off of so many people are read with one batch of requests.
READ_AT_ONCE = 24


@dataclass(frozen=True)
class TeamWeek:
    """What the team page shows of one week."""

    workspace: str
    week: Week
    # Those who need attention first.
    people: tuple[PersonWeek, ...]
    # When the hours were read from Asana.
    at: datetime
    # Whether weeks are approved here, because the Asana plan has no approvals.
    approved_locally: bool
    # Whether the page should refresh: something was not read yet, or the hours are old.
    behind: bool
    # How much there is to read before everything is known and new; 0 when it is.
    left: int
    # The entries by gid, as Asana's lists have them; None for people whose hours it does not show.
    hours: Mapping[str, list[Entry] | None]
    # Days on which nobody is expected to work, with their names.
    holidays: Mapping[date, str]
    # Those with missing hours who were not reminded just now.
    to_remind: tuple[PersonWeek, ...] = ()
    # Why Asana could not be asked for newer hours.
    problem: AsanaError | None = None

    @property
    def pending(self) -> tuple[PersonWeek, ...]:
        """Those whose hours have not been read yet."""
        return tuple(week for week in self.people if week.pending)

    @property
    def without_days_off(self) -> tuple[PersonWeek, ...]:
        """Those whose hours are known and whose days off are not."""
        return tuple(
            week
            for week in self.people
            if not week.days_off_known and not week.pending and not week.hidden
        )

    @property
    def hidden(self) -> tuple[PersonWeek, ...]:
        """Those whose hours Asana does not show."""
        return tuple(week for week in self.people if week.hidden)

    @property
    def short(self) -> tuple[PersonWeek, ...]:
        """Those with missing hours."""
        return tuple(week for week in self.people if week.is_short)

    @property
    def clean(self) -> tuple[PersonWeek, ...]:
        """Those who submitted a week without flags."""
        return tuple(week for week in self.people if week.is_clean)

    def of(self, gid: str) -> PersonWeek | None:
        """Return the week of one person; None if they are not in the team."""
        return next((week for week in self.people if week.person.gid == gid), None)


@dataclass(frozen=True)
class Viewer:
    """Who views a team, which client reads it, and when."""

    reader: Reader
    membership: Membership
    today: date
    now: datetime

    @property
    def user(self) -> User:
        """The person who views the team."""
        return self.reader.user

    @property
    def is_in_background(self) -> bool:
        """Whether nobody waits for what the viewer reads."""
        return self.reader.asana.session.is_background

    def in_background(self) -> Viewer:
        """Return the viewer for reads that nobody waits for."""
        return replace(self, reader=self.reader.in_background())


def people_of(asana: Client, viewer: Viewer) -> tuple[AsanaUser, ...]:
    """Return the viewer's people: those assigned to them, or everybody else in the workspace for an
    admin without any. Raises `AsanaError`."""
    if not viewer.membership.sees_everybody:
        return viewer.membership.people
    everybody = membership.directory(asana, viewer.user, viewer.membership.workspace)
    return tuple(person for person in everybody if person.gid != viewer.user.gid)


def load(
    asana: Client, viewer: Viewer, week: Week, *, fresh: bool = False, waits: bool = True
) -> TeamWeek:
    """Load the team from the cache; from Asana if hours were not read yet or have to be `fresh`.

    A large team takes several loads; what was not read yet is marked as pending. Without `waits`
    its first hours are left to the next load. Raises `AsanaError` if there is nothing to show; else
    the result holds it as its problem.
    """
    people = people_of(asana, viewer)
    gids = [person.gid for person in people]
    workspace = viewer.membership.workspace
    snapshot = cached_snapshot(viewer.reader, workspace, week) or Snapshot()
    problem: AsanaError | None = None
    pending = len(snapshot.pending(gids))
    if fresh or (pending if waits else 0 < pending <= READ_AT_ONCE):
        try:
            # A page that reads on by itself reads nobody again who was read a moment ago.
            reads_on = snapshot.lacks(gids) or viewer.is_in_background or not fresh
            older_than = viewer.now - FRESH if reads_on else viewer.now
            read(
                viewer.reader,
                workspace,
                week,
                gids,
                now=viewer.now,
                older_than=older_than,
                snapshot=snapshot,
            )
        except Busy:
            # Our own reads are in the way and end by themselves: the page reads on in a moment.
            pass
        except AsanaError as error:
            if len(snapshot.pending(gids)) == len(gids) or viewer.reader.has_ended:
                raise
            problem = error
    return _team(viewer, week, people, snapshot, problem)


def load_cached(asana: Client, viewer: Viewer, week: Week) -> TeamWeek:
    """Return the team as far as it is cached. Raises `AsanaError` if its people are not known."""
    people = people_of(asana, viewer)
    snapshot = cached_snapshot(viewer.reader, viewer.membership.workspace, week)
    return _team(viewer, week, people, snapshot or Snapshot(), None)


def cached_billable_share(viewer: Viewer, week: Week, people: Collection[str]) -> int | None:
    """Return how much of these people's hours in a week is billable, in whole percent.

    None unless the hours of all of them are cached: nothing is read for it.
    """
    snapshot = cached_snapshot(viewer.reader, viewer.membership.workspace, week)
    if snapshot is None or snapshot.pending(people):
        return None
    entries = [entry for gid in people for entry in snapshot.hours[gid] or ()]
    billable = billable_minutes(entries)
    total = sum(entry.duration_minutes for entry in entries)
    return None if billable is None else percent(billable, total)


def load_person(asana: Client, viewer: Viewer, week: Week, gid: str) -> TeamWeek:
    """Load the team from the cache, with this person's week read from Asana and nobody else's.

    Raises `AsanaError` if there is nothing to show; else the result holds it as its problem.
    """
    people = people_of(asana, viewer)
    workspace = viewer.membership.workspace
    snapshot = cached_snapshot(viewer.reader, workspace, week) or Snapshot()
    problem = None
    if all(person.gid != gid for person in people):
        return _team(viewer, week, people, snapshot, problem)
    try:
        read_person(viewer.reader, workspace, week, gid, snapshot, now=viewer.now)
    except AsanaError as error:
        if gid not in snapshot.hours or viewer.reader.has_ended:
            raise
        problem = error
    return _team(viewer, week, people, snapshot, problem)


def _team(
    viewer: Viewer,
    week: Week,
    people: Sequence[AsanaUser],
    snapshot: Snapshot,
    problem: AsanaError | None,
) -> TeamWeek:
    gids = [person.gid for person in people]
    workspace = viewer.membership.workspace
    assessment = _TeamAssessment(viewer, week, gids, snapshot)
    lacking = [gid for gid in gids if not snapshot.is_complete(gid)]
    behind = bool(lacking or snapshot.older(gids, viewer.now - FRESH))
    weeks = tuple(sort_by_attention(assessment.week_of(person) for person in people))
    return TeamWeek(
        workspace,
        week,
        weeks,
        snapshot.at(gids) or viewer.now,
        assessment.approved_locally,
        behind=behind and problem is None,
        left=2 * len(lacking) + len(snapshot.older(gids, viewer.now - FRESH)),
        hours=snapshot.hours,
        holidays=assessment.holidays,
        to_remind=tuple(
            week for week in weeks if week.is_short and not week.is_just_reminded(viewer.now)
        ),
        problem=problem,
    )


class _TeamAssessment:
    """Everything from the database and the snapshot that is needed to assess each person's week."""

    def __init__(
        self, viewer: Viewer, week: Week, people: Collection[str], snapshot: Snapshot
    ) -> None:
        workspace = viewer.membership.workspace
        self.viewer, self.week, self.snapshot = viewer, week, snapshot
        has_approvals = approvals.cached_plan_has_approvals(viewer.user, workspace)
        self.approved_locally = (
            bool(snapshot.approved_locally) if has_approvals is None else not has_approvals
        )
        self.statuses = (
            approvals.local_statuses(workspace, week, people)
            if self.approved_locally
            else snapshot.statuses
        )
        self.decisions: dict[str, Decision] = approvals.last_of(workspace, week, people)
        # Fingerprints of the hours at the time of submission, by gid.
        self.fingerprints = approvals.fingerprints_of(workspace, week, people)
        workspace_policy = workspace_policy_of(workspace)
        self.capacities = capacities(people, workspace_policy, week.start, week.end)
        self.holidays = days_off(workspace_policy, week.start, week.end)
        self.notes_required = workspace_policy.note_required
        self.reminded_at = _reminded_at(workspace, week, people)
        self.logged_here = _people_with_hours_here(workspace, week, people)

    def week_of(self, person: AsanaUser) -> PersonWeek:
        """Assess one person's week."""
        gid = person.gid
        status = self.statuses.get(gid, WeekStatus()).status
        last = self.decisions.get(gid)
        message = last.message if last and last.status == status else ""
        if gid not in self.snapshot.hours:
            days = self._days_without_hours(gid)
            assessed = PersonWeek(person, days, 0, status, pending=True)
        elif self._is_hidden(gid):
            assessed = PersonWeek(person, self._days_without_hours(gid), 0, status, hidden=True)
        else:
            assessed = assess_week(
                person,
                self.week,
                self.snapshot.hours.get(gid) or [],
                self._targets(gid),
                self.viewer.today,
                status=status,
                submitted_fingerprint=self.fingerprints.get(gid, ""),
                notes_required=self.notes_required,
                unreadable=self.snapshot.unreadable.get(gid, ()),
                days_off_known=gid in self.snapshot.time_off,
            )
        never_visible = gid in self.snapshot.checked - self.snapshot.visible
        return replace(
            assessed,
            never_visible=not assessed.hidden and never_visible,
            days_off_known=gid in self.snapshot.time_off,
            message=message,
            status_at=last.at if last and last.status == status else None,
            reminded_at=self.reminded_at.get(gid),
        )

    def _is_hidden(self, gid: str) -> bool:
        """Tell whether Asana does not show this person's hours.

        Its answer is the same as for somebody without hours. But a person who logged through us has
        some, and a token that has never shown anybody else's hours shows nobody's.
        """
        hours = self.snapshot.hours.get(gid)
        if hours is None or (not hours and gid in self.logged_here):
            return True
        if hours or gid in self.snapshot.visible:
            return False
        return not self.snapshot.visible - {self.viewer.reader.gid}

    def _targets(self, gid: str) -> tuple[Target, ...]:
        time_off = self.snapshot.time_off.get(gid, ())
        return targets(self.week.days, self.capacities[gid].on, time_off, self.holidays)

    def _days_without_hours(self, gid: str) -> tuple[Day, ...]:
        return tuple(
            Day(day, Total(0, target))
            for day, target in zip(self.week.days, self._targets(gid), strict=True)
        )


def _people_with_hours_here(workspace: str, week: Week, people: Collection[str]) -> set[str]:
    """The gids of those who logged hours in the week through us and did not delete all of them."""
    confirmed = Edit.objects.filter(
        user__gid__in=people,
        workspace_gid=workspace,
        entered_on__range=(week.start, week.end),
        state=State.CONFIRMED.value,
    )
    by_person = confirmed.values("user__gid").annotate(
        created=Count("pk", filter=Q(kind=WriteKind.CREATE.value)),
        deleted=Count("pk", filter=Q(kind=WriteKind.DELETE.value)),
    )
    return {row["user__gid"] for row in by_person if row["created"] > row["deleted"]}


def _reminded_at(workspace: str, week: Week, people: Collection[str]) -> dict[str, datetime]:
    """When people were last reminded of missing hours in the week, by gid."""
    reminders = SentReminder.objects.filter(
        workspace_gid=workspace, week=str(week), kind=MailKind.SHORT, person_gid__in=people
    )
    return dict(reminders.values_list("person_gid", "at"))


def note_status(reader: Reader, workspace: str, week: Week, changed: dict[str, Status]) -> None:
    """Put statuses that were just written, by gid, into the cached snapshot."""
    snapshot = cached_snapshot(reader, workspace, week)
    if snapshot is None:
        return
    news = Snapshot(status_at=dict.fromkeys(changed, clock.now()))
    for gid, status in changed.items():
        news.statuses[gid] = replace(snapshot.statuses.get(gid, WeekStatus()), status=status)
    add_to_snapshot(reader, workspace, week, news)
