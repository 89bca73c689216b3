"""What needs an admin's attention in a workspace, from what is known here and in Asana."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.asana.records import AsanaUser
from accounts.models import Connection, ManagedPerson, Manager, User
from accounts.workspaces.managers import Actor
from timesheet.domain.journal import OPEN, State
from timesheet.models import Edit
from timesheet.sheets.policy import managers_without_connection


@dataclass(frozen=True)
class Attention:
    """What needs attention; everything is empty or 0 where all is well."""

    # Unsynced changes of the workspace, and how many of them wait for a decision of their person.
    unsynced: int
    conflicts: int
    # People who have to reconnect, and who have never signed in.
    reconnect: tuple[AsanaUser, ...]
    never: tuple[AsanaUser, ...]
    # People whose weeks nobody approves.
    unmanaged: tuple[AsanaUser, ...]
    # Managers whose connection cannot be used, so that their people get no emails.
    managers_without_connection: tuple[Manager, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing needs attention."""
        lists = (self.reconnect, self.never, self.unmanaged, self.managers_without_connection)
        return not self.unsynced and not any(lists)


def attention(actor: Actor) -> Attention:
    """Find what needs attention. Raises `AsanaError`."""
    workspace, everybody = actor.membership.workspace, actor.everybody()
    edits = Edit.objects.filter(workspace_gid=workspace, state__in=OPEN)
    users = User.objects.filter(gid__in=everybody, is_active=True)
    broken = Connection.objects.filter(user__in=users).exclude(state=Connection.TokenState.HEALTHY)
    reconnect = set(broken.values_list("user__gid", flat=True))
    known = set(User.objects.filter(gid__in=everybody).values_list("gid", flat=True))
    managed = set(
        ManagedPerson.objects.filter(manager__workspace_gid=workspace).values_list("gid", flat=True)
    )
    return Attention(
        unsynced=edits.count(),
        conflicts=edits.filter(state=State.CONFLICT).count(),
        reconnect=_people(everybody, reconnect),
        never=_people(everybody, everybody.keys() - known),
        unmanaged=_people(everybody, everybody.keys() - managed),
        managers_without_connection=tuple(managers_without_connection(workspace)),
    )


def _people(everybody: dict[str, AsanaUser], gids: set[str]) -> tuple[AsanaUser, ...]:
    return tuple(person for gid, person in everybody.items() if gid in gids)
