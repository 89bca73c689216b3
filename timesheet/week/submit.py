"""Submitting one's week and recalling it: by Asana's timesheet approval statuses, or here where the
workspace's plan has none."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, PaymentRequired
from accounts.asana.records import ApprovalStatusRecord
from timesheet.domain.approval import OWN_MOVES, Status, read_status
from timesheet.domain.journal import OPEN
from timesheet.domain.team_week import fingerprint_of
from timesheet.journal.lock import Clock
from timesheet.models import Edit
from timesheet.sheets import approvals, reading
from timesheet.sheets.reading import Sheet


class UnsavedChanges(Exception):
    """The week has changes that are not in Asana; `waiting` counts them."""

    def __init__(self, waiting: int) -> None:
        super().__init__(waiting)
        self.waiting = waiting


class StatusChanged(Exception):
    """Somebody decided about the week since the person saw it: `status` is how it stands."""

    def __init__(self, status: Status) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Approval:
    """How a week stands; `status` None where that could not be read. `by` and `message` are who
    decided it last, and what they said, as far as it was decided here. Not `offered` where nobody
    approves; `kept_here` where it is approved here, because Asana's plan has no approvals."""

    status: Status | None = None
    message: str = ""
    by: str = ""
    offered: bool = False
    kept_here: bool = False

    @property
    def can_submit(self) -> bool:
        return self.offered and self.status is not None and not self.status.locks

    @property
    def can_recall(self) -> bool:
        return self.offered and self.status is Status.SUBMITTED


def read_timesheet(asana: Client, sheet: Sheet) -> ApprovalStatusRecord | None:
    """The record of the week; None while there is none. Raises `AsanaError`."""
    start = sheet.week.start
    found = asana.list_all(listings.timesheets(sheet.workspace, start=start, end=start, user="me"))
    return next((one for one in found if one.start_date == start), None)


def approval(
    sheet: Sheet, found: ApprovalStatusRecord | AsanaError | None, *, offered: bool | None
) -> Approval:
    """As the week's page shows it, from Asana's record, None, or the error of reading it: a week
    whose status is not known offers nothing."""
    here = approvals.approved_locally(*sheet.place)
    last = approvals.last_of(sheet.workspace, sheet.week, [sheet.user.gid]).get(sheet.user.gid)
    if here:
        status = approvals.local_status(*sheet.place).status
    elif isinstance(found, AsanaError):
        return Approval()
    else:
        status = read_status(found.approval_status) if found else Status.DRAFT
    # What was decided in Asana itself since is another's decision, or none that we know of.
    known = last if last is not None and last.status == status else None
    return Approval(
        status,
        message=known.message if known else "",
        by=known.by_name if known and known.by_gid != sheet.user.gid else "",
        offered=here or bool(offered),
        kept_here=here,
    )


def submit(asana: Client, sheet: Sheet, *, clock: Clock) -> None:
    """Hands the week to its manager. Raises `NotYet`, `NotNow`, `AsanaError`."""
    waiting = Edit.objects.filter(
        user=sheet.user,
        workspace_gid=sheet.workspace,
        entered_on__range=(sheet.week.start, sheet.week.end),
        state__in=OPEN,
    ).count()
    if waiting:
        raise UnsavedChanges(waiting)
    mark = fingerprint_of(reading.read_entries(asana, sheet))
    _move(asana, sheet, Status.SUBMITTED, clock, mark)


def recall(asana: Client, sheet: Sheet, *, clock: Clock) -> None:
    """Takes a submitted week back. Raises `NotNow`, `AsanaError`."""
    _move(asana, sheet, Status.DRAFT, clock)


def _move(asana: Client, sheet: Sheet, wanted: Status, clock: Clock, mark: str = "") -> None:
    user, workspace, week = sheet.place
    approvals.plan_has_approvals(asana, user, workspace)
    here = approvals.approved_locally(user, workspace, week)
    before = approvals.local_status(user, workspace, week) if here else None
    found = None if here else read_timesheet(asana, sheet)
    status = before.status if before else read_status(found.approval_status if found else None)
    if status is wanted:
        return
    if wanted not in OWN_MOVES[status]:
        raise StatusChanged(status)
    if not here:
        _move_in_asana(asana, sheet, found, wanted)
    try:
        approvals.record_decision(
            user, workspace, week, wanted, clock(), was=status, mark=mark, after=before
        )
    except approvals.ConcurrentDecision as error:
        raise StatusChanged(approvals.local_status(user, workspace, week).status) from error


def _move_in_asana(
    asana: Client, sheet: Sheet, found: ApprovalStatusRecord | None, wanted: Status
) -> None:
    user, workspace, week = sheet.place
    try:
        if found is None:
            found = asana.create_timesheet(workspace, user=user.gid, start=week.start, end=week.end)
        asana.update_timesheet(found.gid, wanted)
    except PaymentRequired:
        approvals.cache_plan_has_approvals(user, workspace, offered=False)
        raise
