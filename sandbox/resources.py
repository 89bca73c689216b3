"""The resources of people and workspaces, and how fields are defined.

work_resources.py has projects and tasks, time_resources.py has time.

Has every field of the official description; those the sandbox does not store have the value
of an unused field.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from sandbox.access import Viewer
from sandbox.fields import Field, Resource
from sandbox.models import Membership, Person, Workspace
from sandbox.photos import PHOTO_SIZES, photo_of

WEB_ADDRESS = "https://app.asana.com/0"


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


def by_name(rows: Any) -> list[Any]:
    """Return the rows sorted by name."""
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
    scope="workspaces:read",
)


def _shared_workspaces(person: Person, viewer: Viewer) -> list[Workspace]:
    memberships = [membership for membership in person.memberships.all() if membership.is_active]
    return by_name(
        membership.workspace
        for membership in memberships
        if membership.workspace_id in viewer.own_memberships
    )


PHOTO = Resource(
    {name: computed(itemgetter(name)) for name in PHOTO_SIZES},
    compact=PHOTO_SIZES,
    full=PHOTO_SIZES,
    gid=None,
)

USER = Resource(
    {
        "resource_type": constant("user"),
        "name": attribute("name"),
        "email": attribute("email"),
        "photo": Field(photo_of, PHOTO),
        "custom_fields": constant([]),
        "workspaces": Field(
            _shared_workspaces, WORKSPACE, is_list=True, relation="memberships__workspace"
        ),
    },
    compact=("resource_type", "name"),
    full=("resource_type", "name", "email", "photo", "workspaces", "custom_fields"),
    scope="users:read",
)

# https://developers.asana.com/reference/teams
_TEAM_ACCESS_LEVELS = (
    "edit_team_name_or_description",
    "edit_team_visibility_or_trash_team",
    "guest_invite_management",
    "join_request_management",
    "member_invite_management",
    "team_content_management",
    "team_member_removal",
)

TEAM = Resource(
    {
        "resource_type": constant("team"),
        "name": attribute("name"),
        "custom_field_settings": constant([]),
        "description": constant(""),
        "endorsed": constant(False),
        "html_description": constant("<body></body>"),
        "organization": related("workspace", WORKSPACE),
        "permalink_url": computed(lambda team: f"{WEB_ADDRESS}/{team.gid}"),
        "visibility": constant("public"),
        **{f"{name}_access_level": constant("no_restriction") for name in _TEAM_ACCESS_LEVELS},
    },
    compact=("resource_type", "name"),
    scope="teams:read",
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
    scope="tasks:read",
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
