"""How the audit log reads: what its values are called, and how they are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.conditions import Condition
from accounts.models import Connection, Event

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
    "app": gettext_lazy("Asana apps"),
    "unreadable": gettext_lazy("opened by no key"),
}
# What values that are words of ours are called.
VALUES = {**dict(Condition.choices), **dict(Connection.Method.choices)}


@dataclass(frozen=True)
class Difference:
    name: str
    before: str
    after: str


def differences(event: Event) -> Iterator[Difference]:
    """What changed, by name; a side that says nothing is empty."""
    for name in {**event.before, **event.after}:
        label = str(LABELS.get(name, name.replace("_", " ")))
        yield Difference(label, _shown(event.before, name), _shown(event.after, name))


def _shown(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    if value is None or value == "" or value == []:
        return _("none") if name in values else ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(VALUES.get(value, value))
