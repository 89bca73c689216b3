"""Asana's lists: what each is asked for with. The client reads them, alone or many together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from accounts.asana.records import (
    ApprovalStatusRecord,
    AsanaTeam,
    AsanaUser,
    Category,
    Entry,
    OutOfOffice,
    Task,
    WorkspaceMembership,
)
from accounts.asana.transport import Params

T = TypeVar("T")


@dataclass(frozen=True)
class Listing(Generic[T]):
    """A list of such records. With `most`, the first page of so many will do."""

    record: type[T]
    path: str
    params: Params
    most: int | None = None


def memberships(workspace: str, *, user: str = "") -> Listing[WorkspaceMembership]:
    """Everybody's, or one person's; those of people who left are among them, not active."""
    path = f"/workspaces/{workspace}/workspace_memberships"
    return Listing(
        WorkspaceMembership, path, {"opt_fields": WorkspaceMembership.fields, **_if(user=user)}
    )


def teams(workspace: str) -> Listing[AsanaTeam]:
    return Listing(AsanaTeam, f"/workspaces/{workspace}/teams", {"opt_fields": AsanaTeam.fields})


def teams_of(user: str, workspace: str) -> Listing[AsanaTeam]:
    params = {"organization": workspace, "opt_fields": AsanaTeam.fields}
    return Listing(AsanaTeam, f"/users/{user}/teams", params)


def people_of(team: str) -> Listing[AsanaUser]:
    return Listing(AsanaUser, f"/teams/{team}/users", {"opt_fields": AsanaUser.in_lists})


def my_tasks(workspace: str) -> Listing[Task]:
    """The open tasks that are assigned to the person."""
    params = {
        "assignee": "me",
        "workspace": workspace,
        "completed_since": "now",
        "opt_fields": Task.fields,
    }
    return Listing(Task, "/tasks", params)


def entries(
    workspace: str, *, start: date, end: date, user: str = "me", most: int | None = None
) -> Listing[Entry]:
    """A person's entries of the days from `start` to `end`, both included."""
    params = {
        "workspace": workspace,
        "user": user,
        "entered_on_start_date": start.isoformat(),
        "entered_on_end_date": end.isoformat(),
        "opt_fields": Entry.fields,
    }
    return Listing(Entry, "/time_tracking_entries", params, most)


def entries_of_task(task: str) -> Listing[Entry]:
    params = {"opt_fields": Entry.fields}
    return Listing(Entry, f"/tasks/{task}/time_tracking_entries", params)


def categories(workspace: str) -> Listing[Category]:
    """Those that may be given to entries; archived ones are not among them."""
    params = {"workspace": workspace, "opt_fields": Category.fields}
    return Listing(Category, "/time_tracking_categories", params)


def timesheets(
    workspace: str, *, start: date, end: date, user: str = ""
) -> Listing[ApprovalStatusRecord]:
    """The approval statuses of the weeks that begin from `start` to `end`: one person's, or those
    of everybody whose the token may see."""
    params = {
        "workspace": workspace,
        "from_date": start.isoformat(),
        "to_date": end.isoformat(),
        "opt_fields": ApprovalStatusRecord.fields,
        **_if(user=user),
    }
    return Listing(ApprovalStatusRecord, "/timesheet_approval_statuses", params)


def time_off(workspace: str, *, start: date, end: date, user: str = "me") -> Listing[OutOfOffice]:
    """Days out of office that overlap with those from `start` to `end`."""
    params = {
        "workspace": workspace,
        "user": user,
        "start_date": start.isoformat(),
        "end_date": end.isoformat(),
        "opt_fields": OutOfOffice.fields,
    }
    return Listing(OutOfOffice, "/ooo_entries", params)


def _if(**given: str) -> dict[str, str]:
    return {name: value for name, value in given.items() if value}
