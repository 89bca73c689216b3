"""Everybody's role in a workspace, and switching people off and on."""

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
    MEMBER = "member"
    MANAGER = "manager"
    ADMIN = "admin"


class RoleState(StrEnum):
    """How somebody stands with this timesheet."""

    HERE = "here"
    NEVER = "never"
    OFF = "off"
    LEFT = "left"


@dataclass(frozen=True)
class Role:
    """What a person is in a workspace: an admin `in_asana`, because it was `granted` here for this
    workspace, or for `every` one. `looks_after` is how many people a manager has; None for who is
    none. Who has `left` the workspace is there as long as they are known here."""

    person: AsanaUser
    user: User | None = None
    in_asana: bool = False
    granted: bool = False
    every: bool = False
    looks_after: int | None = None
    left: bool = False

    @property
    def gid(self) -> str:
        return self.person.gid

    @property
    def name(self) -> str:
        return self.person.name or self.person.email or self.gid

    @property
    def is_admin(self) -> bool:
        """Asana must have them in the workspace besides."""
        return self.in_asana or self.granted or self.every

    @property
    def is_manager(self) -> bool:
        return self.looks_after is not None

    @property
    def is_off(self) -> bool:
        return self.user is not None and not self.user.is_active

    @property
    def signed_in_at(self) -> datetime | None:
        return self.user.last_login if self.user else None

    @property
    def state(self) -> RoleState:
        if self.is_off:
            return RoleState.OFF
        if self.left:
            return RoleState.LEFT
        return RoleState.HERE if self.user else RoleState.NEVER

    def is_a(self, kind: RoleKind) -> bool:
        if kind is RoleKind.MEMBER:
            return not self.is_admin and not self.is_manager
        return self.is_admin if kind is RoleKind.ADMIN else self.is_manager


@dataclass(frozen=True)
class RoleFilter:
    """Whose roles are meant; None and empty are all. `words` are parts of a name or an address."""

    kind: RoleKind | None = None
    state: RoleState | None = None
    words: str = ""


def roles(asker: Actor, known: Iterable[User]) -> list[Role]:
    """Everybody in the workspace, by name, and behind them who has left and is `known` to have
    been there, or has a role there. Raises `AsanaError`."""
    workspace, everybody = asker.membership.workspace, asker.everybody()
    admin_rows = Admin.objects.filter(workspace_gid__in=(ALL_WORKSPACES, workspace)).exclude(gid="")
    here = {row.gid: row for row in admin_rows if row.workspace_gid}
    every = {row.gid for row in admin_rows if not row.workspace_gid and row.granted}
    managers = Manager.objects.filter(workspace_gid=workspace).annotate(number=Count("people"))
    looks_after: dict[str, int] = {}
    gone: dict[str, AsanaUser] = {}
    for manager in managers:
        looks_after[manager.gid] = manager.number
        gone[manager.gid] = AsanaUser(manager.gid, manager.name, manager.email)
    for row in here.values():
        if row.granted:
            gone[row.gid] = AsanaUser(row.gid, row.name, row.email)
    for user in known:
        gone[user.gid] = AsanaUser(user.gid, user.name, user.email)
    people = {**gone, **everybody}
    users = User.objects.in_bulk(list(people), field_name="gid")
    found = [
        Role(
            person=person,
            user=users.get(gid),
            in_asana=gid in here and here[gid].in_asana,
            granted=gid in here and here[gid].granted,
            every=gid in every,
            looks_after=looks_after.get(gid),
            left=gid not in everybody,
        )
        for gid, person in people.items()
    ]
    return sorted(found, key=lambda role: (role.left, role.name.casefold(), role.gid))


def filter_roles(found: Iterable[Role], narrowed: RoleFilter) -> list[Role]:
    words = _plain(narrowed.words).split()
    return [
        role
        for role in found
        if (narrowed.kind is None or role.is_a(narrowed.kind))
        and (narrowed.state is None or role.state is narrowed.state)
        and all(word in _plain(f"{role.name} {role.person.email or ''}") for word in words)
    ]


def take_admin(asker: Actor, role: Role) -> bool:
    """As `admins.take`; raises `AsanaError` besides."""
    return admins.revoke(
        asker.user, role.person, asker.membership.workspace, present=_present(asker)
    )


def switch_off(asker: Actor, user: User) -> bool:
    """Ends their sessions at once, and lets them in no more, in no workspace; all else of theirs
    stays. False where they are off already. Raises `LastAdmin`, `AsanaError`."""
    with admins.keep_one_admin(_present(asker)):
        if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            return False
        user.end_sessions()
        # Of no workspace, because it is of all.
        audit.record(Action.DEACTIVATED, asker.user, to=user)
    return True


def switch_on(asker: Actor, user: User) -> bool:
    """False where they are on already."""
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            return False
        audit.record(Action.ACTIVATED, asker.user, to=user)
    return True


def _present(asker: Actor) -> PresentPeople:
    return {asker.membership.workspace: asker.everybody().keys()}


def _plain(text: str) -> str:
    """Without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))
