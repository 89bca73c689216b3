"""Tasks and the lists they are in."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse

from sandbox.access import Row, Viewer, find, is_gid
from sandbox.api.query import since
from sandbox.api_request import Call
from sandbox.errors import ONE_TASK_FILTER, bad, not_a_gid, unknown
from sandbox.models import Membership, Project, Task
from sandbox.resources import TASK, TASK_LIST, stood_in_for


def show(call: Call, task_gid: str) -> HttpResponse:
    return call.single(TASK, call.viewer.task(task_gid))


def list_filtered(call: Call) -> HttpResponse:
    names = ("project", "section", "tag", "user_task_list", "assignee")
    given = [(name, value) for name in names if (value := call.query.get(name))]
    if len(given) != 1:
        raise bad(ONE_TASK_FILTER)
    return call.listing(TASK, since(call, _of(call, *given[0])))


def _of(call: Call, name: str, value: str) -> QuerySet[Task]:
    viewer = call.viewer
    if name == "project":
        return in_project(viewer, viewer.project(value))
    if name == "section":
        every = Project.objects.all()
        return in_project(viewer, _stand_in(viewer.projects(), every, value, name))
    if name == "user_task_list":
        return in_task_list(viewer, _task_list(viewer, value))
    if name == "tag":
        # We keep no tags.
        raise unknown(name, value)
    workspace = viewer.workspace(call.required("workspace"))
    assignee = viewer.user(value, "assignee")
    return viewer.tasks().filter(workspace=workspace, assignee=assignee).order_by("gid")


def in_project(viewer: Viewer, project: Project) -> QuerySet[Task]:
    rows = viewer.tasks().filter(placements__project=project)
    return rows.order_by("placements__position")


def in_task_list(viewer: Viewer, seat: Membership) -> QuerySet[Task]:
    rows = viewer.tasks().filter(assignee=seat.person_id, workspace=seat.workspace_id)
    return rows.order_by("gid")


def list_of_project(call: Call, project_gid: str) -> HttpResponse:
    project = call.viewer.project(project_gid)
    return call.listing(TASK, since(call, in_project(call.viewer, project)))


def list_of_task_list(call: Call, task_list_gid: str) -> HttpResponse:
    seat = _task_list(call.viewer, task_list_gid)
    return call.listing(TASK, since(call, in_task_list(call.viewer, seat)))


def show_task_list(call: Call, task_list_gid: str) -> HttpResponse:
    return call.single(TASK_LIST, _task_list(call.viewer, task_list_gid))


def show_task_list_of_user(call: Call, user_gid: str) -> HttpResponse:
    workspace = call.viewer.workspace(call.required("workspace"))
    person = call.viewer.user(user_gid)
    seat = call.viewer.seats().filter(person=person, workspace=workspace).first()
    if seat is None:
        raise unknown("user", user_gid)
    return call.single(TASK_LIST, seat)


def _task_list(viewer: Viewer, gid: str) -> Membership:
    return _stand_in(viewer.seats(), Membership.objects.all(), gid, "user_task_list")


def _stand_in(seen: QuerySet[Row], every: QuerySet[Row], gid: str, name: str) -> Row:
    """The record of ours that stands for this one of Asana's."""
    if not is_gid(gid):
        raise not_a_gid(name, gid)
    own = stood_in_for(gid)
    if not every.filter(pk=own).exists():
        raise unknown(name, gid)
    return find(seen, every, own, name, name.replace("_", " "))
