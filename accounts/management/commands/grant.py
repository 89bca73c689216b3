"""Makes somebody an admin, a manager or a plain member, from the command line."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts.asana.records import AsanaUser
from accounts.audit import COMMAND_LINE
from accounts.models import Admin, Manager, User
from accounts.workspaces import admins, managers
from accounts.workspaces.admins import ALL_WORKSPACES, LastAdmin

ROLES = ("admin", "manager", "member")


class Command(BaseCommand):
    help = (
        "Make the person with this address an admin, a manager or a plain member of a workspace. "
        "Without --workspace an admin is one of every workspace that Asana has them in, and a "
        "member is a plain one in all. An admin need not have signed in yet. Running it again "
        "changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", type=read_address)
        parser.add_argument("role", choices=ROLES)
        parser.add_argument("--workspace", metavar="GID", type=read_gid)

    def handle(self, *, email: str, role: str, workspace: str | None, **_options: Any) -> None:
        person, workspace = find_person(email), workspace or ALL_WORKSPACES
        if role == "admin":
            said = [make_admin(person, workspace)]
        elif role == "manager":
            said = [make_manager(person, workspace)]
        else:
            said = [make_member(person, workspace), *remaining_admin_rights(person, workspace)]
        if User.objects.filter(gid=person.gid, is_active=False).exists():
            said.append("They are switched off here, and cannot sign in until an admin changes it.")
        self.stdout.write(" ".join(said))


def make_admin(person: AsanaUser, workspace: str) -> str:
    new = admins.grant(COMMAND_LINE, person, workspace)
    where = (
        "every workspace that Asana has them in"
        if workspace == ALL_WORKSPACES
        else _workspace_label(workspace)
    )
    if person.gid:
        return f"{_label(person)} {'is now' if new else 'already was'} an admin of {where}."
    then = "becomes" if new else "already becomes"
    return f"Nobody has signed in as {person.email} yet; who does {then} an admin of {where}."


def make_manager(person: AsanaUser, workspace: str) -> str:
    if workspace == ALL_WORKSPACES:
        raise CommandError("A manager of which one? Add --workspace GID. Nothing was changed.")
    if not person.gid:
        raise CommandError(f"Nobody has signed in as {person.email} yet. Nothing was changed.")
    manager, new = managers.ensure_manager(COMMAND_LINE, workspace, person)
    return (
        f"{_label(person)} {'is now' if new else 'already was'} a manager in "
        f"{_workspace_label(workspace)}. People chosen for them: {manager.people.count()}."
    )


def make_member(person: AsanaUser, workspace: str) -> str:
    """Takes away what was given here: of one workspace, or all."""
    granted = [one for one in admins.granted_to(person) if workspace in (ALL_WORKSPACES, one)]
    managed = Manager.objects.filter(gid=person.gid).exclude(gid="")
    if workspace != ALL_WORKSPACES:
        managed = managed.filter(workspace_gid=workspace)
    found = list(managed)
    try:
        with transaction.atomic():
            for one in granted:
                admins.revoke(COMMAND_LINE, person, one)
            for manager in found:
                managers.remove_manager(COMMAND_LINE, manager)
    except LastAdmin as last:
        raise CommandError(
            f"{_label(person)} is the last admin who can sign in, of: {last}. Nothing was "
            "changed. Make somebody else an admin first."
        ) from None
    where = "every workspace" if workspace == ALL_WORKSPACES else _workspace_label(workspace)
    then = "is now" if granted or found else "already was, as far as is decided here,"
    return f"{_label(person)} {then} a plain member of {where}."


def remaining_admin_rights(person: AsanaUser, workspace: str) -> list[str]:
    """What this command could not take away."""
    said = []
    if ALL_WORKSPACES in admins.granted_to(person):
        said.append("They are still an admin of every workspace: leave --workspace out for that.")
    in_asana = Admin.objects.filter(gid=person.gid, in_asana=True).exclude(gid="")
    if workspace != ALL_WORKSPACES:
        in_asana = in_asana.filter(workspace_gid=workspace)
    if where := ", ".join(in_asana.values_list("workspace_gid", flat=True)):
        said.append(f"Asana says that they are an admin of: {where}. Change it there.")
    return said


def find_person(email: str) -> AsanaUser:
    """Who has signed in with this address; without a gid where nobody has."""
    alike = User.objects.filter(email__iexact=email)
    found = [user for user in alike if admins.is_same_address(user.email, email)]
    if len(found) > 1:
        gids = ", ".join(user.gid for user in found)
        raise CommandError(f"Several people have this address: {gids}. Nothing was changed.")
    if not found:
        return AsanaUser("", "", email)
    return AsanaUser(found[0].gid, found[0].name, found[0].email)


def read_address(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise ArgumentTypeError(f"not an address: {text}") from None
    return text


def read_gid(text: str) -> str:
    if not re.fullmatch("[0-9]{1,32}", text):
        raise ArgumentTypeError(f"not a gid: {text}")
    return text


def _label(person: AsanaUser) -> str:
    return f"{person.name} <{person.email}>" if person.name else f"{person.email}"


def _workspace_label(workspace: str) -> str:
    return f"workspace {workspace}"
