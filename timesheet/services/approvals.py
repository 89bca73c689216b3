"""Submitting a week and recalling it, by Asana's timesheet approval statuses."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

from accounts.asana.client import Client
from accounts.asana.errors import AsanaError, PaymentRequired
from accounts.asana.records import Timesheet
from timesheet.domain.approval import Status, read_status
from timesheet.domain.journal import OPEN
from timesheet.models import Edit
from timesheet.services.sheets import Sheet

# Plans change seldom; in seconds.
OFFERED_KEPT = 24 * 3600
REFUSED_KEPT = 3600


class NotYet(Exception):
    """The week has changes that are not in Asana; `waiting` counts them."""

    def __init__(self, waiting: int) -> None:
        super().__init__(waiting)
        self.waiting = waiting


@dataclass(frozen=True)
class Approval:
    """How a week stands; `status` None where that could not be read. `message` is what a reviewer
    said; not `offered` where the plan has no approvals."""

    status: Status | None = None
    message: str = ""
    offered: bool = False

    @property
    def can_submit(self) -> bool:
        return self.offered and self.status is not None and not self.status.locks

    @property
    def can_recall(self) -> bool:
        return self.offered and self.status is Status.SUBMITTED


def read_timesheet(asana: Client, sheet: Sheet) -> Timesheet | None:
    """The record of the week; None while there is none. Raises `AsanaError`."""
    start = sheet.week.start
    found = asana.list_timesheets(sheet.workspace, start=start, end=start)
    return next((one for one in found if one.start_date == start), None)


def approval(found: Timesheet | AsanaError | None, *, offered: bool) -> Approval:
    """As the week's page shows it, from the record, None, or the error of reading it: a week whose
    status is not known offers nothing."""
    if isinstance(found, AsanaError):
        return Approval()
    if found is None:
        return Approval(Status.DRAFT, offered=offered)
    return Approval(read_status(found.approval_status), found.message or "", offered)


def remembered_offer(sheet: Sheet) -> bool | None:
    """Whether the workspace's plan has approvals; None where nobody has asked of late."""
    known: bool | None = cache.get(_memory(sheet))
    return known


def remember_offer(sheet: Sheet, *, offered: bool) -> None:
    cache.set(_memory(sheet), offered, OFFERED_KEPT if offered else REFUSED_KEPT)


def submit(asana: Client, sheet: Sheet) -> None:
    """Hands the week to its reviewer. Raises `NotYet`, `AsanaError`."""
    waiting = Edit.objects.filter(
        user=sheet.user,
        workspace_gid=sheet.workspace,
        entered_on__range=(sheet.week.start, sheet.week.end),
        state__in=OPEN,
    ).count()
    if waiting:
        raise NotYet(waiting)
    try:
        found = read_timesheet(asana, sheet) or asana.create_timesheet(
            sheet.workspace, user=sheet.user.gid, start=sheet.week.start, end=sheet.week.end
        )
        asana.update_timesheet(found.gid, Status.SUBMITTED)
    except PaymentRequired:
        remember_offer(sheet, offered=False)
        raise


def recall(asana: Client, sheet: Sheet) -> None:
    """Takes a submitted week back. Raises `AsanaError`."""
    found = read_timesheet(asana, sheet)
    if found is not None and read_status(found.approval_status) is Status.SUBMITTED:
        asana.update_timesheet(found.gid, Status.DRAFT)


def _memory(sheet: Sheet) -> str:
    return f"approvals:{sheet.user.pk}:{sheet.workspace}"
