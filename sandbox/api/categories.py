"""Time tracking categories: labels for entries.

https://developers.asana.com/reference/time-tracking-categories: admins manage them.
"""

from __future__ import annotations

from django.http import HttpResponse

from sandbox import clock, plan
from sandbox.access import Viewer
from sandbox.api.query import boolean
from sandbox.api_request import ApiRequest, writes
from sandbox.errors import bad_request, no_access, unknown_object
from sandbox.models import Category, Workspace
from sandbox.time_resources import CATEGORY

COLORS = (
    *("none", "red", "orange", "yellow-orange", "yellow", "yellow-green", "green", "blue-green"),
    *("aqua", "blue", "indigo", "purple", "magenta", "hot-pink", "pink", "cool-gray"),
)
DEFAULT_COLOR = "none"
LONGEST_NAME = 250


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


@writes
def create(request: ApiRequest) -> HttpResponse:
    """Create a category in a workspace."""
    body, viewer = request.body, request.viewer
    plan.require_time_tracking(viewer)
    body.refuse_other_fields(("workspace", "name", "color"))
    gid = body.gid("workspace")
    if not Workspace.objects.filter(pk=gid).exists():
        raise unknown_object("workspace", gid, 400)
    workspace = viewer.workspace(gid)
    _require_admin(viewer, workspace.gid)
    category = Category(
        gid=clock.new_gid(), workspace=workspace, name=_name(request), color=DEFAULT_COLOR
    )
    if "color" in body:
        category.color = body.choice("color", COLORS)
    category.save(force_insert=True)
    return request.created(CATEGORY, category, "time_tracking_categories")


@writes
def update(request: ApiRequest, category_gid: str) -> HttpResponse:
    """Change the fields of a category that were sent."""
    category, body = _writable(request.viewer, category_gid), request.body
    body.refuse_other_fields(("name", "color", "is_archived"))
    if "name" in body:
        category.name = _name(request)
    if "color" in body:
        category.color = body.choice("color", COLORS)
    if "is_archived" in body:
        category.is_archived = body.flag("is_archived")
    category.save()
    return request.single(CATEGORY, category)


@writes
def delete(request: ApiRequest, category_gid: str) -> HttpResponse:
    """Delete a category; its entries stay, without one."""
    _writable(request.viewer, category_gid).delete()
    return request.deleted()


def _writable(viewer: Viewer, gid: str) -> Category:
    plan.require_time_tracking(viewer)
    category = viewer.category(gid)
    _require_admin(viewer, category.workspace_id)
    return category


def _require_admin(viewer: Viewer, workspace_gid: str) -> None:
    plan.require_time_tracking(viewer, workspace_gid)
    viewer.require_write_access(workspace_gid)
    if not viewer.is_admin(workspace_gid):
        raise no_access("time tracking category")


def _name(request: ApiRequest) -> str:
    request.body.required("name")
    name = request.body.text("name").strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise bad_request(f"name: Must have 1 to {LONGEST_NAME} characters")
    return name
