"""The list of people: their roles, managers and capacity."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from accounts.models import ManagedPerson, Manager
from accounts.workspaces import roles
from accounts.workspaces.managers import Actor
from accounts.workspaces.roles import NO_MANAGER, Role, RoleFilter
from timesheet.admin.capacity import service
from timesheet.admin.capacity.service import CapacityRow


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
