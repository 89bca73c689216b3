"""Asana's lists: the path and parameters of each. The client reads them, one or several at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from accounts.asana.records import (
    Allocation,
    ApprovalStatusRecord,
    AsanaTeam,
    AsanaUser,
    Budget,
    Category,
    Entry,
    OutOfOffice,
    PlannedTask,
    Project,
    Rate,
    Task,
    WorkspaceMembership,
)
from accounts.asana.transport import Params

T = TypeVar("T")


@dataclass(frozen=True)
class Listing(Generic[T]):
    """A list of `record`s. With a `limit`, only the first page is read, of that many records."""

    record: type[T]
    path: str
    params: Params
    limit: int | None = None


def memberships(workspace: str, *, user: str = "") -> Listing[WorkspaceMembership]:
    """The memberships of everybody in a workspace, or of one `user`.

    Those of people who have left are included, with `is_active` false.
    """
    path = f"/workspaces/{workspace}/workspace_memberships"
    return Listing(
        WorkspaceMembership, path, {"opt_fields": WorkspaceMembership.fields, **_if(user=user)}
    )


def teams(workspace: str) -> Listing[AsanaTeam]:
    """The teams of a workspace. Asana refuses this where the workspace is no organization."""
    return Listing(AsanaTeam, f"/workspaces/{workspace}/teams", {"opt_fields": AsanaTeam.fields})


def teams_of(user: str, workspace: str) -> Listing[AsanaTeam]:
    """The teams of a workspace that a user is in."""
    params = {"organization": workspace, "opt_fields": AsanaTeam.fields}
    return Listing(AsanaTeam, f"/users/{user}/teams", params)


def people_of(team: str) -> Listing[AsanaUser]:
    """The members of a team."""
    return Listing(AsanaUser, f"/teams/{team}/users", {"opt_fields": AsanaUser.list_fields})


def my_tasks(workspace: str) -> Listing[Task]:
    """The open tasks assigned to the owner of the token."""
    params = {
        "assignee": "me",
        "workspace": workspace,
        "completed_since": "now",
        "opt_fields": Task.fields,
    }
    return Listing(Task, "/tasks", params)


def entries(
    workspace: str, *, start: date, end: date, user: str = "me", limit: int | None = None
) -> Listing[Entry]:
    """A user's time entries on the days from `start` to `end`, both included."""
    params = {
        "workspace": workspace,
        "user": user,
        "entered_on_start_date": start.isoformat(),
        "entered_on_end_date": end.isoformat(),
        "opt_fields": Entry.fields,
    }
    return Listing(Entry, "/time_tracking_entries", params, limit)


def entries_of_project(project: str, *, start: date, end: date) -> Listing[Entry]:
    """The time entries attributed to a project on the days from `start` to `end`, both included."""
    params = {
        "attributable_to": project,
        "entered_on_start_date": start.isoformat(),
        "entered_on_end_date": end.isoformat(),
        "opt_fields": Entry.fields,
    }
    return Listing(Entry, "/time_tracking_entries", params)


def entries_of_task(task: str, *, limit: int | None = None) -> Listing[Entry]:
    """The time entries of all people on a task."""
    params = {"opt_fields": Entry.fields}
    return Listing(Entry, f"/tasks/{task}/time_tracking_entries", params, limit)


def projects(workspace: str, *, archived: bool = False) -> Listing[Project]:
    """The projects of a workspace that the owner of the token sees, archived or not."""
    params = {
        "workspace": workspace,
        "archived": "true" if archived else "false",
        "opt_fields": Project.fields,
    }
    return Listing(Project, "/projects", params)


def tasks_of(project: str) -> Listing[PlannedTask]:
    """The tasks of a project, in its order, with their estimated and actual time."""
    path = f"/projects/{project}/tasks"
    return Listing(PlannedTask, path, {"opt_fields": PlannedTask.fields})


def budgets(project: str) -> Listing[Budget]:
    """The budget of a project: one, or none. The list takes no `opt_fields`."""
    return Listing(Budget, "/budgets", {"parent": project})


def rates(project: str) -> Listing[Rate]:
    """The rates of a project's people and placeholders."""
    return Listing(Rate, "/rates", {"parent": project, "opt_fields": Rate.fields})


def allocations(workspace: str, *, user: str) -> Listing[Allocation]:
    """The work that is planned for a user in a workspace."""
    params = {"assignee": user, "workspace": workspace, "opt_fields": Allocation.fields}
    return Listing(Allocation, "/allocations", params)


def categories(workspace: str) -> Listing[Category]:
    """The categories that entries may get; archived ones are left out."""
    params = {"workspace": workspace, "opt_fields": Category.fields}
    return Listing(Category, "/time_tracking_categories", params)


def timesheets(
    workspace: str, *, start: date, end: date, user: str = ""
) -> Listing[ApprovalStatusRecord]:
    """The approval statuses of weeks that begin on the days from `start` to `end`.

    Those of one `user`, or of everybody whom the owner of the token may see.
    """
    params = {
        "workspace": workspace,
        "from_date": start.isoformat(),
        "to_date": end.isoformat(),
        "opt_fields": ApprovalStatusRecord.fields,
        **_if(user=user),
    }
    return Listing(ApprovalStatusRecord, "/timesheet_approval_statuses", params)


def time_off(workspace: str, *, start: date, end: date, user: str = "me") -> Listing[OutOfOffice]:
    """A user's time off that overlaps with the days from `start` to `end`."""
    params = {
        "workspace": workspace,
        "user": user,
        "start_date": start.isoformat(),
        "end_date": end.isoformat(),
        "opt_fields": OutOfOffice.fields,
    }
    return Listing(OutOfOffice, "/ooo_entries", params)


def _if(**params: str) -> dict[str, str]:
    return {name: value for name, value in params.items() if value}
