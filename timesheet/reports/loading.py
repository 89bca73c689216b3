"""What a report is requested for, and the hours that it shows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from accounts.asana.client import Client
from accounts.asana.records import AsanaUser
from accounts.connections.reader import Reader
from accounts.models import User
from accounts.workspaces.membership import Membership, directory
from timesheet.domain.read_failures import NO_FAILURES, ReadFailures
from timesheet.domain.report_entry import UNKNOWN, Grouping, Names, ReportEntry
from timesheet.domain.report_query import Report
from timesheet.reports import hours
from timesheet.reports.hours import HoursQuery, LoadProgress
from timesheet.sheets.capacity import capacities
from timesheet.sheets.holidays import days_off
from timesheet.sheets.policy import workspace_policy_of

# How many chunks a page reads before it shows the progress instead.
CHUNKS_OF_A_PAGE = 2


@dataclass(frozen=True)
class ReportRequest:
    """A report that somebody asks for."""

    reader: Reader
    workspace: str
    report: Report
    # All people whom the viewer may have a report about.
    people: tuple[AsanaUser, ...]
    # Whether these are all people of the workspace now, so that people who left are missing.
    everybody: bool = False

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
    # Entries that could not be read.
    failures: ReadFailures = NO_FAILURES

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
    people = {person.gid: person for person in (*membership.people, AsanaUser(user.gid, str(user)))}
    return tuple(sorted(people.values(), key=lambda person: (person.name.casefold(), person.gid)))


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
    person_names = {person.gid: person.name for person in report_request.people}
    return ReportData(
        result.at,
        report_request.report.select(result.entries),
        result.entries,
        {**result.names, Grouping.PERSON: person_names},
        tuple(person for person in selected if person.gid in result.hidden),
        tuple(person for person in selected if person.gid not in accounted_for),
        report_request.reader.account,
        result.failures,
    )


def targets_of(
    report_request: ReportRequest, people: Collection[str]
) -> tuple[Callable[[date], int], dict[date, str]]:
    """Return the target minutes of these people together on a day, and the workspace's holidays by
    date. Days off of single people are not known here."""
    workspace_policy = workspace_policy_of(report_request.workspace)
    span = report_request.report.span
    expected = capacities(people, workspace_policy, span.start, span.end).values()

    def together(day: date) -> int:
        return sum(capacity.on(day) for capacity in expected)

    return together, days_off(workspace_policy, span.start, span.end)
