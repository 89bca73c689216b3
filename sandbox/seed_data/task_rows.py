"""Saves the tasks: where they lie, whose they are, and which are done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count
from random import Random

from sandbox.models import Placement, Task
from sandbox.seed_data.bulk import at, gids, save
from sandbox.seed_data.organisation import Firm, Work
from sandbox.seed_data.plans import ProjectPlan, TaskPlan
from sandbox.seed_data.random_streams import chance
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


def save_tasks(firm: Firm) -> list[Work]:
    rng = chance("tasks")
    projects = {plan.key: plan for plan in firm.plan.projects}
    works = [
        _work(rng, firm, projects, plan, gid)
        for plan, gid in zip(firm.plan.tasks, gids("task"), strict=False)
    ]
    needed = set(ODD_NAMES)
    for person in firm.plan.people:
        needed.update(person.routine, (appointment.task for appointment in person.appointments))
    for work in works:
        _date(rng, firm, work, may_be_done=work.task.name not in needed)
    save([work.task for work in works])
    _save_placements(works)
    _save_followers(firm, works)
    return works


def _work(
    rng: Random, firm: Firm, projects: Mapping[str, ProjectPlan], plan: TaskPlan, gid: str
) -> Work:
    task = Task(gid=gid, name=plan.name, notes=rng.choice(NOTES) if rng.random() < 0.2 else "")
    if plan.projects:
        plans = tuple(projects[key] for key in plan.projects)
        rows = tuple(firm.projects[key] for key in plan.projects)
        members = plans[0].members
        task.workspace = rows[0].workspace
        task.created_by = rows[0].owner
        task.assignee = firm.people[rng.choice(members)] if rng.random() < 0.75 else None
        followers = rng.sample(members, rng.randint(0, 2))
        return Work(task, plans, rows, tuple(followers))
    home = next(person.home for person in firm.plan.people if person.slug == plan.owner)
    task.workspace = firm.workspaces[home]
    task.created_by = task.assignee = firm.people[plan.owner]
    return Work(task, (), (), (plan.owner, *plan.followers))


def _date(rng: Random, firm: Firm, work: Work, *, may_be_done: bool) -> None:
    def ago(days: tuple[int, int]) -> timedelta:
        return timedelta(days=rng.randint(*days))

    task, is_archived = work.task, any(plan.is_archived for plan in work.plans)
    task.created_at = at(firm.monday - ago(CREATED), 8, rng.randrange(480))
    if may_be_done and rng.random() < (0.85 if is_archived else 0.2):
        done = firm.monday - ago(COMPLETED_IN_ARCHIVE if is_archived else COMPLETED)
        task.completed, task.completed_at = True, at(done, 8, rng.randrange(480))
    elif rng.random() < 0.4:
        task.due_on = firm.monday + ago((-30, 5))
    task.modified_at = task.completed_at or at(firm.monday - ago((1, 40)), 8, rng.randrange(480))


def _save_placements(works: Sequence[Work]) -> None:
    positions: dict[str, count[int]] = defaultdict(lambda: count(1))
    save(
        [
            Placement(project=project, task=work.task, position=next(positions[project.gid]))
            for work in works
            for project in work.projects
        ]
    )


def _save_followers(firm: Firm, works: Sequence[Work]) -> None:
    save(
        [
            Task.followers.through(task=work.task, person=firm.people[slug])
            for work in works
            for slug in work.followers
        ]
    )
