"""Time tracking categories: read only here, run by admins in Asana."""

from __future__ import annotations

from django.http import HttpResponse

from sandbox import plan
from sandbox.api.query import flag
from sandbox.api_request import Call
from sandbox.time_resources import CATEGORY


def list_filtered(call: Call) -> HttpResponse:
    """Archived ones come only when `is_archived` asks for them."""
    plan.require_time_tracking()
    workspace = call.viewer.workspace(call.required("workspace"))
    rows = workspace.categories.filter(is_archived=flag(call, "is_archived") or False)
    return call.listing(CATEGORY, rows.order_by("gid"))


def show(call: Call, category_gid: str) -> HttpResponse:
    plan.require_time_tracking()
    return call.single(CATEGORY, call.viewer.category(category_gid))
