"""Search while typing, in the names of one workspace's tasks, projects or people.

https://developers.asana.com/reference/typeaheadforworkspace
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.http import HttpResponse

from sandbox.access import Viewer
from sandbox.api_request import Call
from sandbox.errors import bad, missing
from sandbox.fields import Shape
from sandbox.models import Membership, Person, Project, Task, Workspace
from sandbox.resources import PROJECT, TASK, USER

# Asana searches these as well.
NOT_SEARCHED_HERE = (
    *("actor", "agent", "custom_field", "goal", "project_template", "portfolio", "tag", "team"),
)
DEFAULT_COUNT = 20
LARGEST_COUNT = 100

_WORD = re.compile(r"\w+")


def search(call: Call, workspace_gid: str) -> HttpResponse:
    workspace = call.viewer.workspace(workspace_gid)
    # `type` is the old name of it, still in the official description.
    wanted = call.query.get("resource_type") or call.query.get("type")
    if not wanted:
        raise missing("resource_type")
    count = _count(call)
    if wanted in NOT_SEARCHED_HERE:
        return call.listing(TASK, Task.objects.none())
    if wanted not in SOURCES:
        raise bad(f"resource_type: Not a valid value: {wanted}")
    source, shape = SOURCES[wanted]
    rows = source(call.viewer, workspace)
    return call.listing(shape, _matching(rows, call.query.get("query", ""), count))


def _count(call: Call) -> int:
    text = call.query.get("count", str(DEFAULT_COUNT))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LARGEST_COUNT):
        raise bad(f"count: Must be a number between 1 and {LARGEST_COUNT}, not: {text}")
    return int(text)


def _matching(rows: QuerySet[Any], query: str, count: int) -> list[Any]:
    """SQLite folds the case of ASCII letters only, so the names are compared here."""
    fits = _matcher(query)
    gids: list[str] = []
    for gid, name in rows.values_list("gid", "name"):
        if fits(name):
            gids.append(gid)
            if len(gids) == count:
                break
    found = rows.model._default_manager.in_bulk(gids)
    return [found[gid] for gid in gids]


def _matcher(query: str) -> Callable[[str], bool]:
    """Each word of the query starts a word of the name. One without words is looked for as it is:
    an emoji, say."""
    folded = query.strip().casefold()
    words = _WORD.findall(folded)
    if not words:
        return lambda name: folded in name.casefold()

    def fits(name: str) -> bool:
        there = _WORD.findall(name.casefold())
        return all(any(word.startswith(start) for word in there) for start in words)

    return fits


def _tasks(viewer: Viewer, workspace: Workspace) -> QuerySet[Task]:
    """The caller's own and followed ones first, then what was touched last."""
    mine = Case(
        When(Q(assignee=viewer.person) | Q(gid__in=viewer.followed()), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    rows = viewer.tasks().filter(workspace=workspace)
    return rows.order_by(mine.desc(), "completed", "-modified_at", "gid")


def _projects(viewer: Viewer, workspace: Workspace) -> QuerySet[Project]:
    rows = viewer.projects().filter(workspace=workspace)
    return rows.order_by("archived", "-modified_at", "gid")


def _people(_viewer: Viewer, workspace: Workspace) -> QuerySet[Person]:
    seats = Membership.objects.filter(workspace=workspace, is_active=True)
    return Person.objects.filter(gid__in=seats.values("person_id")).order_by("name", "gid")


SOURCES: dict[str, tuple[Callable[[Viewer, Workspace], QuerySet[Any]], Shape]] = {
    "task": (_tasks, TASK),
    "project": (_projects, PROJECT),
    "user": (_people, USER),
}
