"""How a person's edits stand as a whole: what waits, why, and until when; what needs the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Max

from accounts.models import Connection, User
from timesheet.domain.journal import ON_THE_WAY, State
from timesheet.models import Edit, Pin, Row
from timesheet.sheets.reading import remembered_names


class Why(StrEnum):
    """Why edits wait: nothing has failed, Asana is away, slows us down, or fails; or it is not
    known yet whether they arrived."""

    UNDER_WAY = "under_way"
    AWAY = "away"
    SLOW = "slow"
    TROUBLE = "trouble"
    IN_DOUBT = "in_doubt"


@dataclass(frozen=True)
class Standing:
    """`waiting` go on by themselves, the next at `retry_at`; `asking` need the person. Nothing
    goes on while the person has to `reconnect`."""

    waiting: int = 0
    asking: int = 0
    why: Why = Why.UNDER_WAY
    retry_at: datetime | None = None
    saved_at: datetime | None = None
    reconnect: bool = False

    @property
    def open(self) -> int:
        return self.waiting + self.asking


def standing_of(user: User) -> Standing:
    unsettled = list(unsettled_of(user))
    waiting = [edit for edit in unsettled if _goes_on(edit)]
    closed = Edit.objects.filter(user=user, state=State.CONFIRMED)
    healthy = Connection.objects.filter(user=user, state=Connection.State.HEALTHY)
    return Standing(
        waiting=len(waiting),
        asking=len(unsettled) - len(waiting),
        why=_why(waiting),
        retry_at=min((edit.due_at for edit in waiting if edit.due_at), default=None),
        saved_at=closed.aggregate(last=Max("closed_at"))["last"],
        reconnect=bool(waiting) and not healthy.exists(),
    )


def unsettled_of(user: User) -> list[Edit]:
    return list(Edit.objects.unsettled().filter(user=user).order_by("pk"))


def names_of(user: User, edits: list[Edit]) -> dict[str, str]:
    """The names of the edits' tasks as this person saw them last, by gid, as far as known."""
    gids = {edit.task_gid for edit in edits}
    names: dict[str, str] = {}
    for workspace in {edit.workspace_gid for edit in edits}:
        names |= remembered_names(user, workspace)
    for kept in (Row, Pin):
        named = kept.objects.filter(user=user, task_gid__in=gids)
        names |= dict(named.values_list("task_gid", "task_name"))
    return names


def _goes_on(edit: Edit) -> bool:
    return edit.state in ON_THE_WAY and edit.due_at is not None


def _why(waiting: list[Edit]) -> Why:
    failed = [edit for edit in waiting if edit.attempts]
    if not failed:
        doubtful = any(edit.state == State.IN_DOUBT for edit in waiting)
        return Why.IN_DOUBT if doubtful else Why.UNDER_WAY
    status = failed[0].asana_status
    if status is None:
        return Why.AWAY
    return Why.SLOW if status == 429 else Why.TROUBLE
