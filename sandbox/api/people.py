"""Workspaces, users, memberships and teams."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse

from sandbox.api.values import nothing_but
from sandbox.api_request import ApiRequest, writes
from sandbox.errors import bad_request, no_access
from sandbox.models import Membership, Person, Workspace
from sandbox.resources import TEAM, USER, WORKSPACE, WORKSPACE_MEMBERSHIP

LONGEST_NAME = 250


def list_workspaces(request: ApiRequest) -> HttpResponse:
    """List the workspaces of the person."""
    return request.listing(WORKSPACE, request.viewer.workspaces().order_by("gid"))


def show_workspace(request: ApiRequest, workspace_gid: str) -> HttpResponse:
    """Show a workspace."""
    return request.single(WORKSPACE, request.viewer.workspace(workspace_gid))


@writes
def update_workspace(request: ApiRequest, workspace_gid: str) -> HttpResponse:
    """Rename a workspace; only admins may, which is our choice."""
    workspace = request.viewer.workspace(workspace_gid)
    if not request.viewer.is_admin(workspace.gid):
        raise no_access("workspace")
    request.body.refuse_other_fields(("name",))
    if "name" in request.body:
        workspace.name = _name(request)
        workspace.save()
    return request.single(WORKSPACE, workspace)


@writes
def update_user(request: ApiRequest, user_gid: str) -> HttpResponse:
    """Rename a user: oneself, or anyone in a workspace one administers. That is our choice."""
    viewer, person = request.viewer, request.viewer.user(user_gid)
    request.body.refuse_other_fields(("name", "custom_fields"))
    nothing_but(request.body, ("custom_fields",))
    workspaces = person.memberships.values_list("workspace_id", flat=True)
    if person != viewer.person and not any(viewer.is_admin(gid) for gid in workspaces):
        raise no_access("user")
    if "name" in request.body:
        person.name = _name(request)
        person.save()
    return request.single(USER, person)


def _name(request: ApiRequest) -> str:
    name = request.body.text("name")
    if not 0 < len(name) <= LONGEST_NAME:
        raise bad_request(f"name: Must have 1 to {LONGEST_NAME} characters")
    return name


def show_user(request: ApiRequest, user_gid: str) -> HttpResponse:
    """Show a user."""
    return request.single(USER, request.viewer.user(user_gid))


def list_users(request: ApiRequest) -> HttpResponse:
    """List visible users by gid; the lists of a workspace or a team are by name."""
    rows = request.viewer.people()
    if gid := request.query.get("workspace"):
        rows = rows.filter(gid__in=_people_of(request.viewer.workspace(gid)))
    if gid := request.query.get("team"):
        rows = rows.filter(teams=request.viewer.team(gid))
    return request.listing(USER, rows.order_by("gid"))


def _people_of(workspace: Workspace) -> QuerySet[Person]:
    memberships = Membership.objects.filter(workspace=workspace, is_active=True)
    return Person.objects.filter(gid__in=memberships.values("person_id"))


def list_users_of_workspace(request: ApiRequest, workspace_gid: str) -> HttpResponse:
    """List the active users of a workspace by name."""
    workspace = request.viewer.workspace(workspace_gid)
    return request.listing(USER, _people_of(workspace).order_by("name", "gid"))


def list_users_of_team(request: ApiRequest, team_gid: str) -> HttpResponse:
    """List the users of a team by name."""
    team = request.viewer.team(team_gid)
    return request.listing(USER, team.people.order_by("name", "gid"))


def list_teams_of_workspace(request: ApiRequest, workspace_gid: str) -> HttpResponse:
    """List the teams of a workspace by name."""
    workspace = request.viewer.workspace(workspace_gid)
    return request.listing(TEAM, workspace.teams.order_by("name", "gid"))


def list_teams_of_user(request: ApiRequest, user_gid: str) -> HttpResponse:
    """List the teams of a user in one organization by name."""
    person = request.viewer.user(user_gid)
    workspace = request.viewer.workspace(request.required("organization"), "organization")
    return request.listing(TEAM, person.teams.filter(workspace=workspace).order_by("name", "gid"))


def show_membership(request: ApiRequest, membership_gid: str) -> HttpResponse:
    """Show a workspace membership."""
    return request.single(WORKSPACE_MEMBERSHIP, request.viewer.membership(membership_gid))


def list_memberships_of_user(request: ApiRequest, user_gid: str) -> HttpResponse:
    """List the memberships of a user in the workspaces the person sees."""
    rows = request.viewer.memberships().filter(person=request.viewer.user(user_gid))
    return request.listing(WORKSPACE_MEMBERSHIP, rows.order_by("gid"))


def list_memberships_of_workspace(request: ApiRequest, workspace_gid: str) -> HttpResponse:
    """List the memberships of a workspace, optionally of one user."""
    rows = request.viewer.workspace(workspace_gid).memberships.all()
    if user := request.query.get("user"):
        rows = rows.filter(person=request.viewer.user(user))
    return request.listing(WORKSPACE_MEMBERSHIP, rows.order_by("gid"))
