"""The resources of people, workspaces, projects and tasks. time_resources.py has those of time.

Has every field of the official description; those the sandbox does not store have the value
of an unused field.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Sum

from sandbox.access import Viewer, visible_projects
from sandbox.fields import Field, Resource
from sandbox.models import Entry, Membership, Person, Placement, Project, Task, Workspace

_WEB_ADDRESS = "https://app.asana.com/0"


def attribute(name: str) -> Field:
    """Return a field with the value of an attribute."""
    return Field(lambda row, _viewer: getattr(row, name))


def constant(value: Any) -> Field:
    """Return a field that always has this value."""
    return Field(lambda _row, _viewer: value)


def computed(value: Callable[[Any], Any]) -> Field:
    """Return a field computed from the row."""
    return Field(lambda row, _viewer: value(row))


def timestamp(name: str) -> Field:
    """Return a field with a time in milliseconds, UTC."""
    return Field(lambda row, _viewer: _in_milliseconds(getattr(row, name)))


def related(name: str, resource: Resource) -> Field:
    """Return a field with a related record."""
    return Field(lambda row, _viewer: getattr(row, name), resource, relation=name)


def _in_milliseconds(value: datetime | None) -> str | None:
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _by_name(rows: Any) -> list[Any]:
    return sorted(rows, key=lambda row: (row.name, row.gid))


# A row can stand for two records of Asana; the gid of the second is this much higher.
_STAND_IN = 10**15


def stand_in_gid(gid: str) -> str:
    """Return the gid of the second record that a row stands for."""
    return str(int(gid) + _STAND_IN)


def gid_behind_stand_in(gid: str) -> str:
    """Return the gid of the row behind a stand-in gid."""
    return str(int(gid) - _STAND_IN)


WORKSPACE = Resource(
    {
        "resource_type": constant("workspace"),
        "name": attribute("name"),
        "email_domains": attribute("email_domains"),
        "is_organization": attribute("is_organization"),
    },
    compact=("resource_type", "name"),
    full=("resource_type", "name", "email_domains", "is_organization"),
)


def _shared_workspaces(person: Person, viewer: Viewer) -> list[Workspace]:
    memberships = [membership for membership in person.memberships.all() if membership.is_active]
    return _by_name(
        membership.workspace
        for membership in memberships
        if membership.workspace_id in viewer.own_memberships
    )


USER = Resource(
    {
        "resource_type": constant("user"),
        "name": attribute("name"),
        "email": attribute("email"),
        "photo": constant(None),
        "workspaces": Field(
            _shared_workspaces, WORKSPACE, is_list=True, relation="memberships__workspace"
        ),
    },
    compact=("resource_type", "name"),
    full=("resource_type", "name", "email", "photo", "workspaces"),
)

TEAM = Resource(
    {"resource_type": constant("team"), "name": attribute("name")},
    compact=("resource_type", "name"),
)

TASK_LIST = Resource(
    # The row is a membership: each has one task list.
    {
        "resource_type": constant("user_task_list"),
        "name": computed(lambda membership: f"My tasks in {membership.workspace.name}"),
        "owner": related("person", USER),
        "workspace": related("workspace", WORKSPACE),
    },
    compact=("resource_type", "name", "owner", "workspace"),
    full=("resource_type", "name", "owner", "workspace"),
    gid=lambda membership: stand_in_gid(membership.gid),
)


def _itself(membership: Membership, _viewer: Viewer) -> Membership:
    return membership


WORKSPACE_MEMBERSHIP = Resource(
    {
        "resource_type": constant("workspace_membership"),
        "user": related("person", USER),
        "workspace": related("workspace", WORKSPACE),
        "user_task_list": Field(_itself, TASK_LIST, relation="workspace"),
        "is_active": attribute("is_active"),
        "is_admin": attribute("is_admin"),
        "is_guest": attribute("is_guest"),
        "is_view_only": attribute("is_view_only"),
        "vacation_dates": constant(None),
        "created_at": timestamp("created_at"),
    },
    compact=("resource_type", "user", "workspace"),
    full=(
        *("resource_type", "user", "workspace", "user_task_list", "is_active", "is_admin"),
        *("is_guest", "is_view_only", "vacation_dates", "created_at"),
    ),
)


def _members(project: Project, _viewer: Viewer) -> list[Person]:
    return _by_name(project.members.all())


PROJECT = Resource(
    {
        "resource_type": constant("project"),
        "name": attribute("name"),
        "archived": attribute("archived"),
        "color": attribute("color"),
        "completed": constant(False),
        "completed_at": constant(None),
        "completed_by": constant(None),
        "created_at": timestamp("created_at"),
        "current_status": constant(None),
        "current_status_update": constant(None),
        "custom_fields": constant([]),
        "custom_field_settings": constant([]),
        "default_access_level": constant("editor"),
        "default_view": constant("list"),
        "due_date": constant(None),
        "due_on": constant(None),
        "followers": Field(_members, USER, is_list=True, relation="members"),
        "icon": constant(None),
        "members": Field(_members, USER, is_list=True, relation="members"),
        "minimum_access_level_for_customization": constant("editor"),
        "minimum_access_level_for_sharing": constant("editor"),
        "modified_at": timestamp("modified_at"),
        "notes": constant(""),
        "owner": related("owner", USER),
        "permalink_url": computed(lambda project: f"{_WEB_ADDRESS}/{project.gid}"),
        "privacy_setting": computed(
            lambda project: "private" if project.is_private else "public_to_workspace"
        ),
        "public": computed(lambda project: not project.is_private),
        "start_on": constant(None),
        "team": related("team", TEAM),
        "workspace": related("workspace", WORKSPACE),
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

SECTION = Resource(
    # The row is a project: in Asana each has at least one section.
    {"resource_type": constant("section"), "name": constant("Untitled section")},
    compact=("resource_type", "name"),
    gid=lambda project: stand_in_gid(project.gid),
)

PLACEMENT = Resource(
    {
        "project": related("project", PROJECT),
        "section": Field(lambda placement, _viewer: placement.project, SECTION),
    },
    compact=("project", "section"),
    gid=None,
)


def _projects(task: Task, viewer: Viewer) -> list[Project]:
    return visible_projects(sorted(task.projects.all(), key=lambda project: project.gid), viewer)


def _placements(task: Task, viewer: Viewer) -> list[Placement]:
    rows = sorted(task.placements.all(), key=lambda placement: placement.project_id)
    return [row for row in rows if row.project_id not in viewer.hidden_projects]


def _add_up_minutes(tasks: Sequence[Task]) -> None:
    rows = Entry.objects.filter(task__in=tasks).values("task_id")
    sums = rows.annotate(minutes=Sum("duration_minutes")).values_list("task_id", "minutes")
    minutes = dict(sums)
    for task in tasks:
        task.actual_time_minutes = minutes.get(task.gid, 0)  # type: ignore[attr-defined]


TASK = Resource(
    {
        "resource_type": constant("task"),
        "name": attribute("name"),
        "resource_subtype": constant("default_task"),
        "actual_time_minutes": Field(
            lambda task, _viewer: task.actual_time_minutes, prepare=_add_up_minutes
        ),
        "assignee": related("assignee", USER),
        "assignee_status": constant("inbox"),
        "completed": attribute("completed"),
        "completed_at": timestamp("completed_at"),
        "created_at": timestamp("created_at"),
        "created_by": related("created_by", USER),
        "custom_fields": constant([]),
        "due_at": constant(None),
        "due_on": attribute("due_on"),
        "followers": Field(
            lambda task, _viewer: _by_name(task.followers.all()),
            USER,
            is_list=True,
            relation="followers",
        ),
        "hearted": constant(False),
        "hearts": constant([]),
        "liked": constant(False),
        "likes": constant([]),
        "memberships": Field(_placements, PLACEMENT, is_list=True, relation="placements__project"),
        "modified_at": timestamp("modified_at"),
        "notes": attribute("notes"),
        "num_hearts": constant(0),
        "num_likes": constant(0),
        "parent": constant(None),
        "permalink_url": computed(lambda task: f"{_WEB_ADDRESS}/0/{task.gid}"),
        "projects": Field(_projects, PROJECT, is_list=True, relation="projects"),
        "start_at": constant(None),
        "start_on": constant(None),
        "tags": constant([]),
        "workspace": related("workspace", WORKSPACE),
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
