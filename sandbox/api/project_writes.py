"""Creates, changes and deletes projects.

https://developers.asana.com/reference/createproject
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from sandbox import clock, events
from sandbox.access import Viewer
from sandbox.api.values import Changes, nothing_but, read_notes, user_of
from sandbox.api_request import ApiRequest, writes
from sandbox.errors import bad_request, missing_input, no_access, unknown_object
from sandbox.models import Project, Team, Workspace
from sandbox.request_body import RequestBody, read_day
from sandbox.work_resources import PROJECT

PRIVACY = ("public_to_workspace", "private_to_team", "private")
COLORS = (
    *("dark-pink", "dark-green", "dark-blue", "dark-red", "dark-teal", "dark-brown"),
    *("dark-orange", "dark-purple", "dark-warm-gray", "light-pink", "light-green", "light-blue"),
    *("light-red", "light-teal", "light-brown", "light-orange", "light-purple"),
    *("light-warm-gray", "none"),
)
ICONS = (
    *("list", "board", "timeline", "calendar", "rocket", "people", "graph", "star", "bug"),
    *("light_bulb", "globe", "gear", "notebook", "computer", "check", "target", "html"),
    *("megaphone", "chat_bubbles", "briefcase", "page_layout", "mountain_flag", "puzzle"),
    *("presentation", "line_and_symbols", "speed_dial", "ribbon", "shoe", "shopping_basket"),
    *("map", "ticket", "coins"),
)
CHOICES = {
    "default_view": ("list", "board", "calendar", "timeline"),
    "default_access_level": ("admin", "editor", "commenter", "viewer"),
    "minimum_access_level_for_customization": ("admin", "editor"),
    "minimum_access_level_for_sharing": ("admin", "editor"),
}
NULLABLE_CHOICES = {"color": COLORS, "icon": ICONS}
WRITABLE = (
    *("name", "notes", "html_notes", "archived", "due_on", "due_date", "start_on", "owner"),
    *("public", "privacy_setting", "team", *CHOICES, *NULLABLE_CHOICES),
)
CREATE_ONLY = ("workspace", "followers")
NOT_STORED = ("custom_fields",)
# The form is documented, the name is not: https://developers.asana.com/docs/deprecations
TEAM_DEPRECATION = (
    "name=project_team_parameter;info=https://developers.asana.com/reference/createproject;"
    "affected=true"
)


@writes
def create(request: ApiRequest) -> HttpResponse:
    """Create a project in a workspace, or in the workspace of a team."""
    request.body.refuse_other_fields((*WRITABLE, *CREATE_ONLY, *NOT_STORED))
    team = _team(request.viewer, request.body)
    workspace = team.workspace if team else None
    if request.body.values.get("workspace") is not None:
        workspace = _workspace(request.viewer, request.body.gid("workspace"))
    if workspace is None:
        raise missing_input("workspace")
    return _create(request, workspace)


@writes
def create_in_workspace(request: ApiRequest, workspace_gid: str) -> HttpResponse:
    """Create a project in the workspace of the address."""
    request.body.refuse_other_fields((*WRITABLE, *CREATE_ONLY, *NOT_STORED))
    workspace = request.viewer.workspace(workspace_gid)
    if request.body.values.get("workspace") not in (None, workspace.gid):
        raise bad_request("workspace: It is not the workspace of the address")
    return _create(request, workspace)


def _create(request: ApiRequest, workspace: Workspace) -> HttpResponse:
    viewer, body, now = request.viewer, request.body, clock.now()
    nothing_but(body, NOT_STORED)
    viewer.require_write_access(workspace.gid)
    project = Project(
        gid=clock.new_gid(),
        workspace=workspace,
        name="",
        owner=viewer.person,
        created_at=now,
        modified_at=now,
    )
    _apply(viewer, project, body)
    project.save(force_insert=True)
    followers = [user_of(viewer, name, "followers", workspace.gid) for name in _followers(body)]
    project.members.add(viewer.person, *followers)
    events.project_added(project, viewer.person)
    return _with_deprecation(request, request.created(PROJECT, project, "projects"))


@writes
def update(request: ApiRequest, project_gid: str) -> HttpResponse:
    """Change the fields of a project that were sent."""
    project = _writable(request.viewer, project_gid)
    request.body.refuse_other_fields((*WRITABLE, *NOT_STORED))
    nothing_but(request.body, NOT_STORED)
    changes = _apply(request.viewer, project, request.body)
    if changes.names:
        project.modified_at = clock.now()
    project.save()
    events.project_changed(project, request.viewer.person, changes.names.items())
    return _with_deprecation(request, request.single(PROJECT, project))


@writes
def delete(request: ApiRequest, project_gid: str) -> HttpResponse:
    """Delete a project; its tasks stay."""
    project = _writable(request.viewer, project_gid)
    events.project_deleted(project, request.viewer.person)
    project.delete()
    return request.deleted()


def _writable(viewer: Viewer, gid: str) -> Project:
    """Fetch a project that the person may change: any they see, but guests only as members.

    Asana goes by access levels of memberships, which the sandbox does not have.
    """
    project = viewer.project(gid)
    viewer.require_write_access(project.workspace_id)
    is_guest = viewer.own_memberships[project.workspace_id].is_guest
    if is_guest and not project.members.filter(pk=viewer.person.pk).exists():
        raise no_access("project")
    return project


def _workspace(viewer: Viewer, gid: str) -> Workspace:
    if not Workspace.objects.filter(pk=gid).exists():
        raise unknown_object("workspace", gid, 400)
    return viewer.workspace(gid)


def _team(viewer: Viewer, body: RequestBody) -> Team | None:
    if body.values.get("team") is None:
        return None
    gid = body.gid("team")
    if not Team.objects.filter(pk=gid).exists():
        raise unknown_object("team", gid, 400)
    return viewer.team(gid)


def _followers(body: RequestBody) -> list[str]:
    value = body.values.get("followers") or ""
    if not isinstance(value, str):
        raise bad_request(f"followers: Not a string: {value}")
    return [name.strip() for name in value.split(",") if name.strip()]


def _apply(viewer: Viewer, project: Project, body: RequestBody) -> Changes:
    changes = Changes()
    for name in ("name", "notes"):
        if name in body:
            changes.set(project, name, body.text(name))
    if "html_notes" in body:
        changes.set(project, "notes", read_notes(body))
    if "archived" in body:
        changes.set(project, "archived", body.flag("archived"))
    for name, choices in CHOICES.items():
        if name in body:
            changes.set(project, name, body.choice(name, choices))
    for name, choices in NULLABLE_CHOICES.items():
        if name in body:
            value = body.values[name]
            changes.set(project, name, None if value is None else body.choice(name, choices))
    _apply_dates(project, body, changes)
    _apply_people(viewer, project, body, changes)
    return changes


def _apply_dates(project: Project, body: RequestBody, changes: Changes) -> None:
    # `due_date` is the deprecated name of `due_on`.
    for name, attribute in (("due_date", "due_on"), ("due_on", "due_on"), ("start_on", "start_on")):
        if name in body:
            value: Any = body.values[name]
            changes.set(project, attribute, None if value is None else read_day(name, value))
    if project.start_on and not project.due_on:
        raise bad_request("start_on: A project with a start date needs a due date")


def _apply_people(viewer: Viewer, project: Project, body: RequestBody, changes: Changes) -> None:
    if "team" in body:
        team = _team(viewer, body)
        if team is not None and team.workspace_id != project.workspace_id:
            raise bad_request("team: It is in another workspace")
        changes.set(project, "team", team)
    if "owner" in body:
        value = body.values["owner"]
        owner = None if value is None else user_of(viewer, value, "owner", project.workspace_id)
        changes.set(project, "owner", owner)
    if "public" in body:
        changes.set(project, "is_private", not body.flag("public"))
    if "privacy_setting" in body:
        privacy = body.choice("privacy_setting", PRIVACY)
        changes.set(project, "is_private", privacy != "public_to_workspace")


def _with_deprecation(request: ApiRequest, response: HttpResponse) -> HttpResponse:
    """Add the header that the official description names for the team of a project."""
    values = request.body.values
    if "team" in values or values.get("privacy_setting") == "private_to_team":
        response["Asana-Change"] = TEAM_DEPRECATION
    return response
