"""A person's place in a workspace: member, manager of some people, or admin of all of it."""

from __future__ import annotations

from functools import cached_property

from django.core.cache import cache

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import NotFound, RateLimited, Unavailable, Unreachable
from accounts.asana.records import AsanaUser, WorkspaceMembership
from accounts.models import ManagedPerson, Manager, User
from accounts.workspaces import admins

# How long Asana's word on who is an admin, and who is in the workspace, is taken; in seconds.
ADMIN_CACHED_SECONDS = 600
DIRECTORY_CACHED_SECONDS = 600
# That only decides which ways the header offers.
OWN_ROLE_CACHED_SECONDS = 24 * 3600


class Membership:
    """A person's place. `people` are those chosen for them to look after; an admin looks after
    everybody besides. Whether they are one Asana is asked only where it matters."""

    def __init__(self, asana: Client, user: User, workspace: str) -> None:
        self._asana, self._user = asana, user
        self.workspace, self.gid = workspace, user.gid
        chosen = Manager.objects.filter(workspace_gid=workspace, gid=user.gid).first()
        self.is_assigned_manager = chosen is not None
        self.chooses = Manager.Chooses(chosen.chooses) if chosen else Manager.Chooses.NOBODY
        self.people = (
            tuple(AsanaUser(one.gid, one.name, one.email) for one in chosen.people.all())
            if chosen
            else ()
        )

    @cached_property
    def is_admin(self) -> bool:
        """Whether Asana says so, or they were made one here. Raises `AsanaError`: `NotFound` where
        the person is not in the workspace."""
        in_asana = _is_admin(self._asana, self._user, self.workspace)
        return in_asana or admins.is_granted(self.gid, self.workspace)

    @property
    def is_or_was_admin(self) -> bool:
        """Where Asana does not answer: whether they were one within the last day."""
        try:
            return self.is_admin
        except (Unreachable, Unavailable, RateLimited):
            return cached_is_admin(self._user, self.workspace)

    @property
    def is_manager(self) -> bool:
        return self.is_assigned_manager or self.is_admin

    def ensure_member(self) -> None:
        """Raises `AsanaError`: `NotFound` where the person is not in the workspace."""
        _is_admin(self._asana, self._user, self.workspace)

    def can_see(self, gid: str) -> bool:
        return any(person.gid == gid for person in self.people) or self.is_admin

    def can_review(self, gid: str) -> bool:
        """Nobody approves their own week."""
        return gid != self.gid and self.can_see(gid)


def cached_is_admin(user: User, workspace: str) -> bool:
    """Whether to show the ways that only admins have; asks nobody."""
    return bool(cache.get(_own_role_cache_key(user, workspace))) or admins.is_granted(
        user.gid, workspace
    )


def is_manager(user: User, workspace: str) -> bool:
    return Manager.objects.filter(workspace_gid=workspace, gid=user.gid).exists()


def directory(asana: Client, user: User, workspace: str) -> tuple[AsanaUser, ...]:
    """Everybody who is in the workspace now, by name. Raises `AsanaError`."""
    memory = f"directory:{user.pk}:{workspace}"
    known: tuple[AsanaUser, ...] | None = cache.get(memory)
    if known is None:
        found = asana.list_all(listings.memberships(workspace))
        people = {one.user.gid: one.user for one in found if one.is_active}
        known = tuple(sorted(people.values(), key=lambda one: (one.name.casefold(), one.gid)))
        cache.set(memory, known, DIRECTORY_CACHED_SECONDS)
        told = [one for one in found if one.is_admin and one.is_active]
        # Whether Asana tells those who are no admins who is one is not documented: from them it
        # counts only who is.
        by_admin = any(one.user.gid == user.gid for one in told)
        admins.update_admins(workspace, found if by_admin else told)
        _update_names(workspace, people)
    return known


def _is_admin(asana: Client, user: User, workspace: str) -> bool:
    memory = _admin_cache_key(user, workspace)
    known: bool | None = cache.get(memory)
    if known is None:
        found = asana.list_all(listings.memberships(workspace, user="me"))
        cache_own_membership(user, workspace, found)
        memberships = [one for one in found if one.is_active]
        if not memberships:
            raise NotFound(f"workspace: Unknown object: {workspace}", 404)
        known = any(one.is_admin for one in memberships)
        cache.set(memory, known, ADMIN_CACHED_SECONDS)
    return known


def has_cached_membership(user: User, workspace: str) -> bool:
    """Whether Asana was asked of late if this person is an admin."""
    return cache.get(_own_role_cache_key(user, workspace)) is not None


def cache_own_membership(user: User, workspace: str, found: list[WorkspaceMembership]) -> None:
    """What the person's own memberships of the workspace say."""
    is_admin = any(one.is_admin for one in found if one.is_active)
    cache.set(_own_role_cache_key(user, workspace), is_admin, OWN_ROLE_CACHED_SECONDS)
    admins.update_admins(workspace, found, asked_for=[user.gid])


def _own_role_cache_key(user: User, workspace: str) -> str:
    return f"way:{user.pk}:{workspace}"


def _admin_cache_key(user: User, workspace: str) -> str:
    return f"admin:{user.pk}:{workspace}"


def _update_names(workspace: str, people: dict[str, AsanaUser]) -> None:
    """What people are called, and where to write to them, may have changed since they were
    chosen."""
    chosen: list[ManagedPerson | Manager] = [
        *ManagedPerson.objects.filter(manager__workspace_gid=workspace, gid__in=people),
        *Manager.objects.filter(workspace_gid=workspace, gid__in=people),
    ]
    for one in chosen:
        person = people[one.gid]
        # Who may not see an address is not told that there is none.
        now = (person.name or one.name)[:255], (person.email or one.email)[:254]
        if (one.name, one.email) != now:
            one.name, one.email = now
            one.save(update_fields=["name", "email"])
