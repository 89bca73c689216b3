"""Changes of roles for many people at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Manager
from accounts.workspaces import admins, managers, roles
from accounts.workspaces.managers import Actor
from accounts.workspaces.roles import Role
from timesheet.admin.roles.service import roles_for


class RoleChange(models.TextChoices):
    """What a person can be made, or what can be taken from them."""

    ADMIN = "admin", _("Make admin")
    NO_ADMIN = "no_admin", _("Remove admin role")
    MANAGER = "manager", _("Make manager")
    NO_MANAGER = "no_manager", _("Remove as manager")
    # Whom managers may add to their people themselves.
    NOBODY = "nobody", _("Only admins choose their people")
    TEAMS = "teams", _("They can choose people from their own Asana teams")
    ANYONE = "anyone", _("They can choose anyone in the workspace")


_CHOOSES = {
    RoleChange.NOBODY: Manager.Chooses.NOBODY,
    RoleChange.TEAMS: Manager.Chooses.TEAMS,
    RoleChange.ANYONE: Manager.Chooses.ANYONE,
}


def set_roles(actor: Actor, changes: Mapping[str, Collection[RoleChange]]) -> set[str]:
    """Change the roles of people of the workspace, by gid; return those that really changed.

    Nobody takes the admin role from themself this way. Raises `LastAdmin`, which changes nothing,
    or `AsanaError`.
    """
    with transaction.atomic():
        return {
            role.gid
            for role in roles_for(actor)
            if role.gid in changes and not role.left
            for change in changes[role.gid]
            if _set_role(actor, role, change)
        }


def _set_role(actor: Actor, role: Role, change: RoleChange) -> bool:
    workspace = actor.membership.workspace
    if change is RoleChange.ADMIN:
        return not role.is_admin and admins.grant(actor.user, role.person, workspace)
    if change is RoleChange.NO_ADMIN:
        return role.gid != actor.user.gid and roles.revoke_admin(actor, role)
    if change is RoleChange.MANAGER:
        return managers.ensure_manager(actor.user, workspace, role.person)[1]
    manager = Manager.objects.filter(workspace_gid=workspace, gid=role.gid).first()
    if manager is None:
        return False
    if change is RoleChange.NO_MANAGER:
        managers.remove_manager(actor.user, manager)
        return True
    chooses = _CHOOSES[change]
    if manager.chooses == chooses:
        return False
    managers.allow_choosing(actor.user, manager, chooses)
    return True
