"""Fills an empty database: the same size and day always give the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from django.db import transaction

from sandbox.models import (
    Category,
    Membership,
    Person,
    PersonalToken,
    Project,
    Team,
    Workspace,
)
from sandbox.seed_data.bulk import bulk_save, seed_gids, utc
from sandbox.seed_data.entries import save_entries
from sandbox.seed_data.generated_people import large_organisation
from sandbox.seed_data.organisation import Organisation
from sandbox.seed_data.people import CATEGORIES, SMALL, WORKSPACES
from sandbox.seed_data.planning import save_planning
from sandbox.seed_data.plans import STUDIO, OrganisationPlan, PersonPlan
from sandbox.seed_data.random_streams import random_stream
from sandbox.seed_data.task_rows import save_tasks
from sandbox.seed_data.timesheets import save_time_off, save_timesheets


@transaction.atomic
def fill(size: str, today: date, weeks: int | None = None) -> None:
    """Fill the tables; `size` is small or large, and large contains small, gid for gid.

    Entries and timesheets go as many weeks back as `weeks` says, or as the size has.
    """
    plan = {"small": lambda: SMALL, "large": large_organisation}[size]()
    if weeks is not None:
        plan = replace(plan, weeks=weeks)
    workspaces = _workspaces()
    people = _people(plan.people)
    _memberships(plan.people, people, workspaces, today)
    projects = _projects(plan, people, workspaces, today)
    organisation = Organisation(plan, today, workspaces, people, projects)
    categories = _categories(workspaces[STUDIO])
    seed_tasks = save_tasks(organisation)
    save_entries(organisation, seed_tasks, categories)
    save_timesheets(organisation)
    save_time_off(organisation)
    save_planning(organisation, seed_tasks)


def _workspaces() -> dict[str, Workspace]:
    rows = [
        Workspace(
            gid=gid,
            name=plan.name,
            is_organization=plan.is_organization,
            email_domains=list(plan.email_domains),
        )
        for plan, gid in zip(WORKSPACES, seed_gids("workspace"), strict=False)
    ]
    bulk_save(rows)
    return {row.name: row for row in rows}


def _people(plans: Sequence[PersonPlan]) -> dict[str, Person]:
    rows = [
        Person(gid=gid, name=plan.name, email=plan.email, slug=plan.slug)
        for plan, gid in zip(plans, seed_gids("person"), strict=False)
    ]
    bulk_save(rows)
    bulk_save([PersonalToken(token=f"sandbox-{row.slug}", person=row) for row in rows])
    return {row.slug: row for row in rows}


def _random_time_before(rng: Random, today: date, fewest_days: int, most_days: int) -> datetime:
    return utc(today - timedelta(days=rng.randint(fewest_days, most_days)), 8, rng.randrange(480))


def _memberships(
    plans: Sequence[PersonPlan],
    people: Mapping[str, Person],
    workspaces: Mapping[str, Workspace],
    today: date,
) -> None:
    rng = random_stream("memberships")
    memberships = [(plan, membership) for plan in plans for membership in plan.memberships]
    bulk_save(
        [
            Membership(
                gid=gid,
                person=people[plan.slug],
                workspace=workspaces[membership.workspace],
                is_active=membership.is_active,
                is_admin=membership.is_admin,
                is_guest=membership.is_guest,
                is_view_only=membership.is_view_only,
                is_time_reviewer=membership.is_time_reviewer,
                created_at=_random_time_before(rng, today, 430, 900),
            )
            for (plan, membership), gid in zip(memberships, seed_gids("membership"), strict=False)
        ]
    )


def _teams(
    plan: OrganisationPlan, people: Mapping[str, Person], studio: Workspace
) -> dict[str, Team]:
    rows = {
        name: Team(gid=gid, workspace=studio, name=name)
        for name, gid in zip(plan.teams, seed_gids("team"), strict=False)
    }
    bulk_save(list(rows.values()))
    bulk_save(
        [
            Team.people.through(team=rows[name], person=people[slug])
            for name, members in plan.teams.items()
            for slug in members
        ]
    )
    return rows


def _projects(
    plan: OrganisationPlan,
    people: Mapping[str, Person],
    workspaces: Mapping[str, Workspace],
    today: date,
) -> dict[str, Project]:
    rng = random_stream("projects")
    teams = _teams(plan, people, workspaces[STUDIO])
    rows = {
        project.key: Project(
            gid=gid,
            workspace=workspaces[project.workspace],
            team=teams.get(project.team),
            name=project.name,
            color=project.color,
            archived=project.is_archived,
            is_private=project.is_private,
            owner=people[project.owner],
            created_at=_random_time_before(rng, today, 402, 430),
            modified_at=_random_time_before(rng, today, 1, 20),
        )
        for project, gid in zip(plan.projects, seed_gids("project"), strict=False)
    }
    bulk_save(list(rows.values()))
    bulk_save(
        [
            Project.members.through(project=rows[project.key], person=people[slug])
            for project in plan.projects
            for slug in project.members
        ]
    )
    return rows


def _categories(studio: Workspace) -> list[Category]:
    rows = [
        Category(gid=gid, workspace=studio, name=name, color=color, is_archived=is_archived)
        for (name, color, is_archived), gid in zip(CATEGORIES, seed_gids("category"), strict=False)
    ]
    bulk_save(rows)
    return rows
