"""Records what happens to tasks and projects, for event streams and webhooks.

https://developers.asana.com/docs/webhooks-guide: a change of a task is also heard at its projects.
Time entries cause no events: no documentation names any.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from sandbox import clock, webhook_delivery
from sandbox.event_models import Event
from sandbox.models import Membership, Person, Project, Task
from sandbox.resources import stand_in_gid

Named = dict[str, Any]


def named(row: Any) -> Named:
    """Return the short form of a task, project, person, workspace or team in events."""
    kind = {"Person": "user"}.get(type(row).__name__, type(row).__name__.lower())
    values = {"gid": row.pk, "resource_type": kind, "name": row.name}
    return values | ({"resource_subtype": row.resource_subtype} if kind == "task" else {})


def task_added(task: Task, by: Person) -> None:
    """Tell that a task was created, and added to each of its projects and to its parent."""
    projects = list(task.projects.all())
    _record("added", task, by, heard_by=_around(task, projects))
    parents: list[Project | Task] = [*projects, *([task.parent] if task.parent else [])]
    for parent in parents:
        _record("added", task, by, heard_by=_around(task, projects), parent=named(parent))


def task_changed(task: Task, by: Person, changes: Iterable[tuple[str, Any]]) -> None:
    """Tell which fields of a task changed; `changes` has each with its new value if it is a row."""
    for name, value in changes:
        _record("changed", task, by, heard_by=_around(task), change=_change(name, value))


def task_deleted(task: Task, by: Person) -> None:
    """Tell that a task is about to be deleted, with all its subtasks."""
    _record("deleted", task, by, heard_by=_around(task))


def project_added(project: Project, by: Person) -> None:
    """Tell that a project was created."""
    parent = named(project.workspace)
    _record("added", project, by, heard_by=[project.gid], parent=parent)


def project_changed(project: Project, by: Person, changes: Iterable[tuple[str, Any]]) -> None:
    """Tell which fields of a project changed."""
    for name, value in changes:
        _record("changed", project, by, heard_by=[project.gid], change=_change(name, value))


def project_deleted(project: Project, by: Person) -> None:
    """Tell that a project is about to be deleted."""
    _record("deleted", project, by, heard_by=[project.gid])


def _around(task: Task, projects: Iterable[Project] | None = None) -> list[str]:
    """Return the gids of a task, of all tasks above it, and of the lists they are in."""
    gids: list[str] = []
    above: Task | None = task
    while above is not None and above.gid not in gids:
        rows = projects if projects is not None and above is task else above.projects.all()
        gids += [above.gid, *(project.gid for project in rows), *_task_list(above)]
        above = above.parent
    return gids


def _task_list(task: Task) -> list[str]:
    """Return the gid of the My tasks that a task is in."""
    rows = Membership.objects.filter(person=task.assignee_id, workspace=task.workspace_id)
    return [stand_in_gid(row.gid) for row in rows.filter(is_active=True)]


def _change(name: str, value: Any) -> dict[str, Any]:
    change: dict[str, Any] = {"field": name, "action": "changed"}
    # Only of a resource: the text of a new name is not told.
    return change | ({"new_value": named(value)} if hasattr(value, "pk") else {})


def _record(
    action: str,
    row: Task | Project,
    by: Person,
    *,
    heard_by: Iterable[str],
    parent: Named | None = None,
    change: dict[str, Any] | None = None,
) -> None:
    event = Event.objects.create(
        workspace=row.workspace_id,
        person=by,
        action=action,
        resource=named(row),
        parent=parent,
        change=change,
        heard_by=f",{','.join([*heard_by, row.workspace_id])},",
        created_at=clock.now(),
    )
    transaction.on_commit(lambda: webhook_delivery.enqueue(event.id))
