"""How the audit log reads: what its values are called, and how they are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Event

LABELS = {
    "method": gettext_lazy("method"),
    "state": gettext_lazy("state"),
    "reason": gettext_lazy("reason"),
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
    "connection": gettext_lazy("connections"),
    "app": gettext_lazy("Asana apps"),
    "unreadable": gettext_lazy("opened by no key"),
}


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
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
