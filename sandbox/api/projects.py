"""Projects: one, and the lists."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse

from sandbox.api.query import boolean
from sandbox.api_request import ApiRequest
from sandbox.models import Project
from sandbox.work_resources import PROJECT


def show(request: ApiRequest, project_gid: str) -> HttpResponse:
    """Show a project."""
    return request.single(PROJECT, request.viewer.project(project_gid))


def list_filtered(request: ApiRequest) -> HttpResponse:
    """List visible projects, optionally of one workspace or team."""
    rows = request.viewer.projects()
    if gid := request.query.get("workspace"):
        rows = rows.filter(workspace=request.viewer.workspace(gid))
    if gid := request.query.get("team"):
        rows = rows.filter(team=request.viewer.team(gid))
    return _listing(request, rows)


def list_of_workspace(request: ApiRequest, workspace_gid: str) -> HttpResponse:
    """List the visible projects of a workspace."""
    workspace = request.viewer.workspace(workspace_gid)
    return _listing(request, request.viewer.projects().filter(workspace=workspace))


def _listing(request: ApiRequest, rows: QuerySet[Project]) -> HttpResponse:
    """List `rows`; without the `archived` parameter both kinds are included."""
    archived = boolean(request, "archived")
    if archived is not None:
        rows = rows.filter(archived=archived)
    return request.listing(PROJECT, rows.order_by("gid"))
