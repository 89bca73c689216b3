"""Projects."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse

from sandbox.api.query import flag
from sandbox.api_request import Call
from sandbox.models import Project
from sandbox.resources import PROJECT


def show(call: Call, project_gid: str) -> HttpResponse:
    return call.single(PROJECT, call.viewer.project(project_gid))


def list_filtered(call: Call) -> HttpResponse:
    rows = call.viewer.projects()
    if gid := call.query.get("workspace"):
        rows = rows.filter(workspace=call.viewer.workspace(gid))
    if gid := call.query.get("team"):
        rows = rows.filter(team=call.viewer.team(gid))
    return _listing(call, rows)


def list_of_workspace(call: Call, workspace_gid: str) -> HttpResponse:
    workspace = call.viewer.workspace(workspace_gid)
    return _listing(call, call.viewer.projects().filter(workspace=workspace))


def _listing(call: Call, rows: QuerySet[Project]) -> HttpResponse:
    """Without `archived` both kinds come."""
    archived = flag(call, "archived")
    if archived is not None:
        rows = rows.filter(archived=archived)
    return call.listing(PROJECT, rows.order_by("gid"))
