"""Tasks are created, changed and deleted, by those who may."""

from __future__ import annotations

import pytest

ZOE = "sandbox-zoe"


@pytest.fixture
def project(sandbox, studio):
    return sandbox.get("/projects", workspace=studio, archived=False)[0]["gid"]


def refusal(response):
    return response.status_code, response.json()["errors"][0]["message"]


def test_a_task_is_created_in_a_workspace(sandbox, studio):
    sent = {"data": {"name": "Write tests", "workspace": studio, "assignee": "me"}}
    response = sandbox.call("POST", "/tasks", json=sent)
    task = response.json()["data"]
    assert response.status_code == 201
    assert response.headers["Location"] == f"{sandbox.api}/tasks/{task['gid']}"
    assert (task["name"], task["assignee"]["name"]) == ("Write tests", "Ada Lindqvist")
    assert [person["name"] for person in task["followers"]] == ["Ada Lindqvist"]
    assert (task["completed"], task["resource_subtype"]) == (False, "default_task")
    assert sandbox.get(f"/tasks/{task['gid']}", opt_fields="created_by.name")["created_by"] == {
        "gid": "1201000000000001",
        "name": "Ada Lindqvist",
    }


def test_a_task_comes_last_in_its_project(sandbox, project):
    gid = sandbox.post("/tasks", name="Last", projects=[project])["gid"]
    assert sandbox.get(f"/projects/{project}/tasks")[-1]["gid"] == gid
    assert sandbox.post(f"/tasks/{gid}/time_tracking_entries", duration_minutes=5)["task"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": "Other", "notes": "More"}, {"name": "Other", "notes": "More"}),
        ({"html_notes": "<body>A &amp; <b>B</b><br/>C</body>"}, {"notes": "A & B\nC"}),
        ({"due_on": "2026-12-24", "start_on": "2026-12-01"}, {"due_at": None}),
        ({"due_at": "2026-12-24T10:00:00Z"}, {"due_on": "2026-12-24"}),
        ({"resource_subtype": "approval"}, {"approval_status": "pending"}),
        ({"liked": True}, {"liked": True, "num_likes": 1, "hearted": True}),
        ({"external": {"gid": "4711", "data": "x"}}, {"external": {"gid": "4711", "data": "x"}}),
        ({"custom_fields": {}, "assignee": None}, {"assignee": None}),
    ],
)
def test_the_fields_of_a_task_change(sandbox, task, values, expected):
    fields = ",".join([*values, *expected])
    changed = sandbox.call("PUT", f"/tasks/{task}?opt_fields={fields}", json={"data": values})
    assert changed.status_code == 200
    assert {name: changed.json()["data"][name] for name in expected} == expected
    assert sandbox.get(f"/tasks/{task}", opt_fields=fields) == changed.json()["data"]


def test_a_completed_task_has_a_time_and_leaves_the_open_ones(sandbox, task, studio):
    assert sandbox.put(f"/tasks/{task}", completed=True)["completed_at"]
    query = {"assignee": "me", "workspace": studio, "completed_since": "now"}
    assert task not in [row["gid"] for row in sandbox.get("/tasks", **query)]
    assert sandbox.put(f"/tasks/{task}", completed=False)["completed_at"] is None


def test_an_approval_that_is_decided_is_completed(sandbox, task):
    sandbox.put(f"/tasks/{task}", resource_subtype="approval")
    assert sandbox.put(f"/tasks/{task}", approval_status="approved")["completed"] is True


def test_a_subtask_knows_its_parent(sandbox, task):
    child = sandbox.post("/tasks", name="Part", parent=task)
    assert child["parent"]["gid"] == task
    assert sandbox.get(f"/tasks/{task}", opt_fields="num_subtasks")["num_subtasks"] == 1
    assert refusal(sandbox.call("PUT", f"/tasks/{task}", json={"data": {"parent": child["gid"]}}))[
        0
    ] == (400)


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ({}, 400, "workspace: Missing input"),
        ({"workspace": "1"}, 400, "workspace: Unknown object: 1"),
        ({"projects": ["1"]}, 400, "projects: Unknown object: 1"),
        ({"workspace": "1200000000000001", "assignee": "nobody@x.example"}, 400, "Unknown object"),
        ({"workspace": "1200000000000001", "due_on": "tomorrow"}, 400, "due_on: Date must be"),
        ({"workspace": "1200000000000001", "completed": "yes"}, 400, "completed: Not a boolean"),
        ({"workspace": "1200000000000001", "gid": "5"}, 400, "gid: Cannot write this property"),
        ({"workspace": "1200000000000001", "start_on": "2026-01-01"}, 400, "needs a due date"),
        ({"workspace": "1200000000000001", "html_notes": "<b>"}, 400, "wrapped in <body>"),
        ({"workspace": "1200000000000001", "tags": ["5"]}, 400, "does not store this field"),
    ],
)
def test_what_is_no_task_is_refused(sandbox, values, status, words):
    got, message = refusal(sandbox.call("POST", "/tasks", json={"data": values}))
    assert (got, words in message) == (status, True), message


def test_nobody_changes_what_they_do_not_see(sandbox, task):
    for method in ("PUT", "DELETE"):
        response = sandbox.call(method, f"/tasks/{task}", ZOE, json={"data": {"name": "Mine"}})
        assert refusal(response) == (403, "You do not have access to this task.")
    assert sandbox.get(f"/tasks/{task}")["name"] != "Mine"


def test_people_with_view_only_access_write_no_tasks(sandbox, studio):
    sent = {"data": {"name": "Mine", "workspace": studio}}
    assert sandbox.call("POST", "/tasks", "sandbox-maximiliana", json=sent).status_code == 403


def test_a_deleted_task_is_gone_with_its_time(sandbox, entry, task):
    assert sandbox.delete(f"/tasks/{task}") == {}
    assert sandbox.call("GET", f"/tasks/{task}").status_code == 404
    path = f"/time_tracking_entries/{entry['gid']}"
    assert sandbox.call("GET", path).status_code == 404


def test_a_form_creates_a_task_too(sandbox, studio):
    form = {"name": "By form", "workspace": studio, "completed": "true"}
    task = sandbox.call("POST", "/tasks", data=form).json()["data"]
    assert (task["name"], task["completed"]) == ("By form", True)
