"""The plan of the workspaces: 402 for an operation or a field that is not included.

https://developers.asana.com/reference/createtimetrackingentry; the messages are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.errors import ApiError
from sandbox.runtime_settings import current_settings

ADD_ON_FIELDS = ("billable_status", "description", "attributable_to")


def require_time_tracking() -> None:
    """Raise `ApiError` 402 if the plan has no time tracking."""
    if current_settings().plan == "none":
        raise ApiError(402, "Time tracking is not available on the plan of this workspace.")


def require_timesheets() -> None:
    """Raise `ApiError` 402 if the plan lacks the timesheets add-on."""
    require_time_tracking()
    if current_settings().plan != "timesheets":
        raise ApiError(402, "Timesheets need the Timesheets and Budgets add-on.")


def require_fields(values: Mapping[str, Any]) -> None:
    """Raise `ApiError` 402 if `values` has a field that needs the timesheets add-on."""
    if current_settings().plan == "timesheets":
        return
    for name in ADD_ON_FIELDS:
        if name in values:
            raise ApiError(402, f"{name}: This field needs the Timesheets and Budgets add-on.")
