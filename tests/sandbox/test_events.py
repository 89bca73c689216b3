"""Event streams: what happened to a task or a project since the last call."""

from __future__ import annotations

import pytest

from tests.sandbox_process import ADA


@pytest.fixture
def project(sandbox, task):
    return sandbox.get(f"/tasks/{task}", opt_fields="projects")["projects"][0]["gid"]


def sync_of(sandbox, resource, token=ADA):
    response = sandbox.call("GET", "/events", token, params={"resource": resource})
    assert response.status_code == 412
    assert "Sync token invalid" in response.json()["errors"][0]["message"]
    return response.json()["sync"]


def events(sandbox, resource, sync, **query):
    params = {"resource": resource, "sync": sync, **query}
    response = sandbox.call("GET", "/events", params=params)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_changed_task_is_heard_at_its_project(sandbox, task, project):
    sync = sync_of(sandbox, project)
    sandbox.put(f"/tasks/{task}", name="Other", assignee=None)
    heard = events(sandbox, project, sync)
    assert [(one["action"], one["change"]["field"]) for one in heard["data"]] == [
        ("changed", "name"),
        ("changed", "assignee"),
    ]
    first = heard["data"][0]
    assert (first["resource"]["gid"], first["user"]["name"]) == (task, "Ada Lindqvist")
    assert (first["type"], first["parent"], heard["has_more"]) == ("task", None, False)
    assert events(sandbox, project, heard["sync"])["data"] == []
    assert len(events(sandbox, project, sync)["data"]) == 2


def test_a_new_assignee_is_told(sandbox, task):
    sync = sync_of(sandbox, task)
    sandbox.put(f"/tasks/{task}", assignee="1201000000000002")
    [event] = events(sandbox, task, sync)["data"]
    assert event["change"]["new_value"]["gid"] == "1201000000000002"


def test_a_new_and_a_deleted_task_are_heard_with_fields_on_request(sandbox, project):
    sync = sync_of(sandbox, project)
    gid = sandbox.post("/tasks", name="New", projects=[project])["gid"]
    sandbox.delete(f"/tasks/{gid}")
    fields = "action,resource.name,parent.resource_type"
    heard = events(sandbox, project, sync, opt_fields=fields)["data"]
    assert [(one["action"], one["parent"] and one["parent"]["gid"]) for one in heard] == [
        ("added", None),
        ("added", project),
        ("deleted", None),
    ]
    assert set(heard[0]) == {"action", "resource", "parent"}


def test_time_causes_no_events(sandbox, task, entry):
    sync = sync_of(sandbox, task)
    sandbox.put(f"/time_tracking_entries/{entry['gid']}", duration_minutes=1)
    assert events(sandbox, task, sync)["data"] == []


def test_many_events_come_in_parts(sandbox, task):
    sync = sync_of(sandbox, task)
    for number in range(101):
        sandbox.put(f"/tasks/{task}", name=str(number))
    first = events(sandbox, task, sync)
    assert (len(first["data"]), first["has_more"]) == (100, True)
    assert len(events(sandbox, task, first["sync"])["data"]) == 1


def test_a_workspace_has_all_events_that_one_may_see(sandbox, studio, task):
    path = f"/workspaces/{studio}/events"
    sync = sandbox.call("GET", path).json()["sync"]
    sandbox.put(f"/tasks/{task}", name="Other")
    sandbox.post("/tasks", "sandbox-ben", name="Ben's own", workspace=studio)
    response = sandbox.call("GET", path, params={"sync": sync}).json()
    assert [one["resource"]["gid"] for one in response["data"]] == [task]


def test_a_token_is_for_one_resource_and_a_day(sandbox, task, project):
    sync = sync_of(sandbox, task)
    params = {"resource": project, "sync": sync}
    assert sandbox.call("GET", "/events", params=params).status_code == 412
    sandbox.settings(clock_offset_seconds=24 * 3600 + 1)
    params = {"resource": task, "sync": sync}
    assert sandbox.call("GET", "/events", params=params).status_code == 412


@pytest.mark.parametrize(
    ("params", "status"),
    [({}, 400), ({"resource": "5"}, 400), ({"resource": "x"}, 400)],
)
def test_a_wrong_resource_is_refused(sandbox, params, status):
    assert sandbox.call("GET", "/events", params=params).status_code == status


def test_nobody_listens_to_what_they_do_not_see(sandbox, task):
    params = {"resource": task}
    assert sandbox.call("GET", "/events", "sandbox-zoe", params=params).status_code == 403


def test_my_tasks_can_be_listened_to(sandbox, studio, task):
    mine = sandbox.get("/users/me/user_task_list", workspace=studio)["gid"]
    sync = sync_of(sandbox, mine)
    sandbox.put(f"/tasks/{task}", name="Other")
    assert [one["resource"]["gid"] for one in events(sandbox, mine, sync)["data"]] == [task]
    assert (
        sandbox.call("GET", "/events", "sandbox-ben", params={"resource": mine}).status_code == 403
    )
