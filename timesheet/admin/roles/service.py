"""Roles of a workspace where they depend on the timesheet's own data: who is known through edits,
which edits of a person are open, and whom an admin may decide about."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Model

from accounts.asana.records import AsanaUser
from accounts.models import Admin, ManagedPerson, Manager, User, UserWorkspace
from accounts.workspaces import admins, allowed, roles
from accounts.workspaces.admins import ALL_WORKSPACES
from accounts.workspaces.managers import Actor
from accounts.workspaces.roles import Role
from timesheet.admin.roles.person_tables import TABLES
from timesheet.domain.journal import OPEN
from timesheet.journal import dispatch
from timesheet.models import Edit


def roles_for(actor: Actor) -> list[Role]:
    """List the roles of everybody in the actor's workspace, and of those who have left it and of
    whom anything is stored that could be erased. Raises `AsanaError`."""
    return roles.roles(actor, _stored_people(actor))


def role_of(actor: Actor, gid: str) -> Role | None:
    """Return one person's role; None if nothing connects them with the workspace, not even what
    is kept when a person is erased. Raises `AsanaError`."""
    workspace = actor.membership.workspace
    is_known = any(table.rows([gid], workspace).exists() for table in TABLES if table.workspace)
    known = [*_stored_people(actor), *([AsanaUser(gid)] if is_known else [])]
    return next((role for role in roles.roles(actor, known) if role.gid == gid), None)


def open_edits(user: User) -> int:
    """Count the user's open edits in all workspaces."""
    return Edit.objects.filter(user=user, state__in=OPEN).count()


def switch_on(actor: Actor, user: User, now: datetime) -> bool:
    """Let the user sign in again, and schedule the edits that were not delivered meanwhile.

    Returns False if the user was not switched off.
    """
    if not roles.activate(actor, user):
        return False
    dispatch.schedule_remaining(user.pk, now)
    return True


def is_known_elsewhere(by: User, person: User, workspace: str) -> bool:
    """Tell whether `by`, an admin of the workspace, may not decide about a person's account because
    another workspace knows the person too.

    Switching somebody off, or ending their connection, reaches them in all workspaces, so it takes
    an admin of all that know the person. Until somebody chooses which workspaces this timesheet is
    for, anybody can sign in with a workspace of their own, be its admin and have others in it.
    """
    return by != person and bool(known_elsewhere(by, [person.gid], workspace))


def known_elsewhere(by: User, people: Collection[str], workspace: str) -> set[str]:
    """Return the gids of those of `people` whom a workspace knows that `by` is no admin of."""
    administered = {workspace, *admins.administered_by(by)}
    if ALL_WORKSPACES in administered:
        return set()
    chosen = allowed.allowed_gids()
    # Admins of every workspace are known elsewhere too: their rows name no workspace.
    tables: list[tuple[type[Model], str, str]] = [
        (UserWorkspace, "user__gid", "workspace_gid"),
        (Admin, "gid", "workspace_gid"),
        (Manager, "gid", "workspace_gid"),
        (ManagedPerson, "gid", "manager__workspace_gid"),
        (Edit, "user__gid", "workspace_gid"),
    ]
    known: set[str] = set()
    for model, gid_field, workspace_field in tables:
        rows = model._default_manager.filter(**{f"{gid_field}__in": people})
        rows = rows.exclude(**{f"{workspace_field}__in": administered})
        if chosen:
            rows = rows.filter(**{f"{workspace_field}__in": [*chosen, ALL_WORKSPACES]})
        known |= set(rows.values_list(gid_field, flat=True))
    return known


def _stored_people(actor: Actor) -> list[AsanaUser]:
    """Return those who have left and of whom the workspace has what an erasure would delete."""
    gids = _of_no_workspace(actor)
    for table in TABLES:
        if table.workspace and not table.group.is_kept:
            gids |= table.gids(actor.membership.workspace)
    # Grants of the admin role may name an address alone, and the reporting account is no person.
    gids = {gid for gid in gids - actor.everybody().keys() if gid.isdigit()}
    names = dict(ManagedPerson.objects.filter(gid__in=gids).values_list("gid", "name"))
    users = {user.gid: user for user in User.objects.filter(gid__in=gids)}
    return [
        AsanaUser(gid, users[gid].name, users[gid].email)
        if gid in users
        else AsanaUser(gid, names.get(gid, ""))
        for gid in gids
    ]


def _of_no_workspace(actor: Actor) -> set[str]:
    """Return the gids of users who are in no workspace any more, for admins of all workspaces.

    Admins of one of several don't see them: they may have been in another one.
    """
    administered = {actor.membership.workspace, *admins.administered_by(actor.user)}
    chosen = allowed.allowed_gids()
    if ALL_WORKSPACES not in administered and not (chosen and chosen <= administered):
        return set()
    return set(User.objects.filter(workspaces=None).values_list("gid", flat=True))
