"""Creates, changes and deletes tasks.

https://developers.asana.com/reference/createtask
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Max
from django.http import HttpResponse

from sandbox import clock, events
from sandbox.access import Viewer, get_visible
from sandbox.api.values import Changes, nothing_but, read_notes, user_of
from sandbox.api_request import ApiRequest, writes
from sandbox.errors import bad_request, missing_input, unknown_object
from sandbox.models import Person, Placement, Project, Task, Workspace
from sandbox.request_body import RequestBody, read_day, read_time
from sandbox.resources import stand_in_gid
from sandbox.work_resources import TASK

SUBTYPES = ("default_task", "milestone", "approval")
APPROVALS = ("pending", "approved", "rejected", "changes_requested")
ASSIGNEE_STATUSES = ("today", "upcoming", "later", "new", "inbox")
CREATE_ONLY = ("workspace", "projects", "followers", "tags")
# Fields that the sandbox knows but does not store: an empty value is accepted, any other is a 400.
NOT_STORED = ("custom_fields", "tags", "custom_type", "custom_type_status_option")
DEEPEST_SUBTASK = 5


@writes
def create(request: ApiRequest) -> HttpResponse:
    """Create a task in a workspace, which projects or a parent name too."""
    body, viewer = request.body, request.viewer
    body.refuse_other_fields((*WRITERS, *CREATE_ONLY, *NOT_STORED))
    nothing_but(body, NOT_STORED)
    projects = [
        _row(viewer.projects(), Project, gid, "projects") for gid in _gids(body, "projects")
    ]
    parent = _parent(viewer, body)
    workspace = _workspace(viewer, body, [*projects, *([parent] if parent else [])])
    viewer.require_write_access(workspace.gid)
    now = clock.now()
    task = Task(
        gid=clock.new_gid(),
        workspace=workspace,
        name="",
        created_by=viewer.person,
        created_at=now,
        modified_at=now,
    )
    changes = _apply(viewer, task, body)
    task.save(force_insert=True)
    changes.save_related()
    task.followers.add(viewer.person, *_followers(viewer, workspace, body))
    for project in projects:
        last = Placement.objects.filter(project=project).aggregate(last=Max("position"))["last"]
        Placement.objects.create(project=project, task=task, position=(last or 0) + 1)
    events.task_added(task, viewer.person)
    return request.created(TASK, task, "tasks")


@writes
def update(request: ApiRequest, task_gid: str) -> HttpResponse:
    """Change the fields of a task that were sent."""
    task = _writable(request.viewer, task_gid)
    body = request.body
    body.refuse_other_fields((*WRITERS, *NOT_STORED))
    nothing_but(body, NOT_STORED)
    changes = _apply(request.viewer, task, body)
    if changes.names:
        task.modified_at = clock.now()
    task.save()
    changes.save_related()
    events.task_changed(task, request.viewer.person, changes.names.items())
    return request.single(TASK, task)


@writes
def delete(request: ApiRequest, task_gid: str) -> HttpResponse:
    """Delete a task with its subtasks and its time.

    In Asana it goes to the trash first; here it is gone at once.
    """
    task = _writable(request.viewer, task_gid)
    events.task_deleted(task, request.viewer.person)
    task.delete()
    return request.deleted()


def _writable(viewer: Viewer, gid: str) -> Task:
    task = viewer.task(gid)
    viewer.require_write_access(task.workspace_id)
    return task


def _gids(body: RequestBody, name: str) -> list[str]:
    return body.gids(name) if body.values.get(name) is not None else []


def _row(visible: Any, model: Any, gid: str, name: str) -> Any:
    if not model.objects.filter(pk=gid).exists():
        raise unknown_object(name, gid, 400)
    return get_visible(visible, model.objects.all(), gid, name, model.__name__.lower())


def _parent(viewer: Viewer, body: RequestBody) -> Task | None:
    if body.values.get("parent") is None:
        return None
    parent: Task = _row(viewer.tasks(), Task, body.gid("parent"), "parent")
    return parent


def _workspace(viewer: Viewer, body: RequestBody, owners: list[Any]) -> Workspace:
    workspaces = {owner.workspace_id for owner in owners}
    if body.values.get("workspace") is not None:
        gid = body.gid("workspace")
        workspaces.add(_row(viewer.workspaces(), Workspace, gid, "workspace").gid)
    if not workspaces:
        raise missing_input("workspace")
    if len(workspaces) > 1:
        raise bad_request("workspace: The projects, the parent and the workspace do not match")
    return viewer.workspace(workspaces.pop())


def _followers(viewer: Viewer, workspace: Workspace, body: RequestBody) -> list[Person]:
    names = body.values.get("followers") or []
    if isinstance(names, str) and body.is_form:
        names = [part for part in names.split(",") if part]
    if not isinstance(names, list):
        raise bad_request(f"followers: Not an array: {names}")
    return [user_of(viewer, name, "followers", workspace.gid) for name in names]


def _apply(viewer: Viewer, task: Task, body: RequestBody) -> Changes:
    """Set the fields that were sent; return what changed. Related rows are saved later."""
    changes = Changes()
    for first, second in (("due_on", "due_at"), ("start_on", "start_at"), ("notes", "html_notes")):
        if body.values.get(first) is not None and body.values.get(second) is not None:
            raise bad_request(f"{first}: Cannot be sent together with {second}")
    for name, write in WRITERS.items():
        if name in body:
            write(viewer, task, body, changes)
    if (task.start_on or task.start_at) and not (task.due_on or task.due_at):
        raise bad_request("start_on: A task with a start date needs a due date")
    return changes


Writer = Callable[[Viewer, Task, RequestBody, Changes], None]


def _text(name: str) -> Writer:
    def write(_viewer: Viewer, task: Task, body: RequestBody, changes: Changes) -> None:
        changes.set(task, name, body.text(name))

    return write


def _html_notes(_viewer: Viewer, task: Task, body: RequestBody, changes: Changes) -> None:
    changes.set(task, "notes", read_notes(body))


def _completed(_viewer: Viewer, task: Task, body: RequestBody, changes: Changes) -> None:
    _set_completed(task, body.flag("completed"), changes)


def _set_completed(task: Task, is_completed: bool, changes: Changes) -> None:
    if is_completed != task.completed:
        changes.set(task, "completed", is_completed)
        task.completed_at = clock.now() if is_completed else None


def _assignee(viewer: Viewer, task: Task, body: RequestBody, changes: Changes) -> None:
    value = body.values["assignee"]
    person = None if value is None else user_of(viewer, value, "assignee", task.workspace_id)
    changes.set(task, "assignee", person)
    if person is not None:
        changes.later(lambda: task.followers.add(person))


def _assignee_section(viewer: Viewer, task: Task, body: RequestBody, _changes: Changes) -> None:
    """Accept the only section of one's own My tasks."""
    if body.values["assignee_section"] is None:
        return
    gid = body.gid("assignee_section")
    own = viewer.own_memberships[task.workspace_id].gid
    if task.assignee != viewer.person or gid != stand_in_gid(stand_in_gid(own)):
        raise unknown_object("assignee_section", gid, 400)


def _assignee_status(_viewer: Viewer, _task: Task, body: RequestBody, _changes: Changes) -> None:
    """Check the value of a deprecated field, which Asana no longer uses."""
    body.choice("assignee_status", ASSIGNEE_STATUSES)


def _day(name: str, other: str) -> Writer:
    def write(_viewer: Viewer, task: Task, body: RequestBody, changes: Changes) -> None:
        value = body.values[name]
        changes.set(task, name, None if value is None else read_day(name, value))
        setattr(task, other, None)

    return write


def _moment(name: str, day: str) -> Writer:
    def write(_viewer: Viewer, task: Task, body: RequestBody, changes: Changes) -> None:
        value = body.values[name]
        time = None if value is None else read_time(name, body.text(name))
        changes.set(task, name, time)
        setattr(task, day, time and time.date())

    return write


def _set_parent(viewer: Viewer, task: Task, body: RequestBody, changes: Changes) -> None:
    parent = _parent(viewer, body)
    above, depth = parent, 0
    while above is not None:
        depth += 1
        if above.pk == task.pk or depth > DEEPEST_SUBTASK:
            raise bad_request("parent: A task cannot be below itself, or too deep")
        above = above.parent
    if parent is not None and parent.workspace_id != task.workspace_id:
        raise bad_request("parent: It is in another workspace")
    changes.set(task, "parent", parent)


def _liked(viewer: Viewer, task: Task, body: RequestBody, changes: Changes) -> None:
    change = task.likers.add if body.flag("liked") else task.likers.remove
    changes.names["liked"] = body.flag("liked")
    changes.later(lambda: change(viewer.person))


def _subtype(_viewer: Viewer, task: Task, body: RequestBody, changes: Changes) -> None:
    changes.set(task, "resource_subtype", body.choice("resource_subtype", SUBTYPES))
    is_approval = task.resource_subtype == "approval"
    task.approval_status = (task.approval_status or "pending") if is_approval else ""


def _approval_status(_viewer: Viewer, task: Task, body: RequestBody, changes: Changes) -> None:
    if task.resource_subtype != "approval":
        raise bad_request("approval_status: Only of tasks of the subtype approval")
    changes.set(task, "approval_status", body.choice("approval_status", APPROVALS))
    # The official description: it is kept in sync with `completed`.
    _set_completed(task, task.approval_status != "pending", changes)


def _external(_viewer: Viewer, task: Task, body: RequestBody, changes: Changes) -> None:
    value = body.values["external"]
    is_external = isinstance(value, dict) and set(value) <= {"gid", "data"}
    if value is not None and not is_external:
        raise bad_request("external: Must be an object with gid and data")
    changes.set(task, "external", value)


WRITERS: dict[str, Writer] = {
    "name": _text("name"),
    "notes": _text("notes"),
    "html_notes": _html_notes,
    "resource_subtype": _subtype,
    "approval_status": _approval_status,
    "completed": _completed,
    "assignee": _assignee,
    "assignee_section": _assignee_section,
    "assignee_status": _assignee_status,
    "due_on": _day("due_on", "due_at"),
    "due_at": _moment("due_at", "due_on"),
    "start_on": _day("start_on", "start_at"),
    "start_at": _moment("start_at", "start_on"),
    "parent": _set_parent,
    "liked": _liked,
    "external": _external,
}
