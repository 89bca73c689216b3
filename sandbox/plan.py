"""The plan of the workspaces: 402 for an operation or a field that is not included.

https://developers.asana.com/reference/createtimetrackingentry; the messages are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.access import Viewer
from sandbox.errors import ApiError
from sandbox.runtime_settings import current_settings

ADD_ON_FIELDS = ("billable_status", "description", "attributable_to")
WITHOUT_TIME_TRACKING = {"free", "none"}
# https://forum.asana.com/t/106546
NO_SEARCH = "Search is only available to premium users."
NO_TIME_TRACKING = "Time tracking is not available on the plan of this workspace."
NO_TIMESHEETS = "Timesheets need the Timesheets and Budgets add-on."


def has_time_tracking(viewer: Viewer, workspace_gid: str) -> bool:
    """Return whether the plan of a workspace that the viewer is in includes time tracking."""
    return not _plans(viewer, workspace_gid) <= WITHOUT_TIME_TRACKING


def require_time_tracking(viewer: Viewer, workspace_gid: str | None = None) -> None:
    """Raise `ApiError` 402 if the workspace, or each of the viewer's, lacks time tracking."""
    if _plans(viewer, workspace_gid) <= WITHOUT_TIME_TRACKING:
        raise ApiError(402, NO_TIME_TRACKING)


def require_search(viewer: Viewer, workspace_gid: str) -> None:
    """Raise `ApiError` 402 if the plan of a workspace has no task search."""
    if _plans(viewer, workspace_gid) == {"free"}:
        raise ApiError(402, NO_SEARCH)


def require_timesheets(viewer: Viewer, workspace_gid: str | None = None) -> None:
    """Raise `ApiError` 402 if the workspace, or each of the viewer's, lacks the add-on."""
    require_time_tracking(viewer, workspace_gid)
    if "timesheets" not in _plans(viewer, workspace_gid):
        raise ApiError(402, NO_TIMESHEETS)


def require_fields(viewer: Viewer, workspace_gid: str | None, values: Mapping[str, Any]) -> None:
    """Raise `ApiError` 402 if `values` has a field that the plan does not include."""
    if "timesheets" in _plans(viewer, workspace_gid):
        return
    for name in ADD_ON_FIELDS:
        if name in values:
            words = f"{name}: This field needs the Timesheets and Budgets add-on."
            raise ApiError(402, words)


def _plans(viewer: Viewer, workspace_gid: str | None) -> set[str]:
    """Return the plans of the workspace or of all the viewer's workspaces.

    A workspace without a plan, and a viewer without workspaces, has that of the runtime settings.
    """
    default = current_settings().plan
    gids = viewer.own_memberships if workspace_gid is None else [workspace_gid]
    plans = {viewer.own_memberships[gid].workspace.plan or default for gid in gids}
    return plans or {default}
