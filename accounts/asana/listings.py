"""Asana's lists: what each is asked for with. The client reads them, alone or many together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from accounts.asana.records import Category, Entry, Membership, Task, Team, TimeOff, Timesheet, User
from accounts.asana.transport import Params

T = TypeVar("T")


@dataclass(frozen=True)
class Listing(Generic[T]):
    """A list of such records. With `most`, the first page of so many will do."""

    record: type[T]
    path: str
    params: Params
    most: int | None = None


def memberships(workspace: str, *, user: str = "") -> Listing[Membership]:
    """Everybody's, or one person's; those of people who left are among them, not active."""
    path = f"/workspaces/{workspace}/workspace_memberships"
    return Listing(Membership, path, {"opt_fields": Membership.fields, **_if(user=user)})


def teams(workspace: str) -> Listing[Team]:
    return Listing(Team, f"/workspaces/{workspace}/teams", {"opt_fields": Team.fields})


def teams_of(user: str, workspace: str) -> Listing[Team]:
    params = {"organization": workspace, "opt_fields": Team.fields}
    return Listing(Team, f"/users/{user}/teams", params)


def people_of(team: str) -> Listing[User]:
    return Listing(User, f"/teams/{team}/users", {"opt_fields": User.in_lists})


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


def timesheets(workspace: str, *, start: date, end: date, user: str = "") -> Listing[Timesheet]:
    """The approval statuses of the weeks that begin from `start` to `end`: one person's, or those
    of everybody whose the token may see."""
    params = {
        "workspace": workspace,
        "from_date": start.isoformat(),
        "to_date": end.isoformat(),
        "opt_fields": Timesheet.fields,
        **_if(user=user),
    }
    return Listing(Timesheet, "/timesheet_approval_statuses", params)


def time_off(workspace: str, *, start: date, end: date, user: str = "me") -> Listing[TimeOff]:
    """Days out of office that overlap with those from `start` to `end`."""
    params = {
        "workspace": workspace,
        "user": user,
        "start_date": start.isoformat(),
        "end_date": end.isoformat(),
        "opt_fields": TimeOff.fields,
    }
    return Listing(TimeOff, "/ooo_entries", params)


def _if(**given: str) -> dict[str, str]:
    return {name: value for name, value in given.items() if value}
