"""Who may read and change budgets, rates and allocations.

In Asana one has to be a project admin to open a budget, and costs are only for those with the
permission: https://help.asana.com/s/article/tracking-project-budgets-and-progress-with-timesheets-and-budgets-add-on
What the API answers otherwise is not documented; 403 is our choice. Allocations are shown to
everybody who sees the project.
"""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from sandbox import plan
from sandbox.access import Viewer, get_visible
from sandbox.errors import no_access
from sandbox.models import Project
from sandbox.planning_models import Allocation, Budget, ProjectAdmin, Rate

Row = TypeVar("Row", bound=Model)


def administers(viewer: Viewer, project: Project, *, costs: bool) -> bool:
    """Return whether the viewer is an admin of a project, who sees its costs if those are asked."""
    if project.owner_id == viewer.person.gid or viewer.is_admin(project.workspace_id):
        return True
    admins = ProjectAdmin.objects.filter(project=project, person=viewer.person)
    return (admins.filter(sees_costs=True) if costs else admins).exists()


def project_with_budget(viewer: Viewer, gid: str, name: str) -> Project:
    """Fetch a project whose budget or rates are asked for; raises `ApiError`, 402 by the plan."""
    plan.require_timesheets(viewer)
    project = viewer.project(gid, name)
    plan.require_timesheets(viewer, project.workspace_id)
    return project


def require_budget_access(viewer: Viewer, budget: Budget) -> None:
    """Raise `ApiError` 402 or 403 if the viewer may not read a budget."""
    plan.require_timesheets(viewer, budget.project.workspace_id)
    if not administers(viewer, budget.project, costs=budget.budget_type == "cost"):
        raise no_access("budget")


def require_rate_access(viewer: Viewer, project: Project) -> None:
    """Raise `ApiError` 402 or 403 if the viewer may not read the rates of a project."""
    plan.require_timesheets(viewer, project.workspace_id)
    if not administers(viewer, project, costs=True):
        raise no_access("rate")


def visible_allocations(viewer: Viewer) -> QuerySet[Allocation]:
    """Return the allocations of visible projects whose plan includes time tracking."""
    rows = Allocation.objects.filter(project__in=viewer.projects())
    without = [gid for gid in viewer.own_memberships if not plan.has_time_tracking(viewer, gid)]
    return rows.exclude(project__workspace__in=without) if without else rows


def budget(viewer: Viewer, gid: str) -> Budget:
    """Fetch a budget; raises `ApiError` if it is unknown or hidden."""
    plan.require_timesheets(viewer)
    rows = Budget.objects.filter(project__in=viewer.projects())
    row = get_visible(rows, Budget.objects.all(), gid, "budget", "budget")
    require_budget_access(viewer, row)
    return row


def rate(viewer: Viewer, gid: str) -> Rate:
    """Fetch a rate; raises `ApiError` if it is unknown or hidden."""
    plan.require_timesheets(viewer)
    rows = Rate.objects.filter(project__in=viewer.projects())
    row = get_visible(rows, Rate.objects.all(), gid, "rate", "rate")
    require_rate_access(viewer, row.project)
    return row


def allocation(viewer: Viewer, gid: str) -> Allocation:
    """Fetch an allocation; raises `ApiError` if it is unknown or hidden."""
    plan.require_time_tracking(viewer)
    rows = visible_allocations(viewer)
    return get_visible(rows, Allocation.objects.all(), gid, "allocation", "allocation")
