"""The records of people, workspaces, projects and tasks. Those of time are in time_shapes.py.

Field for field after the official description, with what we do not keep as it is when unused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Sum

from sandbox.access import Viewer, without
from sandbox.fields import Field, Shape
from sandbox.models import Entry, Membership, Person, Placement, Project, Task, Workspace

_PLACES = "https://app.asana.com/0"


def plain(name: str) -> Field:
    return Field(lambda row, _viewer: getattr(row, name))


def constant(value: Any) -> Field:
    return Field(lambda _row, _viewer: value)


def made(value: Callable[[Any], Any]) -> Field:
    return Field(lambda row, _viewer: value(row))


def moment(name: str) -> Field:
    return Field(lambda row, _viewer: _in_milliseconds(getattr(row, name)))


def one(name: str, shape: Shape) -> Field:
    return Field(lambda row, _viewer: getattr(row, name), shape, relation=name)


def _in_milliseconds(value: datetime | None) -> str | None:
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _by_name(rows: Any) -> list[Any]:
    return sorted(rows, key=lambda row: (row.name, row.gid))


# A record of ours can stand for two of Asana's: then the other gid is this much higher.
_STAND_IN = 10**15


def stand_in_gid(gid: str) -> str:
    return str(int(gid) + _STAND_IN)


def stood_in_for(gid: str) -> str:
    return str(int(gid) - _STAND_IN)


WORKSPACE = Shape(
    {
        "resource_type": constant("workspace"),
        "name": plain("name"),
        "email_domains": plain("email_domains"),
        "is_organization": plain("is_organization"),
    },
    compact=("resource_type", "name"),
    full=("resource_type", "name", "email_domains", "is_organization"),
)


def _shared_workspaces(person: Person, viewer: Viewer) -> list[Workspace]:
    seats = [seat for seat in person.memberships.all() if seat.is_active]
    return _by_name(s.workspace for s in seats if s.workspace_id in viewer.memberships)


USER = Shape(
    {
        "resource_type": constant("user"),
        "name": plain("name"),
        "email": plain("email"),
        "photo": constant(None),
        "workspaces": Field(
            _shared_workspaces, WORKSPACE, many=True, relation="memberships__workspace"
        ),
    },
    compact=("resource_type", "name"),
    full=("resource_type", "name", "email", "photo", "workspaces"),
)

TEAM = Shape(
    {"resource_type": constant("team"), "name": plain("name")},
    compact=("resource_type", "name"),
)

TASK_LIST = Shape(
    # The row is a membership: each has one list.
    {
        "resource_type": constant("user_task_list"),
        "name": made(lambda seat: f"My tasks in {seat.workspace.name}"),
        "owner": one("person", USER),
        "workspace": one("workspace", WORKSPACE),
    },
    compact=("resource_type", "name", "owner", "workspace"),
    full=("resource_type", "name", "owner", "workspace"),
    gid=lambda seat: stand_in_gid(seat.gid),
)


def _itself(seat: Membership, _viewer: Viewer) -> Membership:
    return seat


SEAT = Shape(
    {
        "resource_type": constant("workspace_membership"),
        "user": one("person", USER),
        "workspace": one("workspace", WORKSPACE),
        "user_task_list": Field(_itself, TASK_LIST, relation="workspace"),
        "is_active": plain("is_active"),
        "is_admin": plain("is_admin"),
        "is_guest": plain("is_guest"),
        "is_view_only": plain("is_view_only"),
        "vacation_dates": constant(None),
        "created_at": moment("created_at"),
    },
    compact=("resource_type", "user", "workspace"),
    full=(
        *("resource_type", "user", "workspace", "user_task_list", "is_active", "is_admin"),
        *("is_guest", "is_view_only", "vacation_dates", "created_at"),
    ),
)


def _members(project: Project, _viewer: Viewer) -> list[Person]:
    return _by_name(project.members.all())


PROJECT = Shape(
    {
        "resource_type": constant("project"),
        "name": plain("name"),
        "archived": plain("archived"),
        "color": plain("color"),
        "completed": constant(False),
        "completed_at": constant(None),
        "completed_by": constant(None),
        "created_at": moment("created_at"),
        "current_status": constant(None),
        "current_status_update": constant(None),
        "custom_fields": constant([]),
        "custom_field_settings": constant([]),
        "default_access_level": constant("editor"),
        "default_view": constant("list"),
        "due_date": constant(None),
        "due_on": constant(None),
        "followers": Field(_members, USER, many=True, relation="members"),
        "icon": constant(None),
        "members": Field(_members, USER, many=True, relation="members"),
        "minimum_access_level_for_customization": constant("editor"),
        "minimum_access_level_for_sharing": constant("editor"),
        "modified_at": moment("modified_at"),
        "notes": constant(""),
        "owner": one("owner", USER),
        "permalink_url": made(lambda project: f"{_PLACES}/{project.gid}"),
        "privacy_setting": made(
            lambda project: "private" if project.is_private else "public_to_workspace"
        ),
        "public": made(lambda project: not project.is_private),
        "start_on": constant(None),
        "team": one("team", TEAM),
        "workspace": one("workspace", WORKSPACE),
    },
    compact=("resource_type", "name"),
    full=(
        *("resource_type", "name", "archived", "color", "completed", "completed_at"),
        *("completed_by", "created_at", "current_status", "current_status_update"),
        *("custom_fields", "custom_field_settings", "default_access_level", "default_view"),
        *("due_date", "due_on", "followers", "icon", "members"),
        *("minimum_access_level_for_customization", "minimum_access_level_for_sharing"),
        *("modified_at", "notes", "owner", "permalink_url", "privacy_setting", "public"),
        *("start_on", "team", "workspace"),
    ),
)

SECTION = Shape(
    # The row is a project: in Asana each has at least this section.
    {"resource_type": constant("section"), "name": constant("Untitled section")},
    compact=("resource_type", "name"),
    gid=lambda project: stand_in_gid(project.gid),
)

PLACEMENT = Shape(
    {"project": one("project", PROJECT), "section": Field(lambda p, _v: p.project, SECTION)},
    compact=("project", "section"),
    gid=None,
)


def _projects(task: Task, viewer: Viewer) -> list[Project]:
    return without(sorted(task.projects.all(), key=lambda project: project.gid), viewer)


def _placements(task: Task, viewer: Viewer) -> list[Placement]:
    rows = sorted(task.placements.all(), key=lambda placement: placement.project_id)
    return [row for row in rows if row.project_id not in viewer.hidden_projects]


def _add_up_minutes(tasks: Sequence[Task]) -> None:
    rows = Entry.objects.filter(task__in=tasks).values("task_id")
    sums = rows.annotate(minutes=Sum("duration_minutes")).values_list("task_id", "minutes")
    minutes = dict(sums)
    for task in tasks:
        task.actual_time_minutes = minutes.get(task.gid, 0)  # type: ignore[attr-defined]


TASK = Shape(
    {
        "resource_type": constant("task"),
        "name": plain("name"),
        "resource_subtype": constant("default_task"),
        "actual_time_minutes": Field(
            lambda task, _viewer: task.actual_time_minutes, prepare=_add_up_minutes
        ),
        "assignee": one("assignee", USER),
        "assignee_status": constant("inbox"),
        "completed": plain("completed"),
        "completed_at": moment("completed_at"),
        "created_at": moment("created_at"),
        "created_by": one("created_by", USER),
        "custom_fields": constant([]),
        "due_at": constant(None),
        "due_on": plain("due_on"),
        "followers": Field(
            lambda task, _viewer: _by_name(task.followers.all()),
            USER,
            many=True,
            relation="followers",
        ),
        "hearted": constant(False),
        "hearts": constant([]),
        "liked": constant(False),
        "likes": constant([]),
        "memberships": Field(_placements, PLACEMENT, many=True, relation="placements__project"),
        "modified_at": moment("modified_at"),
        "notes": plain("notes"),
        "num_hearts": constant(0),
        "num_likes": constant(0),
        "parent": constant(None),
        "permalink_url": made(lambda task: f"{_PLACES}/0/{task.gid}"),
        "projects": Field(_projects, PROJECT, many=True, relation="projects"),
        "start_at": constant(None),
        "start_on": constant(None),
        "tags": constant([]),
        "workspace": one("workspace", WORKSPACE),
    },
    compact=("resource_type", "name", "resource_subtype"),
    full=(
        *("resource_type", "name", "resource_subtype", "assignee", "assignee_status"),
        *("completed", "completed_at", "created_at", "custom_fields", "due_at", "due_on"),
        *("followers", "hearted", "hearts", "liked", "likes", "memberships", "modified_at"),
        *("notes", "num_hearts", "num_likes", "parent", "permalink_url", "projects"),
        *("start_at", "start_on", "tags", "workspace"),
    ),
)
