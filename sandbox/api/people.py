"""Workspaces, and the people in them: users, memberships, teams, days off."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse

from sandbox.api_request import Call
from sandbox.models import Membership, Person, Workspace
from sandbox.request_body import read_day
from sandbox.resources import SEAT, TEAM, USER, WORKSPACE
from sandbox.time_resources import OOO


def list_workspaces(call: Call) -> HttpResponse:
    return call.listing(WORKSPACE, call.viewer.workspaces().order_by("gid"))


def show_workspace(call: Call, workspace_gid: str) -> HttpResponse:
    return call.single(WORKSPACE, call.viewer.workspace(workspace_gid))


def show_user(call: Call, user_gid: str) -> HttpResponse:
    return call.single(USER, call.viewer.user(user_gid))


def list_users(call: Call) -> HttpResponse:
    """By gid, where those of a workspace or team come by name."""
    rows = call.viewer.people()
    if gid := call.query.get("workspace"):
        rows = rows.filter(gid__in=_people_of(call.viewer.workspace(gid)))
    if gid := call.query.get("team"):
        rows = rows.filter(teams=call.viewer.team(gid))
    return call.listing(USER, rows.order_by("gid"))


def _people_of(workspace: Workspace) -> QuerySet[Person]:
    seats = Membership.objects.filter(workspace=workspace, is_active=True)
    return Person.objects.filter(gid__in=seats.values("person_id"))


def list_users_of_workspace(call: Call, workspace_gid: str) -> HttpResponse:
    workspace = call.viewer.workspace(workspace_gid)
    return call.listing(USER, _people_of(workspace).order_by("name", "gid"))


def list_users_of_team(call: Call, team_gid: str) -> HttpResponse:
    team = call.viewer.team(team_gid)
    return call.listing(USER, team.people.order_by("name", "gid"))


def list_teams_of_workspace(call: Call, workspace_gid: str) -> HttpResponse:
    workspace = call.viewer.workspace(workspace_gid)
    return call.listing(TEAM, workspace.teams.order_by("name", "gid"))


def list_teams_of_user(call: Call, user_gid: str) -> HttpResponse:
    person = call.viewer.user(user_gid)
    workspace = call.viewer.workspace(call.required("organization"), "organization")
    return call.listing(TEAM, person.teams.filter(workspace=workspace).order_by("name", "gid"))


def show_seat(call: Call, membership_gid: str) -> HttpResponse:
    return call.single(SEAT, call.viewer.seat(membership_gid))


def list_seats_of_user(call: Call, user_gid: str) -> HttpResponse:
    rows = call.viewer.seats().filter(person=call.viewer.user(user_gid))
    return call.listing(SEAT, rows.order_by("gid"))


def list_seats_of_workspace(call: Call, workspace_gid: str) -> HttpResponse:
    rows = call.viewer.workspace(workspace_gid).memberships.all()
    if user := call.query.get("user"):
        rows = rows.filter(person=call.viewer.user(user))
    return call.listing(SEAT, rows.order_by("gid"))


def list_ooo(call: Call) -> HttpResponse:
    """Those that overlap with the days asked for."""
    user, gid = call.required("user"), call.required("workspace")
    workspace, person = call.viewer.workspace(gid), call.viewer.user(user)
    rows = call.viewer.ooo().filter(workspace=workspace, person=person)
    if day := call.query.get("start_date"):
        rows = rows.filter(end_date__gte=read_day("start_date", day))
    if day := call.query.get("end_date"):
        rows = rows.filter(start_date__lte=read_day("end_date", day))
    return call.listing(OOO, rows.order_by("start_date", "gid"))


def show_ooo(call: Call, ooo_gid: str) -> HttpResponse:
    return call.single(OOO, call.viewer.ooo_entry(ooo_gid))
