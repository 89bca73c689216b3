"""Managers and their people. They are chosen here, because Asana has no managers.

Admins choose for every manager; managers choose their own people if an admin allows it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import transaction

from accounts import audit
from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import Refused
from accounts.asana.listings import Listing
from accounts.asana.records import AsanaTeam, AsanaUser
from accounts.audit import PersonRef
from accounts.caching import cached
from accounts.models import Action, Delegate, ManagedPerson, Manager, User
from accounts.workspaces.membership import Membership, directory

TEAMS_CACHED_SECONDS = 600


class NotChosenReason(StrEnum):
    """Why a person could not be chosen."""

    # Nobody manages themself.
    OWN = "own"
    # Only an admin, or another manager, may choose them.
    NOT_YOURS = "not_yours"
    # They are not in the workspace.
    NOT_HERE = "not_here"


class NotChosen(Exception):
    """A person could not be chosen. Nothing was changed."""

    def __init__(self, reason: NotChosenReason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Choice:
    """A person on the page of a manager's people."""

    person: AsanaUser
    # Whether they are one of the manager's people now.
    chosen: bool = False
    # Whether they have left the workspace: then they can only be removed.
    left: bool = False
    # Whether the viewer may add or remove them.
    open: bool = False


@dataclass(frozen=True)
class Choosable:
    """Whom the viewer may choose for one manager."""

    may_choose: bool = False
    # The gids of people, and the Asana teams that may be added as a whole.
    gids: frozenset[str] = frozenset()
    teams: tuple[AsanaTeam, ...] = ()


@dataclass(frozen=True)
class ManagerPeople:
    """A manager and their people, for the pages of managers."""

    manager: Manager
    # The manager's people, and on the manager's own page also those who could be added.
    people: tuple[Choice, ...]
    # Whether the manager has left the workspace.
    left: bool = False
    reach: Choosable = Choosable()

    @property
    def chosen(self) -> tuple[Choice, ...]:
        """Those who are the manager's people now."""
        return tuple(choice for choice in self.people if choice.chosen)


@dataclass(frozen=True)
class Actor:
    """The person who views or changes managers and roles, with their client and membership."""

    asana: Client
    user: User
    membership: Membership

    def everybody(self) -> dict[str, AsanaUser]:
        """Return everybody who is in the workspace now, by gid. Raises `AsanaError`."""
        people = directory(self.asana, self.user, self.membership.workspace)
        return {person.gid: person for person in people}


def manager_people_of(actor: Actor, manager: Manager) -> ManagerPeople:
    """Return a manager with their people and all whom the actor may add. Raises `AsanaError`."""
    everybody = actor.everybody()
    choosable = _choosable(actor, manager, everybody)
    own = {choice.person.gid: choice for choice in _own_people(manager, everybody, choosable)}
    others = [
        Choice(person, open=True)
        for gid, person in everybody.items()
        if gid in choosable.gids - own.keys()
    ]
    people = sorted([*own.values(), *others], key=_by_name)
    return ManagerPeople(manager, tuple(people), manager.gid not in everybody, choosable)


def add_manager(actor: Actor, gid: str) -> Manager:
    """Make a person of the workspace a manager and return their row.

    Raises `NotChosen` or `AsanaError`.
    """
    person = actor.everybody().get(gid)
    if person is None:
        raise NotChosen(NotChosenReason.NOT_HERE)
    manager, _created = ensure_manager(actor.user, actor.membership.workspace, person)
    return manager


def ensure_manager(by: User | PersonRef, workspace: str, person: AsanaUser) -> tuple[Manager, bool]:
    """Make a person a manager if they are none; return their row and whether it is new."""
    with transaction.atomic():
        manager, created = Manager.objects.get_or_create(
            workspace_gid=workspace, gid=person.gid, defaults=_name_and_email(person)
        )
        if created:
            audit.record(Action.MANAGER_ADDED, by, workspace=workspace, to=_person_ref(manager))
    return manager, created


def remove_manager(by: User | PersonRef, manager: Manager) -> None:
    """Take the role of a manager away, with the choice of their people."""
    with transaction.atomic():
        people = _names(manager).values()
        if Manager.objects.filter(pk=manager.pk).delete()[0]:
            audit.record(
                Action.MANAGER_REMOVED,
                by,
                workspace=manager.workspace_gid,
                to=_person_ref(manager),
                before={"people": people},
            )


def allow_choosing(by: User | PersonRef, manager: Manager, chooses: Manager.Chooses) -> None:
    """Set whom a manager may add to their people themself."""
    before, manager.chooses = Manager.Chooses(manager.chooses), chooses
    if before == chooses:
        return
    with transaction.atomic():
        manager.save(update_fields=["chooses"])
        audit.record(
            Action.CHOOSING_ALLOWED,
            by,
            workspace=manager.workspace_gid,
            to=_person_ref(manager),
            before={"chooses": before.name.lower()},
            after={"chooses": chooses.name.lower()},
        )


def change_people(
    actor: Actor, manager: Manager, *, add: Collection[str], drop: Collection[str]
) -> None:
    """Add people to a manager's and remove others, all by gid.

    Raises `NotChosen` if the actor may not choose one of them, or `AsanaError`.
    """
    everybody = actor.everybody()
    choosable = _choosable(actor, manager, everybody)
    if manager.gid in add:
        raise NotChosen(NotChosenReason.OWN)
    present = [gid for gid in drop if gid in everybody]
    if not choosable.may_choose or {*add, *present} & everybody.keys() - choosable.gids:
        raise NotChosen(NotChosenReason.NOT_YOURS)
    if not everybody.keys() >= set(add):
        raise NotChosen(NotChosenReason.NOT_HERE)
    with recorded_choice(actor.user, manager):
        manager.people.filter(gid__in=drop).delete()
        add_people(manager, [everybody[gid] for gid in add])


def assign(
    actor: Actor, manager: AsanaUser, people: Collection[AsanaUser], *, replace: bool
) -> int:
    """Assign people of the workspace to a manager, who becomes one; return how many are new.

    With `replace` they have no other manager then. Nobody is assigned to themself.
    """
    workspace = actor.membership.workspace
    people = [person for person in people if person.gid != manager.gid]
    with transaction.atomic():
        row, _created = ensure_manager(actor.user, workspace, manager)
        own = set(row.people.values_list("gid", flat=True))
        chosen = {person.gid for person in people}
        others = Manager.objects.filter(workspace_gid=workspace, people__gid__in=chosen)
        for other in others.exclude(pk=row.pk).distinct() if replace else ():
            with recorded_choice(actor.user, other):
                other.people.filter(gid__in=chosen).delete()
        with recorded_choice(actor.user, row):
            add_people(row, people)
    return len(chosen - own)


def add_team(actor: Actor, manager: Manager, team: str) -> int:
    """Add the members of an Asana team, except the manager, and return how many are new.

    Raises `NotChosen` or `AsanaError`.
    """
    everybody = actor.everybody()
    choosable = _choosable(actor, manager, everybody)
    if team not in {choice.gid for choice in choosable.teams}:
        raise NotChosen(NotChosenReason.NOT_YOURS)
    members = {person.gid for person in actor.asana.list_all(listings.people_of(team))}
    own = set(manager.people.values_list("gid", flat=True))
    new = members & choosable.gids - own
    with recorded_choice(actor.user, manager):
        add_people(manager, [everybody[gid] for gid in new])
    return len(new)


def name_delegate(
    actor: Actor, manager: Manager, gid: str, starts_on: date, ends_on: date
) -> Delegate:
    """Have a person of the workspace stand in for a manager, both days included.

    Raises `NotChosen` or `AsanaError`.
    """
    person = actor.everybody().get(gid)
    if person is None:
        raise NotChosen(NotChosenReason.NOT_HERE)
    if gid == manager.gid:
        raise NotChosen(NotChosenReason.OWN)
    with transaction.atomic():
        delegate: Delegate = manager.delegates.create(
            gid=gid, name=person.name[:255], starts_on=starts_on, ends_on=ends_on
        )
        _record_delegate(Action.DELEGATE_NAMED, actor.user, delegate)
    return delegate


def remove_delegate(by: User, manager: Manager, key: int) -> bool:
    """Take back that somebody stands in for a manager; return False if nobody does by that key."""
    with transaction.atomic():
        delegate = manager.delegates.filter(pk=key).first()
        if delegate is None:
            return False
        _record_delegate(Action.DELEGATE_REMOVED, by, delegate)
        delegate.delete()
    return True


def _record_delegate(action: Action, by: User, delegate: Delegate) -> None:
    manager = delegate.manager
    audit.record(
        action,
        by,
        workspace=manager.workspace_gid,
        to=PersonRef(delegate.gid, delegate.name),
        after={
            "manager": manager.name or manager.gid,
            "from": delegate.starts_on.isoformat(),
            "to": delegate.ends_on.isoformat(),
        },
    )


@contextmanager
def recorded_choice(by: User | PersonRef, manager: Manager) -> Iterator[None]:
    """Run a change of a manager's people and add it to the audit log."""
    with transaction.atomic():
        before = _names(manager)
        yield
        after = _names(manager)
        if after.keys() != before.keys():
            audit.record(
                Action.PEOPLE_CHOSEN,
                by,
                workspace=manager.workspace_gid,
                to=_person_ref(manager),
                before={"people": before.values()},
                after={"people": after.values()},
            )


def add_people(manager: Manager, people: Iterable[AsanaUser]) -> None:
    """Add people to a manager's, without a check and without the audit log."""
    rows = [
        ManagedPerson(manager=manager, gid=person.gid, **_name_and_email(person))
        for person in people
    ]
    ManagedPerson.objects.bulk_create(rows, ignore_conflicts=True)


def _name_and_email(person: AsanaUser) -> dict[str, str]:
    return {"name": person.name[:255], "email": (person.email or "")[:254]}


def _names(manager: Manager) -> dict[str, str]:
    """Return the names of the manager's people by gid, as stored now."""
    people = ManagedPerson.objects.filter(manager=manager)
    return {person.gid: person.name or person.gid for person in people}


def _person_ref(manager: Manager) -> PersonRef:
    return PersonRef(manager.gid, manager.name)


def _choosable(actor: Actor, manager: Manager, everybody: Collection[str]) -> Choosable:
    membership, others = actor.membership, frozenset(everybody) - {manager.gid}
    if membership.is_admin:
        return Choosable(True, others, _teams(actor))
    if manager.gid != membership.gid or membership.chooses == Manager.Chooses.NOBODY:
        return Choosable()
    if membership.chooses == Manager.Chooses.ANYONE:
        return Choosable(True, others, _teams(actor))
    teams, members = _own_teams(actor)
    return Choosable(True, others & members, teams)


def _teams(actor: Actor) -> tuple[AsanaTeam, ...]:
    workspace = actor.membership.workspace
    return cached(
        f"teams:{actor.user.pk}:{workspace}",
        TEAMS_CACHED_SECONDS,
        lambda: _list_teams(actor, listings.teams(workspace)),
    )


def _own_teams(actor: Actor) -> tuple[tuple[AsanaTeam, ...], frozenset[str]]:
    """Return the Asana teams that the actor is in, and the gids of all their members."""
    key = f"own-teams:{actor.user.pk}:{actor.membership.workspace}"
    return cached(key, TEAMS_CACHED_SECONDS, lambda: _read_own_teams(actor))


def _read_own_teams(actor: Actor) -> tuple[tuple[AsanaTeam, ...], frozenset[str]]:
    teams = _list_teams(actor, listings.teams_of("me", actor.membership.workspace))
    member_lists = actor.asana.gather([_members(team.gid) for team in teams])
    return teams, frozenset(person.gid for members in member_lists for person in members)


def _list_teams(actor: Actor, listing: Listing[AsanaTeam]) -> tuple[AsanaTeam, ...]:
    """Return the teams; none where Asana refuses, because only organizations have teams."""
    try:
        return tuple(actor.asana.list_all(listing))
    except Refused:
        return ()


def _members(team: str) -> Callable[[Client], list[AsanaUser]]:
    return lambda client: client.list_all(listings.people_of(team))


def _own_people(
    manager: Manager, everybody: dict[str, AsanaUser], choosable: Choosable = Choosable()
) -> Iterable[Choice]:
    for row in manager.people.all():
        left = row.gid not in everybody
        person = everybody.get(row.gid, AsanaUser(row.gid, row.name, row.email))
        is_open = choosable.may_choose and (left or row.gid in choosable.gids)
        yield Choice(person, chosen=True, left=left, open=is_open)


def _by_name(choice: Choice) -> tuple[str, str]:
    return choice.person.name.casefold(), choice.person.gid
