"""The batch API: results in order, limits, and what is not allowed in one."""

from __future__ import annotations

import pytest

from tests.sandbox_process import ADA


def batch(sandbox, *actions, token=ADA):
    return sandbox.call("POST", "/batch", token, json={"data": {"actions": list(actions)}})


def results(sandbox, *actions):
    response = batch(sandbox, *actions)
    assert response.status_code == 200, response.text
    return response.json()["data"]


def test_each_action_has_its_result(sandbox, task, studio):
    path = f"/tasks/{task}/time_tracking_entries"
    me, entry, projects, none, unknown = results(
        sandbox,
        {"relative_path": "/users/me", "method": "get", "options": {"fields": ["name"]}},
        {"relative_path": path, "method": "post", "data": {"duration_minutes": 5}},
        {
            "relative_path": "/projects",
            "method": "get",
            "data": {"workspace": studio},
            "options": {"limit": 2},
        },
        {"relative_path": "/tasks/5", "method": "delete"},
        {"relative_path": "/taks", "method": "get"},
    )
    assert me["body"] == {"data": {"gid": "1201000000000001", "name": "Ada Lindqvist"}}
    assert (entry["status_code"], len(sandbox.writes())) == (201, 1)
    assert entry["headers"]["location"].endswith(entry["body"]["data"]["gid"])
    assert len(projects["body"]["data"]) == 2
    assert projects["body"]["next_page"]["offset"]
    assert (none["status_code"], unknown["status_code"]) == (404, 404)
    assert none["body"]["errors"][0]["message"] == "task: Unknown object: 5"


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ({"relative_path": "/batch", "method": "post"}, 400),
        ({"relative_path": "/users?limit=2", "method": "get"}, 400),
        ({"relative_path": "users", "method": "get"}, 400),
        ({"relative_path": "/users", "method": "get", "options": {"pretty": True}}, 400),
        ({"relative_path": "/goals", "method": "get"}, 501),
    ],
)
def test_what_an_action_may_not_do_fails_alone(sandbox, action, status):
    wrong, right = results(sandbox, action, {"relative_path": "/users/me", "method": "get"})
    assert (wrong["status_code"], right["status_code"]) == (status, 200)
    assert wrong["body"]["errors"]


@pytest.mark.parametrize(
    "actions",
    [
        [],
        [{"relative_path": "/users/me", "method": "get"}] * 11,
        [{"relative_path": "/users/me"}],
        [{"relative_path": "/users/me", "method": "fetch"}],
        ["/users/me"],
    ],
)
def test_a_malformed_batch_is_refused(sandbox, actions):
    assert batch(sandbox, *actions).status_code == 400


def test_a_batch_without_a_token_is_refused(sandbox):
    assert (
        batch(sandbox, {"relative_path": "/users/me", "method": "get"}, token="").status_code == 401
    )


def test_all_its_actions_count(sandbox):
    read = {"relative_path": "/users/me", "method": "get"}
    sandbox.settings(requests_per_minute=10)
    assert batch(sandbox, *[read] * 6).status_code == 200
    assert batch(sandbox, *[read] * 6).status_code == 429
    sandbox.settings(requests_per_minute=None, concurrent_reads=5)
    assert batch(sandbox, *[read] * 5).status_code == 200
    assert batch(sandbox, *[read] * 6).status_code == 429


def test_an_action_that_is_too_much_stops_all(sandbox, task):
    sandbox.settings(concurrent_writes=2)
    write = {
        "relative_path": f"/tasks/{task}/time_tracking_entries",
        "method": "post",
        "data": {"duration_minutes": 5},
    }
    assert batch(sandbox, *[write] * 3).status_code == 429
    assert sandbox.writes() == []
    assert batch(sandbox, *[write] * 2).status_code == 200
