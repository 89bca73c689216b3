"""Who looks after whose weeks: chosen here, because Asana does not tell. Admins choose for
everybody; a reviewer for themself, as far as an admin lets them."""

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
from accounts.asana.records import Team
from accounts.asana.records import User as Colleague
from accounts.audit import Who
from accounts.models import Action, Reviewed, Reviewer, User
from accounts.workspaces.membership import Seat, directory

# In seconds, as the directory.
TEAMS_KEPT = 600


class Why(StrEnum):
    """Why somebody was not chosen."""

    OWN = "own"
    NOT_YOURS = "not_yours"
    NOT_HERE = "not_here"


class NotChosen(Exception):
    """Nothing was changed."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Choice:
    """A person who may be chosen for a reviewer; not `open` to whom looks at it where an admin has
    to choose. Who has `left` the workspace can only be let go."""

    person: Colleague
    chosen: bool = False
    left: bool = False
    open: bool = False


@dataclass(frozen=True)
class Reach:
    """Whom somebody may choose for one reviewer, by gid, and which Asana teams."""

    may_choose: bool = False
    gids: frozenset[str] = frozenset()
    teams: tuple[Team, ...] = ()


@dataclass(frozen=True)
class Charge:
    """A reviewer and their people, as they are to be shown."""

    reviewer: Reviewer
    people: tuple[Choice, ...]
    left: bool = False
    reach: Reach = Reach()

    @property
    def chosen(self) -> tuple[Choice, ...]:
        return tuple(one for one in self.people if one.chosen)


@dataclass(frozen=True)
class Asker:
    """Who wants to see or to change who looks after whom, and in whose name Asana is asked."""

    asana: Client
    user: User
    seat: Seat

    def everybody(self) -> dict[str, Colleague]:
        """Who is in the workspace now, by gid. Raises `AsanaError`."""
        found = directory(self.asana, self.user, self.seat.workspace)
        return {one.gid: one for one in found}


def charges(asker: Asker) -> list[Charge]:
    """All reviewers of the workspace. Raises `AsanaError`."""
    everybody = asker.everybody()
    found = Reviewer.objects.filter(workspace_gid=asker.seat.workspace).prefetch_related("people")
    return [
        Charge(one, tuple(_chosen(one, everybody)), left=one.gid not in everybody)
        for one in found.order_by("name", "gid")
    ]


def charge_of(asker: Asker, reviewer: Reviewer) -> Charge:
    """One reviewer, with all whom the asker could choose for them. Raises `AsanaError`."""
    everybody = asker.everybody()
    reach = _reach(asker, reviewer, everybody)
    chosen = {one.person.gid: one for one in _chosen(reviewer, everybody, reach)}
    others = [
        Choice(one, open=True)
        for gid, one in everybody.items()
        if gid in reach.gids - chosen.keys()
    ]
    people = sorted([*chosen.values(), *others], key=_by_name)
    return Charge(reviewer, tuple(people), reviewer.gid not in everybody, reach)


def appoint(asker: Asker, gid: str) -> Reviewer:
    """Makes somebody of the workspace a reviewer. Raises `NotChosen`, `AsanaError`."""
    person = asker.everybody().get(gid)
    if person is None:
        raise NotChosen(Why.NOT_HERE)
    reviewer, _made = enrol(asker.user, asker.seat.workspace, person)
    return reviewer


def enrol(by: User | Who, workspace: str, person: Colleague) -> tuple[Reviewer, bool]:
    """Their row, and whether it is new."""
    with transaction.atomic():
        reviewer, made = Reviewer.objects.get_or_create(
            workspace_gid=workspace, gid=person.gid, defaults=_named(person)
        )
        if made:
            audit.record(Action.REVIEWER_ADDED, by, workspace=workspace, to=_who(reviewer))
    return reviewer, made


def dismiss(by: User | Who, reviewer: Reviewer) -> None:
    with transaction.atomic():
        people = _names(reviewer).values()
        if Reviewer.objects.filter(pk=reviewer.pk).delete()[0]:
            audit.record(
                Action.REVIEWER_REMOVED,
                by,
                workspace=reviewer.workspace_gid,
                to=_who(reviewer),
                before={"people": people},
            )


def let_choose(by: User | Who, reviewer: Reviewer, chooses: Reviewer.Chooses) -> None:
    was, reviewer.chooses = Reviewer.Chooses(reviewer.chooses), chooses
    if was == chooses:
        return
    with transaction.atomic():
        reviewer.save(update_fields=["chooses"])
        audit.record(
            Action.CHOOSING_ALLOWED,
            by,
            workspace=reviewer.workspace_gid,
            to=_who(reviewer),
            before={"chooses": was.name.lower()},
            after={"chooses": chooses.name.lower()},
        )


def choose(
    asker: Asker, reviewer: Reviewer, *, add: Collection[str], drop: Collection[str]
) -> None:
    """Raises `NotChosen` if one of them is not to be chosen, or not by this one; `AsanaError`."""
    everybody = asker.everybody()
    reach = _reach(asker, reviewer, everybody)
    if reviewer.gid in add:
        raise NotChosen(Why.OWN)
    dropped = [gid for gid in drop if gid in everybody]
    if not reach.may_choose or {*add, *dropped} & everybody.keys() - reach.gids:
        raise NotChosen(Why.NOT_YOURS)
    if not everybody.keys() >= set(add):
        raise NotChosen(Why.NOT_HERE)
    with choosing(asker.user, reviewer):
        reviewer.people.filter(gid__in=drop).delete()
        keep(reviewer, [everybody[gid] for gid in add])


def choose_team(asker: Asker, reviewer: Reviewer, team: str) -> int:
    """Adds all of an Asana team but the reviewer themself, and tells how many are new. Raises
    `NotChosen`, `AsanaError`."""
    everybody = asker.everybody()
    reach = _reach(asker, reviewer, everybody)
    if team not in {one.gid for one in reach.teams}:
        raise NotChosen(Why.NOT_YOURS)
    members = {one.gid for one in asker.asana.read(listings.people_of(team))}
    known = set(reviewer.people.values_list("gid", flat=True))
    new = members & reach.gids - known
    with choosing(asker.user, reviewer):
        keep(reviewer, [everybody[gid] for gid in new])
    return len(new)


@contextmanager
def choosing(by: User | Who, reviewer: Reviewer) -> Iterator[None]:
    """Writes down how a reviewer's people are others afterwards."""
    with transaction.atomic():
        before = _names(reviewer)
        yield
        after = _names(reviewer)
        if after.keys() != before.keys():
            audit.record(
                Action.PEOPLE_CHOSEN,
                by,
                workspace=reviewer.workspace_gid,
                to=_who(reviewer),
                before={"people": before.values()},
                after={"people": after.values()},
            )


def keep(reviewer: Reviewer, people: Iterable[Colleague]) -> None:
    rows = [Reviewed(reviewer=reviewer, gid=one.gid, **_named(one)) for one in people]
    Reviewed.objects.bulk_create(rows, ignore_conflicts=True)


def _named(person: Colleague) -> dict[str, str]:
    return {"name": person.name[:255], "email": (person.email or "")[:254]}


def _names(reviewer: Reviewer) -> dict[str, str]:
    """What the reviewer's people are called, by gid."""
    return {one.gid: one.name or one.gid for one in Reviewed.objects.filter(reviewer=reviewer)}


def _who(reviewer: Reviewer) -> Who:
    return Who(reviewer.gid, reviewer.name)


def _reach(asker: Asker, reviewer: Reviewer, everybody: Collection[str]) -> Reach:
    seat, others = asker.seat, frozenset(everybody) - {reviewer.gid}
    if seat.is_admin:
        return Reach(True, others, _teams(asker))
    if reviewer.gid != seat.gid or seat.chooses == Reviewer.Chooses.NOBODY:
        return Reach()
    if seat.chooses == Reviewer.Chooses.ANYONE:
        return Reach(True, others, _teams(asker))
    teams, members = _own_teams(asker)
    return Reach(True, others & members, teams)


def _teams(asker: Asker) -> tuple[Team, ...]:
    workspace = asker.seat.workspace
    memory = f"teams:{asker.user.pk}:{workspace}"
    known: tuple[Team, ...] | None = cache.get(memory)
    if known is None:
        known = _told(asker, listings.teams(workspace))
        cache.set(memory, known, TEAMS_KEPT)
    return known


def _own_teams(asker: Asker) -> tuple[tuple[Team, ...], frozenset[str]]:
    """The Asana teams that the asker is in, and who else is."""
    workspace = asker.seat.workspace
    memory = f"own-teams:{asker.user.pk}:{workspace}"
    known: tuple[tuple[Team, ...], frozenset[str]] | None = cache.get(memory)
    if known is None:
        teams = _told(asker, listings.teams_of("me", workspace))
        found = asker.asana.side_by_side([_members(team.gid) for team in teams])
        known = teams, frozenset(one.gid for members in found for one in members)
        cache.set(memory, known, TEAMS_KEPT)
    return known


def _told(asker: Asker, listing: Listing[Team]) -> tuple[Team, ...]:
    """None where Asana refuses: only organizations have teams."""
    try:
        return tuple(asker.asana.read(listing))
    except Refused:
        return ()


def _members(team: str) -> Callable[[Client], list[Colleague]]:
    return lambda client: client.read(listings.people_of(team))


def _chosen(
    reviewer: Reviewer, everybody: dict[str, Colleague], reach: Reach = Reach()
) -> Iterable[Choice]:
    for one in reviewer.people.all():
        left = one.gid not in everybody
        person = everybody.get(one.gid, Colleague(one.gid, one.name, one.email))
        may = reach.may_choose and (left or one.gid in reach.gids)
        yield Choice(person, chosen=True, left=left, open=may)


def _by_name(choice: Choice) -> tuple[str, str]:
    return choice.person.name.casefold(), choice.person.gid
