"""The records of time: entries, categories, timesheet approval statuses and days off."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox import approval_weeks
from sandbox.access import Viewer
from sandbox.fields import Field, Shape
from sandbox.models import Category, Entry, Project
from sandbox.resources import PROJECT, TASK, USER, WORKSPACE, constant, moment, one, plain

CATEGORY = Shape(
    {
        "resource_type": constant("time_tracking_category"),
        "name": plain("name"),
        "color": plain("color"),
        "is_archived": plain("is_archived"),
    },
    compact=("resource_type", "name", "color"),
    full=("resource_type", "name", "color", "is_archived"),
)


def _attributed(entry: Entry, viewer: Viewer) -> Project | None:
    project = entry.attributable_to
    return None if project is None or project.gid in viewer.hidden_projects else project


def _categories(entry: Entry, _viewer: Viewer) -> list[Category]:
    return [entry.category] if entry.category else []


def _look_up_statuses(entries: Sequence[Entry]) -> None:
    statuses = approval_weeks.statuses(entries)
    for entry in entries:
        entry.approval_status = statuses[entry.gid]  # type: ignore[attr-defined]


ENTRY = Shape(
    {
        "resource_type": constant("time_tracking_entry"),
        "duration_minutes": plain("duration_minutes"),
        "entered_on": plain("entered_on"),
        "attributable_to": Field(_attributed, PROJECT, relation="attributable_to"),
        "created_by": one("created_by", USER),
        "categories": Field(_categories, CATEGORY, many=True, relation="category"),
        "task": one("task", TASK),
        "created_at": moment("created_at"),
        "approval_status": Field(
            lambda entry, _viewer: entry.approval_status,
            relation="task",
            prepare=_look_up_statuses,
        ),
        "billable_status": plain("billable_status"),
        "description": plain("description"),
    },
    compact=(
        *("resource_type", "duration_minutes", "entered_on", "attributable_to", "created_by"),
        "categories",
    ),
    full=(
        *("resource_type", "duration_minutes", "entered_on", "attributable_to", "created_by"),
        *("categories", "task", "created_at", "approval_status", "billable_status"),
        "description",
    ),
    # The `opt_fields` that both list operations name, and what every record has.
    listed=frozenset(
        ("resource_type", "duration_minutes", "entered_on", "attributable_to", "created_by")
    )
    | {"categories"},
)

TIMESHEET = Shape(
    {
        "resource_type": constant("timesheet_approval_status"),
        "created_at": moment("created_at"),
        "user": one("person", USER),
        "workspace": one("workspace", WORKSPACE),
        "start_date": plain("start_date"),
        "end_date": plain("end_date"),
        "approval_status": plain("approval_status"),
    },
    compact=(
        *("resource_type", "created_at", "user", "workspace", "start_date", "end_date"),
        "approval_status",
    ),
    full=(
        *("resource_type", "created_at", "user", "workspace", "start_date", "end_date"),
        "approval_status",
    ),
)

OOO = Shape(
    {
        "resource_type": constant("ooo_entry"),
        "start_date": plain("start_date"),
        "end_date": plain("end_date"),
        "user": one("person", USER),
        "created_by": one("person", USER),
    },
    # Its lists give full records.
    compact=("resource_type", "start_date", "end_date", "user", "created_by"),
    full=("resource_type", "start_date", "end_date", "user", "created_by"),
)
