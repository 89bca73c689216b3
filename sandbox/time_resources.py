"""The resources of time: entries, categories, timesheets and out-of-office entries."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import prefetch_related_objects

from sandbox import approval_weeks
from sandbox.access import Viewer
from sandbox.fields import Field, Resource
from sandbox.models import Category, Entry, OutOfOffice, Project
from sandbox.resources import USER, WORKSPACE, attribute, constant, related, timestamp
from sandbox.work_resources import PROJECT, TASK

CATEGORY = Resource(
    {
        "resource_type": constant("time_tracking_category"),
        "name": attribute("name"),
        "color": attribute("color"),
        "is_archived": attribute("is_archived"),
    },
    compact=("resource_type", "name", "color"),
    full=("resource_type", "name", "color", "is_archived"),
    scope="time_tracking_categories:read",
)


def _attributed(entry: Entry, viewer: Viewer) -> Project | None:
    project = entry.attributable_to
    return None if project is None or project.gid in viewer.hidden_projects else project


def _categories(entry: Entry, _viewer: Viewer) -> list[Category]:
    return [entry.category] if entry.category else []


def _look_up_statuses(entries: Sequence[Entry]) -> None:
    statuses = approval_weeks.approval_statuses(entries)
    for entry in entries:
        entry.approval_status = statuses[entry.gid]  # type: ignore[attr-defined]


ENTRY = Resource(
    {
        "resource_type": constant("time_tracking_entry"),
        "duration_minutes": attribute("duration_minutes"),
        "entered_on": attribute("entered_on"),
        "attributable_to": Field(_attributed, PROJECT, relation="attributable_to"),
        "created_by": related("created_by", USER),
        "categories": Field(_categories, CATEGORY, is_list=True, relation="category"),
        "task": related("task", TASK),
        "created_at": timestamp("created_at"),
        "approval_status": Field(
            lambda entry, _viewer: entry.approval_status,
            relation="task",
            prepare=_look_up_statuses,
        ),
        "billable_status": attribute("billable_status"),
        "description": attribute("description"),
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
    # The `opt_fields` that the descriptions of both lists name, and what every record has.
    list_fields=frozenset(
        ("resource_type", "duration_minutes", "entered_on", "attributable_to", "created_by")
    )
    | {"categories"},
)

TIMESHEET = Resource(
    {
        "resource_type": constant("timesheet_approval_status"),
        "created_at": timestamp("created_at"),
        "user": related("person", USER),
        "workspace": related("workspace", WORKSPACE),
        "start_date": attribute("start_date"),
        "end_date": attribute("end_date"),
        "approval_status": attribute("approval_status"),
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


def _load_creators(rows: Sequence[OutOfOffice]) -> None:
    prefetch_related_objects(rows, "person", "created_by")


OOO = Resource(
    {
        "resource_type": constant("ooo_entry"),
        "start_date": attribute("start_date"),
        "end_date": attribute("end_date"),
        "user": related("person", USER),
        "created_by": Field(
            lambda row, _viewer: row.created_by or row.person, USER, prepare=_load_creators
        ),
    },
    # Lists have full records.
    compact=("resource_type", "start_date", "end_date", "user", "created_by"),
    full=("resource_type", "start_date", "end_date", "user", "created_by"),
)
