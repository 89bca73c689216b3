"""Submitting one's week and recalling it: by Asana's timesheet approval statuses, or here where the
workspace's plan has none."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import (
    AsanaError,
    Malformed,
    PaymentRequired,
    Unreachable,
    may_have_taken_place,
)
from accounts.asana.records import ApprovalStatusRecord
from accounts.lookups import Lookup
from accounts.models import ManagedPerson, Manager
from timesheet.domain.approval import OWN_MOVES, Status, read_status
from timesheet.domain.team_week import fingerprint_of
from timesheet.journal.lock import Clock
from timesheet.models import SentDecision
from timesheet.sheets import approvals, reading, stored_weeks, unanswered
from timesheet.sheets.approvals import WeekStatus
from timesheet.sheets.sheet import Sheet


class UnsyncedChanges(Exception):
    """The week has `count` changes that are not in Asana, or that its person has to know of."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class StatusChanged(Exception):
    """Somebody decided about the week since the person saw it; its status is `status` now."""

    def __init__(self, status: Status) -> None:
        super().__init__(status)
        self.status = status


class AnswerLost(Exception):
    """Asana gave no answer, and it is not known yet whether the week has its new status."""


@dataclass(frozen=True)
class Approval:
    """The approval of a week, as its page shows it."""

    # None where it could not be read.
    status: Status | None = None
    # What was said with the last decision, and the name of another person who made it; both empty
    # where it was made in Asana itself.
    message: str = ""
    by: str = ""
    # When that decision was made; None where it was made in Asana itself.
    at: datetime | None = None
    # Whether somebody approves this person's weeks.
    offered: bool = False
    # Whether weeks are approved here, because Asana's plan has no approvals.
    kept_here: bool = False
    # The names of those who approve this person's weeks here; empty where only Asana knows.
    managers: tuple[str, ...] = ()

    @property
    def can_submit(self) -> bool:
        """Whether the person may submit the week."""
        return self.offered and self.status is not None and not self.status.locks

    @property
    def can_recall(self) -> bool:
        """Whether the person may recall the week."""
        return self.offered and self.status is Status.SUBMITTED


def read_timesheet(asana: Client, sheet: Sheet) -> ApprovalStatusRecord | None:
    """Return Asana's approval record of the week; None while there is none. Raises `AsanaError`."""
    start = sheet.week.start
    listing = listings.timesheets(sheet.workspace, start=start, end=start, user="me")
    records = asana.list_all(listing)
    record = next((record for record in records if record.start_date == start), None)
    if record is None and records.unreadable:
        raise Malformed("Asana's approval status of this week cannot be read")
    return record


def approval(
    sheet: Sheet, record: ApprovalStatusRecord | AsanaError | None, *, offered: bool | None
) -> Approval:
    """Return the approval of a week from Asana's record, None, or the error of reading it.

    A week whose status is not known offers nothing. `offered` is whether Asana's plan has
    approvals.
    """
    kept_here = _is_approved_here(sheet)
    last = approvals.last_of(sheet.workspace, sheet.week, [sheet.user.gid]).get(sheet.user.gid)
    if kept_here:
        status = _local_status(sheet).status
    elif isinstance(record, AsanaError):
        return Approval()
    else:
        status = read_status(record.approval_status) if record else Status.DRAFT
    # If the status is another one, somebody decided in Asana itself since, and we know no more.
    decision = last if last is not None and last.status == status else None
    return Approval(
        status,
        message=decision.message if decision else "",
        by=decision.by_name if decision and decision.by_gid != sheet.user.gid else "",
        at=decision.at if decision else None,
        offered=kept_here or bool(offered),
        kept_here=kept_here,
        managers=_manager_names(sheet),
    )


def _manager_names(sheet: Sheet) -> tuple[str, ...]:
    names = managers_of(sheet).read()
    return tuple(dict.fromkeys(manager.name for manager in names if manager.name))


def managers_of(sheet: Sheet) -> Lookup[Manager]:
    """Return the managers of the person, by name."""
    person, workspace = sheet.user.gid, sheet.workspace
    return Lookup(
        ("managers", person, workspace),
        lambda: Manager.objects.filter(workspace_gid=workspace, people__gid=person).order_by(
            "name"
        ),
    )


def submit(asana: Client, sheet: Sheet, *, clock: Clock, comment: str = "") -> None:
    """Submit the week for approval, with a comment for who approves it.

    Raises `UnsyncedChanges`, `StatusChanged`, `AnswerLost` and `AsanaError`.
    """
    _raise_if_unsynced(sheet, Status.SUBMITTED)
    fingerprint = fingerprint_of(reading.read_entries(asana, sheet))
    _change_status(asana, sheet, Status.SUBMITTED, clock, fingerprint, comment)


def recall(asana: Client, sheet: Sheet, *, clock: Clock) -> None:
    """Take a submitted week back. Raises `StatusChanged`, `AnswerLost` and `AsanaError`."""
    _change_status(asana, sheet, Status.DRAFT, clock)


def _raise_if_unsynced(sheet: Sheet, new: Status) -> None:
    """Raise `UnsyncedChanges` where the week is to be submitted, and shows such changes."""
    if new is Status.SUBMITTED and (count := reading.unsynced_in_week(sheet).count()):
        raise UnsyncedChanges(count)


def _change_status(
    asana: Client,
    sheet: Sheet,
    new: Status,
    clock: Clock,
    fingerprint: str = "",
    comment: str = "",
) -> None:
    approvals.plan_has_approvals(asana, sheet.user, sheet.workspace)
    stored_weeks.forget(sheet)
    local = _local_status(sheet) if _is_approved_here(sheet) else None
    record = None if local else read_timesheet(asana, sheet)
    status = local.status if local else read_status(record.approval_status if record else None)
    if not local:
        unanswered.settle(
            sheet.workspace, sheet.week, {sheet.user.gid: status}, by=sheet.user, now=clock()
        )
    if status is new:
        return
    if new not in OWN_MOVES[status]:
        raise StatusChanged(status)
    if not local:
        _change_in_asana(asana, sheet, record, new, clock, fingerprint, comment)
        return
    _raise_if_unsynced(sheet, new)
    try:
        approvals.record_decision(
            sheet.user,
            sheet.workspace,
            sheet.week,
            new,
            clock(),
            was=status,
            message=comment,
            fingerprint=fingerprint,
            after=local,
        )
    except approvals.ConcurrentDecision as error:
        raise StatusChanged(_local_status(sheet).status) from error


def _change_in_asana(
    asana: Client,
    sheet: Sheet,
    record: ApprovalStatusRecord | None,
    new: Status,
    clock: Clock,
    fingerprint: str,
    comment: str,
) -> None:
    """Write the status to Asana and record it. Raises as `_find_out`, and `UnsyncedChanges`."""
    was = read_status(record.approval_status if record else None)
    try:
        record = record or _create_timesheet(asana, sheet)
        # Once more: the reads took their time.
        _raise_if_unsynced(sheet, new)
        sent = unanswered.begin(
            sheet.user,
            sheet.workspace,
            sheet.week,
            new,
            clock(),
            was=was,
            message=comment,
            fingerprint=fingerprint,
        )
        try:
            asana.update_timesheet(record.gid, new, comment)
        except AsanaError as error:
            _find_out(asana, sheet, sent, error, clock)
        else:
            unanswered.record(sent)
    except PaymentRequired:
        approvals.cache_plan_has_approvals(sheet.user, sheet.workspace, offered=False)
        raise


def _create_timesheet(asana: Client, sheet: Sheet) -> ApprovalStatusRecord:
    """Create Asana's approval record of the week, and read it if the answer is lost."""
    week = sheet.week
    try:
        return asana.create_timesheet(
            sheet.workspace, user=sheet.user.gid, start=week.start, end=week.end
        )
    except AsanaError as error:
        if not may_have_taken_place(error):
            raise
        if record := read_timesheet(asana, sheet):
            return record
        # The status was not sent, whatever became of the record.
        raise Unreachable(error.message, sent=False) from error


def _find_out(
    asana: Client, sheet: Sheet, sent: SentDecision, error: AsanaError, clock: Clock
) -> None:
    """Ask Asana what became of a decision whose write failed; record it if it took effect.

    Raises `StatusChanged` where somebody else decided, `AnswerLost` where it is not known yet, and
    the `error` itself where the week is as it was.
    """
    is_unknown = may_have_taken_place(error)
    for delay in unanswered.LOOK_DELAYS if is_unknown else (0.0,):
        time.sleep(delay)
        try:
            record = read_timesheet(asana, sheet)
        except AsanaError:
            continue
        status = read_status(record.approval_status if record else None)
        if status == sent.was:
            continue
        if not is_unknown or status != sent.status:
            unanswered.drop(sent)
        # In another window the same may have been done before, and its answer lost.
        unanswered.settle(
            sheet.workspace, sheet.week, {sheet.user.gid: status}, by=sheet.user, now=clock()
        )
        if status != sent.status:
            raise StatusChanged(status) from error
        return
    if is_unknown:
        raise AnswerLost from error
    unanswered.drop(sent)
    raise error


def _is_approved_here(sheet: Sheet) -> bool:
    """Whether this person's week is approved here.

    That is so where Asana's plan has no approvals, and the person has a manager here, or somebody
    decided about this week before.
    """
    if approvals.cached_plan_has_approvals(sheet.user, sheet.workspace) is not False:
        return False
    managed = ManagedPerson.objects.filter(
        manager__workspace_gid=sheet.workspace, gid=sheet.user.gid
    )
    return managed.exists() or bool(_local_status(sheet).number)


def _local_status(sheet: Sheet) -> WeekStatus:
    return approvals.local_status(sheet.workspace, sheet.week, sheet.user.gid)
