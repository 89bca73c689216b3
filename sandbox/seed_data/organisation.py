"""The organisation while it is being saved: its plan, and the rows saved so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.models import Person, Project, Task, Workspace
from sandbox.seed_data.plans import OrganisationPlan, ProjectPlan


@dataclass(frozen=True)
class Organisation:
    """The plan and the saved rows; people are by slug, projects by key."""

    plan: OrganisationPlan
    today: date
    workspaces: Mapping[str, Workspace]
    people: Mapping[str, Person]
    projects: Mapping[str, Project]

    @property
    def monday(self) -> date:
        """Return the Monday of the current week."""
        return self.today - timedelta(days=self.today.weekday())


@dataclass(frozen=True)
class SeedTask:
    """A task with its projects and the slugs of its followers."""

    task: Task
    plans: tuple[ProjectPlan, ...]
    projects: tuple[Project, ...]
    followers: tuple[str, ...]

    @property
    def is_billable(self) -> bool:
        """Return whether one of its projects is billable."""
        return any(plan.is_billable for plan in self.plans)

    @property
    def loggers(self) -> set[str]:
        """Return the slugs of the people who may log time on it."""
        return {*self.followers, *(slug for plan in self.plans for slug in plan.members)}

    def is_open_after(self, day: date) -> bool:
        """Return whether the task can still be worked on after this day."""
        if self.task.completed_at is None:
            return not any(plan.is_archived for plan in self.plans)
        return self.task.completed_at.date() > day
