"""The list of people: their roles, managers and capacity, and changes of many at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.models import ManagedPerson, Manager
from accounts.workspaces import admins, roles
from accounts.workspaces.managers import Actor, ensure_manager, remove_manager
from accounts.workspaces.roles import NO_MANAGER, Role, RoleFilter
from timesheet.admin.capacity import service
from timesheet.admin.capacity.service import CapacityRow
from timesheet.admin.people.forms import BulkRole
from timesheet.admin.roles.service import roles_for


@dataclass(frozen=True)
class PersonRow:
    """A person of the list: their role, their managers by name, and their capacity today."""

    role: Role
    managers: tuple[Manager, ...] = ()
    # None for people who have left.
    capacity: CapacityRow | None = None


def people_rows(
    actor: Actor, everybody: Collection[Role], filter_by: RoleFilter, today: date
) -> list[PersonRow]:
    """Return those who pass the filter, with managers and capacity. Raises `AsanaError`."""
    managers: dict[str, list[Manager]] = {}
    managed = ManagedPerson.objects.filter(manager__workspace_gid=actor.membership.workspace)
    for row in managed.select_related("manager").order_by("manager__name", "manager__gid"):
        managers.setdefault(row.gid, []).append(row.manager)
    capacity = {row.person.gid: row for row in service.rows(actor, today)}
    people = [
        PersonRow(role, tuple(managers.get(role.gid, ())), capacity.get(role.gid))
        for role in roles.filter_roles(everybody, filter_by)
    ]
    return [row for row in people if _has_manager(row, filter_by.manager)]


def _has_manager(row: PersonRow, manager: str) -> bool:
    if manager == NO_MANAGER:
        return not row.managers and not row.role.left
    return not manager or any(one.gid == manager for one in row.managers)


def set_roles(actor: Actor, gids: Collection[str], become: BulkRole) -> int:
    """Give people of the workspace a role, or take it; return for how many that changed anything.

    Nobody takes the admin role from themself this way. Raises `LastAdmin`, which changes nothing,
    or `AsanaError`.
    """
    with transaction.atomic():
        return sum(
            _set_role(actor, role, become)
            for role in roles_for(actor)
            if role.gid in gids and not role.left
        )


def _set_role(actor: Actor, role: Role, become: BulkRole) -> bool:
    workspace = actor.membership.workspace
    if become is BulkRole.ADMIN:
        return not role.is_admin and admins.grant(actor.user, role.person, workspace)
    if become is BulkRole.NO_ADMIN:
        return role.gid != actor.user.gid and roles.revoke_admin(actor, role)
    if become is BulkRole.MANAGER:
        return ensure_manager(actor.user, workspace, role.person)[1]
    manager = Manager.objects.filter(workspace_gid=workspace, gid=role.gid).first()
    if manager is not None:
        remove_manager(actor.user, manager)
    return manager is not None
