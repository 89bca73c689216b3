"""Task search.

https://developers.asana.com/reference/searchtasksforworkspace. It has no pages: one sorts by
creation and asks for what was created before the last task. Unknown parameters are ignored.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpResponse

from sandbox import clock, plan, rate_limit
from sandbox.api_request import ApiRequest
from sandbox.errors import bad_request
from sandbox.models import Task
from sandbox.request_body import read_day, read_flag, read_number, read_time
from sandbox.resources import gid_behind_stand_in
from sandbox.runtime_settings import current_settings
from sandbox.tokens import bearer_token
from sandbox.work_resources import TASK

LARGEST_LIMIT = 100
SORTS = ("due_date", "created_at", "completed_at", "likes", "modified_at", "relevance")
SUBTYPES = ("default_task", "milestone", "approval")

# People: the field of the task that a parameter compares.
PEOPLE = {
    "assignee": "assignee",
    "followers": "followers",
    "created_by": "created_by",
    # Who assigned a task is not stored: its creator did.
    "assigned_by": "created_by",
    "liked_by": "likers",
    "commented_on_by": "commenters",
}
DAYS = {"due_on": "due_on", "start_on": "start_on"}
# Days of a time in UTC.
DAYS_OF_TIMES = {
    "created_on": "created_at",
    "completed_on": "completed_at",
    "modified_on": "modified_at",
}
TIMES = ("due_at", "created_at", "completed_at", "modified_at")

Rows = QuerySet[Task]


def search(request: ApiRequest, workspace_gid: str) -> HttpResponse:
    """List the visible tasks that match all parameters, the last modified first."""
    workspace = request.viewer.workspace(workspace_gid)
    plan.require_search(request.viewer, workspace.gid)
    rate_limit.charge_search(bearer_token(request.http.headers.get("Authorization", "")))
    rows = request.viewer.tasks().filter(workspace=workspace)
    if lag := current_settings().search_lag_seconds:
        rows = rows.filter(modified_at__lte=clock.now() - timedelta(seconds=lag))
    for narrow in (_people, _projects, _dates, _times, _flags, _others):
        rows = narrow(request, rows)
    limit = read_number("limit", request.query.get("limit", str(LARGEST_LIMIT)), LARGEST_LIMIT)
    found = _matching_text(request.query.get("text", ""), _sorted(request, rows.distinct()), limit)
    return request.sequence(TASK, found)


def _list(request: ApiRequest, name: str) -> list[str]:
    return [part.strip() for part in request.query.get(name, "").split(",") if part.strip()]


def _any_of(request: ApiRequest, name: str, condition: Callable[[str], Q]) -> Q | None:
    """Return the condition that one of the values of a parameter applies."""
    values = _list(request, name)
    if not values:
        return None
    whole = Q()
    for value in values:
        whole |= condition(value)
    return whole


def _people(request: ApiRequest, rows: Rows) -> Rows:
    for name, field in PEOPLE.items():

        def is_person(text: str, field: str = field) -> Q:
            if text == "null":
                return Q(**{f"{field}__isnull": True})
            return Q(**{field: request.viewer.user(text)})

        wanted = _any_of(request, f"{name}.any", is_person)
        unwanted = _any_of(request, f"{name}.not", is_person)
        rows = rows.filter(wanted) if wanted is not None else rows
        rows = rows.exclude(unwanted) if unwanted is not None else rows
    return rows


def _projects(request: ApiRequest, rows: Rows) -> Rows:
    """Compare projects and sections (each project has one), tags, teams and portfolios."""

    def is_project(gid: str) -> Q:
        return Q(projects=gid)

    def is_section(gid: str) -> Q:
        return Q(projects=gid_behind_stand_in(gid)) if gid.isdigit() else Q(pk__in=())

    # With both, tasks of either are wanted, as the official description says.
    any_project = _any_of(request, "projects.any", is_project)
    any_section = _any_of(request, "sections.any", is_section)
    wanted = [one for one in (any_project, any_section) if one is not None]
    if wanted:
        rows = rows.filter(wanted[0] | wanted[-1])
    for name, condition in (("projects", is_project), ("sections", is_section)):
        unwanted = _any_of(request, f"{name}.not", condition)
        rows = rows.exclude(unwanted) if unwanted is not None else rows
        for gid in _list(request, f"{name}.all"):
            rows = rows.filter(condition(gid))
    team = _any_of(request, "teams.any", lambda gid: Q(projects__team=gid))
    rows = rows.filter(team) if team is not None else rows
    # The sandbox has neither tags nor portfolios: no task is in one.
    absent = ("tags.any", "tags.all", "portfolios.any")
    return rows.none() if any(_list(request, name) for name in absent) else rows


def _dates(request: ApiRequest, rows: Rows) -> Rows:
    for name, field in (
        *DAYS.items(),
        *((key, f"{it}__date") for key, it in DAYS_OF_TIMES.items()),
    ):
        for suffix, operator in ((".before", "__lt"), (".after", "__gt"), ("", "")):
            if text := request.query.get(name + suffix):
                if text == "null" and not suffix:
                    rows = rows.filter(**{f"{field.removesuffix('__date')}__isnull": True})
                else:
                    rows = rows.filter(**{field + operator: read_day(name + suffix, text)})
    return rows


def _times(request: ApiRequest, rows: Rows) -> Rows:
    for name in TIMES:
        for suffix, operator in ((".before", "__lt"), (".after", "__gt")):
            if text := request.query.get(name + suffix):
                rows = rows.filter(**{name + operator: read_time(name + suffix, text)})
    return rows


def _flags(request: ApiRequest, rows: Rows) -> Rows:
    if text := request.query.get("completed"):
        rows = rows.filter(completed=read_flag("completed", text))
    if text := request.query.get("is_subtask"):
        rows = rows.filter(parent__isnull=not read_flag("is_subtask", text))
    # The sandbox has neither dependencies nor attachments.
    for name in ("is_blocking", "is_blocked", "has_attachment"):
        text = request.query.get(name)
        if text and read_flag(name, text):
            rows = rows.none()
    return rows


def _others(request: ApiRequest, rows: Rows) -> Rows:
    if subtype := request.query.get("resource_subtype"):
        if subtype not in SUBTYPES:
            raise bad_request(f"resource_subtype: Not a valid value: {subtype}")
        rows = rows.filter(resource_subtype=subtype)
    return rows


def _sorted(request: ApiRequest, rows: Rows) -> Rows:
    sort = request.query.get("sort_by") or "modified_at"
    if sort not in SORTS:
        raise bad_request(f"sort_by: Not a valid value: {sort}")
    # Relevance and likes are not computed: the latest change counts.
    field = F(
        {"due_date": "due_on", "relevance": "modified_at", "likes": "modified_at"}.get(sort, sort)
    )
    is_ascending = read_flag("sort_ascending", request.query.get("sort_ascending") or "false")
    order = field.asc(nulls_last=True) if is_ascending else field.desc(nulls_last=True)
    return rows.order_by(order, "gid")


def _matching_text(text: str, rows: Rows, limit: int) -> list[Any]:
    """Return the first rows whose names or notes have each word of the text."""
    words = text.casefold().split()
    if not words:
        return list(rows[:limit])
    found = []
    for task in rows.iterator(chunk_size=500):
        content = f"{task.name}\n{task.notes}".casefold()
        if all(word in content for word in words):
            found.append(task)
            if len(found) == limit:
                break
    return found
