"""The state of all of a person's edits: how many wait, why, and how many need the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from accounts.lookups import FirstValue
from accounts.models import Connection, User
from timesheet.domain.journal import ON_THE_WAY, State
from timesheet.models import AddedRow, Edit, PinnedTask
from timesheet.sheets.reading import cached_names, unsynced_of


class PendingReason(StrEnum):
    """Why edits wait."""

    # Nothing has failed.
    UNDER_WAY = "under_way"
    # Asana does not answer.
    AWAY = "away"
    # Asana limits our requests.
    SLOW = "slow"
    # Asana answers with errors.
    TROUBLE = "trouble"
    # It is not known yet whether they arrived.
    IN_DOUBT = "in_doubt"


@dataclass(frozen=True)
class DeliveryStatus:
    """What the top of every page says about a person's edits."""

    # How many will be delivered without the person's help, and how many need it.
    waiting: int = 0
    needs_person: int = 0
    why: PendingReason = PendingReason.UNDER_WAY
    # When the next one that waits is retried.
    retry_at: datetime | None = None
    # When Asana last confirmed one.
    saved_at: datetime | None = None
    # Whether nothing is delivered until the person has reconnected.
    reconnect: bool = False

    @property
    def open(self) -> int:
        """How many are not in Asana."""
        return self.waiting + self.needs_person


def delivery_status_of(user: User) -> DeliveryStatus:
    """Return the delivery status of this person's edits."""
    unsynced = unsynced_of(user).read()
    waiting = [edit for edit in unsynced if edit.state in ON_THE_WAY and edit.due_at is not None]
    healthy = Connection.objects.filter(user=user, state=Connection.TokenState.HEALTHY)
    return DeliveryStatus(
        waiting=len(waiting),
        needs_person=len(unsynced) - len(waiting),
        why=_why(waiting),
        retry_at=min((edit.due_at for edit in waiting if edit.due_at), default=None),
        saved_at=last_saved(user).read(),
        reconnect=bool(waiting) and not healthy.exists(),
    )


def last_saved(user: User) -> FirstValue:
    """Return when Asana last confirmed an edit of this person."""

    def times() -> QuerySet[Any, Any]:
        confirmed = Edit.objects.filter(user=user, state=State.CONFIRMED)
        return confirmed.order_by("-closed_at").values_list("closed_at", flat=True)

    return FirstValue(("last saved", user.pk), times)


def names_of(user: User, edits: list[Edit]) -> dict[str, str]:
    """Return the names of the edits' tasks as this person last saw them, by gid.

    Tasks whose names are not known here are left out.
    """
    gids = {edit.task_gid for edit in edits}
    names: dict[str, str] = {}
    for workspace in {edit.workspace_gid for edit in edits}:
        names |= cached_names(user, workspace)
    for model in (AddedRow, PinnedTask):
        rows = model.objects.filter(user=user, task_gid__in=gids)
        names |= dict(rows.values_list("task_gid", "task_name"))
    return names


def _why(waiting: list[Edit]) -> PendingReason:
    failed = [edit for edit in waiting if edit.attempts]
    if not failed:
        in_doubt = any(edit.state == State.IN_DOUBT for edit in waiting)
        return PendingReason.IN_DOUBT if in_doubt else PendingReason.UNDER_WAY
    status = failed[0].asana_status
    if status is None:
        return PendingReason.AWAY
    return PendingReason.SLOW if status == 429 else PendingReason.TROUBLE
