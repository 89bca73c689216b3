"""Time tracking categories: read only here; in Asana admins manage them."""

from __future__ import annotations

from django.http import HttpResponse

from sandbox import plan
from sandbox.api.query import boolean
from sandbox.api_request import ApiRequest
from sandbox.time_resources import CATEGORY


def list_filtered(request: ApiRequest) -> HttpResponse:
    """List the categories of a workspace: archived ones only if `is_archived` is true."""
    plan.require_time_tracking(request.viewer)
    workspace = request.viewer.workspace(request.required("workspace"))
    plan.require_time_tracking(request.viewer, workspace.gid)
    rows = workspace.categories.filter(is_archived=boolean(request, "is_archived") or False)
    return request.listing(CATEGORY, rows.order_by("gid"))


def show(request: ApiRequest, category_gid: str) -> HttpResponse:
    """Show a category."""
    plan.require_time_tracking(request.viewer)
    category = request.viewer.category(category_gid)
    plan.require_time_tracking(request.viewer, category.workspace_id)
    return request.single(CATEGORY, category)
