"""What an admin sees of the connections of a workspace, and has done about them. Who may is decided
before: all of these are about people of that workspace."""

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
    """Nobody was written to: there is no address to write to."""


@dataclass(frozen=True)
class ConnectionRow:
    """A person of the workspace, their connection, and how many of their edits are open there."""

    person: AsanaUser
    status: ConnectionStatus = NEVER_CONNECTED
    open_edits: int = 0

    @property
    def connection(self) -> Connection | None:
        return self.status.connection

    @property
    def email(self) -> str:
        """As Asana tells the admin; else as it told when the person signed in."""
        known = self.connection.user.email if self.connection else ""
        return self.person.email or known

    @property
    def is_connected(self) -> bool:
        return self.connection is not None

    @property
    def can_be_asked(self) -> bool:
        """Whether it would help that the person connects again, and they may."""
        mends = (
            ConnectionState.NEEDS_RECONNECTING,
            ConnectionState.REVOKED,
            ConnectionState.EXPIRING,
        )
        is_on = self.connection is not None and self.connection.user.is_active
        return is_on and self.status.state in mends


def rows_of(asana: Client, user: User, workspace: str, now: datetime) -> list[ConnectionRow]:
    """Everybody who is in the workspace now, by name. Raises `AsanaError`."""
    return _rows(membership.directory(asana, user, workspace), workspace, now)


def row_of(person: AsanaUser, workspace: str, now: datetime) -> ConnectionRow:
    return _rows([person], workspace, now)[0]


def _rows(people: Sequence[AsanaUser], workspace: str, now: datetime) -> list[ConnectionRow]:
    gids = [one.gid for one in people]
    statuses = statuses_in(workspace, gids, now)
    waiting = Edit.objects.filter(workspace_gid=workspace, state__in=OPEN, user__gid__in=gids)
    number = Counter(waiting.values_list("user__gid", flat=True))
    return [
        ConnectionRow(one, statuses.get(one.gid, NEVER_CONNECTED), number[one.gid])
        for one in people
    ]


# Which of them, and in which order

EVERYBODY = "everybody"


def filter_rows(rows: Iterable[ConnectionRow], *, state: str, text: str) -> list[ConnectionRow]:
    """Those in a state, or all who have a connection, whose name or mail has the text in it."""
    wanted = text.strip().casefold()
    return [
        row
        for row in rows
        if _is_in(row, state) and wanted in f"{row.person.name}\n{row.email}".casefold()
    ]


def _is_in(row: ConnectionRow, state: str) -> bool:
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
    """By one of `ORDERS`, with a "-" before it the other way round. Rows without it come last, and
    equal ones by name."""
    key = ORDERS[order.removeprefix("-")]
    by_name = sorted(rows, key=lambda row: (row.person.name.casefold(), row.person.gid))
    known = [row for row in by_name if key(row) is not None]
    known.sort(key=key, reverse=order.startswith("-"))
    return known + [row for row in by_name if key(row) is None]


# Asking to reconnect


def ask_to_reconnect(
    row: ConnectionRow, by: User, workspace: str, *, post: Callable[[ReconnectRequest], None]
) -> None:
    """Raises `NoAddress`, and what `post` raises: then nobody was asked, or nobody knows."""
    if not is_address(row.email):
        raise NoAddress
    to = AsanaUser(row.person.gid, row.person.name, row.email)
    state = row.status.state.value
    post(
        ReconnectRequest(to=to, by=by, state=state, open_edits=row.open_edits, workspace=workspace)
    )
    said = {"state": state}
    who = audit.PersonRef(row.person.gid, row.person.name)
    audit.record(Action.RECONNECT_ASKED, by, workspace=workspace, to=who, after=said)
