"""Approval of a week, as Asana has it: its statuses, and what they lock."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from accounts.asana.records import Entry


class Status(StrEnum):
    """Asana writes them in capitals in its answers and in small letters elsewhere."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"

    @property
    def locks(self) -> bool:
        return self in (Status.SUBMITTED, Status.APPROVED)


# What a person may make of their own week, and a manager of another's. Asana's help pages name who
# does what; where an answer of Asana's differs, that counts.
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
    """A status that Asana's documentation does not have locks nothing: Asana decides then."""
    try:
        return Status((text or "").casefold())
    except ValueError:
        return Status.DRAFT


def status_of(entries: Iterable[Entry]) -> Status:
    """The status of the week that the entries are of, as far as they tell."""
    told = {read_status(entry.approval_status) for entry in entries}
    return next((status for status in told if status.locks), Status.DRAFT)
