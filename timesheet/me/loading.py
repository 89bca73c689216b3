"""A person's own hours of many weeks, with the weeks' statuses and targets: read from Asana in one
batch of requests, and cached for this person."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from django.core.cache import cache

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError
from accounts.asana.records import ApprovalStatusRecord, OutOfOffice, UnreadableRecord
from accounts.models import User
from timesheet.domain.approval import Status, read_status
from timesheet.domain.date_range import DateRange
from timesheet.domain.own_hours import OwnWeek, weeks_of, whole_weeks
from timesheet.domain.read_failures import ReadFailures
from timesheet.domain.report_entry import Grouping, Names, ReportEntry, names_in, report_entry_of
from timesheet.domain.target import Target, targets
from timesheet.domain.week import Week
from timesheet.models import Decision, Edit
from timesheet.reports.loading import ReportData
from timesheet.sheets import approvals, sent_back
from timesheet.sheets.capacity import capacity_of
from timesheet.sheets.holidays import days_off
from timesheet.sheets.policy import workspace_policy_of
from timesheet.team.hours import listings_of

logger = logging.getLogger(__name__)

CACHED_SECONDS = 600


class _OwnReading(msgspec.Struct, frozen=True, array_like=True):
    """What Asana showed, as it is cached."""

    at: datetime
    entries: list[ReportEntry]
    names: Names
    unreadable: list[UnreadableRecord]
    time_off: list[OutOfOffice]
    # By week, as Asana has them; None where it could not be asked.
    statuses: dict[str, Status] | None


@dataclass(frozen=True)
class OwnHours:
    """A person's hours of some days, and of the whole weeks around them."""

    # The days that were asked for.
    span: DateRange
    weeks: tuple[OwnWeek, ...]
    # The entries of `span`, with names for their gids, and when they were read.
    report_data: ReportData


def load(asana: Client, user: User, workspace: str, span: DateRange, now: datetime) -> OwnHours:
    """Return the person's own hours, from the cache if nothing has changed here since.

    Raises `AsanaError`. Days off and statuses are left out where Asana could not be asked.
    """
    whole = whole_weeks(span)
    reading = _cached(user, workspace, whole)
    if reading is None:
        reading = _read(asana, user, workspace, whole, now)
    entries = [entry for entry in reading.entries if span.start <= entry.day <= span.end]
    failures = ReadFailures(
        missing=len(reading.unreadable),
        missing_minutes=sum(record.minutes or 0 for record in reading.unreadable),
    )
    names = {**reading.names, Grouping.PERSON: {user.gid: str(user)}}
    report_data = ReportData(reading.at, entries, entries, names, (), (), failures=failures)
    weeks = weeks_of(
        span,
        reading.entries,
        _targets(user, workspace, whole, reading.time_off),
        _statuses(user, workspace, whole, reading),
    )
    return OwnHours(span, weeks, report_data)


def forget(user: User, workspace: str, span: DateRange) -> None:
    """Delete the hours from the cache, so that they are read again."""
    cache.delete(_cache_key(user, workspace, whole_weeks(span)))


def _read(asana: Client, user: User, workspace: str, span: DateRange, now: datetime) -> _OwnReading:
    offered = approvals.cached_plan_has_approvals(user, workspace)
    answers = asana.gather_lists(
        [
            *listings_of(workspace, "me", span.start, span.end),
            listings.timesheets(workspace, start=span.start, end=span.end, user="me"),
            listings.time_off(workspace, start=span.start, end=span.end),
        ],
        also=[Client.plan_has_approvals] if offered is None else [],
    )
    if offered is None and isinstance(has_approvals := answers.pop(), bool):
        approvals.cache_plan_has_approvals(user, workspace, offered=has_approvals)
    *answers, timesheets, time_off = answers
    statuses = None if isinstance(timesheets, AsanaError) else _statuses_in(timesheets)
    for answer in answers:
        if isinstance(answer, AsanaError):
            raise answer
    reading = _OwnReading(
        now,
        [report_entry_of(entry, user.gid) for answer in answers for entry in answer],
        names_in(entry for answer in answers for entry in answer),
        [record for answer in answers for record in answer.unreadable],
        [] if isinstance(time_off, AsanaError) else list(time_off),
        statuses,
    )
    failed = [error for error in (timesheets, time_off) if isinstance(error, AsanaError)]
    for error in failed:
        logger.warning("user %s: own hours without statuses or days off: %s", user.pk, error)
    if statuses and approvals.cached_plan_has_approvals(user, workspace):
        found = {Week.parse(week): status for week, status in statuses.items()}
        sent_back.note_all(workspace, user.gid, found, now)
    if not failed:
        packed = zlib.compress(msgspec.msgpack.encode(reading), level=1)
        cache.set(_cache_key(user, workspace, span), packed, CACHED_SECONDS)
    return reading


def _statuses_in(records: Iterable[ApprovalStatusRecord]) -> dict[str, Status]:
    return {
        str(Week.of(record.start_date)): read_status(record.approval_status) for record in records
    }


def _cached(user: User, workspace: str, span: DateRange) -> _OwnReading | None:
    """Return the cached hours, unless this person or their manager changed something here since."""
    packed = cache.get(_cache_key(user, workspace, span))
    if packed is None:
        return None
    try:
        reading = msgspec.msgpack.decode(zlib.decompress(packed), type=_OwnReading)
    except (msgspec.MsgspecError, zlib.error):
        # Another version of this software cached it, with other fields; or it is damaged.
        return None
    edits = Edit.objects.filter(
        user=user,
        workspace_gid=workspace,
        entered_on__range=(span.start, span.end),
        closed_at__gte=reading.at,
    )
    decisions = Decision.objects.filter(
        workspace_gid=workspace,
        person_gid=user.gid,
        week__in=[str(week) for week in span.weeks],
        at__gte=reading.at,
    )
    return None if edits.exists() or decisions.exists() else reading


def _cache_key(user: User, workspace: str, span: DateRange) -> str:
    return f"own-hours:{user.pk}:{workspace}:{span.start}:{span.end}"


def _targets(
    user: User, workspace: str, span: DateRange, time_off: Iterable[OutOfOffice]
) -> Mapping[date, Target]:
    workspace_policy = workspace_policy_of(workspace)
    days = list(span.days)
    capacity = capacity_of(user.gid, workspace_policy, span.start, span.end)
    holidays = days_off(workspace_policy, span.start, span.end)
    return dict(zip(days, targets(days, capacity.on, time_off, holidays), strict=True))


def _statuses(
    user: User, workspace: str, span: DateRange, reading: _OwnReading
) -> Mapping[str, Status] | None:
    if approvals.cached_plan_has_approvals(user, workspace) is not False:
        return reading.statuses
    return approvals.local_statuses_of_weeks(workspace, span.weeks, user.gid)
