"""Messages about roles."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.workspaces.admins import LastAdmin
from accounts.workspaces.roles import Role

KNOWN_ELSEWHERE = gettext_lazy(
    "%(name)s also uses another workspace here, and this would affect them there too. Ask "
    "someone who is an admin of both workspaces."
)


def not_revoked_message(role: Role) -> str:
    """Say why a person stays an admin, as a format with `name`."""
    if role.every:
        return _(
            "%(name)s was made an admin of every workspace on the command line. To remove "
            "the role, run manage.py grant EMAIL member."
        )
    if role.in_asana:
        return _("%(name)s is an admin in Asana. Change it there.")
    return _("%(name)s isn’t an admin.")


def last_admin_named(error: LastAdmin, workspace: str) -> str:
    """Say who is a workspace's last admin and stays one."""
    person = error.person
    name = (person.name or person.email or person.gid) if person else _("One of them")
    return last_admin_message(error, workspace) % {"name": name}


def last_admin_message(error: LastAdmin, workspace: str) -> str:
    """Say why a workspace's last admin stays one, as a format with `name`."""
    if workspace in error.workspaces:
        return _(
            "%(name)s is the last admin of this workspace who can sign in. First make "
            "someone else an admin who has signed in before."
        )
    return _(
        "%(name)s is the last admin of another workspace who can sign in. First make "
        "someone else an admin there."
    )
