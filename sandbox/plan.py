"""What the workspaces pay for. Asana answers 402 at two levels: the endpoint, and the field.

https://developers.asana.com/reference/createtimetrackingentry; the words are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.errors import Refused
from sandbox.runtime_settings import switches

ADD_ON_FIELDS = ("billable_status", "description", "attributable_to")


def require_time_tracking() -> None:
    if switches().plan == "none":
        raise Refused(402, "Time tracking is not available on the plan of this workspace.")


def require_timesheets() -> None:
    require_time_tracking()
    if switches().plan != "timesheets":
        raise Refused(402, "Timesheets need the Timesheets and Budgets add-on.")


def require_fields(sent: Mapping[str, Any]) -> None:
    if switches().plan == "timesheets":
        return
    for name in ADD_ON_FIELDS:
        if name in sent:
            raise Refused(402, f"{name}: This field needs the Timesheets and Budgets add-on.")
