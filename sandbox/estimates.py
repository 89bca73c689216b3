"""The estimated time of tasks, which in Asana is a number field that Asana itself has made.

https://developers.asana.com/docs/custom-fields-guide: `asana_created_field` says which one it is.
The unit is not documented; here it is minutes, as in all other durations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox import plan
from sandbox.access import Viewer
from sandbox.fields import Field, Resource
from sandbox.models import Task
from sandbox.planning_models import Estimate
from sandbox.resources import computed, constant, stand_in_gid


def _display_value(task: Any) -> str | None:
    minutes = task.estimated_minutes
    return None if minutes is None else f"{minutes // 60}h {minutes % 60:02}m"


# The row is a task.
ESTIMATED_TIME = Resource(
    {
        "resource_type": constant("custom_field"),
        "name": constant("Estimated time"),
        "asana_created_field": constant("estimated_time"),
        "created_by": constant(None),
        "currency_code": constant(None),
        "custom_label": constant(None),
        "custom_label_position": constant(None),
        "date_value": constant(None),
        "default_access_level": constant("editor"),
        "description": constant(""),
        "display_value": computed(_display_value),
        "enabled": constant(True),
        "enum_options": constant([]),
        "enum_value": constant(None),
        "format": constant("duration"),
        "has_notifications_enabled": constant(False),
        "html_text_value": constant(None),
        "id_prefix": constant(None),
        "input_restrictions": constant([]),
        "is_formula_field": constant(False),
        "is_global_to_workspace": constant(True),
        "is_value_read_only": constant(False),
        "multi_enum_values": constant([]),
        "number_value": computed(lambda task: task.estimated_minutes),
        "people_value": constant([]),
        "precision": constant(0),
        "privacy_setting": constant("public_with_guests"),
        "reference_value": constant([]),
        "representation_type": constant("number"),
        "resource_subtype": constant("number"),
        "text_value": constant(None),
        "type": constant("number"),
    },
    compact=(
        *("resource_type", "name", "resource_subtype", "type", "enabled", "number_value"),
        *("display_value", "precision", "representation_type", "is_formula_field"),
        "asana_created_field",
    ),
    gid=lambda task: stand_in_gid(task.workspace_id),
)


def _load_minutes(tasks: Sequence[Task]) -> None:
    rows = Estimate.objects.filter(task__in=tasks).values_list("task_id", "minutes")
    minutes = dict(rows)
    for task in tasks:
        task.estimated_minutes = minutes.get(task.gid)  # type: ignore[attr-defined]


def _fields_of(task: Task, viewer: Viewer) -> list[Task]:
    """Return the task itself, as the row of its only field, if its projects have the field."""
    has_field = task.placements.all() and plan.has_time_tracking(viewer, task.workspace_id)
    return [task] if has_field else []


CUSTOM_FIELDS = Field(
    _fields_of, ESTIMATED_TIME, is_list=True, relation="placements", prepare=_load_minutes
)
