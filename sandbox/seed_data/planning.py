"""Saves budgets, rates, allocations and estimates, which fit the hours that were logged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Literal

from django.db.models import Sum

from sandbox.models import Entry, Project
from sandbox.planning_models import (
    Allocation,
    Budget,
    Estimate,
    Placeholder,
    ProjectAdmin,
    Rate,
)
from sandbox.seed_data.bulk import bulk_save, seed_gids
from sandbox.seed_data.organisation import Organisation, SeedTask
from sandbox.seed_data.plans import STUDIO, ProjectPlan
from sandbox.seed_data.random_streams import random_stream

# Weeks before and after the current one for which work is planned.
WEEKS_BACK, WEEKS_AHEAD = 4, 6
HOURLY_RATES = (80, 90, 95, 100, 110, 125)
# What part of a task's estimate is logged: some tasks take longer than they should.
USED = (0.55, 0.7, 0.8, 0.9, 1.0, 1.15, 1.4)
PLANNED_HOURS = (1, 1.5, 2, 2, 2.5, 3, 4)
# People plan no more than this a day, beside what comes up.
MOST_HOURS_A_DAY = 9.0


@dataclass(frozen=True)
class BudgetPlan:
    """A budget of which `used` was logged, in minutes or money."""

    budget_type: Literal["time", "cost"]
    used: float
    estimate: bool = True


# By project key. Studio operations has none, so that there is a project without a budget.
BUDGETS = {
    "bank": BudgetPlan("time", 0.78),
    "museum": BudgetPlan("cost", 0.96),
    "bikes": BudgetPlan("time", 1.08),
    "pitch": BudgetPlan("time", 0.5, estimate=False),
    "festival": BudgetPlan("time", 0.32),
}
# Project admins beside the owners, and whether they see costs.
ADMINS = {"museum": (("mia", True),), "bikes": (("mia", False),)}
PLACEHOLDERS = ("Senior designer", "Back-end developer")


def save_planning(organisation: Organisation, seed_tasks: Sequence[SeedTask]) -> None:
    """Save everything that is planned."""
    _save_admins(organisation)
    _save_estimates(seed_tasks)
    rates = _save_rates(organisation)
    _save_budgets(organisation, rates)
    _save_allocations(organisation)


def _save_admins(organisation: Organisation) -> None:
    bulk_save(
        [
            ProjectAdmin(
                project=organisation.projects[key],
                person=organisation.people[slug],
                sees_costs=sees_costs,
            )
            for key, admins in ADMINS.items()
            for slug, sees_costs in admins
        ]
    )


def _save_estimates(seed_tasks: Sequence[SeedTask]) -> None:
    sums = Entry.objects.values("task_id").annotate(minutes=Sum("duration_minutes"))
    logged = dict(sums.values_list("task_id", "minutes"))
    rng = random_stream("estimates")
    rows = []
    for seed_task in seed_tasks:
        is_estimated, used, hours = rng.random() < 0.7, rng.choice(USED), rng.randint(2, 16)
        if is_estimated and seed_task.projects:
            minutes = logged.get(seed_task.task.gid, 0) / used or hours * 60
            rows.append(Estimate(task=seed_task.task, minutes=max(round(minutes / 30) * 30, 30)))
    bulk_save(rows)


def _save_rates(organisation: Organisation) -> dict[tuple[str, str], float]:
    """Save a rate for each member of a billable project; return them by project and person."""
    rows = []
    gids = seed_gids("rate")
    for plan in organisation.plan.projects:
        rng = random_stream("rates", plan.key)
        for slug in plan.members if plan.is_billable else ():
            rows.append(
                Rate(
                    gid=next(gids),
                    project=organisation.projects[plan.key],
                    person=organisation.people[slug],
                    created_by=organisation.people[plan.owner],
                    rate=rng.choice(HOURLY_RATES),
                )
            )
    bulk_save(rows)
    return {(str(row.project_id), str(row.person_id)): row.rate for row in rows}


def _save_budgets(organisation: Organisation, rates: Mapping[tuple[str, str], float]) -> None:
    minutes, costs = _billable_sums(rates)
    rows = []
    for plan, gid in zip(organisation.plan.projects, seed_gids("budget"), strict=False):
        budget_plan = BUDGETS.get(plan.key) or _generated(plan)
        if budget_plan is not None:
            project = organisation.projects[plan.key]
            rows.append(_budget(gid, project, budget_plan, minutes, costs))
    bulk_save(rows)


def _billable_sums(
    rates: Mapping[tuple[str, str], float],
) -> tuple[Counter[str], Mapping[str, float]]:
    """Return the billable minutes and their cost, by project."""
    minutes, costs = Counter[str](), defaultdict[str, float](float)
    billable = Entry.objects.filter(billable_status="billable", attributable_to__isnull=False)
    sums = billable.values("attributable_to_id", "created_by_id")
    sums = sums.annotate(minutes=Sum("duration_minutes"))
    for project, person, amount in sums.values_list(
        "attributable_to_id", "created_by_id", "minutes"
    ):
        minutes[project] += amount
        costs[project] += amount / 60 * rates.get((project, person), 0)
    return minutes, costs


def _generated(plan: ProjectPlan) -> BudgetPlan | None:
    """Return the budget of a project of the large size: two of three have one."""
    rng = random_stream("budgets", plan.key)
    if plan.key == "studio" or not plan.is_billable or rng.random() < 0.33:
        return None
    return BudgetPlan(rng.choice(("time", "time", "cost")), rng.uniform(0.25, 1.05))


def _budget(
    gid: str,
    project: Project,
    plan: BudgetPlan,
    minutes: Mapping[str, int],
    costs: Mapping[str, float],
) -> Budget:
    hours = round((minutes.get(project.gid) or 6000) / plan.used / 600) * 10
    cost = round((costs.get(project.gid) or 10_000) / plan.used / 500) * 500
    return Budget(
        gid=gid,
        project=project,
        budget_type=plan.budget_type,
        estimate_enabled=plan.estimate,
        estimate_source="tasks" if plan.estimate else "none",
        estimate_filter="any",
        total_enabled=True,
        total_minutes=max(hours, 10) * 60,
        total_cost=max(cost, 500),
    )


def _save_allocations(organisation: Organisation) -> None:
    gids = seed_gids("allocation")
    rows = []
    for person in organisation.plan.people:
        rng = random_stream("allocations", person.slug)
        for allocation in _allocations_of(organisation, person.slug, rng):
            allocation.gid = next(gids)
            rows.append(allocation)
    studio = organisation.workspaces[STUDIO]
    placeholders = [
        Placeholder(gid=gid, workspace=studio, name=name)
        for name, gid in zip(PLACEHOLDERS, seed_gids("placeholder"), strict=False)
    ]
    bulk_save(placeholders)
    bank = organisation.projects["bank"]
    rows.append(
        Allocation(
            gid=next(gids),
            project=bank,
            placeholder=placeholders[1],
            created_by=bank.owner,
            start_date=organisation.monday + timedelta(weeks=1),
            end_date=organisation.monday + timedelta(weeks=4, days=4),
            effort_type="percent",
            effort_value=50,
        )
    )
    bulk_save(rows)


def _allocations_of(organisation: Organisation, slug: str, rng: Random) -> Iterator[Allocation]:
    """Yield a person's allocations, each some weeks on one of their projects."""
    hours = 0.0
    for plan in organisation.plan.projects:
        if slug not in plan.members or plan.is_archived or rng.random() < 0.2:
            continue
        effort, first = rng.choice(PLANNED_HOURS), rng.randint(-WEEKS_BACK, 1)
        weeks = rng.randint(3, WEEKS_AHEAD + WEEKS_BACK)
        in_percent = rng.random() < 0.25
        hours += effort
        if hours > MOST_HOURS_A_DAY:
            return
        project = organisation.projects[plan.key]
        yield Allocation(
            project=project,
            person=organisation.people[slug],
            created_by=project.owner,
            start_date=organisation.monday + timedelta(weeks=first),
            end_date=organisation.monday + timedelta(weeks=first + weeks, days=-3),
            effort_type="percent" if in_percent else "hours",
            effort_value=effort * 12.5 if in_percent else effort,
        )
