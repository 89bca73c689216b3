"""Typeahead: searches the names of a workspace's tasks, projects or users.

https://developers.asana.com/reference/typeaheadforworkspace
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.http import HttpResponse

from sandbox.access import Viewer
from sandbox.api_request import ApiRequest
from sandbox.errors import bad_request, missing_input
from sandbox.fields import Resource
from sandbox.models import Membership, Person, Project, Task, Workspace
from sandbox.request_body import read_number
from sandbox.resources import USER
from sandbox.work_resources import PROJECT, TASK

# Asana searches these too; the sandbox has none of them.
NOT_SEARCHED_HERE = (
    *("actor", "agent", "custom_field", "goal", "project_template", "portfolio", "tag", "team"),
)
DEFAULT_COUNT = 20
LARGEST_COUNT = 100

_WORD = re.compile(r"\w+")


def search(request: ApiRequest, workspace_gid: str) -> HttpResponse:
    """List the objects of one type whose names match the query."""
    workspace = request.viewer.workspace(workspace_gid)
    # `type` is its old name, still in the official description.
    resource_type = request.query.get("resource_type") or request.query.get("type")
    if not resource_type:
        raise missing_input("resource_type")
    count = _count(request)
    if resource_type in NOT_SEARCHED_HERE:
        return request.listing(TASK, Task.objects.none())
    if resource_type not in SOURCES:
        raise bad_request(f"resource_type: Not a valid value: {resource_type}")
    source, resource = SOURCES[resource_type]
    rows = source(request.viewer, workspace)
    return request.listing(resource, _matching(rows, request.query.get("query", ""), count))


def _count(request: ApiRequest) -> int:
    return read_number("count", request.query.get("count", str(DEFAULT_COUNT)), LARGEST_COUNT)


def _matching(rows: QuerySet[Any], query: str, count: int) -> list[Any]:
    """Return the first `count` rows with a matching name.

    Compares in Python, as SQLite folds the case of ASCII letters only.
    """
    matches = _matcher(query)
    gids: list[str] = []
    for gid, name in rows.values_list("gid", "name"):
        if matches(name):
            gids.append(gid)
            if len(gids) == count:
                break
    rows_by_gid = rows.model._default_manager.in_bulk(gids)
    return [rows_by_gid[gid] for gid in gids]


def _matcher(query: str) -> Callable[[str], bool]:
    """Return a test for names: each word of the query must start a word of the name.

    A query without words, such as an emoji, matches where it stands literally.
    """
    folded = query.strip().casefold()
    words = _WORD.findall(folded)
    if not words:
        return lambda name: folded in name.casefold()

    def matches(name: str) -> bool:
        name_words = _WORD.findall(name.casefold())
        return all(any(word.startswith(start) for word in name_words) for start in words)

    return matches


def _tasks(viewer: Viewer, workspace: Workspace) -> QuerySet[Task]:
    """Return tasks: the viewer's own and followed ones first, then the latest modified."""
    is_own = Case(
        When(Q(assignee=viewer.person) | Q(gid__in=viewer.followed_tasks()), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    rows = viewer.tasks().filter(workspace=workspace)
    return rows.order_by(is_own.desc(), "completed", "-modified_at", "gid")


def _projects(viewer: Viewer, workspace: Workspace) -> QuerySet[Project]:
    rows = viewer.projects().filter(workspace=workspace)
    return rows.order_by("archived", "-modified_at", "gid")


def _people(_viewer: Viewer, workspace: Workspace) -> QuerySet[Person]:
    memberships = Membership.objects.filter(workspace=workspace, is_active=True)
    return Person.objects.filter(gid__in=memberships.values("person_id")).order_by("name", "gid")


SOURCES: dict[str, tuple[Callable[[Viewer, Workspace], QuerySet[Any]], Resource]] = {
    "task": (_tasks, TASK),
    "project": (_projects, PROJECT),
    "user": (_people, USER),
}
