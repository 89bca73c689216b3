"""Loads the projects page: what is cached, and some of what is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.asana.client import Client
from accounts.asana.records import Project
from accounts.caching import cached
from timesheet.models import ProjectSelection
from timesheet.projects import figures
from timesheet.projects.figures import PROJECTS_AT_ONCE, ProjectsQuery
from timesheet.projects.page import ProjectsPage, build_page

PROJECTS_CACHED_SECONDS = 600


@dataclass(frozen=True)
class ProjectChoice:
    """Which projects of the workspace a page shows."""

    # A part of the name.
    text: str = ""
    selection: ProjectSelection | None = None

    def allows(self, project: Project) -> bool:
        """Tell whether a project is shown."""
        if self.selection is not None and project.gid not in self.selection.projects:
            return False
        return self.text.casefold() in project.name.casefold()


def load_projects(asana: Client, query: ProjectsQuery, *, fresh: bool = False) -> list[Project]:
    """Return the projects that the viewer sees, by name; `fresh` forgets what is cached of them.

    Raises `AsanaError`.
    """
    key = f"projects:{query.user.pk}:{query.workspace}"
    if fresh:
        cache.delete(key)
    projects = cached(
        key, PROJECTS_CACHED_SECONDS, lambda: figures.read_projects(asana, query.workspace)
    )
    if fresh:
        figures.forget_figures(query, [project.gid for project in projects])
    return projects


def load_page(
    asana: Client, query: ProjectsQuery, choice: ProjectChoice, now: datetime, *, batches: int = 1
) -> ProjectsPage:
    """Load the page; figures that are not cached are read for so many batches of projects.

    Raises `AsanaError`; what was read stays cached.
    """
    projects = [each for each in load_projects(asana, query) if choice.allows(each)]
    known = figures.cached_figures(query, [project.gid for project in projects])
    gone: set[str] = set()
    for _batch in range(batches):
        missing = [each.gid for each in projects if each.gid not in known and each.gid not in gone]
        if not missing:
            break
        batch = missing[:PROJECTS_AT_ONCE]
        read = figures.read_figures(asana, query, batch, now)
        known |= read
        gone |= set(batch) - set(read)
    return build_page(
        [project for project in projects if project.gid not in gone],
        known,
        figures.read_budgets(asana, known),
        query.today,
        label=_("All projects") if choice.selection is None else choice.selection.name,
        no_team=_("No team"),
    )
