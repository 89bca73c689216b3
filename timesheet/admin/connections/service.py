"""The connections of a workspace: listed, filtered, sorted, and asking a person to reconnect.

Callers check that the person is in the workspace and that the viewer is one of its admins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts import audit
from accounts.asana.client import Client
from accounts.asana.records import AsanaUser
from accounts.connections.status import (
    NEVER_CONNECTED,
    ConnectionState,
    ConnectionStatus,
    statuses_in,
)
from accounts.models import Action, Connection, User
from accounts.workspaces import membership
from timesheet.domain.journal import OPEN
from timesheet.models import Edit
from timesheet.reminders.mail_messages import ReconnectRequest
from timesheet.reminders.sending import is_address


class NoAddress(Exception):
    """The person has no e-mail address, so nothing was sent."""


@dataclass(frozen=True)
class ConnectionRow:
    """A person of the workspace and their connection."""

    person: AsanaUser
    status: ConnectionStatus = NEVER_CONNECTED
    # How many of their edits are open in this workspace.
    open_edits: int = 0

    @property
    def connection(self) -> Connection | None:
        """The person's connection, if they have one."""
        return self.status.connection

    @property
    def email(self) -> str:
        """The address that Asana shows the admin, else the one from the person's last sign-in."""
        email_at_sign_in = self.connection.user.email if self.connection else ""
        return self.person.email or email_at_sign_in

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection at all, also one that does not work."""
        return self.connection is not None

    @property
    def can_be_asked(self) -> bool:
        """Whether reconnecting would fix the connection, and the person can sign in to do it."""
        fixable = (
            ConnectionState.NEEDS_RECONNECTING,
            ConnectionState.REVOKED,
            ConnectionState.EXPIRING,
        )
        is_on = self.connection is not None and self.connection.user.is_active
        return is_on and self.status.state in fixable


def rows_of(asana: Client, user: User, workspace: str, now: datetime) -> list[ConnectionRow]:
    """Build the rows of everybody in the workspace now, sorted by name. Raises `AsanaError`."""
    return _rows(membership.directory(asana, user, workspace), workspace, now)


def row_of(person: AsanaUser, workspace: str, now: datetime) -> ConnectionRow:
    """Build the row of one person of the workspace."""
    return _rows([person], workspace, now)[0]


def _rows(people: Sequence[AsanaUser], workspace: str, now: datetime) -> list[ConnectionRow]:
    gids = [person.gid for person in people]
    statuses = statuses_in(workspace, gids, now)
    edits = Edit.objects.filter(workspace_gid=workspace, state__in=OPEN, user__gid__in=gids)
    open_edits = Counter(edits.values_list("user__gid", flat=True))
    return [
        ConnectionRow(person, statuses.get(person.gid, NEVER_CONNECTED), open_edits[person.gid])
        for person in people
    ]


# Filtering and sorting

EVERYBODY = "everybody"


@dataclass(frozen=True)
class ConnectionFilter:
    """Which rows are shown."""

    # A `ConnectionState`, `EVERYBODY`, or empty for all who have a connection.
    state: str = ""
    # A part of the name or e-mail address, in any case.
    text: str = ""


def filter_rows(
    rows: Iterable[ConnectionRow], connection_filter: ConnectionFilter
) -> list[ConnectionRow]:
    """Return the rows that the filter allows, in the same order."""
    text = connection_filter.text.strip().casefold()
    return [
        row
        for row in rows
        if _has_state(row, connection_filter.state)
        and text in f"{row.person.name}\n{row.email}".casefold()
    ]


def _has_state(row: ConnectionRow, state: str) -> bool:
    if state == EVERYBODY:
        return True
    return row.status.state == state if state else row.is_connected


ORDERS: dict[str, Callable[[ConnectionRow], Any]] = {
    "name": lambda row: row.person.name.casefold(),
    "method": lambda row: row.connection.method if row.connection else None,
    "state": lambda row: row.status.state.rank,
    "success": lambda row: row.connection.succeeded_at if row.connection else None,
    "failure": lambda row: row.connection.failed_at if row.connection else None,
    "requests": lambda row: row.status.day.requests,
    "slowed": lambda row: row.status.day.slowed,
    "edits": lambda row: row.open_edits,
}


def sort_rows(rows: Iterable[ConnectionRow], order: str) -> list[ConnectionRow]:
    """Sort by a key of `ORDERS`, descending with "-" before it.

    Rows without a value come last. Equal rows are sorted by name.
    """
    key = ORDERS[order.removeprefix("-")]
    by_name = sorted(rows, key=lambda row: (row.person.name.casefold(), row.person.gid))
    with_value = [row for row in by_name if key(row) is not None]
    with_value.sort(key=key, reverse=order.startswith("-"))
    return with_value + [row for row in by_name if key(row) is None]


# Asking to reconnect


def ask_to_reconnect(
    row: ConnectionRow, by: User, workspace: str, *, send: Callable[[ReconnectRequest], None]
) -> None:
    """Send the person a request to connect again, and record it in the audit log.

    Raises `NoAddress` and whatever `send` raises; then nothing is recorded.
    """
    if not is_address(row.email):
        raise NoAddress
    to = AsanaUser(row.person.gid, row.person.name, row.email)
    state = row.status.state.value
    send(
        ReconnectRequest(to=to, by=by, state=state, open_edits=row.open_edits, workspace=workspace)
    )
    audit.record(
        Action.RECONNECT_ASKED,
        by,
        workspace=workspace,
        to=audit.PersonRef(row.person.gid, row.person.name),
        after={"state": state},
    )
