"""The names of what the audit log records, and how its values are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.connections.status import ConnectionState
from accounts.models import Connection, Event
from timesheet.domain.journal import State

LABELS = {
    "method": gettext_lazy("method"),
    "state": gettext_lazy("state"),
    "reason": gettext_lazy("reason"),
    "account": gettext_lazy("account"),
    "email": gettext_lazy("e-mail"),
    "role": gettext_lazy("role"),
    "people": gettext_lazy("people"),
    "chooses": gettext_lazy("may choose"),
    "week": gettext_lazy("week"),
    "status": gettext_lazy("status"),
    "format": gettext_lazy("file"),
    "rows": gettext_lazy("rows"),
    "from": gettext_lazy("from"),
    "to": gettext_lazy("to"),
    "count": gettext_lazy("number"),
    "client_id": gettext_lazy("client id"),
    "client_secret": gettext_lazy("client secret"),
    "workspaces": gettext_lazy("workspaces"),
    "day": gettext_lazy("day"),
    "minutes": gettext_lazy("minutes"),
    "works": gettext_lazy("works"),
    "left": gettext_lazy("left at Asana"),
    "connection": gettext_lazy("connections"),
    "asanaapp": gettext_lazy("Asana apps"),
    "unreadable": gettext_lazy("opened by no key"),
    "lock_date": gettext_lazy("locked up to"),
    "no_future": gettext_lazy("no days to come"),
    "back_days_members": gettext_lazy("days back for members"),
    "back_days_managers": gettext_lazy("days back for managers"),
    "most_hours": gettext_lazy("hours a day at most"),
    "note_required": gettext_lazy("note needed"),
    "rounding_minutes": gettext_lazy("steps in minutes"),
    "rounding": gettext_lazy("rounded"),
    "targets": gettext_lazy("targets, from Monday on"),
    "own_targets_may_lower": gettext_lazy("own hours may be lower"),
    "capacity": gettext_lazy("capacity, from Monday on"),
    "starts_on": gettext_lazy("from"),
    "half_day": gettext_lazy("half day off"),
    "manager": gettext_lazy("manager"),
    "country": gettext_lazy("country of the holidays"),
    "subdivision": gettext_lazy("part of the country"),
    "own_days": gettext_lazy("days off of its own"),
    "words_locked": gettext_lazy("words for locked days"),
    "words_future": gettext_lazy("words for days to come"),
    "words_too_old": gettext_lazy("words for days too far back"),
    "words_rounding": gettext_lazy("words for times in no step"),
    "words_note": gettext_lazy("words for missing notes"),
    "words_most": gettext_lazy("words for too many hours"),
    "reminders": gettext_lazy("reminders"),
    "digest": gettext_lazy("digests"),
    "weekday": gettext_lazy("weekday"),
    "time": gettext_lazy("time"),
    "time_zone": gettext_lazy("time zone"),
}
EDITS = {
    State.QUEUED: gettext_lazy("waiting"),
    State.IN_DOUBT: gettext_lazy("may have reached Asana"),
    State.CONFLICT: gettext_lazy("changed in Asana too"),
    State.RESTORED: gettext_lazy("checking after a restore"),
    State.CONFIRMED: gettext_lazy("in Asana"),
    State.REFUSED: gettext_lazy("refused"),
    State.DISCARDED: gettext_lazy("discarded"),
}
# Names of values that come from our own enumerations.
VALUES: dict[str, Promise | str] = {
    **dict(ConnectionState.choices),
    **dict(Connection.Method.choices),
    **{state.value: words for state, words in EDITS.items()},
}


@dataclass(frozen=True)
class Difference:
    """One value that an event changed, as text. Empty where the event names no such value."""

    name: str
    before: str
    after: str


def differences(event: Event) -> Iterator[Difference]:
    """Yield each value that the event names, with its label, before and after the event."""
    for name in {**event.before, **event.after}:
        label = str(LABELS.get(name, name.replace("_", " ")))
        yield Difference(label, _text_of(event.before, name), _text_of(event.after, name))


def _text_of(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    if value is None or value == "" or value == []:
        return _("none") if name in values else ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(VALUES.get(value, value))
