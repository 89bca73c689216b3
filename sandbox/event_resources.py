"""The resources of events and webhooks."""

from __future__ import annotations

from typing import Any

from sandbox.event_models import Event
from sandbox.fields import OMITTED, Field, Resource
from sandbox.resources import USER, attribute, computed, related, timestamp


def _value(name: str) -> Field:
    return computed(lambda row: row.get(name, OMITTED))


# The row is a dictionary, as events.named returns it: the record may have been deleted since.
NAMED = Resource(
    {name: _value(name) for name in ("resource_type", "name", "resource_subtype")},
    compact=("resource_type", "name", "resource_subtype"),
    gid=lambda row: str(row["gid"]),
)


def _change(event: Event) -> Any:
    return OMITTED if event.change is None else event.change


EVENT = Resource(
    {
        "user": related("person", USER),
        "resource": Field(lambda event, _viewer: event.resource, NAMED),
        "type": computed(lambda event: event.resource["resource_type"]),
        "action": attribute("action"),
        "parent": Field(lambda event, _viewer: event.parent, NAMED),
        "created_at": timestamp("created_at"),
        "change": computed(_change),
    },
    compact=("user", "resource", "type", "action", "parent", "created_at", "change"),
    gid=None,
)


def _time_of(name: str) -> Field:
    """Return a time that is left out if there is none: the description does not allow null."""
    time = timestamp(name)
    return Field(lambda row, viewer: time.value(row, viewer) or OMITTED)


WEBHOOK = Resource(
    {
        "resource_type": computed(lambda _row: "webhook"),
        "active": attribute("active"),
        "resource": Field(lambda webhook, _viewer: webhook.resource, NAMED),
        "target": attribute("target"),
        "created_at": timestamp("created_at"),
        "last_failure_at": _time_of("last_failure_at"),
        "last_failure_content": attribute("last_failure_content"),
        "last_success_at": _time_of("last_success_at"),
        "delivery_retry_count": attribute("delivery_retry_count"),
        "next_attempt_after": _time_of("next_attempt_after"),
        "failure_deletion_timestamp": _time_of("failure_deletion_timestamp"),
        "filters": attribute("filters"),
    },
    compact=("resource_type", "active", "resource", "target"),
    full=(
        *("resource_type", "active", "resource", "target", "created_at", "last_failure_at"),
        *("last_failure_content", "last_success_at", "delivery_retry_count"),
        *("next_attempt_after", "failure_deletion_timestamp", "filters"),
    ),
)
