"""Planned against logged work: what allocations mean in minutes a week, and who is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from accounts.asana.records import Allocation, Effort, OutOfOffice
from timesheet.domain.target import targets
from timesheet.domain.week import Week


@dataclass(frozen=True)
class PersonPlan:
    """A person's week: the minutes that are planned, logged and available."""

    week: Week
    # None if Asana does not show what is planned.
    planned: int | None
    # None for a week to come.
    logged: int | None
    capacity: int
    # Planned minutes by gid of the project; "" where Asana does not name it.
    by_project: Mapping[str, int]

    @property
    def free(self) -> int | None:
        """Minutes that are not planned, below zero for somebody with too much to do; or None."""
        return None if self.planned is None else self.capacity - self.planned

    @property
    def over(self) -> int:
        """Planned minutes that the person has no time for."""
        return max(-(self.free or 0), 0)

    @property
    def is_over(self) -> bool:
        """Whether more is planned than the person has time for."""
        return self.over > 0

    @property
    def percent(self) -> float:
        """The planned part of the capacity, in percent; 0 without capacity."""
        return 100 * (self.planned or 0) / self.capacity if self.capacity else 0.0


@dataclass(frozen=True)
class WeeksAhead:
    """What is planned for a person in several weeks together."""

    # Minutes beyond the capacity of the weeks that have too much.
    over: int
    # Minutes without plans in the other weeks.
    free: int

    @classmethod
    def of(cls, plans: Iterable[PersonPlan]) -> Self:
        """Add up weeks; those of which Asana does not show the plans count as nothing."""
        free = [plan.free for plan in plans if plan.free is not None]
        return cls(-sum(min(minutes, 0) for minutes in free), sum(max(m, 0) for m in free))


def plan_of(
    week: Week,
    allocations: Iterable[Allocation] | None,
    expected_on: Callable[[date], int],
    time_off: Iterable[OutOfOffice],
    holidays: Mapping[date, str],
    logged: int | None,
) -> PersonPlan:
    """Return a person's plan of a week; `allocations` are None if Asana does not show them.

    `expected_on` returns the minutes that the person is expected to work on a day. Nothing is
    planned for days without a target. Asana's specification does not say whether an allocation's
    hours are those of a day or a week: they are taken as hours a working day. Percent are of the
    day's target.
    """
    day_targets = targets(week.days, expected_on, time_off, holidays)
    by_project: dict[str, float] = {}
    for allocation in allocations or ():
        minutes = sum(
            _minutes(allocation.effort, target.minutes)
            for day, target in zip(week.days, day_targets, strict=True)
            if allocation.start_date <= day <= allocation.end_date and target.minutes
        )
        if minutes:
            project = allocation.parent.gid if allocation.parent else ""
            by_project[project] = by_project.get(project, 0) + minutes
    rounded = {project: round(minutes) for project, minutes in by_project.items()}
    capacity = sum(target.minutes for target in day_targets)
    planned = None if allocations is None else sum(rounded.values())
    return PersonPlan(week, planned, logged, capacity, rounded)


def _minutes(effort: Effort | None, target: int) -> float:
    if effort is None:
        return 0
    return target * effort.value / 100 if effort.type == "percent" else effort.value * 60
