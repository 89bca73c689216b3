"""`manage.py grant`: makes a person an admin, a manager or a plain member."""

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
        "Make the person with this email address an admin, a manager or a member of a workspace. "
        "Without --workspace, admin and member apply to every workspace they are in. An admin "
        "doesn't have to have signed in yet. Running it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", type=read_address)
        parser.add_argument("role", choices=ROLES)
        parser.add_argument("--workspace", metavar="GID", type=read_gid)

    def handle(self, *, email: str, role: str, workspace: str | None, **_options: Any) -> None:
        person, workspace = find_person(email), workspace or ALL_WORKSPACES
        if role == "admin":
            output = [make_admin(person, workspace)]
        elif role == "manager":
            output = [make_manager(person, workspace)]
        else:
            output = [make_member(person, workspace), *remaining_admin_rights(person, workspace)]
        if User.objects.filter(gid=person.gid, is_active=False).exists():
            output.append("They are deactivated and can't sign in until an admin reactivates them.")
        self.stdout.write(" ".join(output))


def make_admin(person: AsanaUser, workspace: str) -> str:
    """Make a person an admin, and return what to print."""
    new = admins.grant(COMMAND_LINE, person, workspace)
    where = (
        "every workspace they are in"
        if workspace == ALL_WORKSPACES
        else _workspace_label(workspace)
    )
    if person.gid:
        return f"{_label(person)} {'is now' if new else 'already was'} an admin of {where}."
    then = "will be" if new else "was already going to be"
    return f"{person.email} hasn't signed in yet and {then} an admin of {where} from then on."


def make_manager(person: AsanaUser, workspace: str) -> str:
    """Make a person a manager, and return what to print. Raises `CommandError`."""
    if workspace == ALL_WORKSPACES:
        raise CommandError("A manager of which workspace? Add --workspace GID.")
    if not person.gid:
        raise CommandError(f"Nobody has signed in as {person.email} yet.")
    manager, new = managers.ensure_manager(COMMAND_LINE, workspace, person)
    return (
        f"{_label(person)} {'is now' if new else 'already was'} a manager in "
        f"{_workspace_label(workspace)}. People chosen for them: {manager.people.count()}."
    )


def make_member(person: AsanaUser, workspace: str) -> str:
    """Take away the roles that a person got here, in one workspace or all; return what to print.

    Raises `CommandError` where a workspace would lose its last admin.
    """
    granted = [gid for gid in admins.granted_to(person) if workspace in (ALL_WORKSPACES, gid)]
    rows = Manager.objects.filter(gid=person.gid).exclude(gid="")
    if workspace != ALL_WORKSPACES:
        rows = rows.filter(workspace_gid=workspace)
    manager_rows = list(rows)
    try:
        with transaction.atomic():
            for gid in granted:
                admins.revoke(COMMAND_LINE, person, gid)
            for manager in manager_rows:
                managers.remove_manager(COMMAND_LINE, manager)
    except LastAdmin as last:
        raise CommandError(
            f"{_label(person)} is the last admin who can sign in, of: {last}. Nothing was "
            "changed. Make somebody else an admin first."
        ) from None
    where = "every workspace" if workspace == ALL_WORKSPACES else _workspace_label(workspace)
    then = "is now" if granted or manager_rows else "was already"
    return f"{_label(person)} {then} a plain member of {where}."


def remaining_admin_rights(person: AsanaUser, workspace: str) -> list[str]:
    """Return sentences about admin rights that this command did not take away."""
    output = []
    if ALL_WORKSPACES in admins.granted_to(person):
        output.append("They are still an admin of every workspace: leave --workspace out for that.")
    in_asana = Admin.objects.filter(gid=person.gid, in_asana=True).exclude(gid="")
    if workspace != ALL_WORKSPACES:
        in_asana = in_asana.filter(workspace_gid=workspace)
    if where := ", ".join(in_asana.values_list("workspace_gid", flat=True)):
        output.append(f"Asana says that they are an admin of: {where}. Change it there.")
    return output


def find_person(email: str) -> AsanaUser:
    """Return the person who signed in with this email address; without a gid if nobody did.

    Raises `CommandError` where several people have the address.
    """
    candidates = User.objects.filter(email__iexact=email)
    users = [user for user in candidates if admins.is_same_address(user.email, email)]
    if len(users) > 1:
        gids = ", ".join(user.gid for user in users)
        raise CommandError(f"Several people have this address: {gids}. Nothing was changed.")
    if not users:
        return AsanaUser("", "", email)
    return AsanaUser(users[0].gid, users[0].name, users[0].email)


def read_address(text: str) -> str:
    """Parse an email address; raise `ArgumentTypeError` for other text."""
    try:
        validate_email(text)
    except ValidationError:
        raise ArgumentTypeError(f"not an address: {text}") from None
    return text


def read_gid(text: str) -> str:
    """Parse a gid; raise `ArgumentTypeError` for other text."""
    if not re.fullmatch("[0-9]{1,32}", text):
        raise ArgumentTypeError(f"not a gid: {text}")
    return text


def _label(person: AsanaUser) -> str:
    return f"{person.name} <{person.email}>" if person.name else f"{person.email}"


def _workspace_label(workspace: str) -> str:
    return f"workspace {workspace}"
