"""Workspaces, users, memberships, teams and out-of-office entries."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse

from sandbox.api_request import ApiRequest
from sandbox.models import Membership, Person, Workspace
from sandbox.request_body import read_day
from sandbox.resources import TEAM, USER, WORKSPACE, WORKSPACE_MEMBERSHIP
from sandbox.time_resources import OOO


def list_workspaces(request: ApiRequest) -> HttpResponse:
    """List the workspaces of the person."""
    return request.listing(WORKSPACE, request.viewer.workspaces().order_by("gid"))


def show_workspace(request: ApiRequest, workspace_gid: str) -> HttpResponse:
    """Show a workspace."""
    return request.single(WORKSPACE, request.viewer.workspace(workspace_gid))


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


def list_ooo(request: ApiRequest) -> HttpResponse:
    """List a user's out-of-office entries that overlap with the given days."""
    user, gid = request.required("user"), request.required("workspace")
    workspace, person = request.viewer.workspace(gid), request.viewer.user(user)
    rows = request.viewer.ooo().filter(workspace=workspace, person=person)
    if day := request.query.get("start_date"):
        rows = rows.filter(end_date__gte=read_day("start_date", day))
    if day := request.query.get("end_date"):
        rows = rows.filter(start_date__lte=read_day("end_date", day))
    return request.listing(OOO, rows.order_by("start_date", "gid"))


def show_ooo(request: ApiRequest, ooo_gid: str) -> HttpResponse:
    """Show an out-of-office entry."""
    return request.single(OOO, request.viewer.ooo_entry(ooo_gid))
