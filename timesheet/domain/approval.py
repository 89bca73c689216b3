"""Approval statuses of a week, as Asana has them, and the moves between them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from accounts.asana.records import Entry


class Status(StrEnum):
    """Approval status of a week. Asana's responses write it in capitals, its requests do not."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"

    @property
    def locks(self) -> bool:
        """Whether hours of a week with this status can't be changed."""
        return self in (Status.SUBMITTED, Status.APPROVED)


# The statuses that people can give their own week, and managers the week of somebody else. Asana's
# help pages say who may do what; if Asana answers differently, its answer wins.
OWN_MOVES = {
    Status.DRAFT: {Status.SUBMITTED},
    Status.SUBMITTED: {Status.DRAFT},
    Status.REJECTED: {Status.SUBMITTED},
    Status.APPROVED: set[Status](),
}
MANAGER_MOVES = {
    Status.DRAFT: set[Status](),
    Status.SUBMITTED: {Status.APPROVED, Status.REJECTED},
    Status.REJECTED: {Status.SUBMITTED},
    Status.APPROVED: {Status.SUBMITTED},
}


def read_status(text: str | None) -> Status:
    """Return the status that Asana calls `text`, in any case.

    A missing or undocumented status is read as a draft: it locks nothing, and Asana decides when
    something is written.
    """
    try:
        return Status((text or "").casefold())
    except ValueError:
        return Status.DRAFT


def status_of(entries: Iterable[Entry]) -> Status:
    """Return the status of a week from the statuses of its entries; a draft if none locks it."""
    statuses = {read_status(entry.approval_status) for entry in entries}
    return next((status for status in statuses if status.locks), Status.DRAFT)
