"""Tasks, and the lists they are in."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.http import HttpResponse

from sandbox.access import Row, Viewer, get_visible, is_gid
from sandbox.api.query import filter_by_time
from sandbox.api_request import ApiRequest
from sandbox.errors import ONE_TASK_FILTER, bad_request, not_a_gid, unknown_object
from sandbox.models import Membership, Project, Task
from sandbox.resources import TASK_LIST, gid_behind_stand_in
from sandbox.work_resources import TASK


def show(request: ApiRequest, task_gid: str) -> HttpResponse:
    """Show a task."""
    return request.single(TASK, request.viewer.task(task_gid))


def list_filtered(request: ApiRequest) -> HttpResponse:
    """List the tasks of a project, section, tag, task list, or assignee and workspace."""
    names = ("project", "section", "tag", "user_task_list", "assignee")
    filters = [(name, value) for name in names if (value := request.query.get(name))]
    if len(filters) != 1:
        raise bad_request(ONE_TASK_FILTER)
    return request.listing(TASK, filter_by_time(request, _tasks_of(request, *filters[0])))


def _tasks_of(request: ApiRequest, name: str, value: str) -> QuerySet[Task]:
    viewer = request.viewer
    if name == "project":
        return in_project(viewer, viewer.project(value))
    if name == "section":
        all_rows = Project.objects.all()
        return in_project(viewer, _row_behind(viewer.projects(), all_rows, value, name))
    if name == "user_task_list":
        return in_task_list(viewer, _task_list(viewer, value))
    if name == "tag":
        # The sandbox has no tags.
        raise unknown_object(name, value)
    workspace = viewer.workspace(request.required("workspace"))
    assignee = viewer.user(value, "assignee")
    return viewer.tasks().filter(workspace=workspace, assignee=assignee).order_by("gid")


def in_project(viewer: Viewer, project: Project) -> QuerySet[Task]:
    """Return a project's visible tasks in the project's order."""
    rows = viewer.tasks().filter(placements__project=project)
    return rows.annotate(position=F("placements__position")).order_by("position", "gid")


def in_task_list(viewer: Viewer, membership: Membership) -> QuerySet[Task]:
    """Return the visible tasks of somebody's My Tasks."""
    rows = viewer.tasks().filter(assignee=membership.person_id, workspace=membership.workspace_id)
    return rows.order_by("gid")


def list_of_project(request: ApiRequest, project_gid: str) -> HttpResponse:
    """List the tasks of a project in its order."""
    project = request.viewer.project(project_gid)
    return request.listing(TASK, filter_by_time(request, in_project(request.viewer, project)))


def list_of_task_list(request: ApiRequest, task_list_gid: str) -> HttpResponse:
    """List the tasks of somebody's My Tasks."""
    membership = _task_list(request.viewer, task_list_gid)
    return request.listing(TASK, filter_by_time(request, in_task_list(request.viewer, membership)))


def show_task_list(request: ApiRequest, task_list_gid: str) -> HttpResponse:
    """Show somebody's My Tasks."""
    return request.single(TASK_LIST, _task_list(request.viewer, task_list_gid))


def show_task_list_of_user(request: ApiRequest, user_gid: str) -> HttpResponse:
    """Show a user's My Tasks in one workspace."""
    workspace = request.viewer.workspace(request.required("workspace"))
    person = request.viewer.user(user_gid)
    membership = request.viewer.memberships().filter(person=person, workspace=workspace).first()
    if membership is None:
        raise unknown_object("user", user_gid)
    return request.single(TASK_LIST, membership)


def _task_list(viewer: Viewer, gid: str) -> Membership:
    return _row_behind(viewer.memberships(), Membership.objects.all(), gid, "user_task_list")


def _row_behind(visible: QuerySet[Row], all_rows: QuerySet[Row], gid: str, name: str) -> Row:
    """Fetch the row that stands for the Asana record with this gid."""
    if not is_gid(gid):
        raise not_a_gid(name, gid)
    own = gid_behind_stand_in(gid)
    if not all_rows.filter(pk=own).exists():
        raise unknown_object(name, gid)
    return get_visible(visible, all_rows, own, name, name.replace("_", " "))
