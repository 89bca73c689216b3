"""Reads a saved report for somebody who is not signed in: with their own connection and role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import parse_qs

from accounts.asana.errors import Forbidden, NotFound
from accounts.connections.reader import open_reader
from accounts.connections.service import client_for
from accounts.models import Connection, User
from accounts.workspaces.membership import Membership
from timesheet.domain.report_entry import Grouping, distinct_people
from timesheet.domain.report_query import Report
from timesheet.reports import hours, loading
from timesheet.reports.costs import Costs, read_costs
from timesheet.reports.hours import LoadProgress
from timesheet.reports.loading import ReportData, ReportRequest


class NoAccess(Exception):
    """The person may not see this report any more."""


class NotConnected(Exception):
    """The person has no connection to Asana that works."""


@dataclass(frozen=True)
class ReadReport:
    """A report with the figures that one person may see."""

    user: User
    report: Report
    # Gids of the people whom it is about.
    people: tuple[str, ...]
    report_data: ReportData
    # What the hours cost by the rates that this person may see; None if the report has no costs.
    costs: Costs | None = None

    @property
    def entries(self) -> frozenset[str]:
        """Gids of the entries that the person may see."""
        return frozenset(entry.gid for entry in self.report_data.entries)


def report_of(query: str, day: date) -> Report:
    """Parse the query of a saved view as it is on a day. Raises `BadQuery`."""
    return Report.read(parse_qs(query), day)


def read_report(
    gid: str, workspace: str, report: Report, now: datetime, *, fresh: bool = False
) -> ReadReport:
    """Read a report with the access of the person with this gid; if `fresh`, without the cache.

    Raises `NoAccess`, `NotConnected`, and another `AsanaError`.
    """
    connection = Connection.objects.usable().filter(user__gid=gid).select_related("user").first()
    if connection is None or not connection.user.is_active:
        raise NotConnected
    user = connection.user
    try:
        with client_for(connection, workspace) as asana:
            membership = Membership(asana, user, workspace)
            if not membership.is_manager:
                raise NoAccess
            left = loading.people_who_left(asana, user, membership)
            people = distinct_people((*loading.people_of(asana, user, membership), *left))
            if not set(report.people) <= {person.gid for person in people}:
                raise NoAccess
            with open_reader(asana, user, membership) as reader:
                gone = frozenset(person.gid for person in left)
                request = ReportRequest(reader, workspace, report, people, gone)
                if fresh:
                    hours.forget(request.hours_query)
                report_data = loading.load_report(asana, request, now)
            if isinstance(report_data, LoadProgress):
                raise TypeError("a reading without a limit ended early")
            costs = read_costs(asana, report_data.entries) if report.options.money else None
    except (Forbidden, NotFound) as error:
        raise NoAccess from error
    selected = request.hours_query.selected
    others = {person for person in selected if person != gid}
    if others and others <= {person.gid for person in report_data.hidden}:
        raise NoAccess
    return ReadReport(user, report, selected, report_data, costs)


def same_report(gid: str, workspace: str, owners: ReadReport, now: datetime) -> ReadReport | None:
    """Read the owner's report with somebody else's own access.

    Returns None unless Asana and their role here show them the same entries. Entries that came or
    went between two readings don't count: if the first readings differ, both are read once more,
    and the owner's readings before and after tell which entries were there all the time. Raises
    `AsanaError`, and if the owner's second reading fails, what `read_report` raises.
    """
    if gid == owners.user.gid:
        return owners
    report = owners.report.narrow(Grouping.PERSON, *owners.people)
    try:
        read = read_report(gid, workspace, report, now)
        if read.entries == owners.entries:
            return read
        read = read_report(gid, workspace, report, now, fresh=True)
    except (NoAccess, NotConnected):
        return None
    again = read_report(owners.user.gid, workspace, report, now, fresh=True)
    lasting, seen = owners.entries & again.entries, owners.entries | again.entries
    return read if lasting <= read.entries <= seen else None
