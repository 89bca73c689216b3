"""Who looks after whose weeks: chosen here, because Asana does not tell. Admins choose for
everybody; a manager for themself, as far as an admin lets them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from django.core.cache import cache
from django.db import transaction

from accounts import audit
from accounts.asana import listings
from accounts.asana.client import Client
from accounts.asana.errors import Refused
from accounts.asana.listings import Listing
from accounts.asana.records import AsanaTeam, AsanaUser
from accounts.audit import PersonRef
from accounts.models import Action, ManagedPerson, Manager, User
from accounts.workspaces.membership import Membership, directory

# In seconds, as the directory.
TEAMS_CACHED_SECONDS = 600


class NotChosenReason(StrEnum):
    """Why somebody was not chosen."""

    OWN = "own"
    NOT_YOURS = "not_yours"
    NOT_HERE = "not_here"


class NotChosen(Exception):
    """Nothing was changed."""

    def __init__(self, why: NotChosenReason) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Choice:
    """A person who may be chosen for a manager; not `open` to whom looks at it where an admin has
    to choose. Who has `left` the workspace can only be let go."""

    person: AsanaUser
    chosen: bool = False
    left: bool = False
    open: bool = False


@dataclass(frozen=True)
class Choosable:
    """Whom somebody may choose for one manager, by gid, and which Asana teams."""

    may_choose: bool = False
    gids: frozenset[str] = frozenset()
    teams: tuple[AsanaTeam, ...] = ()


@dataclass(frozen=True)
class ManagerPeople:
    """A manager and their people, as they are to be shown."""

    manager: Manager
    people: tuple[Choice, ...]
    left: bool = False
    reach: Choosable = Choosable()

    @property
    def chosen(self) -> tuple[Choice, ...]:
        return tuple(one for one in self.people if one.chosen)


@dataclass(frozen=True)
class Actor:
    """Who wants to see or to change who looks after whom, and in whose name Asana is asked."""

    asana: Client
    user: User
    membership: Membership

    def everybody(self) -> dict[str, AsanaUser]:
        """Who is in the workspace now, by gid. Raises `AsanaError`."""
        found = directory(self.asana, self.user, self.membership.workspace)
        return {one.gid: one for one in found}


def all_manager_people(asker: Actor) -> list[ManagerPeople]:
    """All managers of the workspace. Raises `AsanaError`."""
    everybody = asker.everybody()
    found = Manager.objects.filter(workspace_gid=asker.membership.workspace).prefetch_related(
        "people"
    )
    return [
        ManagerPeople(one, tuple(_chosen(one, everybody)), left=one.gid not in everybody)
        for one in found.order_by("name", "gid")
    ]


def manager_people_of(asker: Actor, manager: Manager) -> ManagerPeople:
    """One manager, with all whom the asker could choose for them. Raises `AsanaError`."""
    everybody = asker.everybody()
    reach = _choosable(asker, manager, everybody)
    chosen = {one.person.gid: one for one in _chosen(manager, everybody, reach)}
    others = [
        Choice(one, open=True)
        for gid, one in everybody.items()
        if gid in reach.gids - chosen.keys()
    ]
    people = sorted([*chosen.values(), *others], key=_by_name)
    return ManagerPeople(manager, tuple(people), manager.gid not in everybody, reach)


def add_manager(asker: Actor, gid: str) -> Manager:
    """Makes somebody of the workspace a manager. Raises `NotChosen`, `AsanaError`."""
    person = asker.everybody().get(gid)
    if person is None:
        raise NotChosen(NotChosenReason.NOT_HERE)
    manager, _made = ensure_manager(asker.user, asker.membership.workspace, person)
    return manager


def ensure_manager(by: User | PersonRef, workspace: str, person: AsanaUser) -> tuple[Manager, bool]:
    """Their row, and whether it is new."""
    with transaction.atomic():
        manager, made = Manager.objects.get_or_create(
            workspace_gid=workspace, gid=person.gid, defaults=_name_and_email(person)
        )
        if made:
            audit.record(Action.MANAGER_ADDED, by, workspace=workspace, to=_person_ref(manager))
    return manager, made


def remove_manager(by: User | PersonRef, manager: Manager) -> None:
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
    was, manager.chooses = Manager.Chooses(manager.chooses), chooses
    if was == chooses:
        return
    with transaction.atomic():
        manager.save(update_fields=["chooses"])
        audit.record(
            Action.CHOOSING_ALLOWED,
            by,
            workspace=manager.workspace_gid,
            to=_person_ref(manager),
            before={"chooses": was.name.lower()},
            after={"chooses": chooses.name.lower()},
        )


def change_people(
    asker: Actor, manager: Manager, *, add: Collection[str], drop: Collection[str]
) -> None:
    """Raises `NotChosen` if one of them is not to be chosen, or not by this one; `AsanaError`."""
    everybody = asker.everybody()
    reach = _choosable(asker, manager, everybody)
    if manager.gid in add:
        raise NotChosen(NotChosenReason.OWN)
    dropped = [gid for gid in drop if gid in everybody]
    if not reach.may_choose or {*add, *dropped} & everybody.keys() - reach.gids:
        raise NotChosen(NotChosenReason.NOT_YOURS)
    if not everybody.keys() >= set(add):
        raise NotChosen(NotChosenReason.NOT_HERE)
    with recorded_choice(asker.user, manager):
        manager.people.filter(gid__in=drop).delete()
        add_people(manager, [everybody[gid] for gid in add])


def add_team(asker: Actor, manager: Manager, team: str) -> int:
    """Adds all of an Asana team but the manager themself, and tells how many are new. Raises
    `NotChosen`, `AsanaError`."""
    everybody = asker.everybody()
    reach = _choosable(asker, manager, everybody)
    if team not in {one.gid for one in reach.teams}:
        raise NotChosen(NotChosenReason.NOT_YOURS)
    members = {one.gid for one in asker.asana.list_all(listings.people_of(team))}
    known = set(manager.people.values_list("gid", flat=True))
    new = members & reach.gids - known
    with recorded_choice(asker.user, manager):
        add_people(manager, [everybody[gid] for gid in new])
    return len(new)


@contextmanager
def recorded_choice(by: User | PersonRef, manager: Manager) -> Iterator[None]:
    """Writes down how a manager's people are others afterwards."""
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
    rows = [ManagedPerson(manager=manager, gid=one.gid, **_name_and_email(one)) for one in people]
    ManagedPerson.objects.bulk_create(rows, ignore_conflicts=True)


def _name_and_email(person: AsanaUser) -> dict[str, str]:
    return {"name": person.name[:255], "email": (person.email or "")[:254]}


def _names(manager: Manager) -> dict[str, str]:
    """What the manager's people are called, by gid."""
    return {one.gid: one.name or one.gid for one in ManagedPerson.objects.filter(manager=manager)}


def _person_ref(manager: Manager) -> PersonRef:
    return PersonRef(manager.gid, manager.name)


def _choosable(asker: Actor, manager: Manager, everybody: Collection[str]) -> Choosable:
    membership, others = asker.membership, frozenset(everybody) - {manager.gid}
    if membership.is_admin:
        return Choosable(True, others, _teams(asker))
    if manager.gid != membership.gid or membership.chooses == Manager.Chooses.NOBODY:
        return Choosable()
    if membership.chooses == Manager.Chooses.ANYONE:
        return Choosable(True, others, _teams(asker))
    teams, members = _own_teams(asker)
    return Choosable(True, others & members, teams)


def _teams(asker: Actor) -> tuple[AsanaTeam, ...]:
    workspace = asker.membership.workspace
    memory = f"teams:{asker.user.pk}:{workspace}"
    known: tuple[AsanaTeam, ...] | None = cache.get(memory)
    if known is None:
        known = _list_teams(asker, listings.teams(workspace))
        cache.set(memory, known, TEAMS_CACHED_SECONDS)
    return known


def _own_teams(asker: Actor) -> tuple[tuple[AsanaTeam, ...], frozenset[str]]:
    """The Asana teams that the asker is in, and who else is."""
    workspace = asker.membership.workspace
    memory = f"own-teams:{asker.user.pk}:{workspace}"
    known: tuple[tuple[AsanaTeam, ...], frozenset[str]] | None = cache.get(memory)
    if known is None:
        teams = _list_teams(asker, listings.teams_of("me", workspace))
        found = asker.asana.gather([_members(team.gid) for team in teams])
        known = teams, frozenset(one.gid for members in found for one in members)
        cache.set(memory, known, TEAMS_CACHED_SECONDS)
    return known


def _list_teams(asker: Actor, listing: Listing[AsanaTeam]) -> tuple[AsanaTeam, ...]:
    """None where Asana refuses: only organizations have teams."""
    try:
        return tuple(asker.asana.list_all(listing))
    except Refused:
        return ()


def _members(team: str) -> Callable[[Client], list[AsanaUser]]:
    return lambda client: client.list_all(listings.people_of(team))


def _chosen(
    manager: Manager, everybody: dict[str, AsanaUser], reach: Choosable = Choosable()
) -> Iterable[Choice]:
    for one in manager.people.all():
        left = one.gid not in everybody
        person = everybody.get(one.gid, AsanaUser(one.gid, one.name, one.email))
        may = reach.may_choose and (left or one.gid in reach.gids)
        yield Choice(person, chosen=True, left=left, open=may)


def _by_name(choice: Choice) -> tuple[str, str]:
    return choice.person.name.casefold(), choice.person.gid
