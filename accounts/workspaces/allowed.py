"""The workspaces that this installation is for. While none is chosen it is for all."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from accounts import audit
from accounts.asana.records import Workspace
from accounts.audit import PersonRef
from accounts.models import Action, AllowedWorkspace, User


class NoneLeft(Exception):
    """At least one has to be chosen: with none it would be for all."""


def allowed_gids() -> frozenset[str]:
    return frozenset(AllowedWorkspace.objects.values_list("workspace_gid", flat=True))


def is_allowed(workspace: str) -> bool:
    gids = allowed_gids()
    return not gids or workspace in gids


def only_allowed(workspaces: Iterable[Workspace]) -> tuple[Workspace, ...]:
    gids = allowed_gids()
    return tuple(one for one in workspaces if not gids or one.gid in gids)


def choose_allowed(by: User | PersonRef, shown: Iterable[Workspace], gids: Iterable[str]) -> None:
    """Of those that Asana `shown` to whoever chooses these and no others; what is not shown to
    them stays as it is. Raises `NoneLeft`."""
    offered, wanted = {one.gid: one.name for one in shown}, set(gids)
    with transaction.atomic():
        # Of two who leave the last ones out the second waits, and finds that none would stay.
        list(AllowedWorkspace.objects.select_for_update().order_by("pk"))
        before = _names()
        AllowedWorkspace.objects.filter(workspace_gid__in=offered.keys() - wanted).delete()
        for gid in offered.keys() & wanted:
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


def _names() -> list[str]:
    return sorted(str(one) for one in AllowedWorkspace.objects.all())
