"""One write to Asana, and where its answer leaves the edit."""

from __future__ import annotations

from datetime import date

from msgspec import structs

from accounts.asana.client import Client
from accounts.asana.errors import (
    AppRefused,
    AsanaError,
    RateLimited,
    Refused,
    Unauthorized,
    Unreachable,
)
from accounts.asana.records import Entry
from timesheet.domain.cell import Write, WriteKind
from timesheet.domain.journal import State


def send(asana: Client, write: Write, task: str, day: date) -> Entry | None:
    fields = structs.replace(
        write.fields, duration_minutes=write.minutes, entered_on=write.fields.entered_on or day
    )
    match write.kind:
        case WriteKind.CREATE:
            return asana.create_entry(task, fields)
        case WriteKind.UPDATE:
            return asana.update_entry(write.entry, fields)
        case WriteKind.DELETE:
            asana.delete_entry(write.entry)
            return None


def state_after(error: AsanaError) -> State:
    """Where a write that failed leaves its edit: only a sure "no" lets it go."""
    if isinstance(error, Refused):
        return State.REFUSED
    if isinstance(error, (RateLimited, Unauthorized, AppRefused)):
        return State.QUEUED
    if isinstance(error, Unreachable) and not error.sent:
        return State.QUEUED
    return State.IN_DOUBT
