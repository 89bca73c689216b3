"""What a manager can have a report about, and the hours that it shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from accounts.asana.client import Client
from accounts.asana.records import AsanaUser
from accounts.connections.reader import Reader
from accounts.models import User
from accounts.workspaces.membership import Membership, directory
from timesheet.domain.report_entry import UNKNOWN, Grouping, Names, ReportEntry
from timesheet.domain.report_query import Report
from timesheet.reports import hours
from timesheet.reports.hours import HoursQuery, LoadProgress
from timesheet.sheets.holidays import days_off
from timesheet.sheets.policy import workspace_policy_of
from timesheet.sheets.preferences import wanted_of

# A page reads so many portions before it shows how far it is instead.
PORTIONS_OF_A_PAGE = 2


@dataclass(frozen=True)
class ReportRequest:
    """A report that somebody asks for, with whose eyes, and the people that it may be about."""

    reader: Reader
    workspace: str
    report: Report
    people: tuple[AsanaUser, ...]
    # Whether these are all who are in the workspace now, so that who left is not among them.
    everybody: bool = False

    @property
    def user(self) -> User:
        return self.reader.user

    @property
    def wanted(self) -> HoursQuery:
        everybody = tuple(person.gid for person in self.people)
        named = set(self.report.people)
        chosen = tuple(gid for gid in everybody if gid in named) if named else everybody
        return HoursQuery(self.reader, self.workspace, self.report.span, everybody, chosen)


@dataclass(frozen=True)
class ReportData:
    """The works of the report, read `at` that moment, and `all` that were read for it. Asana shows
    no hours of the `hidden`, and none came of the `silent`. `account` is whose reporting connection
    they were read with, empty where it was the viewer's own."""

    at: datetime
    works: list[ReportEntry]
    all: list[ReportEntry]
    names: Names
    hidden: tuple[AsanaUser, ...]
    silent: tuple[AsanaUser, ...]
    account: str = ""

    @property
    def leaves_out(self) -> bool:
        """Whether Asana's lists do not tell all that a report can be about."""
        return any(UNKNOWN in (work.task, work.billable) for work in self.all)


def people_of(asana: Client, user: User, membership: Membership) -> tuple[AsanaUser, ...]:
    """Whom the viewer may have a report about: themself and their people; of an admin who has
    none, everybody. Raises `AsanaError`."""
    if not membership.people and membership.is_admin:
        return directory(asana, user, membership.workspace)
    mine = {one.gid: one for one in (*membership.people, AsanaUser(user.gid, str(user)))}
    return tuple(sorted(mine.values(), key=lambda one: (one.name.casefold(), one.gid)))


def load_report(
    asana: Client, report_request: ReportRequest, now: datetime, *, chunks: int | None = None
) -> ReportData | LoadProgress:
    """The report, or how far its reading is after so many portions. Raises `AsanaError`."""
    wanted = report_request.wanted
    reading = hours.read(asana, wanted, now, chunks=chunks)
    if isinstance(reading, LoadProgress):
        return reading
    heard = {work.person for work in reading.works} | reading.hidden | {report_request.user.gid}
    chosen = [person for person in report_request.people if person.gid in set(wanted.chosen)]
    return ReportData(
        reading.at,
        report_request.report.select(reading.works),
        reading.works,
        {**reading.names, Grouping.PERSON: {one.gid: one.name for one in report_request.people}},
        tuple(one for one in chosen if one.gid in reading.hidden),
        tuple(one for one in chosen if one.gid not in heard),
        report_request.reader.account,
    )


def targets_of(
    report_request: ReportRequest, people: Collection[str]
) -> tuple[tuple[int, ...], dict[date, str]]:
    """The minutes that these people mean to work on each day of a week together, Monday's first,
    and the holidays on which nobody does. Days off of single people are not known here."""
    span, workspace_policy = (
        report_request.report.span,
        workspace_policy_of(report_request.workspace),
    )
    each = wanted_of(people, workspace_policy).values()
    together = tuple(sum(wanted[day] for wanted in each) for day in range(7))
    return together, days_off(workspace_policy, span.start, span.end)
