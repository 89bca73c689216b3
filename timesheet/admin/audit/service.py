"""The audit log of a workspace, page by page, and as a sheet to take along."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts import audit
from accounts.asana.client import Client
from accounts.audit import EventFilter
from accounts.connections import reader
from accounts.models import Event, User
from accounts.workspaces import membership
from timesheet.admin.audit import labels
from timesheet.core.table import ColumnType, Row, Table

PAGE = 50


@dataclass(frozen=True)
class EventPage:
    """`older` is where the next page begins: 0 on the last."""

    events: tuple[Event, ...]
    older: int = 0


def page_of(
    asana: Client, user: User, workspace: str, narrowed: EventFilter, *, below: int = 0
) -> EventPage:
    """The newest events, or those before the event `below`. Raises `AsanaError`."""
    found = audit.events(workspace, _people(asana, user, workspace), narrowed)
    if below:
        found = found.filter(pk__lt=below)
    events = list(found[: PAGE + 1])
    return EventPage(tuple(events[:PAGE]), events[PAGE - 1].pk if len(events) > PAGE else 0)


def events_table(asana: Client, user: User, workspace: str, narrowed: EventFilter) -> Table:
    """All of them. Raises `AsanaError`."""
    found = audit.events(workspace, _people(asana, user, workspace), narrowed)
    columns = (
        (_("When"), ColumnType.TEXT, 28),
        (_("Who"), ColumnType.TEXT, 24),
        (_("Who: gid"), ColumnType.TEXT, 20),
        (_("What"), ColumnType.TEXT, 28),
        (_("To whom"), ColumnType.TEXT, 24),
        (_("To whom: gid"), ColumnType.TEXT, 20),
        (_("Before"), ColumnType.TEXT, 40),
        (_("After"), ColumnType.TEXT, 40),
        (_("From where"), ColumnType.TEXT, 20),
        (_("Request"), ColumnType.TEXT, 14),
    )
    return Table(_("Audit log"), columns, (_row(event) for event in found.iterator()))


def _row(event: Event) -> Row:
    differences = list(labels.differences(event))
    return (
        event.at.isoformat(timespec="seconds"),
        event.actor_name,
        event.actor_gid,
        event.get_action_display(),
        event.subject_name,
        event.subject_gid,
        "; ".join(f"{one.name}: {one.before}" for one in differences if one.before),
        "; ".join(f"{one.name}: {one.after}" for one in differences if one.after),
        event.address,
        event.request_id,
    )


def _people(asana: Client, user: User, workspace: str) -> list[str]:
    """Those of the workspace, and whom its reporting connection belongs to."""
    people = membership.directory(asana, user, workspace)
    return [*(person.gid for person in people), reader.reporting_user_gid(workspace)]
