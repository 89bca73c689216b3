"""The resources of projects and tasks. resources.py says where their fields are from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Sum, prefetch_related_objects
from django.utils.html import escape

from sandbox import plan
from sandbox.access import Viewer, visible_projects
from sandbox.estimates import CUSTOM_FIELDS
from sandbox.fields import OMITTED, Field, Resource
from sandbox.models import Entry, Person, Placement, Project, Task
from sandbox.resources import (
    TEAM,
    USER,
    WEB_ADDRESS,
    WORKSPACE,
    attribute,
    by_name,
    computed,
    constant,
    related,
    stand_in_gid,
    timestamp,
)


def html_notes() -> Field:
    """Return the field of notes as HTML."""
    return computed(lambda row: f"<body>{escape(row.notes)}</body>")


def _members(project: Project, _viewer: Viewer) -> list[Person]:
    return by_name(project.members.all())


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
        "created_from_template": constant(None),
        "current_status": constant(None),
        "current_status_update": constant(None),
        "custom_fields": constant([]),
        "custom_field_settings": constant([]),
        "default_access_level": attribute("default_access_level"),
        "default_view": attribute("default_view"),
        "due_date": attribute("due_on"),
        "due_on": attribute("due_on"),
        "followers": Field(_members, USER, is_list=True, relation="members"),
        "html_notes": html_notes(),
        "icon": attribute("icon"),
        "members": Field(_members, USER, is_list=True, relation="members"),
        "minimum_access_level_for_customization": attribute(
            "minimum_access_level_for_customization"
        ),
        "minimum_access_level_for_sharing": attribute("minimum_access_level_for_sharing"),
        "modified_at": timestamp("modified_at"),
        "notes": attribute("notes"),
        "owner": related("owner", USER),
        "permalink_url": computed(lambda project: f"{WEB_ADDRESS}/{project.gid}"),
        "privacy_setting": computed(
            lambda project: "private" if project.is_private else "public_to_workspace"
        ),
        "project_brief": constant(None),
        "public": computed(lambda project: not project.is_private),
        "start_on": attribute("start_on"),
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
    scope="projects:read",
)

SECTION = Resource(
    # The row is a project: in Asana each has at least one section.
    {"resource_type": constant("section"), "name": constant("Untitled section")},
    compact=("resource_type", "name"),
    gid=lambda project: stand_in_gid(project.gid),
    scope="project_sections:read",
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


MY_TASKS_SECTION = Resource(
    # The row is a membership: each has My tasks with at least one section.
    {"resource_type": constant("section"), "name": constant("Recently assigned")},
    compact=("resource_type", "name"),
    gid=lambda membership: stand_in_gid(stand_in_gid(membership.gid)),
)


def _assignee_section(task: Task, viewer: Viewer) -> Any:
    """Return the section in the viewer's own My tasks; other people's are not shown."""
    if task.assignee_id != viewer.person.gid:
        return OMITTED
    return viewer.own_memberships[task.workspace_id]


def _load_assigner(tasks: Sequence[Task]) -> None:
    prefetch_related_objects(tasks, "assignee", "created_by")


def _add_up_minutes(tasks: Sequence[Task]) -> None:
    rows = Entry.objects.filter(task__in=tasks).values("task_id")
    sums = rows.annotate(minutes=Sum("duration_minutes")).values_list("task_id", "minutes")
    minutes = dict(sums)
    for task in tasks:
        task.actual_time_minutes = minutes.get(task.gid, 0)  # type: ignore[attr-defined]


def _actual_time(task: Any, viewer: Viewer) -> int | None:
    if not plan.has_time_tracking(viewer, task.workspace_id):
        return None
    minutes: int = task.actual_time_minutes
    return minutes


LIKE = Resource(
    {"user": Field(lambda like, _viewer: like[1], USER)},
    compact=("user",),
    gid=lambda like: stand_in_gid(str(int(like[0].gid) + int(like[1].gid))),
)
# A like is a task and a person.
LIKES = Field(
    lambda task, _viewer: [(task, person) for person in by_name(task.likers.all())],
    LIKE,
    is_list=True,
    relation="likers",
)
LIKED = Field(
    lambda task, viewer: any(person == viewer.person for person in task.likers.all()),
    relation="likers",
)
NUM_LIKES = Field(lambda task, _viewer: len(task.likers.all()), relation="likers")

PARENT = Resource(
    {
        "resource_type": constant("task"),
        "name": attribute("name"),
        "resource_subtype": attribute("resource_subtype"),
        "created_by": related("created_by", USER),
    },
    compact=("resource_type", "name", "resource_subtype"),
    scope="tasks:read",
)


def _parent(task: Task, viewer: Viewer) -> Task | None:
    """Return the parent if the viewer may see it."""
    parent = task.parent
    return parent if parent and viewer.tasks().filter(pk=parent.pk).exists() else None


TASK = Resource(
    {
        "resource_type": constant("task"),
        "name": attribute("name"),
        "resource_subtype": attribute("resource_subtype"),
        "actual_time_minutes": Field(
            _actual_time, prepare=_add_up_minutes, scope="time_tracking_entries:read"
        ),
        # Conditional: only tasks of the subtype approval have it.
        "approval_status": computed(lambda task: task.approval_status or OMITTED),
        # Who did what is not stored: tasks are assigned by their creators, completed by assignees.
        "assigned_by": Field(
            lambda task, _viewer: task.created_by if task.assignee else None,
            USER,
            prepare=_load_assigner,
        ),
        "assignee": related("assignee", USER),
        "assignee_section": Field(_assignee_section, MY_TASKS_SECTION),
        "assignee_status": constant("inbox"),
        "completed": attribute("completed"),
        "completed_at": timestamp("completed_at"),
        "completed_by": Field(
            lambda task, _viewer: (task.assignee or task.created_by) if task.completed else None,
            USER,
            prepare=_load_assigner,
        ),
        "created_at": timestamp("created_at"),
        "created_by": related("created_by", USER),
        "custom_fields": CUSTOM_FIELDS,
        "custom_type": constant(None),
        "custom_type_status_option": constant(None),
        "dependencies": constant([]),
        "dependents": constant([]),
        "due_at": timestamp("due_at"),
        "due_on": attribute("due_on"),
        "external": attribute("external"),
        "followers": Field(
            lambda task, _viewer: by_name(task.followers.all()),
            USER,
            is_list=True,
            relation="followers",
        ),
        "hearted": LIKED,
        "hearts": LIKES,
        "html_notes": html_notes(),
        "is_rendered_as_separator": constant(False),
        "liked": LIKED,
        "likes": LIKES,
        "memberships": Field(_placements, PLACEMENT, is_list=True, relation="placements__project"),
        "modified_at": timestamp("modified_at"),
        "notes": attribute("notes"),
        "num_hearts": NUM_LIKES,
        "num_likes": NUM_LIKES,
        "num_subtasks": Field(lambda task, _viewer: len(task.subtasks.all()), relation="subtasks"),
        "parent": Field(_parent, PARENT, relation="parent"),
        "permalink_url": computed(lambda task: f"{WEB_ADDRESS}/0/{task.gid}"),
        "projects": Field(_projects, PROJECT, is_list=True, relation="projects"),
        "start_at": timestamp("start_at"),
        "start_on": attribute("start_on"),
        "tags": constant([]),
        "workspace": related("workspace", WORKSPACE),
    },
    compact=("resource_type", "name", "resource_subtype"),
    full=(
        *("resource_type", "name", "resource_subtype", "actual_time_minutes", "assignee"),
        *("assignee_section", "assignee_status", "completed", "completed_at", "completed_by"),
        *("created_at", "custom_fields", "custom_type", "custom_type_status_option"),
        *("due_at", "due_on"),
        *("followers", "hearted", "hearts", "liked", "likes", "memberships", "modified_at"),
        *("notes", "num_hearts", "num_likes", "parent", "permalink_url", "projects"),
        *("start_at", "start_on", "tags", "workspace"),
    ),
    scope="tasks:read",
)
