"""What a report is requested for, and the hours that it shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.records import AsanaUser, OutOfOffice
from accounts.caching import cached
from accounts.connections.reader import Reader
from accounts.models import User
from accounts.workspaces.membership import Membership, directory
from timesheet.domain.read_failures import NO_FAILURES, ReadFailures
from timesheet.domain.report_entry import UNKNOWN, Grouping, Names, ReportEntry, distinct_names
from timesheet.domain.report_query import Report
from timesheet.domain.target import targets
from timesheet.reports import hours
from timesheet.reports.hours import HoursQuery, HoursResult, LoadProgress
from timesheet.sheets.capacity import capacities
from timesheet.sheets.holidays import days_off
from timesheet.sheets.policy import workspace_policy_of

# How many chunks a page reads before it shows the progress instead.
CHUNKS_OF_A_PAGE = 2
LEFT_CACHED_SECONDS = 600


@dataclass(frozen=True)
class ReportRequest:
    """A report that somebody asks for."""

    reader: Reader
    workspace: str
    report: Report
    # All people whom the viewer may have a report about.
    people: tuple[AsanaUser, ...]
    # Gids of those among them who have left the workspace.
    left: frozenset[str] = frozenset()

    @property
    def user(self) -> User:
        """The viewer."""
        return self.reader.user

    @property
    def hours_query(self) -> HoursQuery:
        """The query for the hours of the people whom the report names, else of all."""
        everybody = tuple(person.gid for person in self.people)
        named = set(self.report.people)
        selected = tuple(gid for gid in everybody if gid in named) if named else everybody
        return HoursQuery(self.reader, self.workspace, self.report.span, everybody, selected)


@dataclass(frozen=True)
class ReportData:
    """A report that was read."""

    # When the oldest entries were read.
    at: datetime
    # The entries that the report's filters allow.
    entries: list[ReportEntry]
    # All entries that were read for it.
    all_entries: list[ReportEntry]
    names: Names
    # People whose hours Asana does not show.
    hidden: tuple[AsanaUser, ...]
    # People of whom Asana showed no entries.
    silent: tuple[AsanaUser, ...]
    # Name of the shared reporting account that was read with; empty for the viewer's own.
    account: str = ""
    # Whether the viewer's own connection was used because that account does not work.
    account_broken: bool = False
    # Entries that could not be read.
    failures: ReadFailures = NO_FAILURES
    # By the person's gid; somebody whose time off Asana does not show is missing.
    time_off: Mapping[str, Sequence[OutOfOffice]] = field(default_factory=dict)
    # People with hours who have left the workspace.
    left: tuple[AsanaUser, ...] = ()
    # Email addresses by gid of the person.
    emails: Mapping[str, str] = field(default_factory=dict)
    # People whose time off is not known, so that their targets may be too high.
    unknown_time_off: tuple[AsanaUser, ...] = ()

    @property
    def leaves_out(self) -> bool:
        """Whether Asana's lists left out fields that a report can be about."""
        return any(UNKNOWN in (entry.task, entry.billable) for entry in self.all_entries)


def people_of(asana: Client, user: User, membership: Membership) -> tuple[AsanaUser, ...]:
    """Return whom the viewer may have a report about, by name.

    These are the viewer and their people; everybody for an admin without people of their own.
    Raises `AsanaError`.
    """
    if membership.sees_everybody:
        return directory(asana, user, membership.workspace)
    own = AsanaUser(user.gid, str(user), user.email)
    people = {person.gid: person for person in (*membership.people, own)}
    return tuple(sorted(people.values(), key=lambda person: (person.name.casefold(), person.gid)))


def people_who_left(asana: Client, user: User, membership: Membership) -> tuple[AsanaUser, ...]:
    """Return those who have left the workspace and whom the viewer may have a report about.

    Everybody for an admin without people of their own; a manager's people stay theirs when they
    leave, and are in `people_of`. Raises `AsanaError`.
    """
    if membership.people or not membership.is_admin:
        return ()
    return cached(
        f"left:{user.pk}:{membership.workspace}",
        LEFT_CACHED_SECONDS,
        lambda: _read_people_who_left(asana, membership.workspace),
    )


def _read_people_who_left(asana: Client, workspace: str) -> tuple[AsanaUser, ...]:
    memberships = asana.list_all(listings.memberships(workspace))
    active = {each.user.gid for each in memberships if each.is_active}
    left = {each.user.gid: each.user for each in memberships if each.user.gid not in active}
    return tuple(sorted(left.values(), key=lambda person: (person.name.casefold(), person.gid)))


def load_report(
    asana: Client, report_request: ReportRequest, now: datetime, *, chunks: int | None = None
) -> ReportData | LoadProgress:
    """Load the report; the progress if more than `chunks` had to be read. Raises `AsanaError`."""
    query = report_request.hours_query
    result = hours.read(asana, query, now, chunks=chunks)
    if isinstance(result, LoadProgress):
        return result
    accounted_for = {entry.person for entry in result.entries} | result.hidden
    accounted_for.add(report_request.user.gid)
    selected = [person for person in report_request.people if person.gid in set(query.selected)]
    with_hours = {entry.person for entry in result.entries}
    left = report_request.left
    return ReportData(
        result.at,
        report_request.report.select(result.entries),
        result.entries,
        _names(report_request, result),
        tuple(p for p in selected if p.gid in result.hidden and p.gid not in left),
        tuple(p for p in selected if p.gid not in accounted_for and p.gid not in left),
        report_request.reader.account,
        report_request.reader.broken,
        result.failures,
        result.time_off,
        tuple(p for p in selected if p.gid in left and p.gid in with_hours),
        {person.gid: person.email for person in report_request.people if person.email},
        tuple(p for p in selected if p.gid not in result.time_off and p.gid in with_hours),
    )


def _names(report_request: ReportRequest, result: HoursResult) -> Names:
    """Return the names of all groups; equal ones with an email address or a gid."""
    people = {person.gid: person.name or person.gid for person in report_request.people}
    emails = {person.gid: person.email for person in report_request.people if person.email}
    names = {by: distinct_names(names, {}) for by, names in result.names.items()}
    return {**names, Grouping.PERSON: distinct_names(people, emails)}


def targets_of(
    report_request: ReportRequest, report_data: ReportData, people: Collection[str]
) -> dict[date, int]:
    """Return the target minutes of these people together by day, without holidays and time off."""
    workspace_policy = workspace_policy_of(report_request.workspace)
    span = report_request.report.span
    holidays = days_off(workspace_policy, span.start, span.end)
    days = list(span.days)
    totals = dict.fromkeys(days, 0)
    for gid, capacity in capacities(people, workspace_policy, span.start, span.end).items():
        time_off = report_data.time_off.get(gid, ())
        for day, target in zip(days, targets(days, capacity.on, time_off, holidays), strict=True):
            totals[day] += target.minutes
    return totals
