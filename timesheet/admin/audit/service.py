"""The audit log of a workspace, page by page and as a table for a file."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.asana.client import Client
from accounts.audit import EventFilter
from accounts.connections import reader
from accounts.models import Event, User
from accounts.workspaces import membership
from timesheet.admin.audit import labels
from timesheet.admin.roles import service as roles
from timesheet.core.keyset import KeysetPage, keyset_page
from timesheet.core.table import ColumnType, Row, Table

PAGE_SIZE = 50


def events_page(
    asana: Client, user: User, workspace: str, event_filter: EventFilter, *, after: str = ""
) -> KeysetPage[Event]:
    """Read the newest events, or those after the cursor `after`. Raises `AsanaError`."""
    events = _events(asana, user, workspace, event_filter)
    return keyset_page(events, ("-pk",), after, PAGE_SIZE)


def events_table(asana: Client, user: User, workspace: str, event_filter: EventFilter) -> Table:
    """Build a table of all events that the filter allows, the newest first. Raises `AsanaError`."""
    events = _events(asana, user, workspace, event_filter)
    columns = (
        (_("When"), ColumnType.TEXT, 28),
        (_("Who"), ColumnType.TEXT, 24),
        (_("Who (Asana ID)"), ColumnType.TEXT, 20),
        (_("Event"), ColumnType.TEXT, 28),
        (_("Person affected"), ColumnType.TEXT, 24),
        (_("Person affected (Asana ID)"), ColumnType.TEXT, 20),
        (_("Before"), ColumnType.TEXT, 40),
        (_("After"), ColumnType.TEXT, 40),
        (_("IP address"), ColumnType.TEXT, 20),
        (_("Request ID"), ColumnType.TEXT, 14),
    )
    return Table(_("Audit log"), columns, (_row(event) for event in events.iterator()))


def _row(event: Event) -> Row:
    differences = list(labels.differences(event))
    return (
        event.at.isoformat(timespec="seconds"),
        event.actor_name,
        event.actor_gid,
        event.get_action_display(),
        event.subject_name,
        event.subject_gid,
        "; ".join(f"{change.name}: {change.before}" for change in differences if change.before),
        "; ".join(f"{change.name}: {change.after}" for change in differences if change.after),
        event.address,
        event.request_id,
    )


def _events(
    asana: Client, user: User, workspace: str, event_filter: EventFilter
) -> QuerySet[Event]:
    """The events of the workspace, its people and the owner of its reporting connection.

    Sign-ins of people who use another workspace too are for admins of both.
    """
    people = {person.gid for person in membership.directory(asana, user, workspace)}
    shared = roles.known_elsewhere(user, people, workspace) - {user.gid}
    gids = [*(people - shared), reader.reporting_user_gid(workspace)]
    return audit.events(workspace, gids, event_filter)
