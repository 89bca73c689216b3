"""Saves the tasks with their projects, assignees and dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count
from random import Random

from sandbox.models import Placement, Task
from sandbox.seed_data.bulk import bulk_save, seed_gids, utc
from sandbox.seed_data.organisation import Organisation, SeedTask
from sandbox.seed_data.plans import ProjectPlan, TaskPlan
from sandbox.seed_data.random_streams import random_stream
from sandbox.seed_data.task_names import ODD_NAMES

NOTES = (
    "See the minutes of the last meeting.",
    "Ask before you start: there is an older version somewhere.",
    "Done when the client has seen it on a phone.",
)
# Days before the current week. The oldest entries of the large size are half a year old.
CREATED = (190, 400)
COMPLETED = (10, 120)
COMPLETED_IN_ARCHIVE = (30, 60)


def save_tasks(organisation: Organisation) -> list[SeedTask]:
    """Save all tasks, and return them in the order of the plan."""
    rng = random_stream("tasks")
    projects = {plan.key: plan for plan in organisation.plan.projects}
    seed_tasks = [
        _seed_task(rng, organisation, projects, plan, gid)
        for plan, gid in zip(organisation.plan.tasks, seed_gids("task"), strict=False)
    ]
    needed_names = set(ODD_NAMES)
    for person in organisation.plan.people:
        needed_names.update(
            person.routine, (appointment.task for appointment in person.appointments)
        )
    for seed_task in seed_tasks:
        _set_dates(
            rng, organisation, seed_task, may_be_completed=seed_task.task.name not in needed_names
        )
    bulk_save([seed_task.task for seed_task in seed_tasks])
    _save_placements(seed_tasks)
    _save_followers(organisation, seed_tasks)
    _save_commenters(organisation, seed_tasks)
    return seed_tasks


def _seed_task(
    rng: Random,
    organisation: Organisation,
    projects: Mapping[str, ProjectPlan],
    plan: TaskPlan,
    gid: str,
) -> SeedTask:
    task = Task(gid=gid, name=plan.name, notes=rng.choice(NOTES) if rng.random() < 0.2 else "")
    if plan.projects:
        plans = tuple(projects[key] for key in plan.projects)
        rows = tuple(organisation.projects[key] for key in plan.projects)
        members = plans[0].members
        task.workspace = rows[0].workspace
        task.created_by = rows[0].owner
        task.assignee = organisation.people[rng.choice(members)] if rng.random() < 0.75 else None
        followers = rng.sample(members, rng.randint(0, 2))
        return SeedTask(task, plans, rows, tuple(followers))
    home = next(person.home for person in organisation.plan.people if person.slug == plan.owner)
    task.workspace = organisation.workspaces[home]
    task.created_by = task.assignee = organisation.people[plan.owner]
    return SeedTask(task, (), (), (plan.owner, *plan.followers))


def _set_dates(
    rng: Random, organisation: Organisation, seed_task: SeedTask, *, may_be_completed: bool
) -> None:
    def ago(days: tuple[int, int]) -> timedelta:
        return timedelta(days=rng.randint(*days))

    task, is_archived = seed_task.task, any(plan.is_archived for plan in seed_task.plans)
    task.created_at = utc(organisation.monday - ago(CREATED), 8, rng.randrange(480))
    if may_be_completed and rng.random() < (0.85 if is_archived else 0.2):
        completed_day = organisation.monday - ago(
            COMPLETED_IN_ARCHIVE if is_archived else COMPLETED
        )
        task.completed, task.completed_at = True, utc(completed_day, 8, rng.randrange(480))
    elif rng.random() < 0.4:
        task.due_on = organisation.monday + ago((-30, 5))
    task.modified_at = task.completed_at or utc(
        organisation.monday - ago((1, 40)), 8, rng.randrange(480)
    )


def _save_placements(seed_tasks: Sequence[SeedTask]) -> None:
    positions: dict[str, count[int]] = defaultdict(lambda: count(1))
    bulk_save(
        [
            Placement(project=project, task=seed_task.task, position=next(positions[project.gid]))
            for seed_task in seed_tasks
            for project in seed_task.projects
        ]
    )


def _save_commenters(organisation: Organisation, seed_tasks: Sequence[SeedTask]) -> None:
    """Let every other follower have written a comment, which task searches ask for."""
    rng = random_stream("comments")
    bulk_save(
        [
            Task.commenters.through(task=seed_task.task, person=organisation.people[slug])
            for seed_task in seed_tasks
            for slug in seed_task.followers
            if rng.random() < 0.5
        ]
    )


def _save_followers(organisation: Organisation, seed_tasks: Sequence[SeedTask]) -> None:
    bulk_save(
        [
            Task.followers.through(task=seed_task.task, person=organisation.people[slug])
            for seed_task in seed_tasks
            for slug in seed_task.followers
        ]
    )
