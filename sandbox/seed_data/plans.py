"""Plans: how the seed data is written down before it becomes rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

STUDIO = "Nordlicht Studio"
HARBOUR = "Harbour Collective"

WorkPattern = Literal["full", "long", "half", "patchy", "little", "none"]


@dataclass(frozen=True)
class WorkspacePlan:
    """A workspace to be saved."""

    name: str
    is_organization: bool
    email_domains: tuple[str, ...]


@dataclass(frozen=True)
class MembershipPlan:
    """A membership to be saved, with its roles."""

    workspace: str = STUDIO
    is_active: bool = True
    is_admin: bool = False
    is_guest: bool = False
    is_view_only: bool = False
    is_time_reviewer: bool = False


@dataclass(frozen=True)
class TimeOff:
    """Days off, counted from the Monday of the current week."""

    first: int
    last: int


@dataclass(frozen=True)
class Appointment:
    """The same task with the same length on each of these weekdays; Monday is 0."""

    task: str
    weekdays: tuple[int, ...]
    minutes: int


@dataclass(frozen=True)
class PersonPlan:
    """A person; `routine` names the tasks between appointments, random ones if it is empty."""

    slug: str
    name: str
    email: str
    work_pattern: WorkPattern = "full"
    memberships: tuple[MembershipPlan, ...] = (MembershipPlan(),)
    routine: tuple[str, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    tasks_a_day: tuple[int, int] = (2, 4)
    time_off: tuple[TimeOff, ...] = ()

    @property
    def home(self) -> str:
        """Return the name of the main workspace."""
        return self.memberships[0].workspace

    def is_off(self, days_from_monday: int) -> bool:
        """Return whether the person is off on this day."""
        return any(off.first <= days_from_monday <= off.last for off in self.time_off)


@dataclass(frozen=True)
class ProjectPlan:
    """A project to be saved; people are named by slug."""

    key: str
    name: str
    color: str | None
    owner: str
    members: tuple[str, ...]
    team: str = ""
    workspace: str = STUDIO
    is_archived: bool = False
    is_private: bool = False
    is_billable: bool = True


@dataclass(frozen=True)
class TaskPlan:
    """A task in projects, named by key, or a private task in its owner's workspace."""

    name: str
    projects: tuple[str, ...] = ()
    owner: str = ""
    followers: tuple[str, ...] = ()


@dataclass(frozen=True)
class OrganisationPlan:
    """Everything of one size; `weeks` is how far back entries go."""

    people: tuple[PersonPlan, ...]
    teams: Mapping[str, tuple[str, ...]]
    projects: tuple[ProjectPlan, ...]
    tasks: tuple[TaskPlan, ...]
    weeks: int
