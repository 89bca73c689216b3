"""Everybody's role in a workspace, and deactivating and activating people."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Count

from accounts import audit
from accounts.asana.records import AsanaUser
from accounts.models import Action, Admin, Manager, User
from accounts.workspaces import admins
from accounts.workspaces.admins import ALL_WORKSPACES, PresentPeople
from accounts.workspaces.managers import Actor


class RoleKind(StrEnum):
    """The roles that people can have; a person may be a manager and an admin."""

    MEMBER = "member"
    MANAGER = "manager"
    ADMIN = "admin"


class RoleState(StrEnum):
    """Whether a person uses this timesheet."""

    HERE = "here"
    # They have never signed in.
    NEVER = "never"
    # An admin has deactivated them.
    OFF = "off"
    # They have left the workspace in Asana.
    LEFT = "left"


@dataclass(frozen=True)
class Role:
    """A person's role in a workspace."""

    person: AsanaUser
    # None where they have never signed in.
    user: User | None = None
    # Whether they are an admin: in Asana, made one here, or made one of all workspaces.
    in_asana: bool = False
    granted: bool = False
    every: bool = False
    # How many people a manager has; None for people who are no managers.
    looks_after: int | None = None
    # Whether they have left the workspace.
    left: bool = False

    @property
    def gid(self) -> str:
        """The person's gid in Asana."""
        return self.person.gid

    @property
    def name(self) -> str:
        """The person's name, or what is known of them instead."""
        return self.person.name or self.person.email or self.gid

    @property
    def is_admin(self) -> bool:
        """Whether they are an admin, as long as they are in the workspace."""
        return self.in_asana or self.granted or self.every

    @property
    def is_manager(self) -> bool:
        """Whether they were made a manager."""
        return self.looks_after is not None

    @property
    def is_off(self) -> bool:
        """Whether an admin has deactivated them."""
        return self.user is not None and not self.user.is_active

    @property
    def signed_in_at(self) -> datetime | None:
        """When they last signed in; None if never."""
        return self.user.last_login if self.user else None

    @property
    def state(self) -> RoleState:
        """Whether they use this timesheet."""
        if self.is_off:
            return RoleState.OFF
        if self.left:
            return RoleState.LEFT
        return RoleState.HERE if self.user else RoleState.NEVER

    def is_a(self, kind: RoleKind) -> bool:
        """Tell whether they have this role; members are neither managers nor admins."""
        if kind is RoleKind.MEMBER:
            return not self.is_admin and not self.is_manager
        return self.is_admin if kind is RoleKind.ADMIN else self.is_manager


@dataclass(frozen=True)
class RoleFilter:
    """Which roles to show; None and empty do not filter."""

    kind: RoleKind | None = None
    state: RoleState | None = None
    # Parts of a name or an email address, separated by spaces.
    words: str = ""
    # The gid of their manager, or `NO_MANAGER`.
    manager: str = ""


# Stands for those without a manager.
NO_MANAGER = "none"


def roles(actor: Actor, known: Iterable[AsanaUser]) -> list[Role]:
    """Return the roles of everybody in the workspace, by name, then of those who have left.

    People who have left are listed if they have a role, or are `known`. Raises `AsanaError`.
    """
    workspace, everybody = actor.membership.workspace, actor.everybody()
    admin_rows = Admin.objects.filter(workspace_gid__in=(ALL_WORKSPACES, workspace)).exclude(gid="")
    admin_of = {row.gid: row for row in admin_rows if row.workspace_gid}
    every = {row.gid for row in admin_rows if not row.workspace_gid and row.granted}
    managers = Manager.objects.filter(workspace_gid=workspace).annotate(number=Count("people"))
    looks_after: dict[str, int] = {}
    stored: dict[str, AsanaUser] = {}
    for manager in managers:
        looks_after[manager.gid] = manager.number
        stored[manager.gid] = AsanaUser(manager.gid, manager.name, manager.email)
    for row in admin_of.values():
        if row.granted:
            stored[row.gid] = AsanaUser(row.gid, row.name, row.email)
    for person in known:
        named = stored.setdefault(person.gid, person)
        stored[person.gid] = person if person.name else named
    people = {**stored, **everybody}
    users = User.objects.in_bulk(list(people), field_name="gid")
    roles = [
        Role(
            person=person,
            user=users.get(gid),
            in_asana=gid in admin_of and admin_of[gid].in_asana,
            granted=gid in admin_of and admin_of[gid].granted,
            every=gid in every,
            looks_after=looks_after.get(gid),
            left=gid not in everybody,
        )
        for gid, person in people.items()
    ]
    return sorted(roles, key=lambda role: (role.left, role.name.casefold(), role.gid))


def filter_roles(roles: Iterable[Role], filter_by: RoleFilter) -> list[Role]:
    """Return the roles that match all fields of the filter."""
    words = _plain(filter_by.words).split()
    return [
        role
        for role in roles
        if (filter_by.kind is None or role.is_a(filter_by.kind))
        and (filter_by.state is None or role.state is filter_by.state)
        and all(word in _plain(f"{role.name} {role.person.email or ''}") for word in words)
    ]


def revoke_admin(actor: Actor, role: Role) -> bool:
    """Take back that a person was made an admin of this workspace here; False if they were not.

    Raises `LastAdmin` or `AsanaError`.
    """
    return admins.revoke(
        actor.user, role.person, actor.membership.workspace, present=_present(actor)
    )


def deactivate(actor: Actor, user: User) -> bool:
    """Deactivate a user: they are signed out and can't sign in, whatever the workspace.

    Everything else of theirs stays. Returns False if they were deactivated before. Raises
    `LastAdmin` or `AsanaError`.
    """
    with admins.keep_one_admin(_present(actor)):
        if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            return False
        user.end_sessions()
        # Without a workspace, because it applies to all.
        audit.record(Action.DEACTIVATED, actor.user, to=user)
    return True


def activate(actor: Actor, user: User) -> bool:
    """Activate a deactivated user; return False if they were active."""
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            return False
        audit.record(Action.ACTIVATED, actor.user, to=user)
    return True


def _present(actor: Actor) -> PresentPeople:
    return {actor.membership.workspace: actor.everybody().keys()}


def _plain(text: str) -> str:
    """Return the text without case and accents."""
    characters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in characters if not unicodedata.combining(character))
