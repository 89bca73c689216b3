"""Where to write to people, by what is known here."""

from __future__ import annotations

from accounts.asana.records import AsanaUser
from accounts.models import ManagedPerson, Manager, User


def recipient(workspace: str, gid: str) -> AsanaUser | None:
    """Return a person with the address that is known here.

    None for people who are not known or are switched off.
    """
    user = User.objects.filter(gid=gid).first()
    if user is not None and not user.is_active:
        return None
    rows: list[ManagedPerson | Manager] = [
        *ManagedPerson.objects.filter(manager__workspace_gid=workspace, gid=gid),
        *Manager.objects.filter(workspace_gid=workspace, gid=gid),
    ]
    email = next((row.email for row in rows if row.email), "")
    if user is not None:
        return AsanaUser(user.gid, str(user), user.email or email)
    return AsanaUser(gid, rows[0].name, email) if rows else None
