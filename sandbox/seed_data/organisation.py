"""The company while it is being filled in: its plan, and the rows made of it so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.models import Person, Project, Task, Workspace
from sandbox.seed_data.plans import Company, ProjectPlan


@dataclass(frozen=True)
class Firm:
    plan: Company
    today: date
    workspaces: Mapping[str, Workspace]
    people: Mapping[str, Person]
    projects: Mapping[str, Project]

    @property
    def monday(self) -> date:
        return self.today - timedelta(days=self.today.weekday())


@dataclass(frozen=True)
class Work:
    """A task with its projects and, by slug, its followers."""

    task: Task
    plans: tuple[ProjectPlan, ...]
    projects: tuple[Project, ...]
    followers: tuple[str, ...]

    @property
    def is_billable(self) -> bool:
        return any(plan.is_billable for plan in self.plans)

    @property
    def loggers(self) -> set[str]:
        return {*self.followers, *(slug for plan in self.plans for slug in plan.members)}

    def is_open_after(self, day: date) -> bool:
        if self.task.completed_at is None:
            return not any(plan.is_archived for plan in self.plans)
        return self.task.completed_at.date() > day
