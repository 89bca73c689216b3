"""The stored copy of a person's week: writing it, finding it, and forgetting it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from msgspec import UnsetType, structs

from accounts.asana.records import (
    ApprovalStatusRecord,
    Entry,
    OutOfOffice,
    Records,
    UnreadableRecord,
    Workspace,
)
from accounts.models import Connection, User
from timesheet.domain.journal import State
from timesheet.domain.week import Week
from timesheet.models import Edit, StoredWeek
from timesheet.sheets.sheet import Sheet

# A week that nobody opened for so long is read from Asana again.
KEPT = timedelta(days=60)


class WeekRecords(msgspec.Struct, frozen=True):
    """What a week's page shows from Asana, besides the entries."""

    unreadable: list[UnreadableRecord] = []
    # None while Asana has no approval record of the week, or where it could not be read.
    approval: ApprovalStatusRecord | None = None
    approval_is_known: bool = True
    time_off: list[OutOfOffice] = []
    workspaces: tuple[Workspace, ...] = ()
    # Whether the plan has approvals, and whether the person is an admin; None where not known.
    has_approvals: bool | None = None
    is_admin: bool | None = None
    # When the other days were read, if edits of single days have updated the copy since.
    others_read_at: datetime | None = None

    def as_shown(self) -> WeekRecords:
        """Return these records without what pages don't show."""
        return structs.replace(self, others_read_at=None)


@dataclass(frozen=True)
class WeekCopy:
    """A week as Asana showed it to a person at `read_at`."""

    entries: Records[Entry]
    rest: WeekRecords
    read_at: datetime
    # Whether no edit of the week moved while it was read.
    is_current: bool = True

    @property
    def complete_at(self) -> datetime:
        """When the day that was read least recently was read."""
        return self.rest.others_read_at or self.read_at

    @property
    def version(self) -> str:
        """A short hash of all that the copy says."""
        text = msgspec.json.encode((self.entries, self.rest.as_shown()))
        return hashlib.sha256(text).hexdigest()[:16]


def find(sheet: Sheet) -> WeekCopy | None:
    """Return the copy of the person's week.

    None where they have not seen it yet, or where an edit was confirmed that is not in the copy,
    because the process ended before it could bring the copy up to date.
    """
    confirmed_since = Edit.objects.filter(
        user=sheet.user,
        workspace_gid=sheet.workspace,
        entered_on__range=(sheet.week.start, sheet.week.end),
        state=State.CONFIRMED,
        closed_at__gt=OuterRef("read_at"),
    )
    stored = _of(sheet).filter(~Exists(confirmed_since)).first()
    if stored is None:
        return None
    rest = msgspec.json.decode(stored.rest, type=WeekRecords)
    entries = msgspec.json.decode(stored.entries, type=list[Entry])
    return WeekCopy(Records(entries, rest.unreadable), rest, stored.read_at)


def store(sheet: Sheet, copy: WeekCopy) -> None:
    """Store the copy, unless the connection has ended in the meantime."""
    connection = Connection.objects.filter(user=sheet.user).first()
    if connection is None:
        return
    values = {
        "entries": _encode(copy.entries),
        "rest": _encode(copy.rest),
        "read_at": copy.read_at,
    }
    try:
        with transaction.atomic():
            StoredWeek.objects.update_or_create(
                connection=connection,
                workspace_gid=sheet.workspace,
                week=str(sheet.week),
                defaults=values,
            )
    except IntegrityError:
        # Another request has just stored a copy, or ended the connection.
        return


def replace_entries(
    sheet: Sheet, entries: Iterable[Entry], now: datetime, copy: WeekCopy | None = None
) -> None:
    """Update the copy of a week, if there is one, with its `entries` after a delivery.

    `copy` is where the entries of days that were not read come from.
    """
    inside = without_status(entry for entry in entries if entry.entered_on in sheet.week)
    values: dict[str, object] = {"entries": _encode(inside), "read_at": now}
    if copy is not None:
        rest = structs.replace(copy.rest, others_read_at=copy.complete_at)
        values["rest"] = _encode(rest)
    _of(sheet).update(**values)


def without_status(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries without their approval status, which is known of the week as a whole.

    Asana's lists may leave it out, so an entry would seem to change when it is read by itself.
    """
    return [structs.replace(entry, approval_status=None) for entry in entries]


def forget(sheet: Sheet) -> None:
    """Delete the copy of the week, because something changed in Asana that it does not say."""
    _of(sheet).delete()


def forget_others(sheet: Sheet, days: Iterable[date | UnsetType | None]) -> None:
    """Delete the copies of other weeks, to which an entry was moved: those of these days."""
    weeks = {str(Week.of(day)) for day in days if day and day not in sheet.week}
    if weeks:
        _of_workspace(sheet.user, sheet.workspace).filter(week__in=weeks).delete()


def forget_workspace(user: User, workspace: str) -> None:
    """Delete all copies of a person in a workspace that they may have lost."""
    _of_workspace(user, workspace).delete()


def forget_old(now: datetime) -> None:
    """Delete the copies that were not read for a long time. Called by the worker every minute."""
    StoredWeek.objects.filter(read_at__lt=now - KEPT).delete()


def _of(sheet: Sheet) -> QuerySet[StoredWeek]:
    return _of_workspace(sheet.user, sheet.workspace).filter(week=str(sheet.week))


def _of_workspace(user: User, workspace: str) -> QuerySet[StoredWeek]:
    return StoredWeek.objects.filter(connection__user=user, workspace_gid=workspace)


def _encode(value: object) -> str:
    return msgspec.json.encode(value).decode()
