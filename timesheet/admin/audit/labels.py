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
    "email": gettext_lazy("email"),
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
    "events": gettext_lazy("audit log entries"),
    "edits": gettext_lazy("changes in the history"),
    "client_id": gettext_lazy("client ID"),
    "client_secret": gettext_lazy("client secret"),
    "workspaces": gettext_lazy("workspaces"),
    "day": gettext_lazy("day"),
    "minutes": gettext_lazy("minutes"),
    "works": gettext_lazy("works"),
    "left": gettext_lazy("left in Asana"),
    "connection": gettext_lazy("connections"),
    "asanaapp": gettext_lazy("Asana apps"),
    "unreadable": gettext_lazy("can’t be decrypted"),
    "lock_date": gettext_lazy("locked through"),
    "no_future": gettext_lazy("no future dates"),
    "back_days_members": gettext_lazy("days back for members"),
    "back_days_managers": gettext_lazy("days back for managers"),
    "most_hours": gettext_lazy("maximum hours a day"),
    "note_required": gettext_lazy("note required"),
    "rounding_minutes": gettext_lazy("rounded to minutes"),
    "rounding": gettext_lazy("rounding"),
    "targets": gettext_lazy("target hours, from Monday"),
    "own_targets_may_lower": gettext_lazy("own working hours may be lower"),
    "capacity": gettext_lazy("capacity, from Monday"),
    "starts_on": gettext_lazy("from"),
    "half_day": gettext_lazy("half day off"),
    "manager": gettext_lazy("manager"),
    "country": gettext_lazy("holiday country"),
    "subdivision": gettext_lazy("holiday region"),
    "own_days": gettext_lazy("own holidays"),
    "words_locked": gettext_lazy("message for locked days"),
    "words_future": gettext_lazy("message for future dates"),
    "words_too_old": gettext_lazy("message for days too far back"),
    "words_rounding": gettext_lazy("message for rounding"),
    "words_note": gettext_lazy("message for missing notes"),
    "words_most": gettext_lazy("message for too many hours"),
    "reminders": gettext_lazy("reminders"),
    "digest": gettext_lazy("digests"),
    "weekday": gettext_lazy("weekday"),
    "time": gettext_lazy("time"),
    "time_zone": gettext_lazy("time zone"),
}
EDITS = {
    State.QUEUED: gettext_lazy("queued"),
    State.IN_DOUBT: gettext_lazy("checking"),
    State.CONFLICT: gettext_lazy("conflict"),
    State.RESTORED: gettext_lazy("checking after a restore"),
    State.CONFIRMED: gettext_lazy("saved"),
    State.REFUSED: gettext_lazy("not saved"),
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
