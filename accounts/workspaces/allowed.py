"""The workspaces that may use this installation. While none is chosen, all may."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from accounts import audit
from accounts.asana.records import Workspace
from accounts.audit import PersonRef
from accounts.models import Action, AllowedWorkspace, User
from accounts.request_context import request_memo
from accounts.sessions.allowed_gids import ALLOWED_GIDS


class NoneLeft(Exception):
    """No workspace would be left: then all could use this installation. Nothing was changed."""


def allowed_gids() -> frozenset[str]:
    """Return the gids of the allowed workspaces; empty while all are allowed.

    They are read once for a request, with its session where it has one.
    """
    memo = request_memo()
    if ALLOWED_GIDS not in memo:
        gids = AllowedWorkspace.objects.values_list("workspace_gid", flat=True)
        memo[ALLOWED_GIDS] = frozenset(gids)
    chosen: frozenset[str] = memo[ALLOWED_GIDS]
    return chosen


def allowed_names() -> list[str]:
    """Return the names of the allowed workspaces."""
    return _names()


def is_allowed(workspace: str) -> bool:
    """Tell whether a workspace may use this installation."""
    gids = allowed_gids()
    return not gids or workspace in gids


def only_allowed(workspaces: Iterable[Workspace]) -> tuple[Workspace, ...]:
    """Return those of `workspaces` that may use this installation."""
    gids = allowed_gids()
    return tuple(workspace for workspace in workspaces if not gids or workspace.gid in gids)


def choose_allowed(by: User | PersonRef, shown: Iterable[Workspace], gids: Iterable[str]) -> None:
    """Choose `gids` among the workspaces that Asana has `shown` to the person.

    Workspaces that were not shown stay as they are. Raises `NoneLeft`.
    """
    offered, selected = {workspace.gid: workspace.name for workspace in shown}, set(gids)
    with transaction.atomic():
        # If two people remove the last two workspaces at once, the second has to wait and fails.
        list(AllowedWorkspace.objects.select_for_update().order_by("pk"))
        before = _names()
        AllowedWorkspace.objects.filter(workspace_gid__in=offered.keys() - selected).delete()
        for gid in offered.keys() & selected:
            name = offered[gid][:255]
            AllowedWorkspace.objects.update_or_create(workspace_gid=gid, defaults={"name": name})
        after = _names()
        if not after:
            raise NoneLeft
        if after != before:
            audit.record(
                Action.WORKSPACES_CHOSEN,
                by,
                before={"workspaces": before},
                after={"workspaces": after},
            )
    request_memo().pop(ALLOWED_GIDS, None)


def _names() -> list[str]:
    return sorted(str(workspace) for workspace in AllowedWorkspace.objects.all())
