"""How a person's edits stand as a whole: what waits, why, and until when; what needs the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Max

from accounts.models import Connection, User
from timesheet.domain.journal import ON_THE_WAY, State
from timesheet.models import AddedRow, Edit, PinnedTask
from timesheet.sheets.reading import cached_names


class PendingReason(StrEnum):
    """Why edits wait: nothing has failed, Asana is away, slows us down, or fails; or it is not
    known yet whether they arrived."""

    UNDER_WAY = "under_way"
    AWAY = "away"
    SLOW = "slow"
    TROUBLE = "trouble"
    IN_DOUBT = "in_doubt"


@dataclass(frozen=True)
class DeliveryStatus:
    """`waiting` go on by themselves, the next at `retry_at`; `asking` need the person. Nothing
    goes on while the person has to `reconnect`."""

    waiting: int = 0
    needs_person: int = 0
    why: PendingReason = PendingReason.UNDER_WAY
    retry_at: datetime | None = None
    saved_at: datetime | None = None
    reconnect: bool = False

    @property
    def open(self) -> int:
        return self.waiting + self.needs_person


def delivery_status_of(user: User) -> DeliveryStatus:
    unsettled = list(unsynced_of(user))
    waiting = [edit for edit in unsettled if _goes_on(edit)]
    closed = Edit.objects.filter(user=user, state=State.CONFIRMED)
    healthy = Connection.objects.filter(user=user, state=Connection.TokenState.HEALTHY)
    return DeliveryStatus(
        waiting=len(waiting),
        needs_person=len(unsettled) - len(waiting),
        why=_why(waiting),
        retry_at=min((edit.due_at for edit in waiting if edit.due_at), default=None),
        saved_at=closed.aggregate(last=Max("closed_at"))["last"],
        reconnect=bool(waiting) and not healthy.exists(),
    )


def unsynced_of(user: User) -> list[Edit]:
    return list(Edit.objects.unsynced().filter(user=user).order_by("pk"))


def names_of(user: User, edits: list[Edit]) -> dict[str, str]:
    """The names of the edits' tasks as this person saw them last, by gid, as far as known."""
    gids = {edit.task_gid for edit in edits}
    names: dict[str, str] = {}
    for workspace in {edit.workspace_gid for edit in edits}:
        names |= cached_names(user, workspace)
    for kept in (AddedRow, PinnedTask):
        named = kept.objects.filter(user=user, task_gid__in=gids)
        names |= dict(named.values_list("task_gid", "task_name"))
    return names


def _goes_on(edit: Edit) -> bool:
    return edit.state in ON_THE_WAY and edit.due_at is not None


def _why(waiting: list[Edit]) -> PendingReason:
    failed = [edit for edit in waiting if edit.attempts]
    if not failed:
        doubtful = any(edit.state == State.IN_DOUBT for edit in waiting)
        return PendingReason.IN_DOUBT if doubtful else PendingReason.UNDER_WAY
    status = failed[0].asana_status
    if status is None:
        return PendingReason.AWAY
    return PendingReason.SLOW if status == 429 else PendingReason.TROUBLE
