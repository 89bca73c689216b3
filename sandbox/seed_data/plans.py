"""What the made-up company is written down in: plans, not yet rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

STUDIO = "Nordlicht Studio"
HARBOUR = "Harbour Collective"

Habit = Literal["full", "long", "half", "patchy", "little", "none"]


@dataclass(frozen=True)
class WorkspacePlan:
    name: str
    is_organization: bool
    email_domains: tuple[str, ...]


@dataclass(frozen=True)
class SeatPlan:
    workspace: str = STUDIO
    is_active: bool = True
    is_admin: bool = False
    is_guest: bool = False
    is_view_only: bool = False
    is_time_reviewer: bool = False


@dataclass(frozen=True)
class TimeOff:
    """Days counted from the Monday of the current week."""

    first: int
    last: int


@dataclass(frozen=True)
class Appointment:
    """The same task at the same length on each of these weekdays, 0 for Monday."""

    task: str
    weekdays: tuple[int, ...]
    minutes: int


@dataclass(frozen=True)
class PersonPlan:
    """`routine` names the tasks between appointments; without one, chance chooses."""

    slug: str
    name: str
    email: str
    habit: Habit = "full"
    seats: tuple[SeatPlan, ...] = (SeatPlan(),)
    routine: tuple[str, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    tasks_a_day: tuple[int, int] = (2, 4)
    time_off: tuple[TimeOff, ...] = ()

    @property
    def home(self) -> str:
        return self.seats[0].workspace

    def is_off(self, days_from_monday: int) -> bool:
        return any(off.first <= days_from_monday <= off.last for off in self.time_off)


@dataclass(frozen=True)
class ProjectPlan:
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
    """A task lies in projects, named by key, or is its owner's own, in the owner's workspace."""

    name: str
    projects: tuple[str, ...] = ()
    owner: str = ""
    followers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Company:
    people: tuple[PersonPlan, ...]
    teams: Mapping[str, tuple[str, ...]]
    projects: tuple[ProjectPlan, ...]
    tasks: tuple[TaskPlan, ...]
    weeks: int
