"""Fills an empty database of the local Asana: the same rows for the same size and day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from sandbox.seed_data.bulk import at, gids, save
from sandbox.seed_data.entries import save_entries
from sandbox.seed_data.generated_people import large
from sandbox.seed_data.organisation import Firm
from sandbox.seed_data.people import CATEGORIES, SMALL, WORKSPACES
from sandbox.seed_data.plans import STUDIO, Company, PersonPlan
from sandbox.seed_data.random_streams import chance
from sandbox.seed_data.task_rows import save_tasks
from sandbox.seed_data.timesheets import save_time_off, save_timesheets


@transaction.atomic
def fill(size: str, today: date) -> None:
    """`size` is small or large. The large company has the small one in it, gid for gid."""
    plan = {"small": lambda: SMALL, "large": large}[size]()
    workspaces = _workspaces()
    people = _people(plan.people)
    _memberships(plan.people, people, workspaces, today)
    projects = _projects(plan, people, workspaces, today)
    firm = Firm(plan, today, workspaces, people, projects)
    categories = _categories(workspaces[STUDIO])
    save_entries(firm, save_tasks(firm), categories)
    save_timesheets(firm)
    save_time_off(firm)


def _workspaces() -> dict[str, Workspace]:
    rows = [
        Workspace(
            gid=gid,
            name=plan.name,
            is_organization=plan.is_organization,
            email_domains=list(plan.email_domains),
        )
        for plan, gid in zip(WORKSPACES, gids("workspace"), strict=False)
    ]
    save(rows)
    return {row.name: row for row in rows}


def _people(plans: Sequence[PersonPlan]) -> dict[str, Person]:
    rows = [
        Person(gid=gid, name=plan.name, email=plan.email, slug=plan.slug)
        for plan, gid in zip(plans, gids("person"), strict=False)
    ]
    save(rows)
    save([PersonalToken(token=f"sandbox-{row.slug}", person=row) for row in rows])
    return {row.slug: row for row in rows}


def _earlier(rng: Random, today: date, least: int, most: int) -> datetime:
    return at(today - timedelta(days=rng.randint(least, most)), 8, rng.randrange(480))


def _memberships(
    plans: Sequence[PersonPlan],
    people: Mapping[str, Person],
    workspaces: Mapping[str, Workspace],
    today: date,
) -> None:
    rng = chance("memberships")
    seats = [(plan, seat) for plan in plans for seat in plan.seats]
    save(
        [
            Membership(
                gid=gid,
                person=people[plan.slug],
                workspace=workspaces[seat.workspace],
                is_active=seat.is_active,
                is_admin=seat.is_admin,
                is_guest=seat.is_guest,
                is_view_only=seat.is_view_only,
                is_time_reviewer=seat.is_time_reviewer,
                created_at=_earlier(rng, today, 430, 900),
            )
            for (plan, seat), gid in zip(seats, gids("membership"), strict=False)
        ]
    )


def _teams(plan: Company, people: Mapping[str, Person], studio: Workspace) -> dict[str, Team]:
    rows = {
        name: Team(gid=gid, workspace=studio, name=name)
        for name, gid in zip(plan.teams, gids("team"), strict=False)
    }
    save(list(rows.values()))
    save(
        [
            Team.people.through(team=rows[name], person=people[slug])
            for name, members in plan.teams.items()
            for slug in members
        ]
    )
    return rows


def _projects(
    plan: Company,
    people: Mapping[str, Person],
    workspaces: Mapping[str, Workspace],
    today: date,
) -> dict[str, Project]:
    rng = chance("projects")
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
            created_at=_earlier(rng, today, 402, 430),
            modified_at=_earlier(rng, today, 1, 20),
        )
        for project, gid in zip(plan.projects, gids("project"), strict=False)
    }
    save(list(rows.values()))
    save(
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
        for (name, color, is_archived), gid in zip(CATEGORIES, gids("category"), strict=False)
    ]
    save(rows)
    return rows
