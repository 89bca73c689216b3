"""A person's role in a workspace: member, manager of some people, or admin."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import Malformed, NotFound, RateLimited, Unavailable, Unreachable
from accounts.asana.records import AsanaUser, Workspace, WorkspaceMembership
from accounts.caching import cached
from accounts.lookups import Lookup
from accounts.models import Delegate, ManagedPerson, Manager, User, UserWorkspace
from accounts.workspaces import admins

# How long we trust who is an admin in Asana, and who is in the workspace.
ADMIN_CACHED_SECONDS = 600
DIRECTORY_CACHED_SECONDS = 600
# Longer, because it only decides which links the header shows.
OWN_ROLE_CACHED_SECONDS = 24 * 3600


class Membership:
    """A person's role in a workspace, and the `people` whom they manage.

    Admins may see everybody besides. Whether the person is one is asked of Asana only when needed.
    """

    def __init__(self, asana: Client, user: User, workspace: str) -> None:
        self._asana, self._user = asana, user
        self.workspace, self.gid = workspace, user.gid
        manager = Manager.objects.filter(workspace_gid=workspace, gid=user.gid).first()
        self.is_assigned_manager = manager is not None
        self.chooses = Manager.Chooses(manager.chooses) if manager else Manager.Chooses.NOBODY
        # Their own people, and with them those of the managers whom they stand in for today.
        self.own_people = _people(manager.people.all() if manager else ())
        self.stands_in_for = tuple(managers_replaced_by(user.gid, workspace))
        others = ManagedPerson.objects.filter(manager__in=self.stands_in_for).exclude(gid=user.gid)
        by_gid = {person.gid: person for person in (*_people(others), *self.own_people)}
        self.people = tuple(
            sorted(by_gid.values(), key=lambda person: (person.name.casefold(), person.gid))
        )

    @cached_property
    def is_admin(self) -> bool:
        """Whether they are an admin in Asana or were made one here.

        Raises `AsanaError`: `NotFound` where the person is not in the workspace.
        """
        in_asana = _is_admin(self._asana, self._user, self.workspace)
        return in_asana or admins.is_granted(self.gid, self.workspace)

    @property
    def is_or_was_admin(self) -> bool:
        """Whether they are an admin, or while Asana is down, were one within the last day."""
        try:
            return self.is_admin
        except (Unreachable, Unavailable, RateLimited):
            return cached_is_admin(self._user, self.workspace)

    @property
    def is_manager(self) -> bool:
        """Whether they may use the pages for managers. Raises `AsanaError`."""
        return self.is_assigned_manager or bool(self.stands_in_for) or self.is_admin

    @property
    def sees_everybody(self) -> bool:
        """Whether their team is everybody else: they are an admin without people of their own.

        Raises `AsanaError`.
        """
        return not self.own_people and self.is_admin

    def ensure_member(self) -> None:
        """Raise `NotFound` where the person is not in the workspace, or another `AsanaError`."""
        _is_admin(self._asana, self._user, self.workspace)

    def can_see(self, gid: str) -> bool:
        """Tell whether they may see this person's hours. Raises `AsanaError`."""
        return any(person.gid == gid for person in self.people) or self.is_admin

    def can_approve(self, gid: str) -> bool:
        """Tell whether they may approve this person's weeks; never their own."""
        return gid != self.gid and self.can_see(gid)


def managers_replaced_by(gid: str, workspace: str) -> QuerySet[Manager]:
    """Return the managers whom a person stands in for today."""
    today = timezone.localdate()
    running = Delegate.objects.filter(gid=gid, starts_on__lte=today, ends_on__gte=today)
    return Manager.objects.filter(workspace_gid=workspace, delegates__in=running).distinct()


def replaced_by(gid: str, workspace: str) -> Lookup[Manager]:
    """Return the managers whom a person stands in for today, to be looked up with others."""
    return Lookup(("replaced by", gid, workspace), lambda: managers_replaced_by(gid, workspace))


def _people(rows: Iterable[ManagedPerson]) -> tuple[AsanaUser, ...]:
    return tuple(AsanaUser(row.gid, row.name, row.email) for row in rows)


def cached_is_admin(user: User, workspace: str) -> bool:
    """Tell whether a person is an admin, as last checked within a day; does not ask Asana."""
    in_asana = bool(cache.get(own_role_cache_key(user, workspace)))
    return in_asana or admins.is_granted(user.gid, workspace)


def cached_admins(users: Collection[User], workspace: str) -> set[str]:
    """Return the gids of those people who are admins, as `cached_is_admin` tells of one."""
    keys = {own_role_cache_key(user, workspace): user.gid for user in users}
    in_asana = {keys[key] for key, is_admin in cache.get_many(keys).items() if is_admin}
    return in_asana | admins.granted_among([user.gid for user in users], workspace)


def is_manager(user: User, workspace: str) -> bool:
    """Tell whether a person was made a manager; admins who were not are left out."""
    return assigned_managers(user.gid, workspace).exists()


def assigned_managers(gid: str, workspace: str) -> Lookup[Manager]:
    """Return the manager that a person was made, if they were."""
    return Lookup(
        ("manager", gid, workspace),
        lambda: Manager.objects.filter(workspace_gid=workspace, gid=gid),
    )


def may_approve_somewhere(gid: str) -> bool:
    """Tell whether a person is a manager in any workspace, or stands in for one now or later."""
    to_come = Delegate.objects.filter(gid=gid, ends_on__gte=timezone.localdate())
    return Manager.objects.filter(gid=gid).exists() or to_come.exists()


def directory(asana: Client, user: User, workspace: str) -> tuple[AsanaUser, ...]:
    """Return everybody who is in the workspace now, ordered by name. Raises `AsanaError`.

    Cached for each `user`. When Asana is asked, the stored admins and names are updated too.
    """
    return cached(
        _directory_key(user, workspace),
        DIRECTORY_CACHED_SECONDS,
        lambda: _read_directory(asana, user, workspace),
    )


def cached_people(membership: Membership, user: User) -> tuple[AsanaUser, ...]:
    """Return the people whose weeks a manager sees, from what is stored: Asana is not asked.

    Those are their own people; for an admin without any everybody else in the workspace, who are
    known for a while after a page has read the directory.
    """
    if membership.people or not cached_is_admin(user, membership.workspace):
        return membership.people
    everybody: tuple[AsanaUser, ...] = cache.get(_directory_key(user, membership.workspace), ())
    return tuple(person for person in everybody if person.gid != user.gid)


def _directory_key(user: User, workspace: str) -> str:
    return f"directory:{user.pk}:{workspace}"


def _read_directory(asana: Client, user: User, workspace: str) -> tuple[AsanaUser, ...]:
    memberships = asana.list_all(listings.memberships(workspace))
    active = [membership for membership in memberships if membership.is_active]
    people = {membership.user.gid: membership.user for membership in active}
    seen_admins = [membership for membership in active if membership.is_admin]
    # Asana does not document whether it shows `is_admin` to people who are no admins. What it shows
    # them counts as a sign of an admin, but its absence does not.
    by_admin = any(membership.user.gid == user.gid for membership in seen_admins)
    admins.update_admins(workspace, memberships if by_admin else seen_admins)
    _update_names(workspace, people)
    return tuple(sorted(people.values(), key=lambda person: (person.name.casefold(), person.gid)))


def _is_admin(asana: Client, user: User, workspace: str) -> bool:
    return cached(
        f"admin:{user.pk}:{workspace}",
        ADMIN_CACHED_SECONDS,
        lambda: _read_is_admin(asana, user, workspace),
    )


def _read_is_admin(asana: Client, user: User, workspace: str) -> bool:
    memberships = asana.list_all(listings.memberships(workspace, user="me"))
    cache_own_membership(user, workspace, memberships)
    active = [membership for membership in memberships if membership.is_active]
    if not active and memberships.unreadable:
        raise Malformed("Asana's response about this membership cannot be read")
    if not active:
        UserWorkspace.objects.filter(user=user, workspace_gid=workspace).delete()
        raise NotFound(f"workspace: Unknown object: {workspace}", 404)
    UserWorkspace.objects.get_or_create(user=user, workspace_gid=workspace)
    return any(membership.is_admin for membership in active)


def has_cached_membership(user: User, workspace: str) -> bool:
    """Tell whether we asked Asana within a day if this person is an admin."""
    return cached_own_role(user, workspace) is not None


def cached_own_role(user: User, workspace: str) -> bool | None:
    """Return whether a person is an admin in Asana, as asked within a day; None if not asked."""
    is_admin: bool | None = cache.get(own_role_cache_key(user, workspace))
    return is_admin


def cache_own_membership(
    user: User, workspace: str, memberships: list[WorkspaceMembership]
) -> None:
    """Cache whether a person is an admin, by their own memberships of the workspace."""
    is_admin = any(membership.is_admin for membership in memberships if membership.is_active)
    cache.set(own_role_cache_key(user, workspace), is_admin, OWN_ROLE_CACHED_SECONDS)
    admins.update_admins(workspace, memberships, asked_for=[user.gid])


def note_workspaces(user: User, workspaces: Iterable[Workspace]) -> None:
    """Keep which workspaces a person is in, as Asana says now."""
    gids = {workspace.gid for workspace in workspaces}
    stored = set(user.workspaces.values_list("workspace_gid", flat=True))
    if stored - gids:
        user.workspaces.filter(workspace_gid__in=stored - gids).delete()
    for gid in gids - stored:
        UserWorkspace.objects.get_or_create(user=user, workspace_gid=gid)


def own_role_cache_key(user: User, workspace: str) -> str:
    """Return the cache's key for whether a person is an admin in Asana."""
    return f"own-role:{user.pk}:{workspace}"


def _update_names(workspace: str, people: dict[str, AsanaUser]) -> None:
    """Store names and email addresses of managers and their people that have changed in Asana."""
    rows: list[ManagedPerson | Manager] = [
        *ManagedPerson.objects.filter(manager__workspace_gid=workspace, gid__in=people),
        *Manager.objects.filter(workspace_gid=workspace, gid__in=people),
    ]
    for row in rows:
        person = people[row.gid]
        # Asana hides some addresses: a missing one does not mean that there is none.
        latest = (person.name or row.name)[:255], (person.email or row.email)[:254]
        if (row.name, row.email) != latest:
            row.name, row.email = latest
            row.save(update_fields=["name", "email"])
